"""Who takes part in the demo beside the contestants: everybody is invited, and comes in by the link they got."""

from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from services.cli.client import Client
from services.cli.transfer import each
from services.shared.passwords import new_password


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Somebody who can sign in; only those who are `shown` are told of, one of a kind."""

    role: str
    who: str
    login: str
    password: str
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Official:
    """An official at work; `client` is signed in as them."""

    client: Client
    user_id: str
    city: dict[str, Any] | None


@dataclass(slots=True)
class Cast:
    """Everybody who does something, each by a client of their own; clerks and leaders by their city's name."""

    first: Client
    organisers: dict[str, Official] = field(default_factory=dict)  # by the host's role
    clerks: dict[str, Official] = field(default_factory=dict)
    leaders: dict[str, Official] = field(default_factory=dict)
    judges: list[Official] = field(default_factory=list)
    users: list[DemoUser] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Invited:
    """Whom the organiser invites."""

    user: DemoUser
    city: dict[str, Any] | None = None
    host_role: str | None = None


async def gather_cast(
    first: Client, contest: dict[str, Any], handles: dict[str, str], shown: str, stack: AsyncExitStack
) -> Cast:
    """Invites everybody; `handles` are the cities' names in logins, `shown` the city whose officials are shown."""
    cast = Cast(first)
    invited = [*_of_the_contest(contest), *_of_the_cities(contest, handles, shown)]
    came = await each(invited, lambda one: _come_in(first, contest["id"], one, stack))
    for one, official in zip(invited, came, strict=True):
        if one.city is not None:
            side = cast.clerks if one.user.role == "CITY_CLERK" else cast.leaders
            side[one.city["name"]] = official
        elif one.host_role is not None:
            cast.organisers[one.host_role] = official
        elif one.user.role == "JUDGE":
            cast.judges.append(official)
    cast.users = [one.user for one in invited]
    return cast


async def activate_contestant(clerk: Official, who: dict[str, Any], stack: AsyncExitStack) -> tuple[DemoUser, Official]:
    """A contestant comes in by the code that their city's clerk hands them."""
    assert clerk.city is not None  # noqa: S101  clerks are of a city
    given = {"cityId": clerk.city["id"], "contestantIds": [who["id"]]}
    (slip,) = (await clerk.client.mutate("IssueActivationCodes", **given))["codes"]
    user = DemoUser("CONTESTANT", f"选手 {who['number']} {who['name']}", "contestant", new_password())
    return user, await _accept(clerk.client.server, slip["code"], user, clerk.city, stack)


def _of_the_contest(contest: dict[str, Any]) -> Iterable[_Invited]:
    for role, login, side in (("HOST", "host", "主办"), ("UNDERTAKER", "undertaker", "承办")):
        name = next((one["name"] for one in contest["hosts"] if one["role"] == role), login)
        yield _Invited(DemoUser("ORGANISER", f"{name}（{side}）", login, new_password()), host_role=role)
    yield _Invited(DemoUser("JUDGE", "评委", "judge", new_password()))
    yield _Invited(DemoUser("JUDGE", "评委二", "judge-2", new_password(), shown=False))
    yield _Invited(DemoUser("AUDITOR", "纪检监督", "auditor", new_password()))


def _of_the_cities(contest: dict[str, Any], handles: dict[str, str], shown: str) -> Iterable[_Invited]:
    for city in contest["cities"]:
        for role, what, login in (("CITY_CLERK", "经办人", "clerk"), ("CITY_LEADER", "领队", "leader")):
            name = city["name"]
            user = DemoUser(role, f"{name}{what}", f"{login}-{handles[name]}", new_password(), shown=name == shown)
            yield _Invited(user, city)


async def _come_in(first: Client, contest_id: str, one: _Invited, stack: AsyncExitStack) -> Official:
    given = {"name": one.user.who, "role": one.user.role, "contestId": contest_id, "hostRole": one.host_role}
    made = await first.mutate("InviteUser", **given, cityId=one.city and one.city["id"])
    return await _accept(first.server, made["invitationCode"], one.user, one.city, stack)


async def _accept(
    server: str, code: str, user: DemoUser, city: dict[str, Any] | None, stack: AsyncExitStack
) -> Official:
    async with Client(server) as visitor:  # one each: a client that has come in is somebody already
        made = await visitor.mutate("AcceptInvitation", code=code, login=user.login, password=user.password)
    client = await stack.enter_async_context(Client(server, made["token"]))
    return Official(client, made["user"]["id"], city)
