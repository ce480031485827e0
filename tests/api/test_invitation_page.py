"""/invitation, where links and printed codes lead: a form that works without any script."""

import base64
import hashlib
import re

import httpx
import pytest
from redis.asyncio import Redis

from services.api.invitations.page import SCRIPT
from services.shared.database.pool import Pool
from services.shared.settings import Settings
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, running
from tests.api.test_invitations import PASSWORD, RIGHTS, invite
from tests.factories import a_contest, a_person


def said(response: httpx.Response) -> tuple[int, list[str]]:
    """Status and the lines above the form."""
    above = response.text.partition("<form")[0]
    return response.status_code, re.findall(r"<p>([^<]*)</p>", above)


async def test_whoever_fills_in_the_form_comes_in(client: httpx.AsyncClient, ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    code = (await invite(ask, organiser, Role.JUDGE, contest))["invitationCode"]
    form = await client.get("/invitation")
    assert said(form) == (200, [])
    assert re.findall(r"<input name=(\w+)", form.text) == ["code", "login", "password"]
    assert "/sign-in/oidc" not in form.text  # it is not set up

    short = await client.post("/invitation", data={"code": code, "login": "judge", "password": "short"})
    assert said(short) == (400, ["密码应为 10 到 200 个字符。"])
    assert f'value="{code}"' in short.text
    assert "short" not in short.text
    assert await database.fetchval("select count(*) from users") == 1
    done = await client.post("/invitation", data={"code": code, "login": "judge", "password": PASSWORD})
    assert said(done) == (200, ["欢迎，judge！账号已开通，您已登录。"])
    assert (await ask(RIGHTS))["viewer"]["user"] == {"login": "judge"}  # by the cookie
    used = await client.post("/invitation", data={"code": code, "login": "other", "password": PASSWORD})
    assert used.status_code == 404

    # On a phone that somebody has signed in with: without a login the right is theirs, with one it is another person's.
    second, third = [(await invite(ask, organiser, Role.AUDITOR, contest))["invitationCode"] for _ in range(2)]
    assert "judge" in said(await client.get("/invitation"))[1][0]
    joined = await client.post("/invitation", data={"code": second})
    assert said(joined) == (200, ["已加到账号 judge。"])
    other = await client.post("/invitation", data={"code": third, "login": "auditor", "password": PASSWORD})
    assert said(other) == (200, ["欢迎，auditor！账号已开通，您已登录。"])
    assert [each["role"] for each in (await ask(RIGHTS))["viewer"]["grants"]] == ["AUDITOR"]


async def test_the_page_runs_its_own_script_alone_and_shows_no_markup_of_others(
    client: httpx.AsyncClient, database: Pool
) -> None:
    response = await client.post("/invitation", data={"code": '"><script>alert(1)</script>', "login": "<b>"})
    assert response.status_code == 404
    assert re.findall(r"<script>(.*?)</script>", response.text) == [SCRIPT]
    assert "<b>" not in response.text
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in response.headers["content-security-policy"]
    assert response.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
async def test_a_form_of_another_site_lets_nobody_in(
    client: httpx.AsyncClient, ask: Ask, database: Pool, headers: dict[str, str]
) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    code = (await invite(ask, organiser, Role.JUDGE, contest))["invitationCode"]
    answer = await client.post("/invitation", data={"code": code, "login": "x1", "password": PASSWORD}, headers=headers)
    assert answer.status_code == 403
    assert await database.fetchval("select count(*) from users") == 1


async def test_where_there_is_single_sign_on_the_page_offers_it(settings: Settings, redis: Redis) -> None:
    on = settings.model_copy(update={"oidc_issuer": "https://sso.example.org", "oidc_client_id": "livecup"})
    async with (
        running(on) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://livecup.test") as client,
    ):
        assert "<form method=post action=/sign-in/oidc>" in (await client.get("/invitation")).text
