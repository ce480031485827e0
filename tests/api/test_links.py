"""Links of works and replays: only the platforms' own pages, seen by whoever sees the contestant."""

from typing import Any

import pytest

from services.api.errors import InvalidInputError
from services.api.links.address import USUAL_HOSTS, check_address
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import a_contest, a_person, an_account

ADD = """mutation ($input: AddLinkInput!) { addLink(input: $input) {
  __typename ... on AddLinkPayload { link { id kind title url } } ... on Error { code } } }"""
REMOVE = """mutation ($input: RemoveLinkInput!) { removeLink(input: $input) {
  __typename ... on RemoveLinkPayload { contestant { links { url } } } ... on Error { code } } }"""
LINKS = "query ($who: ID!) { node(id: $who) { ... on Contestant { links { title url } } } }"
HOSTS = """mutation ($input: UpdateLinkHostsInput!) { updateLinkHosts(input: $input) {
  ... on UpdateLinkHostsPayload { contest { linkHosts } } ... on InvalidInput { field } ... on Error { code } } }"""
URL = "https://v.douyin.com/iRNBho6u/"


@pytest.mark.parametrize(
    "url",
    [URL, "https://www.douyin.com/video/7300000000000000000?a=1", " https://v.kuaishou.com/abc ", "https://douyin.com"],
)
def test_pages_of_the_platforms_are_taken(url: str) -> None:
    assert check_address("url", url, USUAL_HOSTS) == url.strip()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://v.douyin.com/iRNBho6u/", "LINK_INVALID"),
        ("javascript:alert(1)//v.douyin.com", "LINK_INVALID"),
        ("https://v.douyin.com@evil.example/", "LINK_INVALID"),
        ("https://v.douyin.com:8443/", "LINK_INVALID"),
        ("https://v.douyin.com:port/", "LINK_INVALID"),
        ("https://v.douyin.com/a b", "LINK_INVALID"),
        ("https://v.douyin.com\\@evil.example/", "LINK_INVALID"),
        ("https://v.douyin.com/<script>", "LINK_INVALID"),
        ("https://v.douyin.com/作品", "LINK_INVALID"),
        ("https://evildouyin.com/", "LINK_HOST"),
        ("https://douyin.com.evil.example/", "LINK_HOST"),
        ("https://127.0.0.1/", "LINK_HOST"),
        ("复制打开抖音 " + URL, "LINK_INVALID"),
        ("https://v.douyin.com/" + "a" * 1000, "TEXT_TOO_LONG"),
    ],
)
def test_everything_else_is_refused(url: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_address("url", url, USUAL_HOSTS)
    assert refused.value.code == code


async def test_a_contestant_adds_a_link_once_a_judge_sees_it_and_it_is_removed(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    who = gid("Contestant", account.contestant_id)
    own = await a_person(database, Role.CONTESTANT, contest, contestant=account.contestant_id)
    judge = await a_person(database, Role.JUDGE, contest)
    asked = {"contestantId": who, "kind": "WORK", "title": "老家的橙子", "url": URL, "idempotencyKey": "k"}
    added = [(await ask(ADD, own, input=asked))["addLink"]["link"] for _ in range(2)]
    assert added[0] == added[1]
    assert (await ask(ADD, own, input={**asked, "idempotencyKey": "other"}))["addLink"]["code"] == "LINK_TWICE"
    assert (await ask(LINKS, judge, who=who))["node"]["links"] == [{"title": "老家的橙子", "url": URL}]
    assert (await ask(REMOVE, judge, input={"id": added[0]["id"]}))["removeLink"]["code"] == "NOT_ALLOWED"
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    assert (await ask(REMOVE, clerk, input={"id": added[0]["id"]}))["removeLink"]["contestant"] == {"links": []}
    # The record outlives the erasure of a person, whom an address leads to.
    assert URL not in str(await database.fetch("select changes from audit_entries"))
    actions = "select array_agg(action order by id) from audit_entries where subject_type = 'Link'"
    assert await database.fetchval(actions) == ["ADD_LINK", "REMOVE_LINK"]


async def test_another_citys_clerk_finds_nobody_and_there_is_an_end_of_links(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    account = await an_account(contest, "first")
    asked = {"contestantId": gid("Contestant", account.contestant_id), "kind": "REPLAY", "title": "回放", "url": URL}
    stranger = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[1])
    assert (await ask(ADD, stranger, input=asked))["addLink"]["code"] == "NOT_FOUND"
    await database.execute(
        "insert into links (id, contest_id, contestant_id, kind, title, url) select gen_random_uuid(), $1, $2, 'WORK',"
        " '', 'https://v.douyin.com/' || n from generate_series(1, 50) n",
        *(contest.id, account.contestant_id),
    )
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    assert (await ask(ADD, clerk, input=asked))["addLink"]["code"] == "LINKS_FULL"


async def test_a_contest_says_itself_where_links_may_lead(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    account, organiser = await an_account(contest, "first"), await a_person(database, Role.ORGANISER, contest)
    who = gid("Contestant", account.contestant_id)
    asked = {"contestantId": who, "kind": "WORK", "title": "新平台", "url": "https://v.new.example/1"}
    given = {"contestId": gid("Contest", contest.id), "reason": "平台启用新域名"}

    async def hosts(*names: str) -> dict[str, Any]:
        answer: dict[str, Any] = (await ask(HOSTS, organiser, input={**given, "hosts": names}))["updateLinkHosts"]
        return answer

    assert (await ask(ADD, organiser, input=asked))["addLink"]["code"] == "LINK_HOST"
    for wrong in ("https://new.example", "New.example", "10.0.0.1", "example", ".example.cn", "a b.cn"):
        assert await hosts("douyin.com", wrong) == {"field": "hosts.1", "code": "LINK_HOST_INVALID"}
    assert (await hosts())["code"] == "NUMBER_OUT_OF_RANGE"
    assert (await hosts("douyin.com", "douyin.com"))["code"] == "NAME_TWICE"
    assert await hosts("new.example") == {"contest": {"linkHosts": ["new.example"]}}
    assert "link" in (await ask(ADD, organiser, input=asked))["addLink"]
    assert (await ask(ADD, organiser, input={**asked, "url": URL}))["addLink"]["code"] == "LINK_HOST"
    kept = "select reason, changes from audit_entries where action = 'UPDATE_LINK_HOSTS'"
    (entry,) = await database.fetch(kept)
    assert tuple(entry) == ("平台启用新域名", {"link_hosts": [list(USUAL_HOSTS), ["new.example"]]})
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    assert (await ask(HOSTS, clerk, input={**given, "hosts": ["a.cn"]}))["updateLinkHosts"]["code"] == "NOT_ALLOWED"
