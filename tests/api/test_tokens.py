"""Personal tokens: shown once, good for their scope, never for managing accounts, and ended at once."""

import ast
import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from services.api.decisions.mutations import MUTATIONS
from services.api.tokens import resolvers
from services.api.tokens.scopes import BY_TOKEN, NEVER_BY_TOKEN
from services.api.users.sessions import Sessions
from services.api.users.store import FAILURES_ALLOWED
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role, TokenScope
from tests.api.conftest import Ask, gid, post
from tests.factories import PASSWORD, AContest, APerson, a_contest, a_person

CREATE = """mutation ($input: CreateTokenInput!) { createToken(input: $input) {
  __typename ... on CreateTokenPayload { token apiToken { id name scope revokedAt lastUsedOn } }
  ... on Error { code } ... on InvalidInput { field } } }"""
REVOKE = """mutation ($id: ID!) { revokeToken(input: {tokenId: $id}) {
  __typename ... on RevokeTokenPayload { apiToken { name revokedAt } } ... on Error { code } } }"""
EVERYWHERE = "... on SignOutEverywherePayload { sessions tokens } ... on Error { code }"
VIEWER = "{ viewer { user { login } tokens { name scope revokedAt lastUsedOn } } }"
UPLOAD = """mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
  __typename ... on Error { code } } }"""
RULES = """mutation ($round: ID!) { updateRules(input: {roundId: $round, document: "", reason: "x"}) {
  __typename ... on Error { code } } }"""


def given(**changes: Any) -> dict[str, Any]:
    later = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    return {"name": "夜间上传", "scope": "FULL", "expiresAt": later, "password": PASSWORD, **changes}


async def made(ask: Ask, person: APerson, **changes: Any) -> APerson:
    """Somebody who comes with a personal token of this person."""
    answer = (await ask(CREATE, person, input=given(**changes)))["createToken"]
    return APerson(person.user_id, person.login, answer["token"])


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


async def test_a_token_is_shown_once_and_kept_as_a_hash(ask: Ask, database: Pool, organiser: APerson) -> None:
    answer = (await ask(CREATE, organiser, input=given()))["createToken"]
    token = answer["token"]
    assert token.startswith("lct_")
    kept = {"name": "夜间上传", "scope": "FULL", "revokedAt": None, "lastUsedOn": None}
    assert {key: value for key, value in answer["apiToken"].items() if key != "id"} == kept
    used = {**kept, "lastUsedOn": str(await database.fetchval("select current_date"))}
    expected = {"user": {"login": organiser.login}, "tokens": [used]}
    assert (await ask(VIEWER, APerson(organiser.user_id, organiser.login, token)))["viewer"] == expected
    row = await database.fetchrow("select to_jsonb(t)::text as text from api_tokens t")
    assert row is not None
    assert token not in row["text"]
    assert token.encode().hex() not in row["text"]


async def test_a_token_is_made_by_whoever_knows_the_password(ask: Ask, database: Pool, organiser: APerson) -> None:
    for number in range(FAILURES_ALLOWED):
        answer = await ask(CREATE, organiser, input=given(password=f"guess {number}" if number else None))
        assert answer["createToken"] == {"__typename": "SignInRefused", "code": "PASSWORD_WRONG"}
    assert (await ask(CREATE, organiser, input=given()))["createToken"]["code"] == "TOO_MANY_ATTEMPTS"
    assert (await ask(CREATE, None, input=given()))["createToken"]["code"] == "NOT_ALLOWED"
    assert await database.fetchval("select count(*) from api_tokens") == 0


def test_no_token_opens_a_whole_value() -> None:
    """Whatever hands out a one-time address, or opens what is sealed of a person, is a mutation for sessions alone."""
    opening, found = ("open_download(", "vault.open(", '_sealed"]'), set[str]()
    for path in (Path(resolvers.__file__).parents[1]).rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if any(each in text for each in opening):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.AsyncFunctionDef) and "strawberry.mutation" in ast.unparse(node):
                    first, *more = node.name.split("_")
                    found.add(first + "".join(each.title() for each in more))
    assert {"revealPersonalData", "viewDocument", "exportCityList", "exportMessages"} <= found
    assert found - NEVER_BY_TOKEN == set()


@pytest.mark.parametrize("days", [-1, 367])
async def test_a_token_ends_within_a_year(ask: Ask, organiser: APerson, days: int) -> None:
    wrong = given(expiresAt=(datetime.now(UTC) + timedelta(days=days)).isoformat())
    expected = {"__typename": "InvalidInput", "code": "TOKEN_LIFE", "field": "expiresAt"}
    assert (await ask(CREATE, organiser, input=wrong))["createToken"] == expected


async def test_nobody_has_endlessly_many_tokens(ask: Ask, organiser: APerson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolvers, "MOST_TOKENS", 2)
    answers = await asyncio.gather(*(ask(CREATE, organiser, input=given()) for _ in range(4)))
    names = sorted(answer["createToken"].get("code", "made") for answer in answers)
    assert names == ["TOKENS_ENOUGH", "TOKENS_ENOUGH", "made", "made"]


async def test_a_token_reaches_as_far_as_its_scope(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson
) -> None:
    upload = {"contestId": gid("Contest", contest.id), "name": "a.csv", "sha256": "0" * 64, "size": 1}
    upload["exportedAt"] = "2021-09-02T10:00:00+08:00"
    expected = {
        "READ": ("TOKEN_SCOPE_TOO_NARROW", "TOKEN_SCOPE_TOO_NARROW"),
        "UPLOAD": ("CreateUploadPayload", "TOKEN_SCOPE_TOO_NARROW"),
        "FULL": ("CreateUploadPayload", "RULES_LOCKED"),
    }
    for number, (scope, outcomes) in enumerate(expected.items()):
        holder = await made(ask, organiser, scope=scope)
        before = await database.fetchval("select count(*) from uploads")
        uploaded = (await ask(UPLOAD, holder, input={**upload, "sha256": str(number) * 64}))["createUpload"]
        ruled = (await ask(RULES, holder, round=gid("Round", contest.round_id)))["updateRules"]
        assert (uploaded.get("code", uploaded["__typename"]), ruled.get("code")) == outcomes
        assert await database.fetchval("select count(*) from uploads") == before + (scope != "READ")


async def test_no_token_manages_accounts(
    client: httpx.AsyncClient, ask: Ask, database: Pool, organiser: APerson
) -> None:
    holder = await made(ask, organiser)
    stored = "select u.*, s.token_hash, t.scope, t.revoked_at from users u, sessions s, api_tokens t"
    before = await database.fetch(stored)
    for name, inside in (
        ("createToken", f'name: "x", scope: READ, expiresAt: "2027-01-01T00:00:00Z", password: "{PASSWORD}"'),
        ("changePassword", f'oldPassword: "{PASSWORD}", newPassword: "0123456789"'),
        ("beginTotp", f'password: "{PASSWORD}"'),
        ("signOutEverywhere", "tokens: true"),
    ):
        document = f"mutation {{ {name}(input: {{{inside}}}) {{ __typename ... on Error {{ code }} }} }}"
        expected = {"__typename": "NotAllowed", "code": "TOKEN_SCOPE_TOO_NARROW"}
        assert await ask(document, holder) == {name: expected}
    response = await post(client, "mutation { signOut { signedOut } }", holder)
    assert response.json()["errors"][0]["extensions"] == {"code": "TOKEN_SCOPE_TOO_NARROW"}
    assert await database.fetch(stored) == before


def test_what_tokens_may_not_do_is_there_to_be_done() -> None:
    assert MUTATIONS.keys() >= NEVER_BY_TOKEN
    assert BY_TOKEN.keys() == set(TokenScope)
    assert BY_TOKEN[TokenScope.UPLOAD] <= BY_TOKEN[TokenScope.FULL] < MUTATIONS.keys()


async def test_a_token_opens_no_browser_session(client: httpx.AsyncClient, ask: Ask, organiser: APerson) -> None:
    holder = await made(ask, organiser)
    for token, expected in ((holder.token, None), (organiser.token, {"user": {"login": organiser.login}})):
        headers = {"cookie": f"livecup={token}"}
        body = {"query": "{ viewer { user { login } } }"}
        answer = await client.post("/graphql", json=body, headers=headers)
        assert answer.json()["data"]["viewer"] == expected


async def test_a_revoked_token_ends_at_once_here_and_elsewhere(
    client: httpx.AsyncClient, ask: Ask, database: Pool, redis: Redis, organiser: APerson
) -> None:
    holder = await made(ask, organiser)
    elsewhere = Sessions(database, redis)
    watching = asyncio.create_task(elsewhere.watch())
    assert await elsewhere.viewer(holder.token) is not None
    told = asyncio.Event()
    with elsewhere.watched(holder.token, told.set):
        token_id = await database.fetchval("select id from api_tokens")
        stranger = await a_person(database)
        assert (await ask(REVOKE, stranger, id=gid("ApiToken", token_id)))["revokeToken"]["code"] == "NOT_FOUND"
        assert (await ask(VIEWER, holder))["viewer"]["user"] == {"login": organiser.login}
        answer = (await ask(REVOKE, organiser, id=gid("ApiToken", token_id)))["revokeToken"]
        assert answer["apiToken"]["revokedAt"] is not None
        async with asyncio.timeout(20):
            await told.wait()
    assert await elsewhere.viewer(holder.token) is None
    response = await post(client, VIEWER, holder)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (401, "SESSION_ENDED")
    watching.cancel()


@pytest.mark.parametrize("tokens", [True, False])
async def test_signing_out_everywhere_ends_the_tokens_where_that_is_asked(
    client: httpx.AsyncClient, ask: Ask, database: Pool, organiser: APerson, tokens: bool
) -> None:
    holder, stranger = await made(ask, organiser), await made(ask, await a_person(database))
    document = f"mutation {{ signOutEverywhere(input: {{tokens: {str(tokens).lower()}}}) {{ {EVERYWHERE} }} }}"
    answer = await ask(document, organiser)
    assert answer == {"signOutEverywhere": {"sessions": 1, "tokens": int(tokens)}}
    assert (await post(client, VIEWER, organiser)).status_code == 401
    assert (await post(client, VIEWER, holder)).status_code == (401 if tokens else 200)
    assert (await post(client, VIEWER, stranger)).status_code == 200
    assert await database.fetchval("select count(*) from api_tokens where revoked_at is not null") == int(tokens)


@pytest.mark.parametrize("ending", ["expires_at = now()", "revoked_at = now()"])
async def test_a_token_that_has_ended_is_nobodys(
    client: httpx.AsyncClient, ask: Ask, database: Pool, organiser: APerson, ending: str
) -> None:
    holder = await made(ask, organiser)
    await database.execute(f"update api_tokens set {ending}")
    assert (await post(client, VIEWER, holder)).status_code == 401
