"""People register themselves, or are entered by their city: one at a time."""

import json
from dataclasses import asdict, dataclass
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.attempts import REGISTRATIONS
from services.api.contestants import details, store
from services.api.contestants.coming_in import Arrival, arrive, entry_of, judge_arrival, let_in, refusal
from services.api.contestants.holder import NewUser, add_holder, checked_user
from services.api.contestants.types import Contestant
from services.api.contests.types import City
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
    TooManyAttempts,
)
from services.api.idempotency.store import recall, recall_of_login, remember
from services.api.nodes import key_of
from services.api.scalars import Long
from services.shared.audit.actions import Action
from services.shared.audit.store import Actor
from services.shared.database.pool import Connection
from services.shared.registration.rules import Newcomer, Spot, Verdict
from services.shared.registration.store import Added, By, access_ended
from services.shared.vocabulary import EntryWay, Platform


@strawberry.input(description="A city's person, with the one account. (推荐选手)")
class EnterContestantInput:
    city_id: strawberry.ID = strawberry.field(description="Whose person it is. (市州)")
    division_id: strawberry.ID = strawberry.field(description="For which division. (组别)")
    name: str = strawberry.field(description="Their name. (姓名)")
    id_number: str = strawberry.field(description="18 digits; kept sealed. (身份证号)")
    phone: str = strawberry.field(description="11 digits; kept sealed. (手机号)")
    platform: Platform = strawberry.field(description="Of their one account. (参赛平台)")
    handle: str = strawberry.field(description="抖音号 or 快手号, not the nickname. (账号)")
    followers: Long | None = strawberry.field(default=None, description="Their followers. (粉丝数量)")
    experience: str = strawberry.field(default="", description="Experience and honours. (直播经验、荣誉等)")
    remark: str = strawberry.field(default="", description="Anything else. (备注)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key makes nothing new. (幂等键)"
    )


@strawberry.input(description="Whoever registers, and what they agree to. (自主报名)")
class RegisterContestantInput:
    city_id: strawberry.ID = strawberry.field(description="The city they are from or live in. (市州)")
    division_id: strawberry.ID = strawberry.field(description="For which division. (组别)")
    name: str = strawberry.field(description="Their name. (姓名)")
    id_number: str = strawberry.field(description="18 digits; kept sealed. (身份证号)")
    phone: str = strawberry.field(description="11 digits; kept sealed. (手机号)")
    platform: Platform = strawberry.field(description="Of their one account. (参赛平台)")
    handle: str = strawberry.field(description="抖音号 or 快手号, not the nickname. (账号)")
    followers: Long | None = strawberry.field(default=None, description="Their followers. (粉丝数量)")
    experience: str = strawberry.field(default="", description="Experience and honours. (直播经验、荣誉等)")
    consent_version: str = strawberry.field(description="Of the wording they agree to: Contest.consent. (同意的版本)")
    login: str | None = strawberry.field(
        default=None, description="To sign in with from now on; not for whoever is signed in. (登录名)"
    )
    password: str | None = strawberry.field(default=None, description="10 to 200 characters. (密码)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating the very same request with the same key makes nothing new. (幂等键)"
    )


@strawberry.type(description="They are entered and wait for the review. (已录入)")
class EnterContestantPayload:
    contestant: Contestant = strawberry.field(description="The person. (选手)")


@strawberry.type(description="They are registered and wait for the review. (已报名)")
class RegisterContestantPayload:
    number: int = strawberry.field(description="Their number in the contest. (选手编号)")


EnterContestantResult = Annotated[
    EnterContestantPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("EnterContestantResult", description="What enterContestant answers. (录入的结果)"),
]
RegisterContestantResult = Annotated[
    RegisterContestantPayload | InvalidInput | NotFound | Conflict | TooManyAttempts,
    strawberry.union("RegisterContestantResult", description="What registerContestant answers. (报名的结果)"),
]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a registration brings beside the person: the user to be, the text agreed to, the hashed idempotency key."""

    user: NewUser | None
    consent: str
    key: str | None


@strawberry.type
class RegistrationMutation:
    @strawberry.mutation(description="Enters a person whom a city recommends. (录入推荐选手)")
    async def enter_contestant(
        self,
        info: Info,
        input: Annotated[EnterContestantInput, strawberry.argument(description="The person. (输入)")],  # noqa: A002
    ) -> EnterContestantResult:
        context = info.context
        city, division_id = await _places(context, input.city_id, input.division_id)
        if not context.may("enterContestant").covers(city.contest_id, city.uuid):
            raise NotAllowedError
        newcomer, spot = _newcomer(input, input.remark), Spot(city.uuid, division_id, EntryWay.RECOMMENDED)
        verdict: Verdict | None = None
        added: Added | None = None
        async with context.pool.acquire() as connection, connection.transaction():
            contestant_id = await recall(connection, context, "enterContestant", input.idempotency_key)
            if contestant_id is None:
                arrival = await arrive(context, connection, city.contest_id, spot, newcomer)
                verdict = await judge_arrival(context, connection, arrival)
                if verdict.problem is None:
                    added = await _enter(context, connection, arrival, input.idempotency_key)
                    contestant_id = added.id
        if verdict is not None and verdict.problem is not None:
            raise refusal(verdict.problem)
        for user_id, sessions in added.shut_out if added else ():
            await context.resources.sessions.ended(sessions)
            await context.resources.sessions.changed(user_id)
        await context.send_jobs()
        return EnterContestantPayload(contestant=await context.load("Contestant", contestant_id))

    @strawberry.mutation(description="Registers whoever asks. (自主报名)")
    async def register_contestant(
        self,
        info: Info,
        input: Annotated[RegisterContestantInput, strawberry.argument(description="Who it is. (输入)")],  # noqa: A002
    ) -> RegisterContestantResult:
        context = info.context
        await context.count_attempt("registerContestant", **REGISTRATIONS)
        city, division_id = await _places(context, input.city_id, input.division_id)
        newcomer, spot = _newcomer(input, ""), Spot(city.uuid, division_id, EntryWay.SELF_REGISTERED)
        user = await checked_user(context, input.login, input.password, newcomer.name)
        asked = _Asked(user, input.consent_version, _key(context, input))
        async with context.pool.acquire() as connection, connection.transaction():
            number = await _registered_before(context, connection, asked)
            if number is not None:
                return RegisterContestantPayload(number=number)
            arrival = await arrive(context, connection, city.contest_id, spot, newcomer)
            await _check_consent(connection, city.contest_id, input.consent_version)
            await _check_theirs(context, connection, arrival)
            verdict = await judge_arrival(context, connection, arrival)
            if verdict.problem is None:
                number = await _register(context, connection, arrival, asked)
        if verdict.problem is not None or number is None:
            raise refusal(verdict.problem) if verdict.problem else NotFoundError
        await context.still_signed_in()
        await context.send_jobs()
        return RegisterContestantPayload(number=number)


async def _places(context: Context, city_text: strawberry.ID, division_text: strawberry.ID) -> tuple[City, UUID]:
    """City and division; raises NotFoundError. That they are of one contest is asked under its lock."""
    city, division_id = await context.load("City", key_of(city_text, "City")), key_of(division_text, "Division")
    if city is None or division_id is None:
        raise NotFoundError
    return city, division_id


def _newcomer(given: EnterContestantInput | RegisterContestantInput, remark: str) -> Newcomer:
    """Raises InvalidInputError for the first field that is wrong."""
    return Newcomer(
        name=details.check_name(given.name),
        id_number=details.check_id(given.id_number),
        phone=details.check_mobile(given.phone),
        platform=given.platform,
        handle=details.check_handle(given.handle),
        followers=details.check_followers(given.followers),
        experience=details.check_note("experience", given.experience),
        remark=details.check_note("remark", remark),
    )


async def _enter(context: Context, connection: Connection, arrival: Arrival, key: str | None) -> Added:
    added = await let_in(context, connection, arrival, By(context.viewer.user_id))
    await remember(connection, context, "enterContestant", key, added.id)
    ended = access_ended(arrival.contest_id, arrival.spot.city_id, added)
    await context.record(connection, entry_of(Action.ENTER_CONTESTANT, arrival, added), *ended)
    return added


def _key(context: Context, given: RegisterContestantInput) -> str | None:
    """What the request is found again by: nobody but who knows every field of it gets its answer once more."""
    if given.idempotency_key is None:
        return None
    return context.resources.vault.index(json.dumps(asdict(given), sort_keys=True)).hex()


async def _check_consent(connection: Connection, contest_id: UUID, agreed: str) -> None:
    wanted = await store.find_consent(connection, contest_id)
    if not wanted:
        raise ConflictError("CONSENT_MISSING")
    if agreed != wanted:
        raise InvalidInputError("CONSENT_CHANGED", field="consentVersion", version=wanted)


async def _check_theirs(context: Context, connection: Connection, arrival: Arrival) -> None:
    """Somebody who comes back must sign in to do so, or ask their city to enter them: else anyone with their ID number
    could read what was told of them.
    """
    person = arrival.known.person
    if person is None or not person.withdrawn:
        return
    if await store.is_anothers(connection, person.id, context.viewer.user_id):
        raise ConflictError("ID_NUMBER_REGISTERED")


async def _registered_before(context: Context, connection: Connection, asked: "_Asked") -> int | None:
    """The number of whom the very same request has registered."""
    login = asked.user.login if asked.user else context.viewer.login
    found = await recall_of_login(connection, context, "registerContestant", asked.key, login)
    return await store.find_number(connection, found) if found else None


async def _register(context: Context, connection: Connection, arrival: Arrival, asked: "_Asked") -> int:
    """Writes whoever registers, and lets them sign in."""
    user_id = await add_holder(context, connection, asked.user)
    added = await let_in(context, connection, arrival, By(user_id, asked.consent))
    await store.give_to(connection, user_id, arrival.contest_id, added.id)
    await remember(connection, context, "registerContestant", asked.key, added.id, user=user_id)
    actor = Actor(user_id, asked.user.login if asked.user else context.viewer.login, context.address)
    await context.record(connection, entry_of(Action.REGISTER_CONTESTANT, arrival, added), actor=actor)
    return added.number
