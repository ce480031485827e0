"""Scoring runs, their scores and their proposals in PostgreSQL."""

import asyncio
import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from services.scorer.finalists.pick import Picked
from services.scorer.metrics.store import Extent
from services.scorer.scoring_runs.result import GivenAward, RunResult, ScoredContestants, ScoredTeam
from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.problems import Problem

queries = load(Path(__file__).with_name("queries.sql"))

_SLICE = 200  # people whose rows are in memory at once


@dataclass(frozen=True, slots=True)
class Run:
    """A run with what it is computed from: its extent and one version of the rules."""

    id: UUID
    extent: Extent
    rules_document: str
    rules_sha256: str
    digest: str | None  # of a scored one


def _run(row: asyncpg.Record) -> Run:
    extent = Extent(
        contest_id=row["contest_id"],
        round_id=row["round_id"],
        sequence=row["sequence"],
        approved_at=row["created_at"],
        opens_at=row["opens_at"],
        closes_at=row["closes_at"],
        exported_from=row["exported_from"],
        exported_until=row["exported_until"],
        participants=row["participants"],
        carried_runs=row["carried_runs"],
    )
    return Run(row["id"], extent, row["document"], row["sha256"], row["digest"])


async def begin_run(pool: Pool, run_id: UUID) -> Run | None:
    """Takes up a run; None when it has ended."""
    row = await pool.fetchrow(queries.begin_run, run_id)
    return _run(row) if row else None


async def find_run(connection: Connection, run_id: UUID) -> Run | None:
    """A run that has been scored."""
    row = await connection.fetchrow(queries.find_run, run_id)
    return _run(row) if row else None


async def write_result(connection: Connection, run: Run, result: RunResult) -> None:
    """Adds what a run found; the run itself is ended by `end_run`."""
    divisions = await division_ids(connection, run.extent.contest_id)
    await _copy_scores(connection, run.id, result.scored, divisions)
    await _copy_finalists(connection, run.id, result.finalists)
    await _copy_rows(connection, "team_scores", run.id, ScoredTeam._fields, result.scored_teams())
    await _copy_rows(connection, "awards", run.id, GivenAward._fields, result.given_awards())


async def division_ids(connection: Connection, contest_id: UUID) -> dict[str, UUID]:
    """The divisions of a contest by key."""
    return {row["key"]: row["id"] for row in await connection.fetch(queries.division_ids, contest_id)}


async def end_run(connection: Connection, run: Run, result: RunResult) -> bool:
    """Ends a run as scored; False when it has ended in another way."""
    await connection.execute(queries.run_changed, run.extent.contest_id)
    return await connection.fetchval(queries.end_run, run.id, result.digest, len(result.scored)) is not None


async def fail_run(connection: Connection, run_id: UUID, problem: Problem) -> None:
    """Ends a run that could not be scored, with the reason."""
    await connection.execute(queries.fail_run, run_id, problem.as_json())


async def stored_scores(connection: Connection, run_id: UUID) -> list[asyncpg.Record]:
    """What was stored of a run, by position."""
    return await connection.fetch(queries.stored_scores, run_id)


async def stored_finalists(connection: Connection, run_id: UUID) -> list[asyncpg.Record]:
    """The proposal that was stored of a run, by contestant."""
    return await connection.fetch(queries.stored_finalists, run_id)


async def stored_teams(connection: Connection, run_id: UUID) -> list[ScoredTeam]:
    """The teams that were stored of a run, by position."""
    return [ScoredTeam(*row) for row in await connection.fetch(queries.stored_teams, run_id)]


async def stored_awards(connection: Connection, run_id: UUID) -> list[GivenAward]:
    """The awards that were stored of a run, by position."""
    return [GivenAward(*row) for row in await connection.fetch(queries.stored_awards, run_id)]


async def _copy_rows(
    connection: Connection, table: str, run_id: UUID, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    records = [(run_id, *row) for row in rows]
    await connection.copy_records_to_table(table, records=records, columns=["run_id", *columns])


async def _copy_scores(
    connection: Connection, run_id: UUID, scored: ScoredContestants, divisions: dict[str, UUID]
) -> None:
    """Slice by slice, in a thread, while PostgreSQL takes the one before."""

    async def lines() -> AsyncIterator[bytes]:
        for start in range(0, len(scored), _SLICE):
            yield await asyncio.to_thread(_score_lines, run_id, scored, divisions, start)

    columns = ["contestant_id", "run_id", "city_id", "division_id", "position", "rank", "city_rank", "division_rank"]
    await connection.copy_to_table("scores", source=lines(), columns=[*columns, "total", "items", "explanation"])


def _score_lines(run_id: UUID, scored: ScoredContestants, divisions: dict[str, UUID], start: int) -> bytes:
    """As COPY text: no value but the two JSON texts can hold a character that would have to be escaped."""
    lines = io.BytesIO()
    for place in range(start, min(start + _SLICE, len(scored))):
        one = scored[place]
        division = divisions[one.division]
        plain = f"{one.contestant_id}\t{run_id}\t{one.city_id}\t{division}\t{one.position}\t{one.rank}\t"
        plain += f"{one.city_rank}\t{one.division_rank}\t{one.total:f}\t"
        lines.write(plain.encode())
        lines.write(_json(one.items) + b"\t" + _json(one.explanation) + b"\n")
    return lines.getvalue()


async def _copy_finalists(connection: Connection, run_id: UUID, finalists: Sequence[Picked]) -> None:
    lines = io.BytesIO()
    for picked in finalists:
        reason = _json(picked.reason.as_json())
        plain = f"{picked.contestant_id}\t{run_id}\t{picked.city_id}\t{picked.place}\t{picked.position}\t"
        lines.write(plain.encode() + reason + b"\n")
    lines.seek(0)
    columns = ["contestant_id", "run_id", "city_id", "place", "position", "reason"]
    await connection.copy_to_table("finalists", source=lines, columns=columns)


def _json(value: object) -> bytes:
    """JSON on one line, its backslashes doubled for COPY; it holds no tab or newline of its own."""
    return orjson.dumps(value).replace(b"\\", b"\\\\")
