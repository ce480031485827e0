"""Signing in by a real OpenID provider, a process of its own on loopback: `tests/openid_provider`."""

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from redis.asyncio import Redis
from starlette.applications import Starlette

from services.shared.database.pool import Pool
from services.shared.settings import Settings
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid, running
from tests.api.test_invitations import LIST, RIGHTS, invite
from tests.factories import PASSWORD as PERSON_PASSWORD
from tests.factories import APerson, a_contest, a_person
from tests.openid_provider import CLIENT_ID, CLIENT_SECRET, PASSWORD

ROOT = Path(__file__).parents[2]
CALLBACK = "http://127.0.0.1:8000/sign-in/oidc/callback"
LINK = f"""mutation ($password: String! = "{PERSON_PASSWORD}") {{ linkIdentity(input: {{password: $password}}) {{
  __typename ... on LinkIdentityPayload {{ url }} ... on Error {{ code }} }} }}"""
UNLINK = """mutation ($password: String!) { unlinkIdentity(input: {password: $password}) {
  __typename ... on UnlinkIdentityPayload { identities } ... on Error { code } } }"""
IDENTITIES = "{ viewer { identities { issuer } } }"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The name of a provider that runs until the tests of this file are done."""
    command = [sys.executable, "-m", "tests.openid_provider", "0", CALLBACK]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip()
        assert port.isdecimal()
        yield f"http://127.0.0.1:{port}/o"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def settings(settings: Settings, issuer: str) -> Settings:
    return settings.model_copy(
        update={"oidc_issuer": issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": _secret()}
    )


def _secret() -> object:
    return Settings(oidc_issuer="https://x", oidc_client_id="x", oidc_client_secret=CLIENT_SECRET).oidc_client_secret


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    """Whoever walks to the provider; the way back ends where Livecup would be, which the tests ask themselves."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as each:
        yield each


async def approve(browser: httpx.AsyncClient, address: str, login: str = "zhang.bureau") -> str:
    """Signs in at the provider's own page, and answers where it sends the browser in the end."""
    answer = await browser.get(address)
    for _ in range(5):
        if answer.status_code == 200:  # the provider's form
            hidden = dict(re.findall(r'name="?(csrfmiddlewaretoken|next)"? value=["\']([^"\']*)', answer.text))
            fields = {**hidden, "username": login, "password": PASSWORD}
            fields["next"] = fields["next"].replace("&amp;", "&")
            answer = await browser.post(answer.url, data=fields)
        where = str(answer.url.join(answer.headers["location"]))
        if where.startswith(CALLBACK):
            return where
        answer = await browser.get(where)
    raise AssertionError(f"the provider never sent the browser back: {answer.status_code} {answer.url}")


async def come_back(client: httpx.AsyncClient, where: str) -> httpx.Response:
    return await client.get(f"/sign-in/oidc/callback?{urlsplit(where).query}")


async def sign_in(
    client: httpx.AsyncClient, browser: httpx.AsyncClient, start: str = "/sign-in/oidc"
) -> httpx.Response:
    address = (await client.get(start)).headers["location"]
    return await come_back(client, await approve(browser, address))


async def link(client: httpx.AsyncClient, browser: httpx.AsyncClient, ask: Ask, person: APerson) -> httpx.Response:
    url = (await ask(LINK, person))["linkIdentity"]["url"]
    client.cookies.set("livecup", person.token)
    return await sign_in(client, browser, f"{urlsplit(url).path}?{urlsplit(url).query}")


async def count(database: Pool) -> tuple[int, int]:
    """Sessions and users."""
    row = await database.fetchrow("select (select count(*) from sessions), (select count(*) from users)")
    assert row is not None
    return row[0], row[1]


def said(response: httpx.Response) -> tuple[int, list[str]]:
    return response.status_code, re.findall(r"<small>(\w+)</small>", response.text)


async def test_a_stranger_is_told_what_to_do_and_whoever_has_joined_signs_in(
    client: httpx.AsyncClient, browser: httpx.AsyncClient, ask: Ask, database: Pool
) -> None:
    person = await a_person(database, Role.JUDGE, await a_contest(database))
    before = await count(database)
    stranger = await sign_in(client, browser)
    assert said(stranger) == (403, ["IDENTITY_UNKNOWN"])
    assert "还没有关联本站账号" in stranger.text
    assert await count(database) == before

    joined = await link(client, browser, ask, person)
    assert (joined.status_code, joined.headers["location"]) == (303, "/")
    assert await count(database) == before  # joining opens no other session
    client.cookies.clear()
    back = await sign_in(client, browser)
    assert (back.status_code, back.headers["location"]) == (303, "/")
    assert (await ask(RIGHTS))["viewer"]["user"] == {"login": person.login}
    actions = await database.fetch("select action, user_id from audit_entries order by id")
    expected = [("LINK_IDENTITY", person.user_id), ("SIGN_IN_BY_PROVIDER", person.user_id)]
    assert [tuple(row) for row in actions] == expected
    await database.execute("update users set disabled_at = now() where id = $1", person.user_id)
    client.cookies.clear()
    assert said(await sign_in(client, browser)) == (403, ["IDENTITY_UNKNOWN"])


async def test_the_way_to_the_provider_carries_pkce_state_and_nonce_and_a_sealed_cookie(
    client: httpx.AsyncClient, issuer: str
) -> None:
    response = await client.get("/sign-in/oidc")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()}
    assert response.headers["location"].startswith(f"{issuer}/authorize/?")
    expected = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": CALLBACK,
        "scope": "openid profile",
        "code_challenge_method": "S256",
    }
    assert asked | expected == asked
    assert asked.keys() - expected.keys() == {"state", "nonce", "code_challenge"}
    cookie = response.headers["set-cookie"]
    assert re.fullmatch(r"livecup-oidc=[\w-]{200,}; Path=/; HttpOnly; SameSite=Lax; Max-Age=600", cookie)
    assert not any(asked[name] in cookie for name in ("state", "nonce"))


async def test_an_invitation_is_accepted_by_the_provider(
    client: httpx.AsyncClient, browser: httpx.AsyncClient, ask: Ask, database: Pool
) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    made = await invite(ask, organiser, Role.JUDGE, contest)
    response = await client.post("/sign-in/oidc", data={"invitation": made["invitationCode"]})
    where = await approve(browser, response.headers["location"])
    assert made["invitationCode"] not in response.headers["location"] + response.headers["set-cookie"] + where
    back = await come_back(client, where)
    assert (back.status_code, back.headers["location"]) == (303, "/")
    grants = [{"role": "JUDGE", "contest": {"id": gid("Contest", contest.id)}, "city": None}]
    assert (await ask(RIGHTS))["viewer"] == {"user": {"login": "zhang.bureau"}, "grants": grants}
    assert await database.fetchval("select password_hash is null from users where login = 'zhang.bureau'")
    listed = await ask(LIST, organiser, contest=gid("Contest", contest.id))
    assert listed["invitations"]["nodes"][0]["acceptedBy"] == "zhang.bureau"
    again = await client.post("/sign-in/oidc", data={"invitation": made["invitationCode"]})
    assert said(again) == (404, ["INVITATION_UNKNOWN"])

    # Whoever is known by now gets the next right beside the first, and stays one user.
    second = await invite(ask, organiser, Role.AUDITOR, contest)
    response = await client.post("/sign-in/oidc", data={"invitation": second["invitationCode"]})
    await come_back(client, await approve(browser, response.headers["location"]))
    assert {each["role"] for each in (await ask(RIGHTS))["viewer"]["grants"]} == {"JUDGE", "AUDITOR"}
    assert (await count(database))[1] == 2


async def test_a_login_that_is_taken_or_cannot_be_one_is_replaced(
    client: httpx.AsyncClient, browser: httpx.AsyncClient, ask: Ask, database: Pool
) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    made = await invite(ask, organiser, Role.JUDGE, contest)
    response = await client.post("/sign-in/oidc", data={"invitation": made["invitationCode"]})
    await come_back(client, await approve(browser, response.headers["location"], "王五"))
    assert re.fullmatch(r"oidc-[0-9a-f]{12}", (await ask(RIGHTS))["viewer"]["user"]["login"])


async def test_a_form_of_another_site_begins_nothing(client: httpx.AsyncClient, ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    made = await invite(ask, organiser, Role.JUDGE, contest)
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
        answer = await client.post("/sign-in/oidc", data={"invitation": made["invitationCode"]}, headers=headers)
        assert said(answer) == (403, ["SIGN_IN_LOST"])
    for body in (b"", b"invitation=", b"\xff" * 5000, b"&" * 2000, b"invitation=" + b"7" * 12):
        assert said(await client.post("/sign-in/oidc", content=body)) == (404, ["INVITATION_UNKNOWN"])


async def test_a_way_back_counts_once_and_only_in_the_browser_that_went(
    client: httpx.AsyncClient, browser: httpx.AsyncClient, ask: Ask, database: Pool, app: Starlette
) -> None:
    person = await a_person(database, Role.JUDGE, await a_contest(database))
    await link(client, browser, ask, person)
    client.cookies.clear()
    address = (await client.get("/sign-in/oidc")).headers["location"]
    cookie = client.cookies["livecup-oidc"]
    where = await approve(browser, address)
    before = await count(database)
    lost = (403, ["SIGN_IN_LOST"])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://livecup.test") as other:
        assert said(await come_back(other, where)) == lost
    assert said(await come_back(client, where.replace("state=", "state=x"))) == lost
    assert await count(database) == before

    client.cookies.set("livecup-oidc", cookie)
    assert (await come_back(client, where)).status_code == 303
    assert await count(database) == (before[0] + 1, before[1])
    client.cookies.set("livecup-oidc", cookie)
    assert said(await come_back(client, where)) == lost  # the whole answer once more
    assert await count(database) == (before[0] + 1, before[1])


async def test_what_the_provider_refuses_opens_nothing(client: httpx.AsyncClient, database: Pool) -> None:
    for answer in (
        "error=access_denied",
        "code=",
        "code=made-up",
        "code=x&iss=https://evil.example",
        "error=%00%0a<x>",
    ):
        address = (await client.get("/sign-in/oidc")).headers["location"]
        state = parse_qs(urlsplit(address).query)["state"][0]
        response = await client.get(f"/sign-in/oidc/callback?{answer}&state={state}")
        assert said(response) == (403, ["PROVIDER_FAILED"])
    for answer in ("", "?state=", "?code=x", "?state=x&code=x"):
        assert said(await client.get(f"/sign-in/oidc/callback{answer}")) == (403, ["SIGN_IN_LOST"])
    assert await count(database) == (0, 0)


async def test_an_identity_is_one_users_and_a_ticket_is_of_its_user_alone(
    client: httpx.AsyncClient, browser: httpx.AsyncClient, ask: Ask, database: Pool
) -> None:
    first, second = [await a_person(database) for _ in range(2)]
    assert (await link(client, browser, ask, first)).status_code == 303
    assert (await link(client, browser, ask, first)).status_code == 303  # once more changes nothing
    assert said(await link(client, browser, ask, second)) == (409, ["IDENTITY_TAKEN"])
    url = urlsplit((await ask(LINK, first))["linkIdentity"]["url"])
    assert said(await client.get(f"{url.path}?{url.query}")) == (403, ["SIGN_IN_LOST"])  # signed in as the second
    client.cookies.clear()
    assert said(await client.get(f"{url.path}?{url.query}")) == (403, ["SIGN_IN_LOST"])
    assert said(await client.get("/sign-in/oidc?link=1")) == (403, ["SIGN_IN_LOST"])
    assert [row[0] for row in await database.fetch("select user_id from identities")] == [first.user_id]


async def test_an_open_session_alone_joins_nothing_and_what_is_joined_can_be_parted(
    client: httpx.AsyncClient, browser: httpx.AsyncClient, ask: Ask, settings: Settings, database: Pool
) -> None:
    contest = await a_contest(database)
    person = await a_person(database, Role.JUDGE, contest)
    assert (await ask(LINK, person, password="a guess"))["linkIdentity"]["code"] == "PASSWORD_WRONG"
    await link(client, browser, ask, person)
    assert await database.fetchval("select code from messages where user_id = $1", person.user_id) == "IDENTITY_LINKED"
    assert (await ask(IDENTITIES, person))["viewer"]["identities"] == [{"issuer": settings.oidc_issuer}]
    refused = (await ask(UNLINK, person, password="a guess"))["unlinkIdentity"]
    assert refused == {"__typename": "SignInRefused", "code": "PASSWORD_WRONG"}
    done = [(await ask(UNLINK, person, password=PERSON_PASSWORD))["unlinkIdentity"] for _ in range(2)]
    assert done[0] == {"__typename": "UnlinkIdentityPayload", "identities": 1}
    assert done[1] == {"__typename": "Conflict", "code": "IDENTITY_NONE"}
    assert (await ask(IDENTITIES, person))["viewer"]["identities"] == []
    client.cookies.clear()
    assert said(await sign_in(client, browser)) == (403, ["IDENTITY_UNKNOWN"])


async def test_joining_takes_the_code_where_there_is_one_and_a_password(
    ask: Ask, app: Starlette, database: Pool
) -> None:
    person, other = [await a_person(database) for _ in range(2)]
    sealed = app.state.resources.vault.seal_bytes(bytes(20), person.user_id)
    await database.execute(
        "update users set totp_sealed = $2, totp_confirmed_at = now() where id = $1", person.user_id, sealed
    )
    assert (await ask(LINK, person))["linkIdentity"]["code"] == "CODE_NEEDED"
    await database.execute("update users set password_hash = null where id = $1", other.user_id)
    assert (await ask(LINK, other))["linkIdentity"]["code"] == "NO_PASSWORD"


async def test_without_its_settings_there_is_no_single_sign_on(
    settings: Settings, database: Pool, redis: Redis
) -> None:
    off = settings.model_copy(update={"oidc_issuer": ""})
    async with (
        running(off) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://livecup.test") as client,
    ):
        for path in ("/sign-in/oidc", "/sign-in/oidc/callback?code=x&state=x"):
            assert said(await client.get(path)) == (404, ["SINGLE_SIGN_ON_OFF"])
        person = await a_person(database)
        headers = {"authorization": f"Bearer {person.token}"}
        answer = await client.post("/graphql", json={"query": LINK}, headers=headers)
        expected = {"__typename": "Conflict", "code": "SINGLE_SIGN_ON_OFF"}
        assert answer.json()["data"]["linkIdentity"] == expected


async def test_by_https_the_cookie_is_of_this_host_alone(settings: Settings, redis: Redis) -> None:
    public = settings.model_copy(update={"public_url": "https://livecup.example.org/"})
    async with (
        running(public) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client,
    ):
        response = await client.get("/sign-in/oidc")
        cookie, address = response.headers["set-cookie"], response.headers["location"]
        assert (cookie.partition("=")[0], cookie.endswith("; Secure")) == ("__Host-livecup-oidc", True)
        asked = parse_qs(urlsplit(address).query)
        assert asked["redirect_uri"] == ["https://livecup.example.org/sign-in/oidc/callback"]


@pytest.mark.parametrize(
    "given",
    [
        {"oidc_issuer": "https://sso.example.org"},
        {"oidc_client_id": "livecup"},
        {"oidc_issuer": "http://sso.example.org", "oidc_client_id": "livecup", "oidc_client_secret": "x"},
        {"oidc_issuer": "sso.example.org", "oidc_client_id": "livecup", "oidc_client_secret": "x"},
    ],
)
def test_half_a_setting_or_a_way_without_https_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="LIVECUP_OIDC_ISSUER"):
        Settings(**given)  # type: ignore[arg-type]
