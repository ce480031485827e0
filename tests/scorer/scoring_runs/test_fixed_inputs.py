"""What a run is computed from beside files: fixed when it is started, whatever happens afterwards."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from services.sample.tables import delimited
from services.scorer.context import Scorer
from services.scorer.scoring_runs.verify import verify
from services.shared.contests.store import next_sequence
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.scoring_runs.start import CannotStartError, start_run
from services.shared.storage import FileStore
from tests.factories import AContest, AnAccount, a_contest, an_account, an_upload
from tests.scorer.doing import do, tuples
from tests.scorer.files import works

PLAYS = """
title = "测试规则"
round = "{round}"
places = {{ metric = 4, item = 2, total = 2 }}
{more}
[items.SHORT_VIDEO]
weight = {weight}
[[items.SHORT_VIDEO.metrics]]
metric = "plays"
share = 100
scale = "ratio"
field = "round"
missing = "zero"
"""
HEATS = PLAYS.format(round="qualifier", weight=100, more="")
CARRIED = """
[items.EARLIER]
weight = 40
[[items.EARLIER.metrics]]
metric = "earlier_total"
of_round = "qualifier"
share = 100
scale = "out-of"
of = 100
missing = "zero"
"""
FINAL = PLAYS.format(round="final", weight=60, more='[entry]\nbest_percent = 50\nof_round = "qualifier"\n') + CARRIED
JURIED = PLAYS.format(
    round="qualifier",
    weight=50,
    more="""
[jury.STAGE]
title = "现场评委"
judges = 3
decimals = 2
minimum = 2
missing_judge = "lowest"
drop_highest = 1
criteria = [{ key = "SHOW", title = "表现", at_least = 0, at_most = 100 }]

[items.STAGE]
weight = 50
[[items.STAGE.metrics]]
metric = "jury"
panel = "STAGE"
share = 100
scale = "out-of"
of = 100
missing = "zero"
""",
)
FEATURED = """
title = "测试规则"
round = "qualifier"
places = { metric = 2, item = 2, total = 2 }

[items.SALES]
weight = 100
[[items.SALES.metrics]]
metric = "net_sales"
source = "orders"
refunds_until = 2021-10-01T00:00:00+08:00
featured_factor = 2
share = 100
scale = "out-of"
of = 1000
missing = "zero"
"""
FINALISTS = PLAYS.format(round="final", weight=100, more='[entry]\nfinalists_of = "qualifier"\n')
TOTALS = """select handle, total from scores join accounts using (contestant_id) where run_id = $1 order by position"""


async def heats(scorer: Scorer, database: Pool, files: FileStore) -> tuple[AContest, dict[str, AnAccount]]:
    """Four people, of whom one has no data; the others with 100, 50 and 50 plays."""
    contest = await a_contest(database, rules=HEATS)
    people = {handle: await an_account(contest, handle) for handle in ("ann", "bob", "cai", "dan")}
    for handle, plays in (("ann", 100), ("bob", 50), ("cai", 50)):
        content = works((handle, "2021-07-21 08:00:00", plays))
        await do(scorer, await an_upload(contest, files, f"{handle}.csv", content, account=people[handle]))
    return contest, people


async def a_final(contest: AContest, rules: str) -> AContest:
    """The contest as of its final, in the same window."""
    round_id, rules_id = new_id(), new_id()
    await contest.pool.execute(
        "insert into rounds (id, contest_id, key, title, opens_at, closes_at, exported_from, exported_until,"
        " uploads_until, position) select $1, contest_id, 'final', '决赛', opens_at, closes_at, exported_from,"
        " exported_until, uploads_until, 1 from rounds where id = $2",
        *(round_id, contest.round_id),
    )
    await contest.pool.execute(
        "insert into rules (id, contest_id, round_id, version, document, sha256, reason)"
        " values ($1, $2, $3, 1, $4, 'f', '')",
        *(rules_id, contest.id, round_id, rules),
    )
    return replace(contest, round_id=round_id, rules_id=rules_id)


async def start(contest: AContest) -> UUID:
    async with contest.pool.acquire() as connection, connection.transaction():
        return await start_run(connection, contest.id, contest.round_id, reason="", user=None)


async def run(scorer: Scorer, contest: AContest) -> UUID:
    run_id = await start(contest)
    await do(scorer, run_id)
    return run_id


async def adopt(contest: AContest, run_id: UUID) -> None:
    await contest.pool.execute("update rounds set adopted_run_id = $2 where id = $1", contest.round_id, run_id)


async def totals(contest: AContest, run_id: UUID) -> dict[str, str]:
    return {handle: str(total) for handle, total in await tuples(contest.pool, TOTALS, run_id)}


async def a_penalty(contest: AContest, who: AnAccount, kind: str, points: Decimal | None = None) -> UUID:
    penalty_id = new_id()
    async with contest.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "insert into penalties (id, contest_id, round_id, contestant_id, kind, item, points, reason, from_sequence)"
            " values ($1, $2, $3, $4, $5, case when $5 <> 'DISQUALIFY' then 'SHORT_VIDEO' end, $6, '刷量', $7)",
            *(penalty_id, contest.id, contest.round_id, who.contestant_id, kind, points),
            await next_sequence(connection, contest.id),
        )
    return penalty_id


async def test_a_penalty_counts_from_its_sequence_number_until_it_is_revoked(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest, people = await heats(scorer, database, files)
    before = await run(scorer, contest)
    halved = await a_penalty(contest, people["ann"], "HALVE")
    await a_penalty(contest, people["bob"], "SUBTRACT", Decimal("12.5"))
    during = await run(scorer, contest)
    async with database.acquire() as connection, connection.transaction():
        number = await next_sequence(connection, contest.id)
        await connection.execute("update penalties set to_sequence = $2 where id = $1", halved, number)
    after = await run(scorer, contest)
    assert await totals(contest, before) == {"ann": "100.00", "bob": "50.00", "cai": "50.00", "dan": "0.00"}
    assert await totals(contest, during) == {"ann": "50.00", "cai": "50.00", "bob": "37.50", "dan": "0.00"}
    assert await totals(contest, after) == {"ann": "100.00", "cai": "50.00", "bob": "37.50", "dan": "0.00"}
    assert [(await verify(database, each)).holds for each in (before, during, after)] == [True] * 3
    await database.execute("update penalties set points = 2 where kind = 'SUBTRACT'")
    assert [(await verify(database, each)).holds for each in (before, during, after)] == [True, False, False]


async def a_mark(
    contest: AContest, panel: UUID, who: AnAccount, points: str, in_force: tuple[int | None, int | None]
) -> None:
    await contest.pool.execute(
        "insert into jury_marks (contestant_id, panel_id, judge_id, id, contest_id, criteria, points, given_by,"
        " confirmed_at, ended_at, from_sequence, to_sequence) values ($1, $2, $3, $4, $5, '{}', $6, $3, now(),"
        " case when $8::bigint is not null then now() end, $7, $8)",
        *(who.contestant_id, panel, new_id(), new_id(), contest.id, Decimal(points), *in_force),
    )


async def test_marks_count_once_marking_is_closed_and_a_correction_from_then_on(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database, rules=JURIED)
    ann = await an_account(contest, "ann")
    panel = new_id()
    await database.execute(
        "insert into jury_panels (id, contest_id, round_id, key) values ($1, $2, $3, 'STAGE')",
        *(panel, contest.id, contest.round_id),
    )
    await a_mark(contest, panel, ann, "90", (1, None))
    await a_mark(contest, panel, ann, "80", (1, 2))
    await a_mark(contest, panel, ann, "70", (2, None))
    await a_mark(contest, panel, ann, "100", (None, None))  # typed, and not confirmed
    runs = []
    for _ in range(3):
        runs.append(await run(scorer, contest))
        await database.execute("update contests set sequence = sequence + 1 where id = $1", contest.id)
    # None; (80 + 80) ÷ 2 of 90, 80 and the lowest for who is missing; (70 + 70) ÷ 2
    assert [(await totals(contest, each))["ann"] for each in runs] == ["0.00", "40.00", "35.00"]
    assert [(await verify(database, each)).holds for each in runs] == [True] * 3


async def test_sales_of_products_that_were_featured_then_count_by_the_factor(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest = await a_contest(database, rules=FEATURED)
    ann = await an_account(contest, "ann", uid="7592255573464597541")
    headings = ["主订单编号", "子订单编号", "商品ID", "订单应付金额", "支付完成时间", "售后状态", "达人ID", "商品数量"]
    bought = [("1", "77", "100", "-"), ("2", "88", "50", "-"), ("3", "77", "30", "退款成功"), ("4", "-", "20", "-")]
    rows = [
        [f"\t600000000000000000{line}"] * 2
        + [product, amount, "2021-07-21 08:00:00", state, "\t7592255573464597541", "1"]
        for line, product, amount, state in bought
    ]
    await do(scorer, await an_upload(contest, files, "订单.csv", delimited([headings, *rows]), account=ann))
    before = await run(scorer, contest)
    add = """insert into products (id, contest_id, platform, product_id, title, from_sequence)
        values ($1, $2, $3, '77', '恩施玉露', $4)"""
    async with database.acquire() as connection, connection.transaction():
        number = await next_sequence(connection, contest.id)
        await connection.execute(add, new_id(), contest.id, "DOUYIN", number)
    featured = await run(scorer, contest)
    async with database.acquire() as connection, connection.transaction():
        number = await next_sequence(connection, contest.id)
        await connection.execute("update products set to_sequence = $1", number)
        await connection.execute(add, new_id(), contest.id, "KUAISHOU", number)  # the other platform's 77
    after = await run(scorer, contest)
    # 170 net; and once more the 100 of the tea that was not sent back
    assert [(await totals(contest, each))["ann"] for each in (before, featured, after)] == ["17.00", "27.00", "17.00"]
    assert [(await verify(database, each)).holds for each in (before, featured, after)] == [True] * 3
    await database.execute("update products set product_id = '88' where platform = 'DOUYIN'")
    assert not (await verify(database, featured)).holds


async def test_the_best_of_the_heats_go_on_with_a_share_of_their_total(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest, people = await heats(scorer, database, files)
    final = await a_final(contest, FINAL)
    with pytest.raises(CannotStartError, match="ROUND_WITHOUT_EARLIER_RESULT"):
        await start(final)
    await adopt(contest, await run(scorer, contest))
    # Half of the three with data is two; the two at the cut are equal: both are in.
    run_id = await run(scorer, final)
    assert await totals(final, run_id) == {"ann": "100.00", "bob": "50.00", "cai": "50.00"}
    pinned = await database.fetchval("select participants from scoring_runs where id = $1", run_id)
    assert pinned == sorted(people[handle].contestant_id for handle in ("ann", "bob", "cai"))
    await a_penalty(contest, people["bob"], "ZERO")
    await adopt(contest, await run(scorer, contest))  # what another result of the heats says comes later
    assert (await verify(database, run_id)).holds
    assert await totals(final, await run(scorer, final)) == {"ann": "100.00", "cai": "50.00"}


async def test_a_disqualified_person_carries_nothing_over_and_does_not_go_on(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    contest, people = await heats(scorer, database, files)
    await a_penalty(contest, people["ann"], "DISQUALIFY")
    await adopt(contest, await run(scorer, contest))
    final = await a_final(contest, FINAL)
    assert await totals(final, await run(scorer, final)) == {"bob": "100.00", "cai": "100.00"}  # the best there is


async def test_the_streamers_of_confirmed_teams_take_part(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest, people = await heats(scorer, database, files)
    run_id = await run(scorer, contest)
    await adopt(contest, run_id)
    final = await a_final(contest, FINALISTS)
    selection = new_id()
    await database.execute(
        "insert into finalist_selections (id, contest_id, round_id, run_id, reason) values ($1, $2, $3, $4, '')",
        *(selection, contest.id, contest.round_id, run_id),
    )
    for handle, place in (("ann", "STREAMER"), ("bob", "RESERVE"), ("cai", "STREAMER")):
        await database.execute(
            "insert into selected_finalists (selection_id, contestant_id, city_id, place, position, proposed_place)"
            " values ($1, $2, $3, $4, 1, $4)",
            *(selection, people[handle].contestant_id, contest.cities[0], place),
        )
    with pytest.raises(CannotStartError, match="ROUND_WITHOUT_PARTICIPANTS"):
        await start(final)
    await database.execute(
        "insert into teams (id, contest_id, city_id, round_id, confirmed_at) values ($1, $2, $3, $4, now())",
        *(new_id(), contest.id, contest.cities[0], contest.round_id),
    )
    assert set(await totals(final, await run(scorer, final))) == {"ann", "cai"}
