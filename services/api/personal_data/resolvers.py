"""Reading a person's ID number and phone whole, and erasing a person's data at their request."""

from typing import Annotated

import asyncpg
import strawberry

from services.api.access import Scope
from services.api.checks import check_reason
from services.api.context import Context, Info
from services.api.errors import ConflictError, NotAllowedError, NotFoundError
from services.api.nodes import key_of
from services.api.personal_data import store
from services.api.personal_data.limits import check_reveals
from services.api.personal_data.types import (
    EraseContestantInput,
    EraseContestantPayload,
    EraseContestantResult,
    RevealPersonalDataInput,
    RevealPersonalDataPayload,
    RevealPersonalDataResult,
)
from services.api.teams.broken import tell_of_broken_teams
from services.shared.audit.actions import Action
from services.shared.audit.store import HIDDEN, Entry
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection
from services.shared.messages.store import Message, tell

WITHDRAWN_REASON = "个人信息已按本人要求删除"


@strawberry.type
class PersonalDataMutation:
    @strawberry.mutation(description="Reads somebody's ID number and phone whole; it is recorded. (查看完整个人信息)")
    async def reveal_personal_data(
        self,
        info: Info,
        input: Annotated[RevealPersonalDataInput, strawberry.argument(description="Whose, and why. (输入)")],  # noqa: A002
    ) -> RevealPersonalDataResult:
        context, vault = info.context, info.context.resources.vault
        check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            scope = context.may("revealPersonalData")
            person = await _person(context, connection, scope, input.contestant_id)
            await check_reveals(connection, context.viewer.user_id)
            id_number = vault.open(person["id_number_sealed"], person["id"])
            phone = vault.open(person["phone_sealed"], person["id"])
            await context.record(connection, _entry(Action.REVEAL_PERSONAL_DATA, person, input.reason))
        contestant = await context.load("Contestant", person["id"])
        return RevealPersonalDataPayload(contestant=contestant, id_number=id_number, phone=phone)

    @strawberry.mutation(description="Erases a person's data; results stand under a mask. (删除个人信息)")
    async def erase_contestant(
        self,
        info: Info,
        input: Annotated[EraseContestantInput, strawberry.argument(description="Whose, and why. (输入)")],  # noqa: A002
    ) -> EraseContestantResult:
        context, resources = info.context, info.context.resources
        check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            scope = context.may("eraseContestant")
            person = await _person(context, connection, scope, input.contestant_id)
            await lock_contest(connection, person["contest_id"])
            person = await _person(context, connection, scope, input.contestant_id)
            if await store.has_open_run(connection, person["contest_id"]):
                raise ConflictError("RUN_UNDER_WAY")
            revision = await store.find_waiting_revision(connection, person)
            if revision is not None:
                raise ConflictError("REVISION_NAMES_THEM", revision=revision)
            left = await store.erase(connection, resources.vault, person, WITHDRAWN_REASON)
            await context.record(connection, _entry(Action.ERASE_CONTESTANT, person, input.reason, erased=True))
            told = Message("PERSON_ERASED_OF_CITY", person["contest_id"], f"erased {person['id']}",
                           {"number": person["number"]}, city_id=person["city_id"])  # fmt: skip
            await tell(connection, told)
            await tell_of_broken_teams(connection, person["contest_id"], [person["id"]], f"erased {person['id']}")
            # Last, and before the commit: should we die in between, the person is still there to be erased again.
            await resources.files.delete(*left.files)
        await resources.sessions.ended(left.sessions)
        for user in left.users:
            await resources.sessions.changed(user)
        contestant = await context.load("Contestant", person["id"])
        return EraseContestantPayload(contestant=contestant, documents=len(left.documents), files=len(left.uploads))


async def _person(context: Context, connection: Connection, scope: Scope, text: strawberry.ID) -> asyncpg.Record:
    """The contestant; raises NotFoundError out of sight, NotAllowedError out of reach, ConflictError once erased."""
    key = key_of(text, "Contestant")
    person = await store.find_person(connection, context.rows("Contestant"), key) if key else None
    if person is None:
        raise NotFoundError
    if not scope.covers(person["contest_id"], person["city_id"], person["id"]):
        raise NotAllowedError
    if person["erased_at"] is not None:
        raise ConflictError("PERSON_ERASED")
    return person


def _entry(action: Action, person: asyncpg.Record, reason: str, *, erased: bool = False) -> Entry:
    place = person["id"], person["contest_id"], person["city_id"]
    gone = HIDDEN, None
    changes = {"id_number": gone, "phone": gone, "name": gone} if erased else {}
    return Entry.of_contestant(action, *place, changes, reason)
