"""Importing a recommendation table."""

from typing import Annotated

import strawberry
from asyncpg import Record

from services.api.context import Info
from services.api.errors import Conflict, ConflictError, InvalidInput, NotAllowed, NotFound, NotFoundError
from services.api.idempotency.store import recall, remember
from services.api.nodes import key_of
from services.api.rosters import store
from services.api.rosters.types import RosterImport
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value
from services.shared.file_vocabulary import UploadKind, UploadState
from services.shared.jobs import JobKind, enqueue
from services.shared.vocabulary import ImportPolicy


@strawberry.input(description="A recommendation table to import. (导入推荐表)")
class ImportRosterInput:
    upload_id: strawberry.ID = strawberry.field(description="The file, its bytes put. (上传文件)")
    dry_run: bool = strawberry.field(default=False, description="Only try: say what would happen. (是否试运行)")
    policy: ImportPolicy = strawberry.field(
        default=ImportPolicy.ALL_OR_NOTHING, description="What one refused line means for the others. (导入方式)"
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key imports once. (幂等键)"
    )


@strawberry.type(description="The table waits to be read. (已提交)")
class ImportRosterPayload:
    roster_import: RosterImport = strawberry.field(description="The import. (推荐表导入)")


ImportRosterResult = Annotated[
    ImportRosterPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("ImportRosterResult", description="What importRoster answers. (导入推荐表的结果)"),
]


@strawberry.type
class RosterMutation:
    @strawberry.mutation(
        description="Reads a recommendation table of a city: tries it, or takes its people in. (导入推荐表)"
    )
    async def import_roster(
        self,
        info: Info,
        input: Annotated[ImportRosterInput, strawberry.argument(description="Which table. (输入)")],  # noqa: A002
    ) -> ImportRosterResult:
        context = info.context
        upload_id = key_of(input.upload_id, "Upload")
        async with context.pool.acquire() as connection, connection.transaction():
            key = await recall(connection, context, "importRoster", input.idempotency_key)
            if key is None:
                upload = await store.lock_upload(connection, context, upload_id) if upload_id else None
                if upload is None:
                    raise NotFoundError
                _check_readable(upload)
                key = await store.add_import(
                    connection, upload, context.viewer.user_id, input.policy, dry_run=input.dry_run
                )
                await enqueue(connection, JobKind.IMPORT_ROSTER, key)
                await remember(connection, context, "importRoster", input.idempotency_key, key)
                changes: dict[str, tuple[Value, Value]] = {
                    "upload": (None, str(upload["id"])),
                    "dryRun": (None, input.dry_run),
                    "policy": (None, input.policy.value),
                }
                await context.record(
                    connection,
                    Entry(Action.IMPORT_ROSTER, "RosterImport", key, upload["contest_id"], changes=changes),
                )
        await context.send_jobs()
        return ImportRosterPayload(roster_import=await context.load("RosterImport", key))


def _check_readable(upload: Record) -> None:
    """Raises ConflictError for an upload that is no roster, or whose bytes are not there."""
    if upload["kind_stated"] != UploadKind.ROSTER:
        raise ConflictError("UPLOAD_NOT_A_ROSTER")
    if upload["imported"] or (upload["bytes_at"] is None and (upload["old"] or upload["state"] != UploadState.CREATED)):
        raise ConflictError("ROSTER_BYTES_DELETED")
    if upload["bytes_at"] is None:
        raise ConflictError("UPLOAD_WITHOUT_BYTES")
