"""Who is not an official reads what is published: masked as the contest says, in pages, by number and name."""

import asyncio
from typing import Any

import httpx

from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid, post
from tests.api.publications.conftest import Publish, Stage
from tests.factories import a_person, a_scored_run

MASK = """mutation ($input: UpdateMaskingInput!) { updateMasking(input: $input) { __typename
  ... on UpdateMaskingPayload { contest { masking { names divisions accounts } } } ... on Error { code } } }"""
RANKINGS = """query ($round: ID!, $run: ID, $filter: RankingFilter, $first: Int = 50, $after: String) {
  rankings(roundId: $round, runId: $run, filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { id position rank cityRank divisionRank number name account city { name } division { name } total
      items { title points } finalist void contestant { number } score { total } } } }"""
NODE = "query ($id: ID!) { node(id: $id) { ... on Standing { number total contestant { number } score { total } } } }"
OWN = """query ($id: ID!, $round: ID!) { contestant(id: $id) { standing(roundId: $round) {
  position total score { items { metrics { sentence } } } } } }"""


async def ranked(ask: Ask, stage: Stage, person: Any = None, **other: Any) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await ask(RANKINGS, person, round=stage.round, **other))["rankings"]["nodes"]
    return nodes


async def mask(ask: Ask, stage: Stage, **masking: Any) -> Any:
    usual = {"names": "SURNAME", "divisions": False, "accounts": False}
    asked = {"contestId": gid("Contest", stage.contest.id), "reason": "按通知只公布姓", **usual, **masking}
    return (await ask(MASK, stage.host, input=asked))["updateMasking"]


async def test_rankings_without_a_run_are_the_published_revision(ask: Ask, stage: Stage, publish: Publish) -> None:
    assert await ranked(ask, stage) == []
    await publish()
    first = (await ranked(ask, stage))[0]
    assert (first["position"], first["name"], first["account"]) == (1, "账号0", "账号0")
    assert (first["division"], first["city"]) == ({"name": "全媒体运营师学员"}, {"name": "武汉市"})
    assert first["items"] == [{"title": "短视频", "points": "99.50"}]
    assert (first["finalist"], first["void"], first["contestant"], first["score"]) == ("STREAMER", False, None, None)
    assert len(await ranked(ask, stage, run=gid("ScoringRun", stage.run_id))) == 4
    other = await a_scored_run(stage.contest, stage.accounts, adopted=True)
    assert await ranked(ask, stage, run=gid("ScoringRun", other)) == []
    assert len(await ranked(ask, stage)) == 4  # another run is adopted, none is published


async def test_masks_hold_in_every_field_filter_and_search(ask: Ask, stage: Stage, publish: Publish) -> None:
    masked = {"names": "SURNAME", "divisions": False, "accounts": False}
    assert await mask(ask, stage) == {"__typename": "UpdateMaskingPayload", "contest": {"masking": masked}}
    await publish()
    nodes = await ranked(ask, stage)
    assert {node["name"] for node in nodes} == {"账**"}
    assert [node["account"] for node in nodes] == [f"账号****{number}" for number in range(4)]
    assert {(node["division"], node["divisionRank"]) for node in nodes} == {(None, None)}
    assert await ranked(ask, stage, filter={"divisionId": gid("Division", stage.contest.divisions[0])}) == []
    assert await ranked(ask, stage, filter={"search": "账号1"}) == []
    assert len(await ranked(ask, stage, filter={"search": "账**"})) == 4


async def test_what_is_published_already_keeps_its_masks(ask: Ask, stage: Stage, publish: Publish) -> None:
    await publish()
    await mask(ask, stage)
    assert (await ranked(ask, stage))[0]["name"] == "账号0"


async def test_a_line_is_found_by_number_name_and_city(ask: Ask, stage: Stage, publish: Publish) -> None:
    await publish()
    for search, numbers in (("4", [4]), ("账号1", [2]), ("恩施", [2, 4]), ("没有", [])):
        assert [node["number"] for node in await ranked(ask, stage, filter={"search": search})] == numbers
        officials = await ranked(ask, stage, stage.host, filter={"search": search})
        assert [node["number"] for node in officials] == numbers
    here = {"cityId": gid("City", stage.contest.cities[1])}
    assert [node["number"] for node in await ranked(ask, stage, filter=here)] == [2, 4]


async def test_pages_are_of_one_revision(ask: Ask, client: httpx.AsyncClient, stage: Stage, publish: Publish) -> None:
    await publish()
    page = (await ask(RANKINGS, round=stage.round, first=3))["rankings"]
    assert (page["totalCount"], len(page["nodes"]), page["pageInfo"]["hasNextPage"]) == (4, 3, True)
    after = page["pageInfo"]["endCursor"]
    rest = (await ask(RANKINGS, round=stage.round, first=3, after=after))["rankings"]
    assert [node["position"] for node in rest["nodes"]] == [4]
    await publish(reason="更正")
    refused = (await post(client, RANKINGS, round=stage.round, first=3, after=after)).json()
    assert refused["errors"][0]["extensions"]["code"] == "CURSOR_OF_ANOTHER_LIST"


async def test_readers_never_see_a_mixture_of_two_revisions(ask: Ask, stage: Stage, publish: Publish) -> None:
    """Each page anybody polls meanwhile is of one revision, and of one that was public then."""
    await publish()
    seen: set[tuple[int, ...]] = set()
    published = asyncio.Event()

    async def poll() -> None:
        while not published.is_set():
            seen.add(tuple(node["number"] for node in await ranked(ask, stage)))

    readers = [asyncio.create_task(poll()) for _ in range(8)]
    for accounts in (stage.accounts[::-1], stage.accounts, stage.accounts[::-1]):
        await a_scored_run(stage.contest, accounts, adopted=True)
        await publish(reason="更正")
    published.set()
    await asyncio.gather(*readers)
    assert seen == {(1, 2, 3, 4), (4, 3, 2, 1)}


async def test_a_contestant_follows_their_own_points_once_they_are_published(
    ask: Ask, database: Pool, stage: Stage, publish: Publish
) -> None:
    account = stage.accounts[1]
    person = await a_person(database, Role.CONTESTANT, stage.contest, contestant=account.contestant_id)
    own = {"id": gid("Contestant", account.contestant_id), "round": stage.round}
    assert (await ask(OWN, person, **own))["contestant"]["standing"] is None
    await mask(ask, stage)
    await publish()
    standing = (await ask(OWN, person, **own))["contestant"]["standing"]
    assert (standing["position"], standing["total"]) == (2, "98.50")
    assert standing["score"]["items"][0]["metrics"][0]["sentence"]
    seen = await ranked(ask, stage, person)
    assert [node["score"] and node["score"]["total"] for node in seen] == [None, "98.50", None, None]
    assert [node["contestant"] for node in seen] == [None, {"number": 2}, None, None]
    by_id = [(await ask(NODE, person, id=node["id"]))["node"] for node in seen]
    assert [node["score"] and node["score"]["total"] for node in by_id] == [None, "98.50", None, None]


async def test_masking_is_for_organisers(ask: Ask, database: Pool, stage: Stage) -> None:
    asked = {"contestId": gid("Contest", stage.contest.id), "names": "FULL", "divisions": True, "accounts": True}
    for role in (Role.JUDGE, Role.AUDITOR):
        person = await a_person(database, role, stage.contest)
        assert (await ask(MASK, person, input={**asked, "reason": "x"}))["updateMasking"]["code"] == "NOT_ALLOWED"
