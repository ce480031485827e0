"""A new password for whoever lost it: by whom, once, and with every session ended."""

import asyncio
from typing import Any

import httpx
import pytest

from services.api.grants.rights import Right
from services.api.grants.store import add_grant
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid, post
from tests.api.test_invitations import RIGHTS, SIGN_IN, UNKNOWN, accept, refused
from tests.factories import PASSWORD, APerson, a_contest, a_person
from tests.people import a_contestant

RENEW = """mutation ($user: ID!) { renewAccess(input: {userId: $user, reason: "忘记密码"}) { __typename
  ... on RenewAccessPayload { invitationCode link invitation { role state } } ... on Error { code } } }"""
GRANT = "mutation ($input: GrantRoleInput!) { grantRole(input: $input) { __typename ... on Error { code } } }"
NEW = "another long password"


async def renew(ask: Ask, by: APerson, whose: APerson) -> Any:
    return (await ask(RENEW, by, user=gid("User", whose.user_id)))["renewAccess"]


async def test_the_link_sets_a_password_and_ends_every_session(
    client: httpx.AsyncClient, ask: Ask, database: Pool
) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    judge = await a_person(database, Role.JUDGE, contest)
    assert (await ask(RIGHTS, judge))["viewer"] is not None
    made = await renew(ask, organiser, judge)
    await database.execute("insert into identities values ('https://id.example', 'u1', $1)", judge.user_id)
    assert made["invitation"] == {"role": None, "state": "OPEN"}
    assert (await ask(RIGHTS, judge))["viewer"] is not None  # until it is used nothing changes
    used = await accept(ask, made["link"], password=NEW)
    assert used["user"]["login"] == judge.login
    assert (used["token"], used["expiresAt"]) == (None, None)
    assert (await post(client, RIGHTS, judge)).status_code == 401
    assert await database.fetchval("select count(*) from identities") == 0
    old, new = [(await ask(SIGN_IN, login=judge.login, password=each))["signIn"] for each in (PASSWORD, NEW)]
    assert [old["__typename"], new["__typename"]] == ["SignInRefused", "SignInPayload"]
    assert refused(await accept(ask, made["link"], password="yet another password")) == UNKNOWN
    entries = await database.fetch(
        "select login, action, changes, reason from audit_entries where action like '%RENEW%' order by id"
    )
    assert [tuple(entry) for entry in entries] == [
        (organiser.login, "RENEW_ACCESS", {}, "忘记密码"),
        (judge.login, "ACCESS_RENEWED", {"password": ["***", "***"]}, ""),
    ]
    assert await database.fetchval("select code from messages where user_id = $1", judge.user_id) == "PASSWORD_RENEWED"


async def test_a_newer_link_and_a_new_right_end_the_older_link(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    judge = await a_person(database, Role.JUDGE, contest)
    first, second = [(await renew(ask, organiser, judge))["invitationCode"] for _ in range(2)]
    assert refused(await accept(ask, first, password=NEW)) == UNKNOWN
    invite = """mutation ($input: InviteUserInput!) { inviteUser(input: $input) {
      ... on InviteUserPayload { invitationCode } } }"""
    given = {"name": "审计", "role": "AUDITOR", "contestId": gid("Contest", contest.id)}
    code = (await ask(invite, organiser, input=given))["inviteUser"]["invitationCode"]
    assert (await accept(ask, code, person=judge))["__typename"] == "AcceptInvitationPayload"
    assert refused(await accept(ask, second, password=NEW)) == UNKNOWN


async def test_a_right_that_is_given_ends_the_link(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    boss = await a_person(database, Role.ORGANISER)
    made = await renew(ask, leader, clerk)
    given = await ask(GRANT, boss, input={"login": clerk.login, "role": "ORGANISER"})
    assert given["grantRole"] == {"__typename": "GrantRolePayload"}
    assert refused(await accept(ask, made["invitationCode"], password=NEW)) == UNKNOWN
    assert (await ask(SIGN_IN, login=clerk.login, password=NEW))["signIn"]["__typename"] == "SignInRefused"
    assert (await renew(ask, leader, clerk))["code"] == "NOT_ALLOWED"


@pytest.mark.parametrize("everywhere", [False, True])
async def test_a_right_that_is_given_meanwhile_is_seen(ask: Ask, database: Pool, everywhere: bool) -> None:
    contest = await a_contest(database)
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    right = Right(Role.ORGANISER, None if everywhere else contest.id)
    async with database.acquire() as connection, connection.transaction():
        await lock_contest(connection, right.contest_id)
        await add_grant(connection, clerk.user_id, right)
        waiting = asyncio.create_task(renew(ask, leader, clerk))
        await asyncio.wait([waiting], timeout=0.5)
        assert not waiting.done()
    assert (await waiting)["code"] == "NOT_ALLOWED"
    assert await database.fetchval("select count(*) from invitations") == 0


async def test_a_link_is_worth_no_more_than_whoever_made_it(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    judge = await a_person(database, Role.JUDGE, contest)
    made = await renew(ask, organiser, judge)
    await database.execute("update grants set role = 'AUDITOR' where user_id = $1", organiser.user_id)
    assert refused(await accept(ask, made["invitationCode"], password=NEW)) == UNKNOWN
    assert (await ask(SIGN_IN, login=judge.login, password=PASSWORD))["signIn"]["__typename"] == "SignInPayload"


async def test_a_closed_account_is_not_opened_by_a_link(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    judge = await a_person(database, Role.JUDGE, contest)
    made = await renew(ask, organiser, judge)
    await database.execute("update users set disabled_at = now() where id = $1", judge.user_id)
    assert refused(await accept(ask, made["invitationCode"], password=NEW)) == UNKNOWN
    assert (await renew(ask, organiser, judge))["code"] == "NOT_ALLOWED"


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (
            "organiser",
            {
                "clerk": "RenewAccessPayload",
                "contestant": "RenewAccessPayload",
                "colleague": "RenewAccessPayload",
                "clerk there": "RenewAccessPayload",
                "of both": "NotAllowed",
                "boss": "NotFound",
                "stranger": "NotFound",
                "organiser": "NotAllowed",
            },
        ),
        (
            "leader",
            {
                "clerk": "RenewAccessPayload",
                "contestant": "RenewAccessPayload",
                "colleague": "NotFound",
                "clerk there": "NotFound",
                "of both": "NotAllowed",
                "boss": "NotFound",
                "stranger": "NotFound",
                "leader": "NotAllowed",
            },
        ),
        ("clerk", {"contestant": "NotAllowed"}),
        ("boss", {"stranger": "RenewAccessPayload", "organiser": "RenewAccessPayload", "boss": "NotAllowed"}),
    ],
)
async def test_nobody_sets_the_password_of_whom_they_could_not_have_let_in(
    ask: Ask, database: Pool, by: str, expected: dict[str, str]
) -> None:
    contest, other = await a_contest(database), await a_contest(database)
    here, there = contest.cities[0], contest.cities[1]
    people = {
        "organiser": await a_person(database, Role.ORGANISER, contest),
        "colleague": await a_person(database, Role.ORGANISER, contest),
        "leader": await a_person(database, Role.CITY_LEADER, contest, city=here),
        "clerk": await a_person(database, Role.CITY_CLERK, contest, city=here),
        "clerk there": await a_person(database, Role.CITY_CLERK, contest, city=there),
        "contestant": await a_person(database, Role.CONTESTANT, contest, contestant=(await a_contestant(contest)).id),
        "of both": await a_person(database, Role.CITY_CLERK, contest, city=here),
        "boss": await a_person(database, Role.ORGANISER),
        "stranger": await a_person(database, Role.JUDGE, other),
    }
    await database.execute(
        "insert into grants (id, user_id, role, contest_id) values (gen_random_uuid(), $1, 'JUDGE', $2)",
        *(people["of both"].user_id, other.id),
    )
    found = {name: (await renew(ask, people[by], people[name]))["__typename"] for name in expected}
    assert found == expected
    made = list(expected.values()).count("RenewAccessPayload")
    assert await database.fetchval("select count(*) from invitations") == made
