"""Entries are sealed once each, in one chain, whoever is killed or comes at the same time."""

import asyncio
from signal import SIGKILL

import pytest

from services.scorer.audit import seal as sealing
from services.scorer.audit.seal import head_of, seal
from services.scorer.audit.verify import verify
from services.shared.audit.chain import GENESIS, Head
from services.shared.database.pool import Pool
from services.shared.settings import Settings
from tests.scorer.audit.entries import chain_by_the_page, recorded
from tests.scorer.doing import tuples
from tests.scorer.worker_process import WorkerProcess


async def test_an_empty_record_has_the_head_that_stands_before_everything(database: Pool) -> None:
    assert await seal(database) == 0
    assert await head_of(database) == Head(0, GENESIS)
    assert str(Head()) == "0:" + "0" * 64


async def test_entries_are_sealed_in_their_order_as_the_page_says(
    database: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    first = await recorded(database, "一", "二", "三")
    assert await seal(database) == 3
    second = await recorded(database, "四", "五")
    assert await seal(database) == 2
    rows = await tuples(database, "select position, entry_id from audit_seals order by position")
    assert rows == list(enumerate([*first, *second], 1))
    digests = [row[0] for row in await tuples(database, "select digest from audit_seals order by position")]
    assert digests == await chain_by_the_page(database)
    assert await database.fetchval("select count(*) from audit_unsealed") == 0
    assert await seal(database) == 0


async def test_what_is_not_committed_is_sealed_later(database: Pool) -> None:
    async with database.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(
            "with e as (insert into audit_entries (id, login, address, action, subject_type, changes, reason)"
            " values (gen_random_uuid(), '', '', 'SIGN_IN', 'User', '{}', 'late') returning id)"
            " insert into audit_unsealed select id from e"
        )
        await recorded(database, "early")
        assert await seal(database) == 1
        await transaction.commit()
    assert await seal(database) == 1
    reasons = await tuples(
        database, "select reason from audit_seals join audit_entries e on e.id = entry_id order by position"
    )
    assert reasons == [("early",), ("late",)]


async def test_many_at_once_make_one_chain(database: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 3)
    ids = await recorded(database, *(f"{n}" for n in range(20)))
    sealed = await asyncio.gather(*(seal(database) for _ in range(6)))
    assert sum(sealed) + await seal(database) == 20
    rows = await tuples(database, "select position, entry_id from audit_seals order by position")
    assert rows == list(enumerate(ids, 1))
    assert (await verify(database)).bad is None


async def test_an_entry_marked_twice_is_sealed_once(database: Pool) -> None:
    (sealed,) = await recorded(database, "一")
    await seal(database)
    await database.execute("insert into audit_unsealed values ($1)", sealed)
    await recorded(database, "二")
    assert await seal(database) == 1
    assert (await verify(database)).head.position == 2


@pytest.mark.parametrize("point", ["seal.before_commit", "seal.after_commit"])
async def test_a_worker_killed_while_sealing_loses_nothing_and_seals_nothing_twice(
    database: Pool, settings: Settings, point: str
) -> None:
    ids = await recorded(database, "一", "二", "三")

    async def all_sealed() -> bool:
        return bool(await database.fetchval("select not exists (select from audit_unsealed)"))

    with WorkerProcess(settings, fault=point) as worker:
        assert await worker.ended() == -SIGKILL, worker.log
    with WorkerProcess(settings) as worker:
        await worker.until(all_sealed)
    rows = await tuples(database, "select position, entry_id from audit_seals order by position")
    assert rows == list(enumerate(ids, 1))
    assert (await verify(database)).bad is None


async def test_a_worker_tells_the_head_when_it_starts_and_when_it_stops(database: Pool, settings: Settings) -> None:
    await recorded(database, "一")

    async def sealed() -> bool:
        return (await head_of(database)).position == 1

    with WorkerProcess(settings) as worker:
        await worker.until(sealed)
        worker.process.terminate()
        assert await worker.ended() == 0
        assert f"audit head {await head_of(database)}" in worker.log
