"""What reading the largest real files takes of memory: the worker and its children together, at most."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from services.shared.jobs import JobKind
from services.shared.vocabulary import Platform
from tests.bench.contest import forget_uploads, lay_out, uploaded
from tests.bench.files import write_csv, write_many_sheets
from tests.bench.measurement import Measurement, Side, Took, tell
from tests.bench.stage import Stage

CSV_ROWS, SHEET_ROWS, SHEETS = 1_000_000, 1_152, 185
_MOST = 1024.0  # MiB
_OURS = "MiB of PSS of the worker and its children together, the most seen during the scorer's job"
_SECONDS_BETWEEN = 0.02


async def memory_csv(stage: Stage, scale: float, repetitions: int) -> Measurement:
    """One csv of orders."""
    rows = int(CSV_ROWS * scale)
    return await _measured(stage, "memory-csv", Platform.DOUYIN, rows, partial(_write_csv, rows), repetitions)


async def memory_xlsx(stage: Stage, scale: float, repetitions: int) -> Measurement:
    """One workbook of Kuaishou orders with many sheets."""
    sheets = max(1, int(SHEETS * scale))
    write = partial(_write_sheets, sheets)
    return await _measured(stage, "memory-xlsx", Platform.KUAISHOU, sheets * SHEET_ROWS, write, repetitions)


def _write_csv(rows: int, path: Path, uid: str) -> None:
    write_csv(path.with_suffix(".csv"), rows, uid)


def _write_sheets(sheets: int, path: Path, uid: str) -> None:
    write_many_sheets(path.with_suffix(".xlsx"), sheets, SHEET_ROWS, uid)


async def _measured(
    stage: Stage, name: str, platform: Platform, rows: int, write: Callable[[Path, str], None], repetitions: int
) -> Measurement:
    contest = await lay_out(stage, 1, (platform,))
    tell(f"{name}: writing {rows} rows")
    await asyncio.to_thread(write, stage.folder / "orders", contest.entrants[0].uid)
    (path,) = stage.folder.glob("orders.*")
    took = []
    for repetition in range(repetitions):
        await forget_uploads(stage)
        upload = await uploaded(stage, contest, path, contest.entrants[0].account_id)
        with stage.worker() as worker:
            job = asyncio.create_task(stage.job(JobKind.INGEST_UPLOAD, upload))
            most = 0.0
            while not job.done():
                most = max(most, await asyncio.to_thread(proportional_mebibytes, worker))
                await asyncio.sleep(_SECONDS_BETWEEN)
            done = await job
        tell(f"{name} {repetition + 1}/{repetitions}: {most:.0f} MiB, {done.seconds:.1f} s")
        took.append(Took(most, done.queued))
    return Measurement(name, rows, 1, Side("1024 MiB", [Took(_MOST)]), Side(_OURS, took))


def proportional_mebibytes(pid: int) -> float:
    """PSS of a process and all below it: what they share counts once."""
    total = 0
    process = psutil.Process(pid)
    for each in [process, *process.children(recursive=True)]:
        try:
            total += each.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total / (1 << 20)
