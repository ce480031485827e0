"""Announcing, making and cancelling verification draws.

The seed's source, its moment and the digest of the roll are fixed before anybody can know the seed; after that nothing
about the draw is chosen by anybody. A draw that was cancelled stays readable, its seed and people included.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_text
from services.api.context import Context, Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    InvalidInputError,
    NotAllowed,
    NotFound,
    NotFoundError,
)
from services.api.idempotency.store import once
from services.api.nodes import key_of
from services.api.rows import Row
from services.api.verification import store
from services.api.verification.types import VerificationDraw
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value, stored
from services.shared.beijing import said
from services.shared.contests.store import advance_version, lock_contest
from services.shared.database.pool import Connection
from services.shared.file_vocabulary import DrawPer
from services.shared.identity import new_id
from services.shared.messages.store import Message, tell, tell_cities
from services.shared.problems import Parameters
from services.shared.verification.roll import Roll, draw

_MOST_PEOPLE = 1000
_LONGEST_SOURCE = 500
_LONGEST_SEED = 200
_LONGEST_REASON = 1000


@strawberry.input(description="A draw to announce, before its seed can be known. (公告核验抽查)")
class AnnounceDrawInput:
    round_id: strawberry.ID = strawberry.field(description="Whose figures. (轮次)")
    per: DrawPer = strawberry.field(description="Of each city, or of each division. (抽取单位)")
    people: int = strawberry.field(description="So many people of each. (每单位人数)")
    seed_source: str = strawberry.field(description="Which public number will be the seed, how written. (种子来源)")
    seed_at: datetime = strawberry.field(description="When it becomes public; in the future. (种子公布时间)")
    reason: str = strawberry.field(description="Why it is made. (说明)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key announces one draw. (幂等键)"
    )


@strawberry.input(description="The seed, once it is public. (进行抽取)")
class MakeDrawInput:
    id: strawberry.ID = strawberry.field(description="The draw. (抽查)")
    seed: str = strawberry.field(description="As its announced source says it is written. (种子)")


@strawberry.input(description="A draw that is not to hold. (作废抽查)")
class CancelDrawInput:
    id: strawberry.ID = strawberry.field(description="The draw. (抽查)")
    reason: str = strawberry.field(description="Why; stays readable. (原因)")


@strawberry.type(description="It is announced. (已公告)")
class AnnounceDrawPayload:
    draw: VerificationDraw = strawberry.field(description="The draw. (抽查)")


@strawberry.type(description="It is made. (已抽取)")
class MakeDrawPayload:
    draw: VerificationDraw = strawberry.field(description="The draw. (抽查)")


@strawberry.type(description="It no longer holds. (已作废)")
class CancelDrawPayload:
    draw: VerificationDraw = strawberry.field(description="The draw. (抽查)")


AnnounceDrawResult = Annotated[
    AnnounceDrawPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("AnnounceDrawResult", description="What announceDraw answers. (公告的结果)"),
]
MakeDrawResult = Annotated[
    MakeDrawPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("MakeDrawResult", description="What makeDraw answers. (抽取的结果)"),
]
CancelDrawResult = Annotated[
    CancelDrawPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("CancelDrawResult", description="What cancelDraw answers. (作废的结果)"),
]


@strawberry.type
class DrawMutation:
    @strawberry.mutation(description="Announces a verification draw and fixes its roll. (公告核验抽查)")
    async def announce_draw(
        self,
        info: Info,
        input: Annotated[AnnounceDrawInput, strawberry.argument(description="How. (输入)")],  # noqa: A002
    ) -> AnnounceDrawResult:
        context = info.context
        check_text("seedSource", input.seed_source, _LONGEST_SOURCE)
        check_text("reason", input.reason, _LONGEST_REASON)
        if not 1 <= input.people <= _MOST_PEOPLE:
            raise InvalidInputError("DRAW_PEOPLE", field="people", most=_MOST_PEOPLE)
        draw_id = await once(context, "announceDraw", input, lambda connection: _announce(context, connection, input))
        return AnnounceDrawPayload(draw=await context.load("VerificationDraw", draw_id))

    @strawberry.mutation(description="Makes an announced draw with its seed. (进行抽取)")
    async def make_draw(
        self,
        info: Info,
        input: Annotated[MakeDrawInput, strawberry.argument(description="The seed. (输入)")],  # noqa: A002
    ) -> MakeDrawResult:
        context, seed = info.context, input.seed.strip()
        check_text("seed", seed, _LONGEST_SEED)
        found: VerificationDraw = await context.acting_on("makeDraw", "VerificationDraw", input.id)
        async with context.pool.acquire() as connection, connection.transaction():
            row = await _lock(connection, found)
            if row["seed"] is not None:
                raise ConflictError("DRAW_MADE")
            if not row["seed_is_public"]:
                raise ConflictError("DRAW_SEED_NOT_PUBLIC")
            await _make(context, connection, row, seed)
        return MakeDrawPayload(draw=await context.load("VerificationDraw", found.uuid))

    @strawberry.mutation(description="Cancels a draw; it stays readable. (作废抽查)")
    async def cancel_draw(
        self,
        info: Info,
        input: Annotated[CancelDrawInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> CancelDrawResult:
        context = info.context
        check_text("reason", input.reason, _LONGEST_REASON)
        found: VerificationDraw = await context.acting_on("cancelDraw", "VerificationDraw", input.id)
        async with context.pool.acquire() as connection, connection.transaction():
            row = await _lock(connection, found)
            await store.cancel_draw(connection, found.uuid, input.reason, context.viewer.user_id)
            changes = {"number": (row["number"], row["number"]), "seed": (row["seed"], row["seed"])}
            entry = Entry(
                Action.CANCEL_DRAW,
                "VerificationDraw",
                found.uuid,
                found.contest_id,
                changes=changes,
                reason=input.reason,
            )
            await context.record(connection, entry)
        return CancelDrawPayload(draw=await context.load("VerificationDraw", found.uuid))


async def _lock(connection: Connection, found: VerificationDraw) -> Row:
    """The draw as it stands once the contest is locked; raises ConflictError for a cancelled one."""
    await advance_version(connection, found.contest_id)
    row = await store.lock_draw(connection, found.uuid)
    if row is None:
        raise NotFoundError
    if row["cancelled_at"] is not None:
        raise ConflictError("DRAW_CANCELLED")
    return row


async def _announce(context: Context, connection: Connection, asked: AnnounceDrawInput) -> UUID:
    round_id = key_of(asked.round_id, "Round")
    contest_id = await store.find_contest(connection, context.may("announceDraw"), round_id) if round_id else None
    now = await lock_contest(connection, contest_id)
    if contest_id is None or round_id is None or now is None:
        raise NotFoundError
    if asked.seed_at <= now:
        raise InvalidInputError("DRAW_SEED_PAST", field="seedAt")
    lots = await store.list_lots(connection, context.resources.vault, contest_id, now, asked.per)
    if not lots:
        raise ConflictError("DRAW_NOBODY")
    roll = Roll(asked.per, asked.people, asked.seed_source, asked.seed_at, list(lots))
    draw_id, user = new_id(), context.viewer.user_id
    await store.add_draw(connection, store.Announced(draw_id, contest_id, round_id, roll, asked.reason, user, now))
    changes = {
        "per": (None, asked.per.value),
        "people": (None, asked.people),
        "seed_source": (None, asked.seed_source),
        "seed_at": (None, stored(asked.seed_at)),
        "roll_sha256": (None, roll.sha256),
    }
    entry = Entry(Action.ANNOUNCE_DRAW, "VerificationDraw", draw_id, contest_id, changes=changes, reason=asked.reason)
    await context.record(connection, entry)
    told: Parameters = {"source": asked.seed_source, "at": said(asked.seed_at)}
    await tell_cities(connection, contest_id, "VERIFICATION_ANNOUNCED", f"verification announced {draw_id}", told)
    await advance_version(connection, contest_id)
    return draw_id


async def _make(context: Context, connection: Connection, row: Row, seed: str) -> None:
    """Raises ConflictError when the roll is no longer the announced one: then something was changed by hand."""
    roll, lots = await store.roll_of(connection, context.resources.vault, row)
    if roll.sha256 != row["roll_sha256"]:
        raise ConflictError("DRAW_ROLL_CHANGED")
    drawn = [(one, lots[one.lot]) for group in draw(roll, seed).values() for one in group]
    await store.make_draw(connection, row["id"], seed, drawn, context.viewer.user_id)
    changes: dict[str, tuple[Value, Value]] = {"seed": (None, seed), "people": (None, len(drawn))}
    await context.record(
        connection, Entry(Action.MAKE_DRAW, "VerificationDraw", row["id"], row["contest_id"], changes=changes)
    )
    event = f"verification draw {row['id']}"
    told = (Message("DRAWN_FOR_VERIFICATION", row["contest_id"], event, contestant_id=who) for _, who in drawn)
    await tell(connection, *told)
    counted: Parameters = {"number": row["number"], "count": len(drawn)}
    await tell_cities(connection, row["contest_id"], "VERIFICATION_DRAWN", event, counted)
