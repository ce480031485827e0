"""Pages as a browser asks for them: read by anybody, forms taken from our own pages alone."""

import re

import httpx
import pytest

from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import gid
from tests.factories import PASSWORD, a_contest, a_person

FOREIGN = {"origin": "https://elsewhere.example"}
UNREADABLE = {"origin": "http://["}


def form_token(response: httpx.Response) -> str:
    found = re.search(r'name="form_token" value="(\w+)"', response.text)
    assert found is not None
    return found[1]


async def test_a_contest_is_read_by_anybody_and_fetched_once(client: httpx.AsyncClient, database: Pool) -> None:
    contest = await a_contest(database)
    address = f"/contests/{await database.fetchval('select slug from contests where id = $1', contest.id)}"
    page = await client.get(address)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert await database.fetchval("select title from contests where id = $1", contest.id) in page.text
    assert "还没有通知公告。" in page.text
    assert "set-cookie" not in page.headers  # what everybody reads alike, a proxy may keep
    assert page.headers["cache-control"] == "no-cache"
    again = await client.get(address, headers={"if-none-match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_what_does_not_exist_looks_like_what_may_not_be_seen(client: httpx.AsyncClient, database: Pool) -> None:
    await a_contest(database)
    for address in (
        "/contests/none",
        "/contests/none/notices/1",
        "/contests/none/publications/1",
        "/contests/none/publications/99999999999999999999",
        f"/contests/none/publications/{'9' * 5000}",
        "/contests/%00",
        "/contests/none/publications/1?search=%00",
        "/contests/none/publications/1/people/1",
    ):
        page = await client.get(address)
        assert page.status_code == 404
        assert "没有这个页面" in page.text


async def test_a_page_allows_nothing_but_our_own_files(client: httpx.AsyncClient, database: Pool) -> None:
    page = await client.get("/")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert re.findall(r"<script(?! src=)|<style| style=| on\w+=", page.text) == []
    assert re.findall(r'(?:src|href)="(?!/|#)', page.text) == []
    for asset in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)):
        kept = await client.get(asset)
        assert kept.status_code == 200
        assert "immutable" in kept.headers["cache-control"]
        assert (await client.get(asset.replace("/static/", "/static/0"))).status_code == 404


async def test_somebody_signs_in_and_out(client: httpx.AsyncClient, database: Pool) -> None:
    contest = await a_contest(database)
    person = await a_person(database, Role.ORGANISER, contest)
    login = await database.fetchval("select login from users where id = $1", person.user_id)
    form = await client.get("/sign-in?next=/contests/x")
    token = form_token(form)
    wrong = await client.post(
        "/sign-in",
        data={"form_token": token, "login": login, "password": "not the one", "code": "246810", "next": "/contests/x"},
    )
    assert wrong.status_code == 422
    assert "登录名或密码不正确。" in wrong.text
    assert f'value="{login}"' in wrong.text
    assert "not the one" not in wrong.text
    assert "246810" not in wrong.text
    assert 'name="next" value="/contests/x"' in wrong.text
    right = await client.post(
        "/sign-in", data={"form_token": token, "login": login, "password": PASSWORD, "next": "/contests/x"}
    )
    assert (right.status_code, right.headers["location"]) == (303, "/contests/x")
    home = await client.get("/")
    assert home.headers["cache-control"] == "private, no-cache"
    assert "我的工作" in home.text
    assert "主办方" in home.text
    assert "没有消息。" in (await client.get("/messages")).text
    out = await client.post("/sign-out", data={"form_token": form_token(home)})
    assert out.status_code == 303
    assert "我的工作" not in (await client.get("/")).text


@pytest.mark.parametrize("headers", [{}, FOREIGN, UNREADABLE])
async def test_a_form_of_another_site_is_not_taken(
    client: httpx.AsyncClient, database: Pool, headers: dict[str, str]
) -> None:
    contest = await a_contest(database)
    person = await a_person(database, Role.ORGANISER, contest)
    client.cookies.set("livecup", person.token)
    token = form_token(await client.get("/")) if headers else "0" * 64
    refused = await client.post("/sign-out", data={"form_token": token}, headers=headers)
    assert refused.status_code == 403
    assert "没有提交" in refused.text
    assert "我的工作" in (await client.get("/")).text


@pytest.mark.parametrize("next_", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", ""])
async def test_nobody_is_led_to_another_site(client: httpx.AsyncClient, database: Pool, next_: str) -> None:
    went = await client.get("/language", params={"language": "en", "next": next_})
    assert (went.status_code, went.headers["location"]) == (303, "/")


async def test_english_is_a_choice_that_is_kept(client: httpx.AsyncClient, database: Pool) -> None:
    assert 'lang="zh-CN"' in (await client.get("/")).text
    await client.get("/language?language=en")
    page = await client.get("/")
    assert '<html lang="en">' in page.text
    assert "Front page" in page.text


async def test_a_form_larger_than_any_of_ours_is_refused(client: httpx.AsyncClient, database: Pool) -> None:
    assert (await client.post("/sign-in", content=b"a=" + b"b" * 300_000)).status_code == 413
    assert (await client.post("/sign-in", content=b"a&" * 600)).status_code == 413


async def test_a_city_is_shown_to_those_who_look_after_it(client: httpx.AsyncClient, database: Pool) -> None:
    contest = await a_contest(database)
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    address = f"/cities/{gid('City', contest.cities[0])}"
    asked = await client.get(address)
    assert (asked.status_code, asked.headers["location"]) == (303, f"/sign-in?next={address.replace('=', '%3D')}")
    name = await database.fetchval("select name from cities where id = $1", contest.cities[0])
    client.cookies.set("livecup", leader.token)
    page = await client.get(address)
    assert page.status_code == 200
    assert f"<h1>{name}</h1>" in page.text
    assert "还没有通过审核的选手" in page.text
    other = await client.get(f"/cities/{gid('City', contest.cities[1])}")
    assert (other.status_code, "没有这个页面" in other.text) == (404, True)
    assert f'href="{address}"' in (await client.get("/")).text
