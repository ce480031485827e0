"""Pages of standings, their explanations, and answers that are kept as long as they hold."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
import httpx
import pytest
from starlette.applications import Starlette

from services.api.answers import Answers
from services.api.context import Context
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid, post
from tests.factories import AContest, AnAccount, APerson, a_contest, a_person, a_scored_run, an_account

PAGE = """query ($round: ID!, $run: ID, $filter: RankingFilter, $first: Int = 2, $after: String) {
  rankings(roundId: $round, runId: $run, filter: $filter, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { position } }
    nodes { position total items { item points } contestant { name city { name } account { handle } } }
  } }"""


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def accounts(contest: AContest) -> list[AnAccount]:
    return [await an_account(contest, f"h{number}", city=number % 2, division=number % 2) for number in range(5)]


@pytest.fixture
async def judge(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.JUDGE, contest)


async def test_pages_follow_one_another_without_gaps(
    ask: Ask, contest: AContest, accounts: list[AnAccount], judge: APerson
) -> None:
    await a_scored_run(contest, accounts, adopted=True)
    after, seen, pages = None, [], 0
    while True:
        page = (await ask(PAGE, judge, round=gid("Round", contest.round_id), after=after))["rankings"]
        assert page["totalCount"] == 5
        assert [edge["node"]["position"] for edge in page["edges"]] == [node["position"] for node in page["nodes"]]
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        seen += [node["contestant"]["account"]["handle"] for node in page["nodes"]]
        after, pages = page["pageInfo"]["endCursor"], pages + 1
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == [account.handle for account in accounts]
    assert pages == 3


async def test_a_standing_reads_as_it_was_stored(
    ask: Ask, contest: AContest, accounts: list[AnAccount], judge: APerson
) -> None:
    await a_scored_run(contest, accounts, adopted=True)
    page = (await ask(PAGE, judge, round=gid("Round", contest.round_id), first=1))["rankings"]
    assert page["nodes"] == [
        {
            "position": 1,
            "total": "99.50",
            "items": [{"item": "SHORT_VIDEO", "points": "99.50"}],
            "contestant": {"name": "h0", "city": {"name": "武汉市"}, "account": {"handle": "h0"}},
        }
    ]


async def test_the_way_to_the_points(ask: Ask, contest: AContest, accounts: list[AnAccount], judge: APerson) -> None:
    await a_scored_run(contest, accounts, adopted=True)
    document = """query ($round: ID!) { rankings(roundId: $round, first: 1) { nodes { id score { total items {
      item title points weight countedShare metrics { metric unit value points full scale field missing leftOut
      inputs { name value } zh: sentence en: sentence(language: EN) } } } } } }"""
    (standing,) = (await ask(document, judge, round=gid("Round", contest.round_id)))["rankings"]["nodes"]
    (item,) = standing["score"]["items"]
    (metric,) = item.pop("metrics")
    assert item == {"item": "SHORT_VIDEO", "title": "短视频", "points": "99.50", "weight": "100", "countedShare": "100"}
    assert (metric["zh"], metric["en"]) == (
        "播放量 1200，全体选手最高 2000：100 × 1200 ÷ 2000 = 99.50 分。",
        metric["en"],
    )
    assert "plays" in metric["en"]
    again = "query ($id: ID!) { node(id: $id) { ... on Standing { score { total } } } }"
    assert (await ask(again, judge, id=standing["id"]))["node"] == {"score": {"total": "99.50"}}


async def test_filters_count_what_they_show(
    ask: Ask, contest: AContest, accounts: list[AnAccount], judge: APerson
) -> None:
    await a_scored_run(contest, accounts, adopted=True)
    for only, handles in (
        ({"cityId": gid("City", contest.cities[0])}, ["h0", "h2"]),
        ({"divisionId": gid("Division", contest.divisions[1])}, ["h1", "h3"]),
        ({"cityId": gid("City", contest.cities[0]), "divisionId": gid("Division", contest.divisions[1])}, []),
    ):
        page = (await ask(PAGE, judge, round=gid("Round", contest.round_id), filter=only))["rankings"]
        assert [node["contestant"]["name"] for node in page["nodes"]] == handles
        assert page["totalCount"] == {"h0": 3, "h1": 2}.get(handles[0] if handles else "", 0)


async def test_a_cursor_of_another_list_is_refused(
    client: httpx.AsyncClient, ask: Ask, contest: AContest, accounts: list[AnAccount], judge: APerson
) -> None:
    old = gid("ScoringRun", await a_scored_run(contest, accounts))
    await a_scored_run(contest, accounts, adopted=True)
    round_id = gid("Round", contest.round_id)
    cursor = (await ask(PAGE, judge, round=round_id))["rankings"]["pageInfo"]["endCursor"]
    contestants = "query ($c: ID!) { contestants(contestId: $c, first: 1) { pageInfo { endCursor } } }"
    other = (await ask(contestants, judge, c=gid("Contest", contest.id)))["contestants"]["pageInfo"]["endCursor"]
    uploads = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"  # as long as a cursor of uploads
    for change in (
        {"run": old, "after": cursor},
        {"filter": {"cityId": gid("City", contest.cities[0])}, "after": cursor},
        {"after": other},
        {"after": uploads},
        {"after": "nonsense"},
    ):
        body = (await post(client, PAGE, judge, round=round_id, **change)).json()
        assert body["errors"][0]["extensions"]["code"] == "CURSOR_OF_ANOTHER_LIST"


@pytest.mark.parametrize("first", [-1, 201])
async def test_pages_have_a_limit(client: httpx.AsyncClient, contest: AContest, judge: APerson, first: int) -> None:
    body = (await post(client, PAGE, judge, round=gid("Round", contest.round_id), first=first)).json()
    assert body["errors"][0]["extensions"]["code"] == "PAGE_TOO_LONG"


async def test_a_page_is_one_statement_and_its_repetition_the_version_alone(
    ask: Ask, contest: AContest, accounts: list[AnAccount], judge: APerson
) -> None:
    await a_scored_run(contest, accounts, adopted=True)
    round_id = gid("Round", contest.round_id)
    await ask("{ viewer { user { login } } }", judge)  # the session is known
    first, statements = await _statements(ask, judge, round_id)
    again, repeated = await _statements(ask, judge, round_id)
    assert again == first
    assert len(statements) == 1
    assert repeated == ["select version from contests where id = $1"]


async def test_what_the_operation_does_not_declare_makes_no_answer_of_its_own(
    app: Starlette, ask: Ask, contest: AContest, accounts: list[AnAccount], judge: APerson
) -> None:
    await a_scored_run(contest, accounts, adopted=True)
    round_id = gid("Round", contest.round_id)
    await ask(PAGE, judge, round=round_id)
    _, repeated = await _statements(ask, judge, round_id, padding="x" * 500_000)
    assert repeated == ["select version from contests where id = $1"]
    context = Context(app.state.resources)
    key = Answers(app.state.resources.pool).key("{ a }" * 1000, {"a": "x" * 500_000}, None, context)
    assert len(key) == 32


async def test_an_answer_that_another_reader_drops_meanwhile_is_still_answered(
    app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One has been told that it holds; before that one goes on another run is adopted, and another reader is told."""
    kept, contest_id, goes_on = Answers(app.state.resources.pool), new_id(), asyncio.Event()
    versions = iter((1, 2))

    async def version(_: Pool, __: UUID) -> int:
        found = next(versions)
        if found == 1:
            await goes_on.wait()
        return found

    monkeypatch.setattr("services.api.answers.contest_version", version)
    kept.keep(b"key", (contest_id, 1), b"old")
    first = asyncio.ensure_future(kept.find(b"key"))
    await asyncio.sleep(0)
    assert await kept.find(b"key") is None
    goes_on.set()
    assert await first == b"old"


async def _statements(ask: Ask, judge: APerson, round_id: str, **more: object) -> tuple[object, list[str]]:
    """The answer to a page, and the SQL that it took."""
    statements: list[str] = []

    def counted(method: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def run(pool: Pool, query: str, *arguments: object) -> object:
            statements.append(query)
            return await method(pool, query, *arguments)

        return run

    with pytest.MonkeyPatch.context() as patch:
        for name in ("fetch", "fetchrow", "fetchval", "execute"):
            patch.setattr(asyncpg.Pool, name, counted(getattr(asyncpg.Pool, name)))
        return await ask(PAGE, judge, round=round_id, **more), statements


async def test_a_kept_answer_ends_with_the_next_change(
    ask: Ask, database: Pool, contest: AContest, accounts: list[AnAccount], judge: APerson
) -> None:
    await a_scored_run(contest, accounts, adopted=True)
    round_id = gid("Round", contest.round_id)
    assert (await ask(PAGE, judge, round=round_id))["rankings"]["nodes"][0]["contestant"]["name"] == "h0"
    await a_scored_run(contest, list(reversed(accounts)), adopted=True)
    assert (await ask(PAGE, judge, round=round_id))["rankings"]["nodes"][0]["contestant"]["name"] == "h4"


async def test_a_kept_answer_is_for_those_who_see_the_same(
    ask: Ask, database: Pool, contest: AContest, accounts: list[AnAccount], judge: APerson
) -> None:
    await a_scored_run(contest, accounts, adopted=True)
    round_id = gid("Round", contest.round_id)
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[1])
    assert (await ask(PAGE, judge, round=round_id))["rankings"]["totalCount"] == 5
    assert (await ask(PAGE, leader, round=round_id))["rankings"]["totalCount"] == 2
    assert (await ask(PAGE, round=round_id))["rankings"]["totalCount"] == 0


async def test_what_changes_without_the_version_is_not_kept(
    ask: Ask, database: Pool, contest: AContest, accounts: list[AnAccount], judge: APerson
) -> None:
    await a_scored_run(contest, accounts[:1], adopted=True)
    document = """query ($round: ID!) { rankings(roundId: $round) { nodes { contestant {
      uploads { totalCount } } } } }"""
    round_id = gid("Round", contest.round_id)
    assert await ask(document, judge, round=round_id) == {
        "rankings": {"nodes": [{"contestant": {"uploads": {"totalCount": 0}}}]}
    }
    await database.execute(
        "insert into uploads (id, contest_id, name, size, sha256, state, account_id, exported_at, exported_at_stated)"
        " values (gen_random_uuid(), $1, 'a', 1, '', 'CREATED', $2, now(), false)",
        *(contest.id, accounts[0].id),
    )
    assert await ask(document, judge, round=round_id) == {
        "rankings": {"nodes": [{"contestant": {"uploads": {"totalCount": 1}}}]}
    }


async def test_finalists_by_city_with_reason_and_shortage(
    ask: Ask, contest: AContest, accounts: list[AnAccount], judge: APerson
) -> None:
    await a_scored_run(contest, accounts[:1], adopted=True)
    document = """query ($round: ID!) { finalists(roundId: $round) { city { name } shortage
      streamers { place position reason { code message } standing { rank contestant { name } } } reserves { id } } }"""
    full, empty = (await ask(document, judge, round=gid("Round", contest.round_id)))["finalists"]
    assert full == {
        "city": {"name": "武汉市"},
        "shortage": 0,
        "streamers": [
            {
                "place": "STREAMER",
                "position": 1,
                "reason": {"code": "FINALIST_BY_RANK", "message": "按市（州）名次入选：第 1 名，总分 99.50。"},
                "standing": {"rank": 1, "contestant": {"name": "h0"}},
            }
        ],
        "reserves": [],
    }
    assert empty == {"city": {"name": "恩施州"}, "shortage": 1, "streamers": [], "reserves": []}
