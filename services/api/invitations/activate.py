"""Codes that a city prints for its recommended people, each to activate that one person's account."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from asyncpg import Record

from services.api.contestants.types import Contestant
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
from services.api.grants.rights import Right
from services.api.invitations import store
from services.api.invitations.codes import code_hash, in_groups, link_to, new_typed_code
from services.api.invitations.sheet import Slip, render_sheet
from services.api.nodes import key_of, keys_of
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection
from services.shared.vocabulary import Role

OPEN_DAYS = 30
MOST_AT_ONCE = 1000


@strawberry.input(description="Either some people of a city, or all of them. (签发激活码)")
class IssueActivationCodesInput:
    city_id: strawberry.ID = strawberry.field(description="Whose people. (市州)")
    contestant_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="These; a code that one of them has ends. (选手)"
    )
    all: bool = strawberry.field(
        default=False, description="Everyone recommended who is pending or approved and has no account. (全部)"
    )
    again: bool = strawberry.field(
        default=False, description="With `all`: those too who have a code, which ends. (重新签发)"
    )
    expires_at: datetime | None = strawberry.field(
        default=None, description="Until when they can be used; without one, for 30 days. (有效期至)"
    )


@strawberry.type(description="What to hand to one person; the code is shown this once. (激活码)")
class ActivationCode:
    contestant_id: strawberry.Private[UUID]
    slip: strawberry.Private[Slip]
    code: str = strawberry.field(description="To be typed: 12 letters and digits in groups of four. (激活码)")
    link: str = strawberry.field(description="Opens with the code filled in. (链接)")

    @strawberry.field(description="Whose it is. (选手)")
    async def contestant(self, info: Info) -> Contestant | None:
        contestant: Contestant | None = await info.context.load("Contestant", self.contestant_id)
        return contestant

    @strawberry.field(description="The link as a QR code, an SVG element. (二维码)")
    def qr(self) -> str:
        return self.slip.qr


@strawberry.type(description="New codes; those that these people had before have ended. (已签发)")
class IssueActivationCodesPayload:
    heading: strawberry.Private[tuple[str, str, str]]  # contest, city, where people open the link
    codes: list[ActivationCode] = strawberry.field(description="By contestant number. (激活码)")
    expires_at: datetime = strawberry.field(description="Until when they can be used. (有效期至)")

    @strawberry.field(description="All of them as an HTML page to print and cut. (打印页)")
    def sheet(self) -> str:
        return render_sheet(*self.heading, self.expires_at, [code.slip for code in self.codes])


IssueActivationCodesResult = Annotated[
    IssueActivationCodesPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("IssueActivationCodesResult", description="What issueActivationCodes answers. (签发的结果)"),
]


@strawberry.type
class ActivateMutation:
    @strawberry.mutation(description="Makes codes with which people activate their accounts. (签发激活码)")
    async def issue_activation_codes(
        self,
        info: Info,
        input: Annotated[  # noqa: A002
            IssueActivationCodesInput, strawberry.argument(description="For whom. (选手范围)")
        ],
    ) -> IssueActivationCodesResult:
        context, named = info.context, _named(input)
        async with context.pool.acquire() as connection, connection.transaction():
            city_id = key_of(input.city_id, "City")
            city = await store.find_contest_of_city(connection, city_id) if city_id else None
            if (
                city_id is None
                or city is None
                or not context.may("issueActivationCodes").covers(city["contest_id"], city_id)
            ):
                raise NotFoundError
            await lock_contest(connection, city["contest_id"])
            expires_at = await store.expiry(connection, input.expires_at, OPEN_DAYS)
            people = await store.find_activatable(connection, city_id, named)
            chosen = _choose(people, named, again=input.again)
            await store.revoke_open(connection, contestants=[person["id"] for person in chosen])
            codes = [await _issue(context, connection, person, expires_at) for person in chosen]
        if not codes:
            context.nothing_to_record()
        heading = (city["title"], city["name"], context.resources.settings.site)
        return IssueActivationCodesPayload(heading=heading, codes=codes, expires_at=expires_at)


def _named(asked: IssueActivationCodesInput) -> list[UUID] | None:
    """The keys of those who are named, None for all; raises InvalidInputError unless it is one of both."""
    if asked.all is (asked.contestant_ids is not None):
        raise InvalidInputError("SOME_OR_ALL", field="contestantIds")
    if asked.contestant_ids is None:
        return None
    return keys_of(asked.contestant_ids, "Contestant", field="contestantIds", most=MOST_AT_ONCE)


def _choose(people: list[Record], named: list[UUID] | None, *, again: bool) -> list[Record]:
    """Who gets a code. Raises when somebody who is named is not of the city, or may not get one."""
    if named is None:
        return [one for one in people if one["may_activate"] and (again or not one["has_code"])]
    if len(people) < len(set(named)):
        raise NotFoundError
    for one in people:
        if not one["may_activate"]:
            raise ConflictError("NOT_ACTIVATABLE", number=one["number"])
    return people


async def _issue(context: Context, connection: Connection, person: Record, expires_at: datetime) -> ActivationCode:
    code, resources = new_typed_code(), context.resources
    contest_id, city_id = person["contest_id"], person["city_id"]
    await store.add_invitation(
        connection,
        Right(Role.CONTESTANT, contest_id, city_id),
        contestant_id=person["id"],
        code_hash=code_hash(resources.vault, code),
        created_by=context.viewer.user_id,
        expires_at=expires_at,
    )
    await context.record(
        connection, Entry.of_contestant(Action.ISSUE_ACTIVATION_CODE, person["id"], contest_id, city_id)
    )
    link = link_to(resources.settings.site, code)
    slip = Slip(person["number"], person["name"], code, link)
    return ActivationCode(contestant_id=person["id"], slip=slip, code=in_groups(code), link=link)
