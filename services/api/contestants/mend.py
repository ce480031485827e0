"""What is told of a contestant is mended."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

import strawberry

from services.api.contestants import details, store
from services.api.contestants.coming_in import refusal
from services.api.contestants.locked import acts_as, lock_person
from services.api.contestants.mending import Mended, Mender, changes_of, mend
from services.api.contestants.person import Person, Told
from services.api.contestants.types import Contestant
from services.api.context import Context, Info
from services.api.decisions.viewers import ORGANISERS, OWN
from services.api.errors import Conflict, ConflictError, InvalidInput, NotAllowed, NotFound
from services.api.nodes import key_of
from services.api.scalars import Long
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.database.pool import Connection
from services.shared.messages.store import Message, tell
from services.shared.problems import Problem
from services.shared.registration import store as registration
from services.shared.vocabulary import Platform


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


@strawberry.type(description="It is mended; whoever had been returned waits for the review again. (已修改)")
class MendContestantPayload:
    contestant: Contestant = strawberry.field(description="The contestant. (选手)")
    changed: bool = strawberry.field(description="False: all of it was so already. (是否有变更)")


MendContestantResult = Annotated[
    MendContestantPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("MendContestantResult", description="What mendContestant answers. (修改的结果)"),
]


@strawberry.type
class MendMutation:
    @strawberry.mutation(
        description="Mends what is told of somebody; whoever had been returned is sent again. (修改选手信息)"
    )
    async def mend_contestant(
        self,
        info: Info,
        input: Annotated[MendContestantInput, strawberry.argument(description="What changes. (输入)")],  # noqa: A002
    ) -> MendContestantResult:
        context, given = info.context, _given(input)
        key = key_of(input.contestant_id, "Contestant")
        async with context.pool.acquire() as connection, connection.transaction():
            person = await lock_person(context, connection, "mendContestant", key)
            told = replace(person.told, **given)
            await _check_free(context, connection, person, told)
            locked = await registration.is_list_locked(connection, person.spot.city_id)
            by = Mender(organiser=acts_as(context, ORGANISERS, person), themselves=acts_as(context, OWN, person))
            mended = mend(person, told, by, list_locked=locked, as_it_is=not given)
            if isinstance(mended, Problem):
                raise refusal(mended)
            changed = await _write(context, connection, person, mended)
        await context.send_jobs()
        return MendContestantPayload(contestant=await context.load("Contestant", person.id), changed=changed)


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
    place = person.contest_id, person.spot.city_id
    await context.record(connection, Entry.of_contestant(Action.MEND_CONTESTANT, person.id, *place, changes))
    return True
