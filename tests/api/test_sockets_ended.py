"""Sockets close at once when what they were opened with has ended."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import gid
from tests.api.test_sockets import Socket, connecting, granian, server  # noqa: F401  fixtures
from tests.factories import PASSWORD, APerson, a_contest, a_person

CREATE = """mutation ($input: CreateTokenInput!) { createToken(input: $input) {
  ... on CreateTokenPayload { token apiToken { id } } } }"""
REVOKE = """mutation ($id: ID!) { revokeToken(input: {tokenId: $id}) {
  ... on RevokeTokenPayload { apiToken { name } } } }"""
DISABLE = """mutation ($id: ID!) { disableUser(input: {userId: $id, reason: "离职"}) {
  ... on DisableUserPayload { user { disabled } } } }"""
EVERYWHERE = """mutation { signOutEverywhere(input: {tokens: true}) {
  ... on SignOutEverywherePayload { sessions tokens } } }"""
LIFE = timedelta(days=30)


async def asked(server: str, person: APerson, query: str, **variables: Any) -> Any:  # noqa: F811
    headers = {"authorization": f"Bearer {person.token}"}
    async with httpx.AsyncClient(trust_env=False, headers=headers) as client:
        answer = await client.post(f"http://{server}/graphql", json={"query": query, "variables": variables})
        return answer.json()["data"]


async def a_token(server: str, person: APerson) -> tuple[str, str]:  # noqa: F811
    """A personal token and its id."""
    until = (datetime.now(UTC) + LIFE).isoformat()
    given = {"name": "大屏", "scope": "READ", "expiresAt": until, "password": PASSWORD}
    made = (await asked(server, person, CREATE, input=given))["createToken"]
    return made["token"], made["apiToken"]["id"]


@pytest.mark.parametrize("ending", ["revoked", "disabled", "signed out everywhere"])
async def test_the_sockets_of_a_token_close_with_it(server: str, database: Pool, ending: str) -> None:  # noqa: F811
    contest = await a_contest(database)
    organiser, judge = await a_person(database, Role.ORGANISER, contest), await a_person(database, Role.JUDGE, contest)
    (token, token_id), (other, _) = await a_token(server, judge), await a_token(server, organiser)
    async with connecting(server) as ended, connecting(server) as session, connecting(server) as stays:
        closing, beside = await Socket(ended).initialised(token), await Socket(session).initialised(judge.token)
        staying = await Socket(stays).initialised(other)
        if ending == "revoked":
            answer = await asked(server, judge, REVOKE, id=token_id)
            assert answer == {"revokeToken": {"apiToken": {"name": "大屏"}}}
        elif ending == "disabled":
            answer = await asked(server, organiser, DISABLE, id=gid("User", judge.user_id))
            assert answer == {"disableUser": {"user": {"disabled": True}}}
        else:
            answer = await asked(server, judge, EVERYWHERE)
            assert answer == {"signOutEverywhere": {"sessions": 1, "tokens": 1}}
        assert await closing.closed_with() == 4403
        if ending != "revoked":
            assert await beside.closed_with() == 4403
        for socket in (staying, beside) if ending == "revoked" else (staying,):
            await socket.send(id="1", type="subscribe", payload={"query": "{ __typename }"})
            assert (await socket.receive())["payload"] == {"data": {"__typename": "Query"}}
