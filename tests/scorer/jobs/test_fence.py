"""A job's effect is committed by whoever holds the job, and by nobody else. The guards are shown by taking them off."""

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from services.scorer.context import Scorer
from services.scorer.jobs import perform as performing
from services.scorer.jobs import store
from services.scorer.jobs.store import Job
from services.scorer.metrics import store as metrics
from services.scorer.scoring_runs.verify import verify
from services.scorer.uploads import accept, ingest, read
from services.scorer.uploads.parse import ParsedFile
from services.scorer.uploads.upload import Upload
from services.shared.database.pool import Connection, Pool
from services.shared.jobs import JobKind, enqueue
from services.shared.storage import FileStore
from tests.factories import EXPORTED_AT, RULES, a_contest, a_run, an_account, an_upload
from tests.scorer.doing import do, row, tuples
from tests.scorer.files import works

CONTENT = works(("甲", "2021-07-21 08:00:00", 100))


async def _without_fence(connection: Connection, job: Job) -> None:
    await connection.execute("update jobs set state = 'DONE' where id = $1", job.id)


@pytest.mark.parametrize("guarded", [True, False])
async def test_an_attempt_that_was_given_up_commits_nothing(
    scorer: Scorer, database: Pool, files: FileStore, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """A worker stalls after reading; its job is given to another one, which is still at it when the first wakes up."""
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    upload_id = await an_upload(contest, files, "a.csv", CONTENT, account=zhang)
    if not guarded:
        monkeypatch.setattr(ingest, "finish", _without_fence)
    reading, wake = asyncio.Event(), asyncio.Event()

    async def slow_parse(scorer: Scorer, upload: Upload) -> ParsedFile:
        parsed = await read.parse(scorer, upload)
        reading.set()
        await wake.wait()
        return parsed

    monkeypatch.setattr(ingest, "parse", slow_parse)
    stalled = asyncio.create_task(do(scorer, upload_id))
    await reading.wait()
    job = await database.fetchrow("select id, attempt from jobs where subject_id = $1", upload_id)
    assert job is not None
    async with database.acquire() as connection, connection.transaction():
        assert await store.repeat(connection, job["id"], job["attempt"])
    wake.set()
    await stalled

    state = await tuples(database, "select state, attempt from jobs where subject_id = $1", upload_id)
    facts = await database.fetchval("select count(*) from works")
    if guarded:
        assert (state, facts) == ([("QUEUED", 2)], 0)
        await do(scorer, upload_id)
        assert await database.fetchval("select count(*) from works") == 1
    else:
        assert (state, facts) == ([("DONE", 2)], 1)  # what nobody may see: the stale attempt's effect


async def test_two_workers_and_one_job(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    upload_id = await an_upload(contest, files, "a.csv", CONTENT, account=zhang)
    await asyncio.gather(*(do(scorer, upload_id) for _ in range(4)))
    assert await database.fetchval("select count(*) from works") == 1
    assert await database.fetchval("select tries from jobs where subject_id = $1", upload_id) == 1


@pytest.mark.parametrize("guarded", [True, False])
async def test_a_run_sees_its_sequence_and_nothing_later(
    scorer: Scorer, database: Pool, files: FileStore, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """A file that is accepted after a run was started must not be in it, whenever the run is computed."""
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    await an_account(contest, "lisi")
    await do(scorer, await an_upload(contest, files, "a.csv", CONTENT, account=zhang))
    prompt, late = await a_run(contest), await a_run(contest)
    await do(scorer, prompt)
    more = works(("甲", "2021-07-21 08:00:00", 900))
    later = EXPORTED_AT + timedelta(days=1)
    await do(scorer, await an_upload(contest, files, "b.csv", more, account=zhang, exported_at=later))
    if not guarded:
        unpinned = {
            name: re.sub(r"(\w+\.)?(from|accepted)_sequence <= \$2", "$2::bigint >= 0", text)
            for name, text in metrics.queries.texts.items()
        }
        monkeypatch.setattr(metrics.queries, "texts", unpinned)

    await do(scorer, late)

    digests = [(await row(database, "scoring_runs", run_id))["digest"] for run_id in (prompt, late)]
    assert (digests[0] == digests[1]) is guarded
    assert (await verify(database, prompt)).holds is guarded


async def test_a_cancelled_run_stays_cancelled(
    scorer: Scorer, database: Pool, files: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    contest = await a_contest(database)
    await an_account(contest, "zhangsan")
    run_id = await a_run(contest)

    async def cancel_first(connection: Connection, extent: metrics.Extent) -> Sequence[str]:
        async with database.acquire() as another, another.transaction():
            await another.execute("update scoring_runs set state = 'CANCELLED' where id = $1", run_id)
            await another.execute("update jobs set state = 'CANCELLED' where subject_id = $1", run_id)
        return []

    monkeypatch.setattr("services.scorer.pipeline.contents_in_force", cancel_first)
    await do(scorer, run_id)
    assert (await row(database, "scoring_runs", run_id))["state"] == "CANCELLED"
    assert await database.fetchval("select count(*) from scores") == 0


async def test_a_job_that_always_fails_ends_visibly_and_can_be_tried_again(
    scorer: Scorer, database: Pool, files: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    upload_id = await an_upload(contest, files, "a.csv", CONTENT, account=zhang)

    async def broken(*_: object) -> dict[UUID, str]:
        raise RuntimeError("a disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(accept, "settle", broken)
        waits = []
        for _ in range(performing.MOST_TRIES):
            await do(scorer, upload_id)
            waits.append(
                await database.fetchval(
                    "select extract(epoch from run_after - queued_at)::int from jobs where subject_id = $1", upload_id
                )
            )
    assert waits[:4] == [0, 2, 6, 14]
    job = await tuples(database, "select state, tries, error from jobs where subject_id = $1", upload_id)
    error = {"code": "JOB_FAILED", "parameters": {"reason": "RuntimeError", "tries": 5}}
    assert job == [("FAILED", 5, error)]
    assert (await row(database, "uploads", upload_id))["state"] == "FAILED"
    assert await database.fetchval("select code from upload_problems where upload_id = $1", upload_id) == "JOB_FAILED"

    async with database.acquire() as connection, connection.transaction():
        await connection.execute("update uploads set state = 'QUEUED' where id = $1", upload_id)
        await enqueue(connection, JobKind.INGEST_UPLOAD, upload_id)
    await do(scorer, upload_id)
    assert (await row(database, "uploads", upload_id))["state"] == "ACCEPTED"
    assert await database.fetchval("select count(*) from upload_problems") == 0


async def test_rules_that_demand_missing_figures_fail_the_run(scorer: Scorer, database: Pool) -> None:
    contest = await a_contest(database, rules=RULES.replace('missing = "zero"', 'missing = "block"', 1))
    await an_account(contest, "zhangsan")
    run_id = await a_run(contest)
    await do(scorer, run_id)
    run = await row(database, "scoring_runs", run_id)
    assert (run["state"], run["error"]["code"]) == ("FAILED", "FIGURES_MISSING")
    assert await database.fetchval("select state from jobs where subject_id = $1", run_id) == "DONE"
