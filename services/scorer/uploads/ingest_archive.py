"""The job that takes a zip in: each of its files becomes an upload of its own, named by its folders.

Files are read side by side and committed in batches, each with its own sequence number, in the order of their names.
After a kill the job goes on with the files that have not been dealt with, from their sealed originals; an undisturbed
one reads them where they were unpacked.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.jobs.store import Job, finish, keep
from services.scorer.uploads import store
from services.scorer.uploads.accept import commit
from services.scorer.uploads.original import opened
from services.scorer.uploads.parse import ParsedFile
from services.scorer.uploads.read import attribute, parse
from services.scorer.uploads.refused import Refused
from services.scorer.uploads.unpack import Member
from services.scorer.uploads.upload import NewMember, Outcome, Upload
from services.shared.changes import publish
from services.shared.database.pool import Connection
from services.shared.file_vocabulary import UploadState
from services.shared.handles import handle_key
from services.shared.identity import new_id
from services.shared.problems import Problem
from services.shared.storage.originals import Original, members_of, pieces_of, seal_original
from services.shared.storage.seal import new_key

FILES_PER_COMMIT = 50
ROWS_PER_COMMIT = 200_000
_BYTES_AHEAD = 1 << 26  # of the files that are read while those before them are committed
_SEALED_AT_ONCE = 24


async def ingest_archive(scorer: Scorer, job: Job, archive: Upload) -> None:
    """Brings an archive and all its files to their ends; one broken file never stops the others."""
    async with scorer.work.place() as folder:
        unpacked: Mapping[UUID, Path] = {}
        if archive.files_total == 0:
            try:
                unpacked = await _unpack(scorer, job, archive, folder)
            except Refused as refused:
                await _refuse(scorer, job, archive, refused.problem)
                return
        await _read(scorer, job, archive, unpacked)
    await _finish(scorer, job, archive)


async def _read(scorer: Scorer, job: Job, archive: Upload, unpacked: Mapping[UUID, Path]) -> None:
    """Brings the files that have not been dealt with to their ends."""
    times = await store.contest_times(scorer.pool, archive.contest_id)
    members = await store.unread_members(scorer.pool, archive.id)

    async def conclude(connection: Connection) -> None:
        await store.progress_archive(connection, archive.id)
        await keep(connection, job, scorer.lease_seconds)

    before, after = FaultPoint.ARCHIVE_BEFORE_BATCH_COMMIT, FaultPoint.ARCHIVE_AFTER_BATCH_COMMIT
    async for batch in _parsed(scorer, members, unpacked):
        files = await attribute(scorer, batch, times)
        states = await commit(scorer, archive.contest_id, files, conclude, before=before, after=after)
        await _tell(scorer, archive, states)


async def _unpack(scorer: Scorer, job: Job, archive: Upload, folder: Path) -> Mapping[UUID, Path]:
    """Makes the archive's files uploads of their own, and answers where they lie. Raises Refused if it cannot be taken.

    Their bytes are kept first: those of an attempt that was broken off are no upload's and go before the next one.
    """
    await scorer.files.delete_below(members_of(archive.id))
    await asyncio.to_thread(folder.mkdir)
    async with opened(scorer, archive.id) as path:
        unpacked = await scorer.parsers.unpack(path, folder)
    members = await asyncio.gather(*map(partial(_keep, scorer, archive, asyncio.Semaphore(_SEALED_AT_ONCE)), unpacked))
    fault(FaultPoint.ARCHIVE_UNPACKED)
    async with scorer.pool.acquire() as connection, connection.transaction():
        await _plan(connection, archive, members)
        await keep(connection, job, scorer.lease_seconds)
        fault(FaultPoint.ARCHIVE_BEFORE_MEMBERS_COMMIT)
    fault(FaultPoint.ARCHIVE_AFTER_MEMBERS_COMMIT)
    return {member.id: file.path for member, file in zip(members, unpacked, strict=True)}


async def _keep(scorer: Scorer, archive: Upload, places: asyncio.Semaphore, member: Member) -> NewMember:
    """Seals a file where it will be looked for once it is an upload."""
    member_id, key = new_id(), new_key()
    original = Original(member_id, archive.id, member.size, member.sha256)
    async with places:
        await seal_original(scorer.files, original, key, pieces_of(member.path))
    named = member.folder_platform, member.folder_handle
    sealed = scorer.vault.seal_bytes(key, member_id)
    return NewMember(member_id, member.name, member.size, member.sha256, *named, sealed)


async def _plan(connection: Connection, archive: Upload, members: Sequence[NewMember]) -> None:
    """Writes the files down as uploads; those in the folder of an unknown account, or of another than
    the archive is said to be of, are refused at once.
    """
    handles = {handle_key(member.handle) for member in members if member.handle}
    accounts = await store.find_accounts(connection, archive.contest_id, [], handles, [])
    known = {(account.platform, account.handle_key): account.id for account in accounts}
    owners: dict[UUID, UUID | None] = {}
    refused: dict[UUID, list[Problem]] = {}
    for member in members:
        owners[member.id] = archive.account_id
        if member.platform is not None and member.handle is not None:
            owners[member.id] = known.get((member.platform, handle_key(member.handle)))
            if owners[member.id] is None:
                refused[member.id] = [Problem("FOLDER_ACCOUNT_UNKNOWN", {"account": member.handle})]
            elif archive.account_id not in (None, owners[member.id]):
                refused[member.id] = [Problem("FOLDER_NOT_STATED", {"account": member.handle})]
    await store.add_members(connection, archive, members, owners)
    for member_id, problems in refused.items():
        await store.refuse(connection, member_id, Outcome(None, None, None, 0, (), problems))
    await store.save_problems(connection, refused)
    await store.plan_archive(connection, archive.id, len(members), len(refused))


async def _parsed(
    scorer: Scorer, members: Sequence[Upload], unpacked: Mapping[UUID, Path]
) -> AsyncIterator[list[tuple[Upload, ParsedFile]]]:
    """Batches to commit, in order, while the children read on."""
    waiting = deque(members)
    reading: deque[tuple[Upload, asyncio.Task[ParsedFile]]] = deque()
    batch: list[tuple[Upload, ParsedFile]] = []
    try:
        while waiting or reading:
            while waiting and _may_read_ahead([member for member, _ in reading]):
                member = waiting.popleft()
                reading.append((member, asyncio.create_task(parse(scorer, member, unpacked.get(member.id)))))
            member, task = reading[0]
            batch.append((member, await task))
            reading.popleft()
            if len(batch) >= FILES_PER_COMMIT or sum(parsed.rows for _, parsed in batch) >= ROWS_PER_COMMIT:
                yield batch
                batch = []
        if batch:
            yield batch
    finally:
        for _, task in reading:
            task.cancel()
        await asyncio.gather(*(task for _, task in reading), return_exceptions=True)


def _may_read_ahead(members: Sequence[Upload]) -> bool:
    """Whether another file may be read beside these: enough of them for the next batch, and not too much."""
    return len(members) < FILES_PER_COMMIT and sum(member.size for member in members) < _BYTES_AHEAD


async def _tell(scorer: Scorer, archive: Upload, states: dict[UUID, UploadState]) -> None:
    done, total = await store.files_done(scorer.pool, archive.id)
    await publish(scorer.redis, archive.id, state=UploadState.READING, done=done, total=total)
    await asyncio.gather(*(publish(scorer.redis, member_id, state=state) for member_id, state in states.items()))


async def _refuse(scorer: Scorer, job: Job, archive: Upload, problem: Problem) -> None:
    async with scorer.pool.acquire() as connection, connection.transaction():
        await store.refuse(connection, archive.id, Outcome(None, None, None, 0, (), [problem]))
        await store.save_problems(connection, {archive.id: [problem]})
        await finish(connection, job)
        fault(FaultPoint.ARCHIVE_BEFORE_COMMIT)
    fault(FaultPoint.ARCHIVE_AFTER_COMMIT)
    await publish(scorer.redis, archive.id, state=UploadState.REFUSED)


async def _finish(scorer: Scorer, job: Job, archive: Upload) -> None:
    async with scorer.pool.acquire() as connection, connection.transaction():
        await store.end_archive(connection, archive.id)
        await finish(connection, job)
        fault(FaultPoint.ARCHIVE_BEFORE_COMMIT)
    fault(FaultPoint.ARCHIVE_AFTER_COMMIT)
    await publish(scorer.redis, archive.id, state=UploadState.ACCEPTED)
