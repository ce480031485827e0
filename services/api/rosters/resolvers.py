"""Importing a recommendation table."""

from typing import Annotated

import strawberry

from services.api.context import Info
from services.api.errors import Conflict, ConflictError, InvalidInput, NotAllowed, NotFound, NotFoundError
from services.api.idempotency.store import recall, remember
from services.api.nodes import key_of
from services.api.rosters import store
from services.api.rosters.types import RosterImport
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value
from services.shared.jobs import JobKind, enqueue
from services.shared.vocabulary import UploadKind


@strawberry.input(description="A recommendation table to import. (导入推荐表)")
class ImportRosterInput:
    upload_id: strawberry.ID = strawberry.field(description="The file, its bytes put. (上传文件)")
    dry_run: bool = strawberry.field(default=False, description="Only try: say what would happen. (是否试运行)")
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
    @strawberry.mutation(description="Reads a recommendation table; its lines count as approved. (导入推荐表)")
    async def import_roster(
        self,
        info: Info,
        input: Annotated[ImportRosterInput, strawberry.argument(description="Which table. (输入)")],  # noqa: A002
    ) -> ImportRosterResult:
        context = info.context
        scope = context.may("importRoster")
        upload_id = key_of(input.upload_id, "Upload")
        async with context.pool.acquire() as connection, connection.transaction():
            key = await recall(connection, context, "importRoster", input.idempotency_key)
            if key is None:
                upload = await store.lock_upload(connection, scope, upload_id) if upload_id else None
                if upload is None:
                    raise NotFoundError
                if upload["bytes_at"] is None:
                    raise ConflictError("UPLOAD_WITHOUT_BYTES")
                if upload["kind_stated"] != UploadKind.ROSTER:
                    raise ConflictError("UPLOAD_NOT_A_ROSTER")
                key = await store.add_import(
                    connection, upload["contest_id"], upload["id"], context.viewer.user_id, dry_run=input.dry_run
                )
                await enqueue(connection, JobKind.IMPORT_ROSTER, key)
                await remember(connection, context, "importRoster", input.idempotency_key, key)
                changes: dict[str, tuple[Value, Value]] = {
                    "upload": (None, str(upload["id"])),
                    "dryRun": (None, input.dry_run),
                }
                await context.record(
                    connection,
                    Entry(Action.IMPORT_ROSTER, "RosterImport", key, upload["contest_id"], changes=changes),
                )
        await context.send_jobs()
        return ImportRosterPayload(roster_import=await context.load("RosterImport", key))
