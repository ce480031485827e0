"""Reading juries, seating judges, stepping aside, and closing marking."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_reason
from services.api.contestants.types import Contestant
from services.api.context import Context, Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    InvalidInputError,
    NotAllowed,
    NotAllowedError,
    NotFound,
    NotFoundError,
)
from services.api.jury import store
from services.api.jury.inputs import CloseMarkingInput, RecuseInput, SeatInput, SeatJuryInput
from services.api.jury.types import JuryPanel, Recusal
from services.api.nodes import RoundId, key_of
from services.api.rows import Row
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value, stored
from services.shared.contests.store import advance_version, next_sequence
from services.shared.database.pool import Connection
from services.shared.messages.store import Message, tell
from services.shared.rules.check import parse_rules
from services.shared.rules.jury import Panel


@strawberry.type(description="They sit on it. (已安排)")
class SeatJuryPayload:
    panel: JuryPanel = strawberry.field(description="The panel. (评委组)")


@strawberry.type(description="The judge gives no mark there. (已回避)")
class RecusePayload:
    recusals: list[Recusal] = strawberry.field(description="All of that judge in the contest. (回避)")


@strawberry.type(description="Runs started from now on see its marks. (已截止)")
class CloseMarkingPayload:
    panel: JuryPanel = strawberry.field(description="The panel. (评委组)")


SeatJuryResult = Annotated[
    SeatJuryPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("SeatJuryResult", description="What seatJury answers. (安排的结果)"),
]
RecuseResult = Annotated[
    RecusePayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("RecuseResult", description="What recuse answers. (回避的结果)"),
]
CloseMarkingResult = Annotated[
    CloseMarkingPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("CloseMarkingResult", description="What closeMarking answers. (截止的结果)"),
]


@strawberry.type
class JuryQuery:
    @strawberry.field(description="The panels of a round that judges sit on, for officials. (评委组)")
    async def jury_panels(self, info: Info, round_id: RoundId) -> list[JuryPanel]:
        key, context = key_of(round_id, "Round"), info.context
        return await store.list_panels(context.pool, context.rows("JuryPanel"), key) if key else []


@strawberry.type
class JuryMutation:
    @strawberry.mutation(description="Says who sits on a panel; who has given marks stays. (安排评委)")
    async def seat_jury(
        self,
        info: Info,
        input: Annotated[SeatJuryInput, strawberry.argument(description="Who. (输入)")],  # noqa: A002
    ) -> SeatJuryResult:
        context, round_id = info.context, key_of(input.round_id, "Round")
        if input.reason:
            check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            row = await store.find_round(connection, round_id) if round_id else None
            if row is None:
                raise NotFoundError
            if not context.may("seatJury").covers(row["contest_id"]):
                raise NotAllowedError
            await advance_version(connection, row["contest_id"])
            rules = _panel_of(row["document"], input.panel)
            panel = await store.add_panel(connection, row["contest_id"], row["id"], input.panel)
            if panel["closed_at"] is not None:
                raise ConflictError("MARKING_CLOSED")
            closes_at = await _closing(connection, panel, input.closes_at)
            judges = await _judges(connection, row["contest_id"], input.judges, rules)
            seated = await store.seat(connection, panel["id"], judges, context.viewer.user_id)
            if len(seated) > rules.judges:
                raise ConflictError("JURY_TOO_LARGE", most=rules.judges)
            changes: dict[str, tuple[Value, Value]] = {"judges": (None, len(seated)), "panel": (None, input.panel)}
            if closes_at != panel["closes_at"]:
                changes["closes_at"] = stored(panel["closes_at"]), stored(closes_at)
            done, places = Action.SEAT_JURY, (panel["id"], row["contest_id"])
            await context.record(connection, Entry(done, "JuryPanel", *places, changes=changes, reason=input.reason))
            said = {"round": row["title"], "panel": rules.title}
            event = f"jury {panel['id']}"
            told = [Message("JURY_SEATED", row["contest_id"], event, said, user_id=judge) for judge in judges]
            await tell(connection, *told)
        return SeatJuryPayload(panel=await context.load("JuryPanel", panel["id"]))

    @strawberry.mutation(description="A judge steps aside from a city or a contestant. (回避)")
    async def recuse(
        self,
        info: Info,
        input: Annotated[RecuseInput, strawberry.argument(description="From whom, and why. (输入)")],  # noqa: A002
    ) -> RecuseResult:
        context, contest_id = info.context, key_of(input.contest_id, "Contest")
        check_reason(input.reason)
        judge = context.viewer.user_id if input.judge_id is None else key_of(input.judge_id, "User")
        whom = await _whom(context, contest_id, input)
        if contest_id is None or judge is None:
            raise NotFoundError
        own = judge == context.viewer.user_id
        if not context.may("recuse" if own else "seatJury").covers(contest_id):
            raise NotAllowedError
        async with context.pool.acquire() as connection, connection.transaction():
            await advance_version(connection, contest_id)
            if not await store.is_seated(connection, contest_id, judge):
                raise NotFoundError
            user = context.viewer.user_id
            if await store.add_recusal(connection, contest_id, judge, whom, reason=input.reason, user=user):
                done, places = Action.RECUSE_JUDGE, (judge, contest_id, *whom)
                await context.record(connection, Entry(done, "User", *places, reason=input.reason))
            else:
                context.nothing_to_record()
        recusals: list[Recusal] = await context.load("Contest.recusals", contest_id)
        return RecusePayload(recusals=[one for one in recusals if one.judge_key == judge])

    @strawberry.mutation(description="Closes marking in a panel for good; its marks count from now on. (截止评分)")
    async def close_marking(
        self,
        info: Info,
        input: Annotated[CloseMarkingInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> CloseMarkingResult:
        context = info.context
        if input.reason:
            check_reason(input.reason)
        panel: JuryPanel = await context.acting_on("closeMarking", "JuryPanel", input.panel_id)
        async with context.pool.acquire() as connection, connection.transaction():
            sequence = await next_sequence(connection, panel.contest_id)
            if not await store.is_open(connection, panel.uuid):
                raise ConflictError("MARKING_CLOSED")
            if waiting := await store.count_waiting_marks(connection, panel.uuid):
                raise ConflictError("MARKS_WAIT", count=waiting)
            await store.close_panel(connection, panel.uuid, sequence, context.viewer.user_id)
            changes: dict[str, tuple[Value, Value]] = {"panel": (None, panel.key)}
            done, places = Action.CLOSE_MARKING, (panel.uuid, panel.contest_id)
            await context.record(connection, Entry(done, "JuryPanel", *places, changes=changes, reason=input.reason))
        return CloseMarkingPayload(panel=await context.load("JuryPanel", panel.uuid))


async def _closing(connection: Connection, panel: Row, asked: datetime | None) -> datetime | None:
    """When judges give no more marks, from now on; raises InvalidInputError for an hour that is over."""
    if asked is strawberry.UNSET:
        kept: datetime | None = panel["closes_at"]
        return kept
    if not await store.set_closing(connection, panel["id"], asked):
        raise InvalidInputError("MARKING_CLOSES_PAST", field="closesAt")
    return asked


def _panel_of(document: str | None, key: str) -> Panel:
    """Raises ConflictError for a round without rules, InvalidInputError for a panel that they do not know."""
    if document is None:
        raise ConflictError("ROUND_WITHOUT_RULES")
    known = parse_rules(document).jury
    if key not in known:
        raise InvalidInputError("PANEL_UNKNOWN", field="panel", panel=key[:40], known="、".join(known) or "-")
    return known[key]


async def _judges(
    connection: Connection, contest_id: UUID, given: list[SeatInput], rules: Panel
) -> dict[UUID, UUID | None]:
    """The cities of judges by their ids; raises InvalidInputError."""
    if len(given) > rules.judges:
        raise InvalidInputError("JURY_TOO_LARGE", field="judges", most=rules.judges)
    judges: dict[UUID, UUID | None] = {}
    for number, one in enumerate(given):
        judge, city = key_of(one.judge_id, "User"), key_of(one.city_id, "City")
        if judge is None or (one.city_id is not None and city is None):
            raise InvalidInputError("JUDGE_UNKNOWN", field=f"judges.{number}")
        judges[judge] = city
    cities = [city for city in judges.values() if city is not None]
    if not await store.are_judges(connection, contest_id, list(judges)):
        raise InvalidInputError("JUDGE_UNKNOWN", field="judges")
    if not await store.are_cities(connection, contest_id, cities):
        raise InvalidInputError("JUDGE_UNKNOWN", field="judges")
    return judges


async def _whom(context: Context, contest_id: UUID | None, asked: RecuseInput) -> tuple[UUID | None, UUID | None]:
    """City or contestant of the contest; raises InvalidInputError unless it is one of them, NotFoundError."""
    if (asked.city_id is None) == (asked.contestant_id is None):
        raise InvalidInputError("RECUSE_FROM_ONE", field="cityId")
    city = await context.load("City", key_of(asked.city_id, "City"))
    contestant: Contestant | None = await context.load("Contestant", key_of(asked.contestant_id, "Contestant"))
    found = city or contestant
    if found is None or found.contest_id != contest_id:
        raise NotFoundError
    return (city.uuid if city else None, contestant.uuid if contestant else None)
