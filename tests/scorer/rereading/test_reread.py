"""Rows changed behind the application's back are found by reading the files again."""

from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest

from services.scorer.context import Scorer
from services.scorer.rereading.compare import ChangedFact, Fault
from services.scorer.rereading.find_changes import find_changes
from services.scorer.rereading.reread import kept_original, reread
from services.scorer.scoring_runs.verify import verify
from services.shared.database.pool import Pool
from services.shared.file_vocabulary import Source
from services.shared.identity import new_id
from services.shared.storage import FileStore
from tests.factories import AnAccount, a_contest, a_run, an_account, an_upload
from tests.scorer.doing import do
from tests.scorer.files import orders, works


async def a_scored_run_of_files(scorer: Scorer, database: Pool, files: FileStore) -> tuple[UUID, AnAccount]:
    contest = await a_contest(database)
    ann, bob = await an_account(contest, "ann", uid="1001"), await an_account(contest, "bob")
    content = works(("片一", "2021-07-21 08:00:00", 1000), ("片二", "2021-07-22 08:00:00", 250))
    await do(scorer, await an_upload(contest, files, "ann.csv", content, account=ann))
    await do(scorer, await an_upload(contest, files, "bob.csv", works(("片", "2021-07-21 08:00:00", 5)), account=bob))
    sold = orders(("1", "2021-07-23 08:00:00", "99.90", "-", "1001"), ("2", "2021-07-23 09:00:00", "10", "-", "7"))
    await do(scorer, await an_upload(contest, files, "shop.csv", sold))
    run_id = await a_run(contest)
    await do(scorer, run_id)
    return run_id, ann


async def found(scorer: Scorer, run_id: UUID) -> list[ChangedFact]:
    return [changed async for changed in reread(scorer.pool, run_id, partial(kept_original, scorer))]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("select", None),
        ("update works set plays = 9999 where plays = 250", (Fault.CHANGED, Source.WORKS, 3, "plays", "9999", "250")),
        ("delete from works where plays = 250", (Fault.REMOVED, Source.WORKS, 3, "", "", "")),
        (
            "update orders set amount = 199.90",
            (Fault.CHANGED, Source.ORDERS, 2, "amount", "199.90", "99.90"),
        ),
        ("update orders set line = 77", (Fault.ADDED, Source.ORDERS, 77, "", "", "")),
    ],
)
async def test_a_row_that_is_not_as_its_file_says_is_named_with_its_line(
    scorer: Scorer, database: Pool, files: FileStore, change: str, expected: tuple[object, ...] | None
) -> None:
    run_id, ann = await a_scored_run_of_files(scorer, database, files)
    await database.execute(change)
    differences = await found(scorer, run_id)
    if expected is None:
        assert differences == []
        return
    one = differences[0]
    assert (one.fault, one.source, one.line, one.column, one.stored, one.in_file) == expected
    assert one.contestant_id == ann.contestant_id


async def test_a_row_given_to_somebody_else_and_a_file_that_is_gone_are_named(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    run_id, _ = await a_scored_run_of_files(scorer, database, files)
    stranger = await database.fetchval("select contestant_id from accounts where handle = 'bob'")
    await database.execute("update orders set contestant_id = $1", stranger)
    assert (await found(scorer, run_id))[0].contestant_id == stranger
    await database.execute("update uploads set key_sealed = null")
    assert {one.fault for one in (await found(scorer, run_id))[1:]} == {Fault.ABSENT}


async def test_lines_that_found_their_contestant_after_the_run_are_no_difference(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    run_id, _ = await a_scored_run_of_files(scorer, database, files)
    bob = await database.fetchrow("update accounts set uid = '7' where handle = 'bob' returning contestant_id")
    assert bob is not None
    assert await found(scorer, run_id) == []


PENALTY = """
insert into penalties (id, contest_id, round_id, contestant_id, kind, points, reason, from_sequence)
select $1, contest_id, id, $2, 'SUBTRACT', $3, '刷量', 1 from rounds
"""
APPLIED = """
insert into audit_entries (id, contest_id, contestant_id, login, address, action, subject_type, subject_id, changes,
    reason)
select $1, contest_id, contestant_id, 'judge', '', 'APPLY_PENALTY', 'Penalty', id,
    '{"penalty": [null, "SUBTRACT"], "points": [null, "5"]}', ''
from penalties
"""


async def test_a_penalty_that_is_not_what_the_record_says_is_named(
    scorer: Scorer, database: Pool, files: FileStore
) -> None:
    run_id, ann = await a_scored_run_of_files(scorer, database, files)
    await database.execute(PENALTY, new_id(), ann.contestant_id, Decimal("5.00"))
    read = partial(kept_original, scorer)
    (invented,) = await find_changes(database, run_id, read)
    assert (invented.table, invented.fault, invented.contestant) == ("penalties", Fault.ADDED, "1")
    await database.execute(APPLIED, new_id())
    assert await find_changes(database, run_id, read) == []
    await database.execute("update penalties set points = 1")
    (changed,) = await find_changes(database, run_id, read)
    assert (changed.fault, changed.stored, changed.expected) == (Fault.CHANGED, "SUBTRACT 1", "SUBTRACT 5")
    await database.execute("delete from penalties")
    (removed,) = await find_changes(database, run_id, read)
    assert (removed.fault, removed.stored, removed.expected) == (Fault.REMOVED, "", "SUBTRACT 5")


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ("update scores set total = total + 1", "scores"),
        ("update finalists set position = 3", "finalists"),
        ("delete from finalists", "finalists"),
    ],
)
async def test_the_table_of_a_changed_result_is_named(
    scorer: Scorer, database: Pool, files: FileStore, change: str, table: str
) -> None:
    run_id, _ = await a_scored_run_of_files(scorer, database, files)
    assert (await verify(database, run_id)).table is None
    await database.execute(change)
    assert (await verify(database, run_id)).table == table
