"""The job that writes an archive of a contest, seals it and keeps it for a week."""

import asyncio
import hashlib
import time
from functools import partial
from pathlib import Path
from uuid import UUID

from services.scorer.archives import store
from services.scorer.archives.write_archive import Told, write_archive
from services.scorer.bundles.originals import Locking
from services.scorer.bundles.write_bundle import ChangedResultError
from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.jobs.store import Job, finish
from services.scorer.uploads.original import opened
from services.shared.archives.place import below, passphrase_of, place_of
from services.shared.audit.actions import Action
from services.shared.audit.store import SCORER, Entry, record
from services.shared.changes import publish
from services.shared.problems import Problem
from services.shared.storage.originals import Original, pieces_of, seal_original
from services.shared.storage.seal import new_key
from services.shared.vocabulary import ArchiveState

_SECONDS_BETWEEN = 1.0  # that progress is written


async def archive_contest(scorer: Scorer, job: Job) -> None:
    """Brings an archive to its end: READY, or FAILED where a result in it does not hold."""
    new = scorer.vault.seal_bytes(new_key(), job.subject_id)
    asked = await store.begin_archive(scorer.pool, job.subject_id, new)
    if asked is None:  # somebody of the contest was erased while it waited
        await scorer.files.delete_below(below(job.subject_id))
        async with scorer.pool.acquire() as connection:
            await finish(connection, job)
        return
    async with scorer.work.place() as path:
        try:
            await write_archive(scorer, asked.contest_id, path, _telling(scorer, asked.id), _locking(scorer, asked))
        except ChangedResultError as error:
            problem = Problem("ARCHIVED_RESULT_CHANGED", {"round": error.round, "run": error.run})
            async with scorer.pool.acquire() as connection, connection.transaction():
                await store.fail_archive(connection, asked.id, problem)
                await finish(connection, job)
            await publish(scorer.redis, asked.id, state=ArchiveState.FAILED)
            return
        sha256, size = await _keep(scorer, asked, path)
        fault(FaultPoint.CONTEST_ARCHIVED)
        kept = await _end(scorer, job, asked, sha256, size)
    if kept:
        await publish(scorer.redis, asked.id, state=ArchiveState.READY)
    else:
        await scorer.files.delete(place_of(asked.id, sha256))


async def _keep(scorer: Scorer, asked: store.Asked, path: Path) -> tuple[str, int]:
    """Seals the zip where it is kept and answers its SHA-256, which is its name there, and its size: whatever a worker
    that was given up writes beside it, it does not write over it."""
    sha256, size = await asyncio.to_thread(_digest, path)
    key = scorer.vault.open_bytes(asked.key_sealed, asked.id)
    sealed = Original(asked.id, None, size, sha256)
    await seal_original(scorer.files, sealed, key, pieces_of(path), place_of(asked.id, sha256))
    return sha256, size


def _locking(scorer: Scorer, asked: store.Asked) -> Locking | None:
    if not asked.with_originals:
        return None
    return Locking(partial(opened, scorer), passphrase_of(scorer.vault.open_bytes(asked.key_sealed, asked.id)))


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()


async def _end(scorer: Scorer, job: Job, asked: store.Asked, sha256: str, size: int) -> bool:
    """Whether it counts: not where somebody was erased since it was begun."""
    async with scorer.pool.acquire() as connection, connection.transaction():
        kept = await store.end_archive(connection, asked.id, sha256, size)
        if kept:
            changes = {"digest": (None, sha256)}
            entry = Entry(Action.ARCHIVE_READY, "Archive", asked.id, asked.contest_id, changes=changes)
            await record(connection, SCORER, entry)
        await finish(connection, job)
        fault(FaultPoint.CONTEST_ARCHIVE_BEFORE_COMMIT)
    fault(FaultPoint.CONTEST_ARCHIVE_AFTER_COMMIT)
    return kept


def _telling(scorer: Scorer, archive_id: UUID) -> Told:
    """Says how far the work is, about once a second."""
    said = 0.0

    async def tell(done: int, total: int) -> None:
        nonlocal said
        if done and time.monotonic() - said < _SECONDS_BETWEEN:
            return
        said = time.monotonic()
        await store.advance(scorer.pool, archive_id, done, total)
        await publish(scorer.redis, archive_id, state=ArchiveState.RUNNING, done=done, total=total)

    return tell


async def forget_archives(scorer: Scorer) -> None:
    """Deletes what was kept for a week, what failed, and what names somebody who was erased. The file goes first:
    broken off in between, the sweeper does it again."""
    for archive_id in await store.list_due(scorer.pool):
        await scorer.files.delete_below(below(archive_id))
        await store.bytes_gone(scorer.pool, archive_id)
