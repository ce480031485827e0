"""Signing in: sessions, cookies, and the lock that parallel attempts cannot outrun."""

import asyncio
from collections import Counter

import httpx
import pytest
from redis.asyncio import Redis

from services.api.attempts import SIGN_INS
from services.api.users.sessions import Sessions, token_hash
from services.api.users.store import FAILURES_ALLOWED
from services.shared.database.pool import Pool
from services.shared.settings import Settings
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid, post, running
from tests.factories import PASSWORD, APerson, a_contest, a_person

SIGN_IN = """mutation ($login: String!, $password: String!) {
  signIn(input: {login: $login, password: $password}) {
    __typename ... on SignInPayload { token user { login } } ... on Error { code message }
    ... on TooManyAttempts { retryAt } } }"""
VIEWER = "{ viewer { user { login } grants { role contest { slug } } } }"


async def test_a_token_and_a_cookie_open_the_same_session(client: httpx.AsyncClient, ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    person = await a_person(database, Role.JUDGE, contest)
    response = await post(client, SIGN_IN, login=person.login.upper(), password=PASSWORD)
    token = response.json()["data"]["signIn"]["token"]
    cookie = response.headers["set-cookie"]
    assert cookie.startswith(f"livecup={token}; Path=/; HttpOnly; SameSite=Lax")
    expected = {"user": {"login": person.login}, "grants": [{"role": "JUDGE", "contest": {"slug": contest.id.hex}}]}
    assert (await ask(VIEWER))["viewer"] == expected  # the client has kept the cookie
    client.cookies.clear()
    assert (await ask(VIEWER, APerson(person.user_id, person.login, token)))["viewer"] == expected
    assert (await ask(VIEWER))["viewer"] is None


async def test_where_people_come_by_https_the_cookie_does_not_travel_without(
    settings: Settings, database: Pool, redis: Redis
) -> None:
    """The proxy speaks plain http with us."""
    person = await a_person(database)
    public = settings.model_copy(update={"public_url": "https://livecup.example.org"})
    async with (
        running(public) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client,
    ):
        cookie = (await post(client, SIGN_IN, login=person.login, password=PASSWORD)).headers["set-cookie"]
        name, token = cookie.partition(";")[0].split("=")
        assert (name, cookie.endswith("; Secure")) == ("__Host-livecup", True)
        for sent, expected in (("__Host-livecup", {"user": {"login": person.login}, "grants": []}), ("livecup", None)):
            headers = {"cookie": f"{sent}={token}"}
            answer = await client.post("/graphql", json={"query": VIEWER}, headers=headers)
            assert answer.json()["data"]["viewer"] == expected


async def test_the_token_is_not_stored(ask: Ask, database: Pool) -> None:
    person = await a_person(database)
    token = (await ask(SIGN_IN, login=person.login, password=PASSWORD))["signIn"]["token"]
    assert not await database.fetchval(
        "select exists (select from sessions where position($1 in encode(token_hash, 'escape')) > 0)", token
    )


async def test_signing_out_ends_the_session(client: httpx.AsyncClient, ask: Ask, database: Pool) -> None:
    person = await a_person(database)
    assert (await ask(VIEWER, person))["viewer"] is not None
    assert await ask("mutation { signOut { signedOut } }", person) == {"signOut": {"signedOut": True}}
    response = await post(client, VIEWER, person)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (401, "SESSION_ENDED")


async def test_an_unknown_login_is_refused_like_a_wrong_password(ask: Ask, database: Pool) -> None:
    person = await a_person(database)
    wrong = (await ask(SIGN_IN, login=person.login, password="wrong"))["signIn"]
    unknown = (await ask(SIGN_IN, login="nobody", password="wrong"))["signIn"]
    assert wrong == unknown
    assert wrong["code"] == "SIGN_IN_REFUSED"


async def test_parallel_attempts_do_not_outrun_the_lock(ask: Ask, database: Pool) -> None:
    person = await a_person(database)
    answers = await asyncio.gather(*(ask(SIGN_IN, login=person.login, password=f"guess {n}") for n in range(20)))
    found = Counter(answer["signIn"]["__typename"] for answer in answers)
    assert found == {"SignInRefused": FAILURES_ALLOWED, "TooManyAttempts": 20 - FAILURES_ALLOWED}
    locked = (await ask(SIGN_IN, login=person.login, password=PASSWORD))["signIn"]
    assert locked["code"] == "TOO_MANY_ATTEMPTS"
    assert locked["retryAt"].endswith("+08:00")


async def test_a_success_clears_the_failures_before_it(ask: Ask, database: Pool) -> None:
    person = await a_person(database)
    for _ in range(2):
        for _ in range(FAILURES_ALLOWED - 1):
            assert (await ask(SIGN_IN, login=person.login, password="wrong"))["signIn"]["code"] == "SIGN_IN_REFUSED"
        answer = await ask(SIGN_IN, login=person.login, password=PASSWORD)
        assert answer["signIn"]["__typename"] == "SignInPayload"


@pytest.mark.parametrize(
    "document",
    [
        'mutation { a: signIn(input: {login: "x", password: "1"}) { __typename }'
        ' b: signIn(input: {login: "x", password: "2"}) { __typename } }',
        "mutation { ...A ...B } fragment A on Mutation"
        ' { a: signIn(input: {login: "x", password: "1"}) { __typename } }'
        ' fragment B on Mutation { b: signIn(input: {login: "x", password: "2"}) { __typename } }',
    ],
)
async def test_several_attempts_in_one_operation_are_refused(
    client: httpx.AsyncClient, database: Pool, document: str
) -> None:
    response = await post(client, document)
    assert response.status_code == 400
    assert await database.fetchval("select count(*) from sign_in_attempts") == 0


async def test_an_organiser_lets_people_in_for_their_own_contest_alone(ask: Ask, database: Pool) -> None:
    contest, other = await a_contest(database), await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    create = """mutation ($input: CreateUserInput!) { createUser(input: $input) {
      __typename ... on CreateUserPayload { user { login } } ... on Error { code } } }"""
    given = {"login": "leader.wuhan", "password": "0123456789", "name": "领队", "role": "CITY_LEADER"}

    async def create_in(contest_id: object, city: object) -> object:
        places = {"contestId": gid("Contest", contest_id), "cityId": gid("City", city)}
        return (await ask(create, organiser, input={**given, **places}))["createUser"]

    assert await create_in(other.id, other.cities[0]) == {"__typename": "NotFound", "code": "NOT_FOUND"}
    assert await create_in(contest.id, other.cities[0]) == {"__typename": "NotFound", "code": "NOT_FOUND"}
    made = {"__typename": "CreateUserPayload", "user": {"login": "leader.wuhan"}}
    assert await create_in(contest.id, contest.cities[0]) == made
    assert await create_in(contest.id, contest.cities[0]) == {"__typename": "Conflict", "code": "LOGIN_TAKEN"}
    everything = await ask(create, organiser, input={**given, "login": "boss", "role": "ORGANISER"})
    assert everything["createUser"]["__typename"] == "NotAllowed"
    signed_in = await ask(SIGN_IN, login="leader.wuhan", password="0123456789")
    assert signed_in["signIn"]["user"] == {"login": "leader.wuhan"}


async def test_a_login_is_one_however_it_is_written(ask: Ask, database: Pool) -> None:
    """Each way of writing it is the same login, and counts against the same lock."""
    person = await a_person(database)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in person.login)  # full-width letters, digits and hyphen
    ways = [person.login, person.login.upper(), f" {person.login} ", wide, f"\u3000{wide.upper()}"]
    for way in ways:
        assert (await ask(SIGN_IN, login=way, password=PASSWORD))["signIn"]["user"] == {"login": person.login}
    for way in ways[:FAILURES_ALLOWED]:
        assert (await ask(SIGN_IN, login=way, password="wrong"))["signIn"]["code"] == "SIGN_IN_REFUSED"
    for way in ways:
        assert (await ask(SIGN_IN, login=way, password=PASSWORD))["signIn"]["code"] == "TOO_MANY_ATTEMPTS"


CHANGE = """mutation ($old: String!, $new: String!) { changePassword(input: {oldPassword: $old, newPassword: $new}) {
  __typename ... on ChangePasswordPayload { sessions } ... on Error { code } } }"""


async def test_a_new_password_ends_the_other_sessions(ask: Ask, client: httpx.AsyncClient, database: Pool) -> None:
    person = await a_person(database)
    other = (await ask(SIGN_IN, login=person.login, password=PASSWORD))["signIn"]["token"]
    client.cookies.clear()
    short = (await ask(CHANGE, person, old=PASSWORD, new="short"))["changePassword"]
    assert short["code"] == "PASSWORD_LENGTH"
    answer = (await ask(CHANGE, person, old=PASSWORD, new="another password"))["changePassword"]
    assert answer == {"__typename": "ChangePasswordPayload", "sessions": 1}
    assert (await post(client, VIEWER, APerson(person.user_id, person.login, other))).status_code == 401
    assert (await ask(VIEWER, person))["viewer"]["user"] == {"login": person.login}
    assert (await ask(SIGN_IN, login=person.login, password=PASSWORD))["signIn"]["code"] == "SIGN_IN_REFUSED"
    signed_in = (await ask(SIGN_IN, login=person.login, password="another password"))["signIn"]
    assert signed_in["__typename"] == "SignInPayload"


async def test_guessing_the_password_from_inside_locks_the_login_as_well(ask: Ask, database: Pool) -> None:
    person = await a_person(database)
    answers = await asyncio.gather(*(ask(CHANGE, person, old=f"guess {n}", new="0123456789") for n in range(8)))
    found = Counter(answer["changePassword"]["code"] for answer in answers)
    assert found == {"PASSWORD_WRONG": FAILURES_ALLOWED, "TOO_MANY_ATTEMPTS": 8 - FAILURES_ALLOWED}
    right = await ask(CHANGE, person, old=PASSWORD, new="0123456789")
    assert right["changePassword"]["code"] == "TOO_MANY_ATTEMPTS"
    assert (await ask(SIGN_IN, login=person.login, password=PASSWORD))["signIn"]["code"] == "TOO_MANY_ATTEMPTS"
    assert (await ask(VIEWER, person))["viewer"]["user"] == {"login": person.login}


async def test_signing_out_everywhere_is_heard_by_every_process(
    ask: Ask, client: httpx.AsyncClient, database: Pool, redis: Redis
) -> None:
    person = await a_person(database)
    other = (await ask(SIGN_IN, login=person.login, password=PASSWORD))["signIn"]["token"]
    client.cookies.clear()
    stranger = await a_person(database)
    seen = (await ask("{ viewer { sessions { address current } } }", person))["viewer"]["sessions"]
    assert seen == [{"address": "127.0.0.1", "current": False}, {"address": "", "current": True}]
    elsewhere = Sessions(database, redis)
    watching = asyncio.create_task(elsewhere.watch())
    told = [asyncio.Event(), asyncio.Event()]
    for token in (person.token, other, stranger.token):
        assert await elsewhere.viewer(token) is not None
    with elsewhere.watched(person.token, told[0].set), elsewhere.watched(other, told[1].set):
        everywhere = "mutation { signOutEverywhere(input: {}) { ... on SignOutEverywherePayload { sessions tokens } } }"
        answer = await ask(everywhere, person)
        assert answer == {"signOutEverywhere": {"sessions": 2, "tokens": 0}}
        async with asyncio.timeout(20):
            await asyncio.gather(*(each.wait() for each in told))
    assert [await elsewhere.viewer(token) for token in (person.token, other)] == [None, None]
    assert await elsewhere.viewer(stranger.token) is not None
    watching.cancel()
    assert (await post(client, VIEWER, person)).status_code == 401
    hashes = [row["token_hash"] for row in await database.fetch("select token_hash from sessions")]
    assert hashes == [token_hash(stranger.token)]


async def test_too_many_attempts_from_one_address_are_refused_whatever_the_login(
    ask: Ask, database: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SIGN_INS, "most", 3)
    person = await a_person(database)
    for number in range(3):
        answer = (await ask(SIGN_IN, login=f"nobody{number}", password="wrong"))["signIn"]
        assert answer["code"] == "SIGN_IN_REFUSED"
    assert (await ask(SIGN_IN, login=person.login, password=PASSWORD))["signIn"]["code"] == "TOO_MANY_ATTEMPTS"
    assert await database.fetchval("select count(*) from sign_in_attempts") == 3


async def test_people_sign_in_while_redis_is_away(settings: Settings, database: Pool) -> None:
    person = await a_person(database)
    async with running(settings.model_copy(update={"redis_url": "redis://127.0.0.1:1"})) as alone:
        transport = httpx.ASGITransport(alone)
        async with httpx.AsyncClient(transport=transport, base_url="http://livecup.test") as client:
            for password, expected in (("wrong", "SignInRefused"), (PASSWORD, "SignInPayload")):
                response = await post(client, SIGN_IN, login=person.login, password=password)
                signed = response.json()["data"]["signIn"]
                assert signed["__typename"] == expected
            client.cookies.clear()
            holder = APerson(person.user_id, person.login, signed["token"])
            assert (await post(client, VIEWER, holder)).json()["data"]["viewer"]["user"] == {"login": person.login}
