"""Asking for an archive of a contest, and fetching it."""

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.archives import store
from services.api.archives.types import Archive
from services.api.context import Context, Info
from services.api.decisions.viewers import ORGANISERS
from services.api.downloads.file import DownloadKind
from services.api.downloads.store import open_download
from services.api.errors import Conflict, ConflictError, NotAllowed, NotAllowedError, NotFound, NotFoundError
from services.api.idempotency.store import once
from services.api.nodes import After, Connection, ContestId, First, Page, key_of
from services.shared.archives.place import passphrase_of
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection as Database
from services.shared.jobs import JobKind, enqueue
from services.shared.vocabulary import ArchiveState


@strawberry.input(description="Which contest is to be archived. (归档)")
class ArchiveContestInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    with_originals: bool = strawberry.field(
        default=False,
        description="With the files as they came, locked: they hold data of buyers. Organisers get the passphrase from"
        " fetchArchive. (含原始文件)",
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key makes one archive. (幂等键)"
    )


@strawberry.type(description="The archive waits for the scorer, or is there already. (已发起)")
class ArchiveContestPayload:
    archive: Archive = strawberry.field(description="The archive. (归档)")


@strawberry.input(description="Which archive. (取得归档)")
class FetchArchiveInput:
    id: strawberry.ID = strawberry.field(description="A ready one. (归档)")


@strawberry.type(description="Where it can be fetched. (归档下载地址)")
class FetchArchivePayload:
    url: str = strawberry.field(description="GET it here, once, as the same user; relative to the API. (地址)")
    expires_at: datetime = strawberry.field(description="Until then. (有效期)")
    passphrase: str | None = strawberry.field(
        description="Opens the originals in it; for organisers, and that they got it is recorded. (原始文件口令)"
    )


ArchiveContestResult = Annotated[
    ArchiveContestPayload | NotFound | NotAllowed,
    strawberry.union("ArchiveContestResult", description="What archiveContest answers. (归档的结果)"),
]
FetchArchiveResult = Annotated[
    FetchArchivePayload | NotFound | NotAllowed | Conflict,
    strawberry.union("FetchArchiveResult", description="What fetchArchive answers. (取得归档的结果)"),
]


@strawberry.type
class ArchiveQuery:
    @strawberry.field(description="The archives of a contest, the last first; for organisers and auditors. (归档列表)")
    async def archives(
        self, info: Info, contest_id: ContestId, first: First = 50, after: After = None
    ) -> Connection[Archive]:
        context, contest = info.context, key_of(contest_id, "Contest")
        if contest is None:
            return Page.empty(first)
        page = Page.of(f"archives {contest}", first, after)
        found, total = await store.list_archives(context.pool, context.rows("Archive"), contest, page)
        return page.connect([(each.uuid, each) for each in found], total)


@strawberry.type
class ArchiveMutation:
    @strawberry.mutation(
        description="Puts everything of a contest into one zip, signed, that is read and checked without this program;"
        " ask for its address by fetchArchive once it is READY. (赛事归档)"
    )
    async def archive_contest(
        self,
        info: Info,
        input: Annotated[ArchiveContestInput, strawberry.argument(description="Of which contest. (输入)")],  # noqa: A002
    ) -> ArchiveContestResult:
        context = info.context
        contest = await context.acting_in("archiveContest", input.contest_id)
        key = await once(context, "archiveContest", input, partial(_asked, context, contest, input))
        await context.send_jobs()
        return ArchiveContestPayload(archive=await context.load("Archive", key))

    @strawberry.mutation(description="Answers a one-time address of an archive; that is recorded. (取得归档)")
    async def fetch_archive(
        self,
        info: Info,
        input: Annotated[FetchArchiveInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> FetchArchiveResult:
        context = info.context
        found: Archive | None = await context.load("Archive", key_of(input.id, "Archive"))
        if found is None:
            raise NotFoundError
        _may_read(context, found)
        if found.state is not ArchiveState.READY:
            raise ConflictError("ARCHIVE_NOT_READY")
        async with context.pool.acquire() as connection, connection.transaction():
            user = context.viewer.user_id
            url, expires_at = await open_download(connection, DownloadKind.ARCHIVE, found.uuid, user)
            passphrase = await _passphrase(context, connection, found)
            changes: dict[str, tuple[Value, Value]] = {"with_originals": (None, True)} if passphrase else {}
            entry = Entry(Action.FETCH_ARCHIVE, "Archive", found.uuid, found.contest_id, changes=changes)
            await context.record(connection, entry)
        return FetchArchivePayload(url=url, expires_at=expires_at, passphrase=passphrase)


async def _asked(context: Context, contest: UUID, asked: ArchiveContestInput, connection: Database) -> UUID:
    """Raises NotFoundError where an organiser of every contest names none."""
    if await lock_contest(connection, contest) is None:
        raise NotFoundError
    user, with_originals = context.viewer.user_id, asked.with_originals
    key = await store.add_archive(connection, contest, user, with_originals=with_originals)
    await enqueue(connection, JobKind.ARCHIVE_CONTEST, key)
    changes: dict[str, tuple[Value, Value]] = {"with_originals": (None, True)} if with_originals else {}
    await context.record(connection, Entry(Action.ARCHIVE_CONTEST, "Archive", key, contest, changes=changes))
    return key


async def _passphrase(context: Context, connection: Database, archive: Archive) -> str | None:
    """For organisers: auditors look at what files say, never at buyers."""
    if not context.viewer.scope(ORGANISERS).covers(archive.contest_id):
        return None
    sealed = await store.find_key(connection, archive.uuid)
    return passphrase_of(context.resources.vault.open_bytes(sealed, archive.uuid)) if sealed else None


def _may_read(context: Context, archive: Archive) -> None:
    """It tells of objections, which are hidden from whom they are about and from their city, and of runs that a freeze
    hides from all but organisers. Raises NotAllowedError and ConflictError."""
    viewer, contest = context.viewer, archive.contest_id
    if not context.may("fetchArchive").covers(contest):
        raise NotAllowedError
    if any(grant.contest_id == contest and (grant.city_id or grant.contestant_id) for grant in viewer.grants):
        raise NotAllowedError("ARCHIVE_NOT_FOR_CONCERNED")
    if archive.frozen and not viewer.scope(ORGANISERS).covers(contest):
        raise ConflictError("ARCHIVE_WHILE_FROZEN")
