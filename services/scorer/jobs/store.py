"""Jobs in PostgreSQL, as the worker sees them: claimed, kept, finished behind the fence, repeated, given up."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.jobs import JobKind
from services.shared.problems import Problem

queries = load(Path(__file__).with_name("queries.sql"))


class LostJobError(Exception):
    """Another attempt holds the job, or it was cancelled: whatever this one did must not be seen."""


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt of a job that this process holds, or held: only the fence knows."""

    id: UUID
    attempt: int
    kind: JobKind
    subject_id: UUID
    tries: int  # how often it has been begun, this time included


async def claim(pool: Pool, job_id: UUID, attempt: int, lease_seconds: float) -> Job | None:
    """Takes the job for this process; None when there is nothing to do (any more) for this attempt."""
    row = await pool.fetchrow(queries.claim_job, job_id, attempt, lease_seconds)
    return Job(job_id, attempt, JobKind(row["kind"]), row["subject_id"], row["tries"]) if row else None


async def keep(connection: Connection | Pool, job: Job, lease_seconds: float) -> None:
    """Prolongs the lease; raises LostJobError. In a transaction with a part of the effect it is the fence."""
    if await connection.fetchval(queries.keep_job, job.id, job.attempt, lease_seconds) is None:
        raise LostJobError(job.id)


async def finish(connection: Connection, job: Job) -> None:
    """Ends the job in the transaction of its effect; raises LostJobError, which must roll that transaction back."""
    if await connection.fetchval(queries.finish_job, job.id, job.attempt) is None:
        raise LostJobError(job.id)


async def repeat(
    connection: Connection,
    job_id: UUID,
    attempt: int,
    *,
    after_seconds: float = 0,
    tries_back: int = 0,
    error: Any = None,
) -> bool:
    """Queues the next attempt and its message; False when this attempt no longer holds the job."""
    arguments = (job_id, attempt, float(after_seconds), tries_back, error)
    return await connection.fetchval(queries.repeat_job, *arguments) is not None


async def give_up(connection: Connection, job: Job, problem: Problem) -> bool:
    """Ends the job as failed; False when this attempt no longer holds it."""
    return await connection.fetchval(queries.fail_job, job.id, job.attempt, problem.as_json()) is not None


async def expired(connection: Connection) -> list[Job]:
    """Jobs whose lease has run out, locked for the caller's transaction."""
    rows = await connection.fetch(queries.expired_jobs)
    return [Job(row["id"], row["attempt"], JobKind(row["kind"]), row["subject_id"], row["tries"]) for row in rows]


async def overdue(pool: Pool, seconds: float) -> list[tuple[UUID, int]]:
    """Id and attempt of jobs that should have begun so many seconds ago."""
    return [(row["id"], row["attempt"]) for row in await pool.fetch(queries.overdue_jobs, seconds)]
