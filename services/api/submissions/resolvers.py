"""Submitting a city's list, asking to change it, opening it again, attaching its signed copy."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

import asyncpg
import strawberry

from services.api.checks import check_reason
from services.api.context import Context, Info
from services.api.errors import ConflictError, InvalidInputError, NotFoundError
from services.api.idempotency.store import once
from services.api.nodes import key_of
from services.api.rows import Row
from services.api.submissions import store
from services.api.submissions.inputs import (
    AskListChangeInput,
    AskListChangePayload,
    AskListChangeResult,
    AttachSignedListInput,
    AttachSignedListPayload,
    AttachSignedListResult,
    ReopenCityListInput,
    ReopenCityListPayload,
    ReopenCityListResult,
    SubmitCityListInput,
    SubmitCityListPayload,
    SubmitCityListResult,
)
from services.api.submissions.numbered import Recommended
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value
from services.shared.database.pool import Connection
from services.shared.messages.store import Message, tell, tell_organisers
from services.shared.problems import Parameters
from services.shared.registration.store import find_window
from services.shared.vocabulary import DocumentState, Eligibility, EntryWay, SubmissionState

Changes = Mapping[str, tuple[Value, Value]]


@strawberry.type
class SubmissionMutation:
    @strawberry.mutation(description="Submits a city's recommended people as its numbered list. (推荐上报)")
    async def submit_city_list(
        self,
        info: Info,
        input: Annotated[SubmitCityListInput, strawberry.argument(description="Which city. (输入)")],  # noqa: A002
    ) -> SubmitCityListResult:
        context = info.context
        key = await once(context, "submitCityList", input, lambda connection: _submit(context, connection, input))
        return SubmitCityListPayload(submission=await context.load("Submission", key))

    @strawberry.mutation(description="Asks the organisers to open a submitted list again. (申请修改名单)")
    async def ask_list_change(
        self,
        info: Info,
        input: Annotated[AskListChangeInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> AskListChangeResult:
        context = info.context
        check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            city, found = await _locked_list(context, connection, "askListChange", input.city_id)
            await store.ask_change(connection, found["id"], context.viewer.user_id, city.now, input.reason)
            await context.record(connection, _entry(Action.ASK_LIST_CHANGE, found, reason=input.reason))
            event = f"list change asked {found['id']} {city.now.isoformat()}"
            told: Parameters = {"city": city.city, "number": found["number"]}
            await tell_organisers(connection, "CITY_ASKS_TO_CHANGE_LIST", city.contest_id, event, told)
        return AskListChangePayload(submission=await context.load("Submission", found["id"]))

    @strawberry.mutation(
        description="Opens a submitted list again, asked or not; a city that missed the deadline may submit. (退回名单)"
    )
    async def reopen_city_list(
        self,
        info: Info,
        input: Annotated[ReopenCityListInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> ReopenCityListResult:
        context = info.context
        check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            found = await _reopen(context, connection, input)
        return ReopenCityListPayload(submission=await context.load("Submission", found["id"]))

    @strawberry.mutation(description="Attaches the signed copy to a submitted list. (附盖章件)")
    async def attach_signed_list(
        self,
        info: Info,
        input: Annotated[AttachSignedListInput, strawberry.argument(description="Which, what. (输入)")],  # noqa: A002
    ) -> AttachSignedListResult:
        context = info.context
        key, document = key_of(input.submission_id, "Submission"), key_of(input.document_id, "Document")
        async with context.pool.acquire() as connection, connection.transaction():
            scope = context.may("attachSignedList")
            found = await store.lock_submission(connection, scope, key) if key else None
            signed = await store.signed_copy(connection, document, found["city_id"]) if document and found else None
            if found is None or signed is None:
                raise NotFoundError
            if found["state"] != SubmissionState.SUBMITTED:
                raise ConflictError("SIGNED_LIST_REOPENED")
            if signed["state"] != DocumentState.READY:
                raise ConflictError("SIGNED_LIST_NOT_READY")
            await store.attach_signed_list(connection, found["id"], signed["id"])
            before = str(found["signed_list_id"]) if found["signed_list_id"] else None
            change = {"signed_list": (before, str(signed["id"]))}
            await context.record(connection, _entry(Action.ATTACH_SIGNED_LIST, found, change))
        return AttachSignedListPayload(submission=await context.load("Submission", key))


async def _submit(context: Context, connection: Connection, asked: SubmitCityListInput) -> UUID:
    city_id = key_of(asked.city_id, "City")
    scope = context.may("submitCityList")
    city = await store.lock_city(connection, scope, city_id) if city_id else None
    if city_id is None or city is None:
        raise NotFoundError
    last = await store.last_submission(connection, city_id)
    if last is not None and last["state"] == SubmissionState.SUBMITTED:
        raise ConflictError("LIST_SUBMITTED")
    # Who opened the list again wants it submitted again, after the deadline too.
    if last is None and await _is_late(connection, city):
        raise ConflictError("LIST_TOO_LATE")
    people = await store.find_recommended(connection, city_id)
    _check_list(people, asked.expected_people)
    user = context.viewer.user_id
    key, number, sha256 = await store.add_submission(
        connection, context.resources.vault, city.contest_id, city_id, people, user=user, now=city.now
    )
    found = {"id": key, "contest_id": city.contest_id, "city_id": city_id}
    changes: Changes = {"number": (None, number), "people": (None, len(people)), "sha256": (None, sha256)}
    await context.record(connection, _entry(Action.SUBMIT_CITY_LIST, found, changes))
    told: Parameters = {"number": number, "people": len(people)}
    await tell(connection, _message("YOUR_LIST_IS_SUBMITTED", "list submitted", found, told))
    return key


async def _reopen(context: Context, connection: Connection, asked: ReopenCityListInput) -> Row:
    """The list that is open again; of a city that has missed the deadline, what stands for its list."""
    city_id, user = key_of(asked.city_id, "City"), context.viewer.user_id
    city = await store.lock_city(connection, context.may("reopenCityList"), city_id) if city_id else None
    if city_id is None or city is None:
        raise NotFoundError
    found = await store.last_submission(connection, city_id)
    if found is None and await _is_late(connection, city):
        found = await store.admit_city(connection, city, city_id, user=user, reason=asked.reason)
        before, message = None, _message("YOUR_LIST_IS_STILL_TAKEN", "list admitted", found, {})
    elif found is not None and found["state"] == SubmissionState.SUBMITTED:
        await store.reopen(connection, found, user=user, now=city.now, reason=asked.reason)
        told: Parameters = {"number": found["number"]}
        before, message = found["state"], _message("YOUR_LIST_IS_OPEN_AGAIN", "list reopened", found, told)
    else:
        raise ConflictError("LIST_NOT_SUBMITTED")
    change: Changes = {"state": (before, SubmissionState.REOPENED.value)}
    await context.record(connection, _entry(Action.REOPEN_CITY_LIST, found, change, reason=asked.reason))
    await tell(connection, message)
    return found


async def _is_late(connection: Connection, city: store.Locked) -> bool:
    """Whether the time of recommendations is over."""
    window = await find_window(connection, city.contest_id, EntryWay.RECOMMENDED)
    return window is not None and city.now >= window.closes_at


def _check_list(people: Sequence[Recommended], expected: int | None) -> None:
    """Raises ConflictError for a list that cannot be submitted as it is."""
    if not people:
        raise ConflictError("LIST_EMPTY")
    left = Counter(person.eligibility for person in people if not person.passed_city)
    if left:
        pending, returned = left[Eligibility.PENDING], left[Eligibility.RETURNED]
        raise ConflictError("LIST_NOT_REVIEWED", pending=pending, returned=returned)
    if expected is not None and expected != len(people):
        raise InvalidInputError("LIST_COUNT_DIFFERS", field="expectedPeople", people=len(people), expected=expected)


async def _locked_list(
    context: Context, connection: Connection, mutation: str, city: str
) -> tuple[store.Locked, asyncpg.Record]:
    """The contest of a city, locked, and the city's submitted list."""
    city_id = key_of(city, "City")
    locked = await store.lock_city(connection, context.may(mutation), city_id) if city_id else None
    if city_id is None or locked is None:
        raise NotFoundError
    found = await store.last_submission(connection, city_id)
    if found is None or found["state"] != SubmissionState.SUBMITTED:
        raise ConflictError("LIST_NOT_SUBMITTED")
    return locked, found


def _entry(action: Action, found: Row, changes: Changes | None = None, *, reason: str = "") -> Entry:
    return Entry(
        action,
        "Submission",
        found["id"],
        contest_id=found["contest_id"],
        city_id=found["city_id"],
        changes=changes or {},
        reason=reason,
    )


def _message(code: str, event: str, found: Row, parameters: Parameters) -> Message:
    return Message(code, found["contest_id"], f"{event} {found['id']}", parameters, city_id=found["city_id"])
