"""Who holds which right: given, taken, seen by those concerned, and shut out at once."""

import asyncio
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from services.api.users.sessions import Sessions
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid, post
from tests.factories import PASSWORD, AContest, APerson, a_contest, a_person
from tests.people import a_contestant

GRANT = """mutation ($input: GrantRoleInput!) { grantRole(input: $input) {
  __typename ... on GrantRolePayload { user { login grants { id role hostRole city { name } } } }
  ... on Error { code } } }"""
REVOKE = """mutation ($id: ID!) { revokeGrant(input: {grantId: $id, reason: "换人"}) {
  __typename ... on RevokeGrantPayload { user { login } } ... on Error { code } } }"""
DISABLE = """mutation ($id: ID!) { disableUser(input: {userId: $id, reason: "离职"}) {
  __typename ... on DisableUserPayload { user { disabled } } ... on Error { code } } }"""
ENABLE = """mutation ($id: ID!) { enableUser(input: {userId: $id, reason: "回来了"}) {
  __typename ... on EnableUserPayload { user { disabled } } ... on Error { code } } }"""
RESET = """mutation ($id: ID!) { resetTotp(input: {userId: $id, reason: "手机丢了"}) {
  __typename ... on ResetTotpPayload { user { secondFactor } } ... on Error { code } } }"""
USERS = """query ($contest: ID, $role: Role) { users(contestId: $contest, role: $role) {
  totalCount nodes { login grants { role } } } }"""
CREATE = "mutation ($input: CreateUserInput!) { createUser(input: $input) { __typename ... on Error { code } } }"
SIGN_IN = """mutation ($login: String!, $password: String!) {
  signIn(input: {login: $login, password: $password}) { __typename ... on Error { code } } }"""


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


async def recorded(database: Pool) -> list[tuple[Any, ...]]:
    rows = await database.fetch("select action, login, changes, reason from audit_entries order by id")
    return [tuple(row.values()) for row in rows]


async def held(ask: Ask, person: APerson) -> list[str]:
    viewer = (await ask("{ viewer { grants { role } } }", person))["viewer"]
    return [each["role"] for each in viewer["grants"]]


async def test_a_right_holds_at_once_and_ends_at_once(
    ask: Ask, database: Pool, redis: Redis, contest: AContest, organiser: APerson
) -> None:
    person = await a_person(database)
    elsewhere = Sessions(database, redis)
    watching = asyncio.create_task(elsewhere.watch())
    assert await held(ask, person) == []
    await elsewhere.viewer(person.token)
    given = {"login": f" {person.login.upper()}　", "role": "CITY_CLERK", "cityId": gid("City", contest.cities[0])}
    answer = (await ask(GRANT, organiser, input={**given, "contestId": gid("Contest", contest.id)}))["grantRole"]
    (right,) = answer["user"]["grants"]
    assert (answer["user"]["login"], right["role"], right["hostRole"]) == (person.login, "CITY_CLERK", None)
    assert await held(ask, person) == ["CITY_CLERK"]
    again = await ask(GRANT, organiser, input={**given, "contestId": gid("Contest", contest.id)})
    assert again["grantRole"]["code"] == "GRANT_HELD"
    assert (await ask(REVOKE, organiser, id=right["id"]))["revokeGrant"]["user"] == {"login": person.login}
    assert await held(ask, person) == []
    assert (await ask(REVOKE, organiser, id=right["id"]))["revokeGrant"]["code"] == "NOT_FOUND"
    async with asyncio.timeout(20):
        while True:
            viewer = await elsewhere.viewer(person.token)
            if viewer is not None and not viewer.grants:
                break
            await asyncio.sleep(0.02)
    watching.cancel()
    assert await recorded(database) == [
        ("GRANT_ROLE", organiser.login, {"role": [None, "CITY_CLERK"]}, ""),
        ("REVOKE_GRANT", organiser.login, {"role": ["CITY_CLERK", None]}, "换人"),
    ]
    told = await database.fetch("select code from messages where user_id = $1 order by id", person.user_id)
    assert [row["code"] for row in told] == ["GRANT_GIVEN", "GRANT_REVOKED"]


async def test_nobody_gives_more_than_they_have(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    other, person = await a_contest(database), await a_person(database)
    undertaker = await a_person(database, Role.ORGANISER, contest)
    await database.execute("update grants set host_role = 'UNDERTAKER' where user_id = $1", undertaker.user_id)
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    auditor = await a_person(database, Role.AUDITOR, contest)
    here, there = gid("Contest", contest.id), gid("Contest", other.id)
    cases: list[tuple[APerson, dict[str, Any], str]] = [
        (organiser, {"role": "ORGANISER"}, "NOT_ALLOWED"),
        (organiser, {"role": "AUDITOR"}, "NOT_ALLOWED"),
        (organiser, {"role": "JUDGE", "contestId": there}, "NOT_FOUND"),
        (organiser, {"role": "CITY_CLERK", "contestId": here, "cityId": gid("City", other.cities[0])}, "NOT_FOUND"),
        (organiser, {"role": "CITY_CLERK", "contestId": here}, "CITY_OF_STAFF"),
        (organiser, {"role": "JUDGE"}, "CONTEST_NEEDED"),
        (organiser, {"role": "JUDGE", "contestId": here, "hostRole": "HOST"}, "HOST_ROLE_OF_ORGANISER"),
        (organiser, {"role": "CONTESTANT", "contestId": here}, "ROLE_NOT_GIVEN"),
        (organiser, {"role": "PUBLIC", "contestId": here}, "ROLE_NOT_GIVEN"),
        (organiser, {"role": "JUDGE", "contestId": here, "login": "nobody"}, "LOGIN_UNKNOWN"),
        (undertaker, {"role": "ORGANISER", "contestId": here}, "NOT_ALLOWED"),
        (undertaker, {"role": "ORGANISER", "contestId": here, "hostRole": "HOST"}, "NOT_ALLOWED"),
        (leader, {"role": "CITY_CLERK", "contestId": here, "cityId": gid("City", contest.cities[0])}, "NOT_ALLOWED"),
        (auditor, {"role": "AUDITOR", "contestId": here}, "NOT_ALLOWED"),
    ]
    for giver, right, expected in cases:
        answer = (await ask(GRANT, giver, input={"login": person.login, **right}))["grantRole"]
        assert (right, answer.get("code")) == (right, expected)
    made = {"login": "new", "password": PASSWORD, "name": "新", "role": "ORGANISER", "contestId": here}
    assert (await ask(CREATE, undertaker, input=made))["createUser"]["code"] == "NOT_ALLOWED"
    assert await database.fetchval("select count(*) from grants where user_id = $1", person.user_id) == 0
    assert await recorded(database) == []
    fellow = {"login": person.login, "role": "ORGANISER", "contestId": here, "hostRole": "UNDERTAKER"}
    assert (await ask(GRANT, undertaker, input=fellow))["grantRole"]["__typename"] == "GrantRolePayload"


async def test_a_right_out_of_reach_is_not_taken(ask: Ask, database: Pool, organiser: APerson) -> None:
    stranger = await a_person(database, Role.JUDGE, await a_contest(database))
    boss = await a_person(database, Role.ORGANISER)
    rights = await database.fetch("select id, user_id from grants")
    by_user = {row["user_id"]: gid("Grant", row["id"]) for row in rights}
    expected = {stranger.user_id: "NOT_FOUND", boss.user_id: "NOT_FOUND", organiser.user_id: "OWN_ACCOUNT"}
    for user_id, code in expected.items():
        assert (await ask(REVOKE, organiser, id=by_user[user_id]))["revokeGrant"]["code"] == code
    assert await database.fetchval("select count(*) from grants") == len(rights) == 3


async def test_organisers_and_auditors_see_who_holds_which_right(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    other = await a_contest(database)
    judge = await a_person(database, Role.JUDGE, contest)
    auditor = await a_person(database, Role.AUDITOR, contest)
    await a_person(database, Role.JUDGE, other)
    boss = await a_person(database, Role.ORGANISER)
    await a_person(database)
    await database.execute(
        "insert into grants (id, user_id, role, contest_id) values (gen_random_uuid(), $1, 'JUDGE', $2)",
        *(judge.user_id, other.id),
    )
    here, there = gid("Contest", contest.id), gid("Contest", other.id)
    for viewer in (organiser, auditor):
        seen = (await ask(USERS, viewer, contest=here))["users"]
        assert (seen["totalCount"], len(seen["nodes"])) == (3, 3)
        assert (await ask(USERS, viewer))["users"] == seen
        judges = (await ask(USERS, viewer, contest=here, role="JUDGE"))["users"]
        assert judges == {"totalCount": 1, "nodes": [{"login": judge.login, "grants": [{"role": "JUDGE"}]}]}
        assert (await ask(USERS, viewer, contest=there))["users"] == {"totalCount": 0, "nodes": []}
    for outsider in (judge, None):
        assert (await ask(USERS, outsider, contest=here))["users"] == {"totalCount": 0, "nodes": []}
    assert (await ask(USERS, boss))["users"]["totalCount"] == 6
    assert (await ask(USERS, boss, contest=there, role="JUDGE"))["users"]["totalCount"] == 2
    node = "query ($id: ID!) { node(id: $id) { ... on User { login disabled } } }"
    user = gid("User", judge.user_id)
    assert (await ask(node, organiser, id=user))["node"] == {"login": judge.login, "disabled": False}
    assert (await ask(node, await a_person(database, Role.ORGANISER, other), id=gid("User", auditor.user_id)))[
        "node"
    ] is None


async def test_whoever_is_disabled_is_out_everywhere_at_once(
    client: httpx.AsyncClient, ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    judge = await a_person(database, Role.JUDGE, contest)
    await database.execute(
        "insert into api_tokens (id, user_id, name, token_hash, scope, expires_at)"
        " values (gen_random_uuid(), $1, 'x', sha256('lct_x'), 'READ', now() + interval '1 day')",
        judge.user_id,
    )
    token = APerson(judge.user_id, judge.login, "lct_x")
    for each in (judge, token):
        assert await held(ask, each) == ["JUDGE"]
    user = gid("User", judge.user_id)
    assert (await ask(DISABLE, organiser, id=user))["disableUser"]["user"] == {"disabled": True}
    assert (await ask(DISABLE, organiser, id=user))["disableUser"]["code"] == "USER_IS_DISABLED"
    for each in (judge, token):
        assert (await post(client, "{ viewer { user { login } } }", each)).status_code == 401
    signing_in = {"login": judge.login, "password": PASSWORD}
    assert (await ask(SIGN_IN, **signing_in))["signIn"]["code"] == "USER_DISABLED"
    assert (await ask(SIGN_IN, login=judge.login, password="wrong"))["signIn"]["code"] == "SIGN_IN_REFUSED"
    assert (await ask(ENABLE, organiser, id=user))["enableUser"]["user"] == {"disabled": False}
    assert (await ask(ENABLE, organiser, id=user))["enableUser"]["code"] == "USER_IS_ENABLED"
    assert (await ask(SIGN_IN, **signing_in))["signIn"]["__typename"] == "SignInPayload"
    for each in (judge, token):
        assert (await post(client, "{ viewer { user { login } } }", each)).status_code == 401
    assert [(action, reason) for action, _, _, reason in await recorded(database)] == [
        ("DISABLE_USER", "离职"),
        ("ENABLE_USER", "回来了"),
        ("SIGN_IN", ""),
    ]


async def test_only_whoever_is_wholly_within_reach_is_managed(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    both = await a_person(database, Role.JUDGE, contest)
    await database.execute(
        "insert into grants (id, user_id, role, contest_id) values (gen_random_uuid(), $1, 'JUDGE', $2)",
        *(both.user_id, (await a_contest(database)).id),
    )
    boss, nobody = await a_person(database, Role.ORGANISER), await a_person(database)
    judge = await a_person(database, Role.JUDGE, contest)
    expected = {both: "NOT_ALLOWED", boss: "NOT_FOUND", nobody: "NOT_FOUND", organiser: "OWN_ACCOUNT"}
    for document, name in ((DISABLE, "disableUser"), (ENABLE, "enableUser"), (RESET, "resetTotp")):
        for person, code in expected.items():
            assert (await ask(document, organiser, id=gid("User", person.user_id)))[name]["code"] == code
        assert (await ask(document, judge, id=gid("User", organiser.user_id)))[name]["code"] == "NOT_ALLOWED"
    assert await database.fetchval("select count(*) from users where disabled_at is not null") == 0
    assert await recorded(database) == []
    assert (await ask(DISABLE, boss, id=gid("User", both.user_id)))["disableUser"]["user"] == {"disabled": True}


async def test_an_organiser_takes_a_lost_second_factor_away(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    judge = await a_person(database, Role.JUDGE, contest)
    user = gid("User", judge.user_id)
    assert (await ask(RESET, organiser, id=user))["resetTotp"]["code"] == "TOTP_OFF"
    await database.execute("update users set totp_sealed = 'x', totp_confirmed_at = now() where id = $1", judge.user_id)
    assert (await ask(RESET, organiser, id=user))["resetTotp"]["user"] == {"secondFactor": False}
    assert (await ask(SIGN_IN, login=judge.login, password=PASSWORD))["signIn"]["__typename"] == "SignInPayload"
    assert (await recorded(database))[0] == ("RESET_TOTP", organiser.login, {}, "手机丢了")
    assert await database.fetchval("select code from messages where user_id = $1", judge.user_id) == "TOTP_RESET"


async def test_a_contestant_gets_one_account_while_they_take_part(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    here = await a_contestant(contest)
    gone = await a_contestant(contest, withdrawn=True)
    given = {"password": PASSWORD, "name": "甲", "role": "CONTESTANT", "contestId": gid("Contest", contest.id)}
    answers = [
        (await ask(CREATE, organiser, input={**given, "login": login, "contestantId": gid("Contestant", who.id)}))
        for login, who in (("one.a", here), ("one.b", here), ("gone", gone))
    ]
    assert [answer["createUser"]["__typename"] for answer in answers] == ["CreateUserPayload", "NotFound", "NotFound"]
    assert await database.fetchval("select string_agg(login, ' ') from users where login not like 'user-%'") == "one.a"


@pytest.mark.parametrize("login", ["13812345678", "11010519491231002X"])
async def test_nobody_signs_in_by_what_is_personal(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson, login: str
) -> None:
    given = {
        "login": login,
        "password": PASSWORD,
        "name": "甲",
        "role": "JUDGE",
        "contestId": gid("Contest", contest.id),
    }
    answer = (await ask(CREATE, organiser, input=given))["createUser"]
    assert answer == {"__typename": "InvalidInput", "code": "LOGIN_PERSONAL"}
    assert await database.fetchval("select count(*) from users") == 1
