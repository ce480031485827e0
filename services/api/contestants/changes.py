"""Contestants are mended, withdraw, are transferred; who was trained is recorded."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import strawberry

from services.api.access import Decision
from services.api.checks import check_reason
from services.api.contestants import details, store
from services.api.contestants.coming_in import refusal
from services.api.contestants.leaving import move, settle
from services.api.contestants.locked import lock_person
from services.api.contestants.mending import Mended, Mender, changes_of, mend
from services.api.contestants.person import Person, Told
from services.api.contestants.types import Contestant
from services.api.context import Context, Info
from services.api.decisions import ORGANISERS, OWN
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
from services.api.nodes import MOST, key_of
from services.api.scalars import Long
from services.api.teams.broken import tell_of_broken_teams
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.beijing import BEIJING
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection
from services.shared.messages.store import Message, tell
from services.shared.problems import Problem
from services.shared.registration import store as registration
from services.shared.registration.rules import Spot
from services.shared.vocabulary import EntryWay, Platform


@strawberry.input(description="What is told of a contestant; what is left out stays. (修改选手信息)")
class MendContestantInput:
    contestant_id: strawberry.ID = strawberry.field(description="Who. (选手)")
    name: str | None = strawberry.field(default=None, description="Their name. (姓名)")
    phone: str | None = strawberry.field(default=None, description="11 digits. (手机号)")
    followers: Long | None = strawberry.field(default=strawberry.UNSET, description="None = not known. (粉丝数量)")
    experience: str | None = strawberry.field(default=None, description="Experience and honours. (直播经验、荣誉等)")
    remark: str | None = strawberry.field(default=None, description="Anything else. (备注)")
    id_number: str | None = strawberry.field(default=None, description="Only while not approved. (身份证号)")
    platform: Platform | None = strawberry.field(
        default=None, description="Only of somebody who never was approved. (参赛平台)"
    )
    handle: str | None = strawberry.field(default=None, description="As the platform. (账号)")


@strawberry.input(description="Somebody leaves the contest. (退出)")
class WithdrawContestantInput:
    contestant_id: strawberry.ID = strawberry.field(description="Who. (选手)")
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.input(description="Somebody goes elsewhere; what is left out stays. (调整市州、组别或报名方式)")
class TransferContestantInput:
    contestant_id: strawberry.ID = strawberry.field(description="Who. (选手)")
    city_id: strawberry.ID | None = strawberry.field(default=None, description="The other city. (市州)")
    division_id: strawberry.ID | None = strawberry.field(default=None, description="The other division. (组别)")
    entry_way: EntryWay | None = strawberry.field(default=None, description="The other way. (报名方式)")
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.input(description="Who has completed the online training. (登记培训)")
class RecordTrainingInput:
    contestant_ids: list[strawberry.ID] = strawberry.field(description="At most 200, of one contest. (选手)")
    trained_on: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="When; not in the future; null takes back what was recorded by mistake. (完成日期)",
    )


@strawberry.type(description="It is mended; whoever had been returned waits for the review again. (已修改)")
class MendContestantPayload:
    contestant: Contestant = strawberry.field(description="The contestant. (选手)")
    changed: bool = strawberry.field(description="False: all of it was so already. (是否有变更)")


@strawberry.type(description="They have left; their place is free. (已退出)")
class WithdrawContestantPayload:
    contestant: Contestant = strawberry.field(description="The contestant. (选手)")


@strawberry.type(description="They stand elsewhere now. (已调整)")
class TransferContestantPayload:
    contestant: Contestant = strawberry.field(description="The contestant. (选手)")


@strawberry.type(description="It is recorded. (已登记)")
class RecordTrainingPayload:
    contestants: list[Contestant] = strawberry.field(description="They, in the order of the input. (选手)")


MendContestantResult = Annotated[
    MendContestantPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("MendContestantResult", description="What mendContestant answers. (修改的结果)"),
]
WithdrawContestantResult = Annotated[
    WithdrawContestantPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("WithdrawContestantResult", description="What withdrawContestant answers. (退出的结果)"),
]
TransferContestantResult = Annotated[
    TransferContestantPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("TransferContestantResult", description="What transferContestant answers. (调整的结果)"),
]
RecordTrainingResult = Annotated[
    RecordTrainingPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("RecordTrainingResult", description="What recordTraining answers. (登记培训的结果)"),
]


@strawberry.type
class ContestantMutation:
    @strawberry.mutation(
        description="Mends what is told of somebody; whoever had been returned is sent again. (修改选手信息)"
    )
    async def mend_contestant(
        self,
        info: Info,
        input: Annotated[MendContestantInput, strawberry.argument(description="What changes. (输入)")],  # noqa: A002
    ) -> MendContestantResult:
        context, given = info.context, _given(input)
        async with context.pool.acquire() as connection, connection.transaction():
            person = await lock_person(context, connection, "mendContestant", input.contestant_id)
            told = replace(person.told, **given)
            await _check_free(context, connection, person, told)
            locked = await registration.is_list_locked(connection, person.spot.city_id)
            by = Mender(organiser=_as(context, ORGANISERS, person), themselves=_as(context, OWN, person))
            mended = mend(person, told, by, list_locked=locked, as_it_is=not given)
            if isinstance(mended, Problem):
                raise refusal(mended)
            changed = await _write(context, connection, person, mended)
        await context.send_jobs()
        return MendContestantPayload(contestant=await context.load("Contestant", person.id), changed=changed)

    @strawberry.mutation(description="Somebody leaves the contest; the place is free, results stand. (退出比赛)")
    async def withdraw_contestant(
        self,
        info: Info,
        input: Annotated[WithdrawContestantInput, strawberry.argument(description="Who, and why. (输入)")],  # noqa: A002
    ) -> WithdrawContestantResult:
        context = info.context
        check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            person = await lock_person(context, connection, "withdrawContestant", input.contestant_id)
            person.check_holds_place()
            free = _as(context, ORGANISERS, person) or _as(context, OWN, person)
            recommended = person.spot.entry_way is EntryWay.RECOMMENDED
            if recommended and not free and await registration.is_list_locked(connection, person.spot.city_id):
                raise ConflictError("LIST_LOCKED")
            await store.withdraw(connection, person, input.reason)
            await registration.people_changed(connection, person.contest_id)
            await _tell_left(context, connection, person)
            entry = _entry(Action.WITHDRAW_CONTESTANT, person, {"withdrawn": (False, True)}, input.reason)
            await context.record(connection, entry)
            await settle(context, connection, person, input.reason)
        return WithdrawContestantPayload(contestant=await context.load("Contestant", person.id))

    @strawberry.mutation(description="Transfers somebody inside the contest; quota and cap hold. (调整市州、组别)")
    async def transfer_contestant(
        self,
        info: Info,
        input: Annotated[TransferContestantInput, strawberry.argument(description="Who, where to. (输入)")],  # noqa: A002
    ) -> TransferContestantResult:
        context = info.context
        check_reason(input.reason)
        city_id, division_id = key_of(input.city_id, "City"), key_of(input.division_id, "Division")
        if (input.city_id and city_id is None) or (input.division_id and division_id is None):
            raise NotFoundError
        async with context.pool.acquire() as connection, connection.transaction():
            person = await lock_person(context, connection, "transferContestant", input.contestant_id)
            there = person.spot
            spot = Spot(city_id or there.city_id, division_id or there.division_id, input.entry_way or there.entry_way)
            await move(context, connection, person, spot, input.reason)
        await context.send_jobs()
        return TransferContestantPayload(contestant=await context.load("Contestant", person.id))

    @strawberry.mutation(description="Records who has completed the online training. (登记培训)")
    async def record_training(
        self,
        info: Info,
        input: Annotated[RecordTrainingInput, strawberry.argument(description="Who, and when. (输入)")],  # noqa: A002
    ) -> RecordTrainingResult:
        context, scope = info.context, info.context.rows("Contestant")
        if not 0 < len(input.contestant_ids) <= MOST:
            raise InvalidInputError("LIST_TOO_LONG", field="contestantIds", most=MOST)
        if input.trained_on is strawberry.UNSET:
            raise InvalidInputError("TEXT_EMPTY", field="trainedOn")
        ids = [key for text in input.contestant_ids if (key := key_of(text, "Contestant"))]
        async with context.pool.acquire() as connection, connection.transaction():
            contests = await store.find_contests_of(connection, scope, ids)
            if len(contests) > 1:
                raise InvalidInputError("CONTESTANTS_OF_SEVERAL", field="contestantIds")
            now = await lock_contest(connection, contests[0]) if contests else None
            if now is None:
                raise NotFoundError
            if not context.may("recordTraining").covers(contests[0]):
                raise NotAllowedError
            if input.trained_on is not None and input.trained_on > now.astimezone(BEIJING).date():
                raise InvalidInputError("TRAINED_IN_FUTURE", field="trainedOn")
            trained = await store.record_training(connection, scope, ids, input.trained_on)
            if len(trained) != len(set(input.contestant_ids)):
                raise NotFoundError
            await registration.people_changed(connection, contests[0])
            entries = [_trained(one, input.trained_on) for one in trained if one.trained_on != input.trained_on]
            if entries:
                await context.record(connection, *entries)
            else:
                context.nothing_to_record()
        found = [await context.load("Contestant", key) for key in dict.fromkeys(ids)]
        return RecordTrainingPayload(contestants=found)


def _as(context: Context, decision: Decision, person: Person) -> bool:
    """Whether the viewer acts on somebody in one of these roles."""
    return context.viewer.scope(decision).covers(person.contest_id, person.spot.city_id, person.id)


def _given(given: MendContestantInput) -> dict[str, Any]:
    """What is to change, checked; raises InvalidInputError for the first field that is wrong."""
    checks: dict[str, Callable[[Any], Any]] = {
        "name": details.check_name,
        "phone": details.check_mobile,
        "id_number": details.check_id,
        "handle": details.check_handle,
        "experience": lambda text: details.check_note("experience", text),
        "remark": lambda text: details.check_note("remark", text),
        "platform": lambda platform: platform,
    }
    found = {name: check(getattr(given, name)) for name, check in checks.items() if getattr(given, name) is not None}
    if given.followers is not strawberry.UNSET:
        found["followers"] = details.check_followers(given.followers)
    return found


async def _check_free(context: Context, connection: Connection, person: Person, told: Told) -> None:
    """Nobody else has the ID number or the account; raises ConflictError."""
    vault, contest_id = context.resources.vault, person.contest_id
    if told.id_number != person.told.id_number:
        people = await registration.find_people(connection, vault, contest_id, [told.id_number])
        if any(one.id != person.id for one in people.values()):
            raise ConflictError("ID_NUMBER_REGISTERED")
    if told.account != person.told.account:
        holders = await registration.find_holders(connection, contest_id, [told.account])
        if holders.get(told.account, person.id) != person.id:
            raise ConflictError("ACCOUNT_REGISTERED")


async def _write(context: Context, connection: Connection, person: Person, mended: Mended) -> bool:
    """Whether there was anything to write."""
    changes = changes_of(person, mended)
    if not changes:
        context.nothing_to_record()
        return False
    await store.write_mended(connection, context.resources.vault, person, mended, context.viewer.user_id)
    told = mended.told
    if (told.platform, told.handle) != (person.told.platform, person.told.handle):
        await registration.change_account(connection, person.id, told.platform, told.handle, told.account)
    await registration.people_changed(connection, person.contest_id)
    if mended.sent_again:
        event, words = f"sent again {person.id} {person.now.isoformat()}", {"number": person.number}
        city = person.spot.city_id
        await tell(connection, Message("CONTESTANT_SENT_AGAIN", person.contest_id, event, {**words}, city_id=city))
    await context.record(connection, _entry(Action.MEND_CONTESTANT, person, changes))
    return True


async def _tell_left(context: Context, connection: Connection, person: Person) -> None:
    event, told = f"withdrawn {person.id} {person.now.isoformat()}", {"number": person.number}
    city = person.spot.city_id
    await tell(connection, Message("CONTESTANT_LEFT", person.contest_id, event, {**told}, city_id=city))
    if not _as(context, OWN, person):
        own = Message("YOU_WERE_WITHDRAWN", person.contest_id, event, {**told}, contestant_id=person.id)
        await tell(connection, own)
    await tell_of_broken_teams(connection, person.contest_id, [person.id], event)


def _entry(action: Action, person: Person, changes: Any, reason: str = "") -> Entry:
    return Entry.of_contestant(action, person.id, person.contest_id, person.spot.city_id, changes, reason)


def _trained(one: store.Trained, on: date | None) -> Entry:
    days = one.trained_on, on
    changes: dict[str, Any] = {"trained_on": tuple(day and day.isoformat() for day in days)}
    return Entry.of_contestant(Action.RECORD_TRAINING, one.id, one.contest_id, one.city_id, changes)
