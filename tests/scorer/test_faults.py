"""Killed at every point and started again, the worker ends where it would have ended undisturbed."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from signal import SIGKILL
from uuid import UUID

import pytest
from redis.asyncio import Redis

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint
from services.scorer.scoring_runs.verify import verify
from services.shared.database.pool import Pool, connect, open_pool
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue
from services.shared.settings import Settings
from tests.conftest import Servers
from tests.factories import (
    EXPORTED_AT,
    RULES,
    AContest,
    AnAccount,
    a_comparison,
    a_contest,
    a_publication,
    a_roster_import,
    a_run,
    an_account,
    an_upload,
)
from tests.lists import a_given_list
from tests.scorer.archives.test_archive import an_archive
from tests.scorer.doing import do, end_state
from tests.scorer.fetch.file_server import asked, serving
from tests.scorer.files import orders, roster, works, zipped
from tests.scorer.worker_process import WorkerProcess

UID = "7592255573464597541"
AT = "2021-07-21 08:00:00"
SALES = orders(("6917926768823643751", AT, "28.90", "-", UID), ("6917926768823643752", AT, "1", "-", UID))
REFUNDED = orders(("6917926768823643751", AT, "28.90", "退款成功", UID))


async def _ingest(scorer: Scorer, contest: AContest, account: AnAccount) -> None:
    later = EXPORTED_AT + timedelta(days=1)
    await an_upload(contest, scorer.files, "再导出.csv", REFUNDED, account=account, exported_at=later)


async def _fetch(scorer: Scorer, contest: AContest, account: AnAccount) -> None:
    await asked(scorer, contest, account, f"http://{scorer.settings.fetch_hosts}/works.csv")


async def _archive(scorer: Scorer, contest: AContest, account: AnAccount) -> None:
    members = [(f"抖音-{account.handle}/{n:02}.csv", works((f"第{n}个", AT, n))) for n in range(60)]
    await an_upload(contest, scorer.files, "全部.zip", zipped(*members, ("坏.xlsx", b"PK\x03\x04")))


async def _claim(scorer: Scorer, contest: AContest, account: AnAccount) -> None:
    unbound = await an_account(contest, "lisi")
    sale = orders(("6917926768823643799", AT, "5.00", "-", "7000000000000000001"))
    upload_id = await an_upload(contest, scorer.files, "店铺.csv", sale)
    await do(scorer, upload_id)
    async with scorer.pool.acquire() as connection, connection.transaction():
        await connection.execute("update accounts set uid = '7000000000000000001' where id = $1", unbound.id)
        await enqueue(connection, JobKind.CLAIM_LINES, upload_id)


async def _withdraw(scorer: Scorer, contest: AContest, account: AnAccount) -> None:
    async with scorer.pool.acquire() as connection, connection.transaction():
        upload_id = await connection.fetchval("update uploads set withdrawn_reason = '传错了' returning id")
        await enqueue(connection, JobKind.WITHDRAW_UPLOAD, upload_id)


async def _roster(scorer: Scorer, contest: AContest, account: AnAccount) -> None:
    zhao = ("赵六", "11010519491231002X", "13812341234", "抖音: zhaoliu")
    await a_roster_import(contest, scorer.files, roster(zhao))


async def _given_list(scorer: Scorer, contest: AContest, account: AnAccount) -> None:
    await a_given_list(contest, scorer.files, "姓名,身份证号\n赵六,11010519491231002X\n".encode())


async def _run(scorer: Scorer, contest: AContest, account: AnAccount) -> None:
    await a_run(contest)


async def _comparison(scorer: Scorer, contest: AContest, account: AnAccount) -> None:
    base = await a_run(contest)
    await do(scorer, base)
    await a_comparison(contest, base, rules=RULES.replace("weight = 60", "weight = 50").replace("= 40", "= 50"))


async def _publication(scorer: Scorer, contest: AContest, account: AnAccount) -> None:
    run = await a_run(contest)
    await do(scorer, run)
    await a_publication(contest, run)


async def _contest_archive(scorer: Scorer, contest: AContest, account: AnAccount) -> None:
    await an_archive(contest, with_originals=True)


Leave = Callable[[Scorer, AContest, AnAccount], Awaitable[None]]
JOBS: dict[str, Leave] = {
    "ingest": _ingest,
    "fetch": _fetch,
    "archive": _archive,
    "claim": _claim,
    "withdraw": _withdraw,
    "roster": _roster,
    "given_list": _given_list,
    "run": _run,
    "comparison": _comparison,
    "publication": _publication,
    "contest_archive": _contest_archive,
}


@pytest.fixture
def settings(settings: Settings) -> Iterator[Settings]:
    with serving() as port:
        yield settings.model_copy(update={"fetch_hosts": f"127.0.0.1:{port}", "fetch_loopback": True})


def points_of(job: str) -> list[str]:
    """A job's fault points in the order of their passing; an archive also passes those of its files."""
    found = [FaultPoint.JOB_CLAIMED.value, *(point.value for point in FaultPoint if point.startswith(f"{job}."))]
    if job == "archive":
        found[4:4] = ["ingest.copied", "ingest.summed"]
        found[found.index("archive.before_commit") : found.index("archive.before_commit")] = [
            "archive.before_batch_commit:1"  # of the second batch: the first is not read again
        ]
    return found


def test_every_point_is_tried() -> None:
    tried = {point.partition(":")[0] for job in JOBS for point in points_of(job)}
    sealing = {FaultPoint.SEAL_BEFORE_COMMIT, FaultPoint.SEAL_AFTER_COMMIT}  # no job: tests/scorer/audit
    assert tried == {point.value for point in FaultPoint} - sealing


@pytest.fixture
async def copy_url(servers: Servers) -> AsyncIterator[str]:
    """The URL of a database that does not exist yet, dropped after the test."""
    name = f"livecup_test_{new_id().hex}"
    yield servers.database(name)
    owner = await connect(servers.database_url)
    await owner.execute(f"drop database if exists {name} with (force)")
    await owner.close()


async def _idle(pool: Pool) -> bool:
    waiting: bool = await pool.fetchval("select exists (select from jobs where state in ('QUEUED', 'RUNNING'))")
    return not waiting


async def _undisturbed(settings: Settings, url: str) -> dict[str, list[str]]:
    async with await open_pool(url) as pool:
        with WorkerProcess(settings.model_copy(update={"database_url": url})) as worker:
            await worker.until(lambda: _idle(pool))
        return await end_state(pool)


async def _killed_at(settings: Settings, pool: Pool, point: str) -> None:
    with WorkerProcess(settings, fault=point) as worker:
        assert await worker.ended() == -SIGKILL, f"{point}: {worker.log}"
    # As if the lease had run out; and so many deaths in a row are the test's doing, not the job's.
    await pool.execute("update jobs set lease_until = now(), tries = 0 where state = 'RUNNING'")


@pytest.mark.parametrize("job", JOBS)
async def test_killed_at_every_point_it_ends_as_if_undisturbed(
    scorer: Scorer, settings: Settings, redis: Redis, servers: Servers, copy_url: str, tmp_path: Path, job: str
) -> None:
    contest = await a_contest(scorer.pool)
    account = await an_account(contest, "zhangsan", uid=UID)
    await do(scorer, await an_upload(contest, scorer.files, "订单.csv", SALES, account=account))
    await JOBS[job](scorer, contest, account)
    await scorer.pool.expire_connections()
    await _copy(servers, settings.database_url, copy_url)
    undisturbed = settings.model_copy(update={"home": tmp_path / "undisturbed"})
    shutil.copytree(settings.files, undisturbed.files)  # a job may delete what it has read

    for point in points_of(job):
        await _killed_at(settings, scorer.pool, point)
    with WorkerProcess(settings) as worker:
        await worker.until(lambda: _idle(scorer.pool))
    disturbed = await end_state(scorer.pool)

    await redis.flushdb()
    assert disturbed == await _undisturbed(undisturbed, copy_url)
    for run in await scorer.pool.fetch("select id from scoring_runs"):
        run_id: UUID = run["id"]
        assert (await verify(scorer.pool, run_id)).holds


async def _copy(servers: Servers, source_url: str, target_url: str) -> None:
    """Copies a database that nobody uses any more but for idle connections, ended and kept from coming back."""
    source, target = (Path(url.partition("?")[0]).name for url in (source_url, target_url))
    owner = await connect(servers.database_url)
    await owner.execute(f"alter database {source} allow_connections false")
    await owner.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1", source)
    await owner.execute(f"create database {target} template {source}")
    await owner.execute(f"alter database {source} allow_connections true")
    await owner.close()
