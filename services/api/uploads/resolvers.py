"""Finding uploads, announcing one, and saying that its bytes are there."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.access import Scope
from services.api.checks import check_reason
from services.api.contests.store import find_contests
from services.api.context import Context, Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    InvalidInputError,
    NotAllowed,
    NotFound,
    NotFoundError,
)
from services.api.idempotency.store import recall, remember
from services.api.nodes import After, Connection, ContestId, First, GlobalId, Page, key_of
from services.api.scalars import now_in_beijing
from services.api.uploads import store
from services.api.uploads.coming import take_arrival, where_to_put
from services.api.uploads.inputs import (
    CompleteUploadInput,
    CreateUploadInput,
    WithdrawUploadInput,
    check_upload,
    read_hint,
)
from services.api.uploads.loaders import page_of
from services.api.uploads.lock import check_open, entry_of, lock_own
from services.api.uploads.types import Upload
from services.api.users.sessions import new_token, token_hash
from services.shared.audit.actions import Action
from services.shared.audit.store import HIDDEN, Entry
from services.shared.database.pool import Connection as Database
from services.shared.fetching import Allowed
from services.shared.file_vocabulary import UploadKind, UploadState
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue


@strawberry.input(description="Only those that fit all that is given. (筛选)")
class UploadFilter:
    state: UploadState | None = strawberry.field(default=None, description="In this state. (状态)")
    kind: UploadKind | None = strawberry.field(default=None, description="Of this kind. (类型)")
    contestant_id: strawberry.ID | None = strawberry.field(default=None, description="Of this contestant. (选手)")
    parent_id: strawberry.ID | None = strawberry.field(default=None, description="In this archive. (所在压缩包)")


@strawberry.type(description="Where the bytes go. (上传地址)")
class CreateUploadPayload:
    upload: Upload = strawberry.field(description="The upload. (上传文件)")
    put_url: str | None = strawberry.field(
        description="PUT the bytes here; may be relative to the API; none where they are fetched. (上传地址)"
    )
    put_token: str | None = strawberry.field(
        description="Send it with them as `Authorization: Bearer …`; none where the address itself is the permission,"
        " or the upload is complete. (上传令牌)"
    )


@strawberry.type(description="The file waits to be read. (已提交)")
class CompleteUploadPayload:
    upload: Upload = strawberry.field(description="The upload. (上传文件)")


@strawberry.type(description="The file will count no longer. (已提交撤回)")
class WithdrawUploadPayload:
    upload: Upload = strawberry.field(description="The upload. (上传文件)")


CreateUploadResult = Annotated[
    CreateUploadPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("CreateUploadResult", description="What createUpload answers. (创建上传的结果)"),
]
CompleteUploadResult = Annotated[
    CompleteUploadPayload | NotFound | NotAllowed | Conflict,
    strawberry.union("CompleteUploadResult", description="What completeUpload answers. (完成上传的结果)"),
]
WithdrawUploadResult = Annotated[
    WithdrawUploadPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("WithdrawUploadResult", description="What withdrawUpload answers. (撤回上传的结果)"),
]


@strawberry.type
class UploadQuery:
    @strawberry.field(description="Uploads of a contest, the newest first, as far as visible. (上传列表)")
    async def uploads(
        self,
        info: Info,
        contest_id: ContestId,
        filter: Annotated[UploadFilter | None, strawberry.argument(description="Only these. (筛选)")] = None,  # noqa: A002
        first: First = 50,
        after: After = None,
    ) -> Connection[Upload]:
        only = filter or UploadFilter()
        contest = key_of(contest_id, "Contest")
        contestant, parent = key_of(only.contestant_id, "Contestant"), key_of(only.parent_id, "Upload")
        if contest is None or (only.contestant_id and contestant is None) or (only.parent_id and parent is None):
            return Page.empty(first)
        wanted = store.Wanted(contest, only.state, only.kind, contestant, parent)
        return await page_of(info.context, wanted, first, after)

    @strawberry.field(description="An upload. (上传文件)")
    async def upload(self, info: Info, id: GlobalId) -> Upload | None:  # noqa: A002
        key = key_of(id, "Upload")
        upload: Upload | None = await info.context.load("Upload", key)
        return upload


@strawberry.type
class UploadMutation:
    @strawberry.mutation(description="Announces a file and answers where to PUT its bytes. (创建上传)")
    async def create_upload(
        self,
        info: Info,
        input: Annotated[CreateUploadInput, strawberry.argument(description="The file. (待上传文件)")],  # noqa: A002
    ) -> CreateUploadResult:
        context, token = info.context, new_token()
        scope = context.may("createUpload")
        settings = context.resources.settings
        check_upload(input, now_in_beijing(), settings.upload_limit_mib * 2**20, Allowed.of(settings))
        async with context.pool.acquire() as connection, connection.transaction():
            upload_id = await recall(connection, context, "createUpload", input.idempotency_key)
            if upload_id is None:
                upload_id = await _announce(context, connection, scope, input, token)
                await remember(connection, context, "createUpload", input.idempotency_key, upload_id)
                awaited = True
            else:
                awaited = await store.renew_token(connection, upload_id, token_hash(token))
        await context.send_jobs()
        url, token_needed = await where_to_put(context.resources.files, upload_id, input)
        return CreateUploadPayload(
            upload=await context.load("Upload", upload_id),
            put_url=url,
            put_token=token if awaited and token_needed else None,
        )

    @strawberry.mutation(description="Says that the bytes are there; the file is read next. (完成上传)")
    async def complete_upload(
        self,
        info: Info,
        input: Annotated[CompleteUploadInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> CompleteUploadResult:
        context = info.context
        scope = context.may("completeUpload")
        key = key_of(input.upload_id, "Upload")
        async with context.pool.acquire() as connection, connection.transaction():
            row = await lock_own(context, connection, scope, key)
            if row["state"] == UploadState.CREATED:
                if row["typed"]:
                    raise ConflictError("FIGURES_WAIT_FOR_ANOTHER")
                if row["bytes_at"] is None:
                    await take_arrival(context.resources.files, connection, row["id"])
                await check_open(connection, row["contest_id"], row["kind_stated"], row["exported_at"], scope)
                await store.queue_upload(connection, row["id"])
                await enqueue(connection, JobKind.INGEST_UPLOAD, row["id"])
                await context.record(connection, entry_of(Action.COMPLETE_UPLOAD, row))
            else:
                context.nothing_to_record()
        await context.send_jobs()
        return CompleteUploadPayload(upload=await context.load("Upload", key))

    @strawberry.mutation(description="Takes a file that counts or waits out of force; earlier runs stay. (撤回上传)")
    async def withdraw_upload(
        self,
        info: Info,
        input: Annotated[WithdrawUploadInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> WithdrawUploadResult:
        context = info.context
        scope = context.may("withdrawUpload")
        check_reason(input.reason)
        key = key_of(input.upload_id, "Upload")
        async with context.pool.acquire() as connection, connection.transaction():
            row = await lock_own(context, connection, scope, key)
            if row["state"] in (UploadState.ACCEPTED, UploadState.WAITING):
                if not scope.covers(row["contest_id"]):
                    await check_open(connection, row["contest_id"], row["kind"])
                if row["withdrawn_reason"] is None:
                    await store.write_withdrawal(connection, row["id"], input.reason)
                await enqueue(connection, JobKind.WITHDRAW_UPLOAD, row["id"])  # also when it has failed before
                await context.record(connection, entry_of(Action.WITHDRAW_UPLOAD, row, input.reason))
            elif row["withdrawn_reason"] is None:
                raise ConflictError("UPLOAD_NOT_ACCEPTED")
            else:
                context.nothing_to_record()
        await context.send_jobs()
        return WithdrawUploadPayload(upload=await context.load("Upload", key))


async def _announce(
    context: Context, connection: Database, scope: Scope, upload: CreateUploadInput, token: str
) -> UUID:
    contest_id = key_of(upload.contest_id, "Contest")
    if contest_id is None or await find_contests(connection, [contest_id]) == [None]:
        raise NotFoundError
    account_id = await _find_account(connection, scope, contest_id, upload)
    if not scope.covers(contest_id):
        # An archive and a given list name other people: for organisers only.
        if upload.kind is UploadKind.ARCHIVE or upload.name.lower().endswith(".zip"):
            raise InvalidInputError("ARCHIVE_BY_ORGANISERS", field="name")
        roster = upload.kind is UploadKind.ROSTER
        own = roster and account_id is None and await store.is_of_city(connection, contest_id, scope.cities)
        if upload.kind is UploadKind.GIVEN_LIST or not (own if roster else account_id):
            raise InvalidInputError("ACCOUNT_REQUIRED", field="accountId")
    await check_open(connection, contest_id, upload.kind, upload.exported_at or now_in_beijing(), scope)
    upload_id = new_id()
    new = store.NewUpload(
        id=upload_id,
        contest_id=contest_id,
        name=upload.name,
        size=upload.size or 0,
        sha256=upload.sha256 or "",
        kind=upload.kind,
        account_id=account_id,
        exported_at=upload.exported_at,
        policy=upload.policy,
        attested=upload.attested,
        published_at=upload.published_at,
        address_sealed=context.resources.vault.seal(upload.url, upload_id) if upload.url else None,
    )
    await store.add_upload(connection, new, token_hash(token), context.viewer.user_id)
    announced = {"name": (None, HIDDEN), "sha256": (None, new.sha256)}
    if upload.url is not None:
        announced["url"] = (None, HIDDEN)
        await enqueue(connection, JobKind.FETCH_UPLOAD, new.id)
    await context.record(connection, Entry(Action.CREATE_UPLOAD, "Upload", new.id, contest_id, changes=announced))
    return new.id


async def _find_account(connection: Database, scope: Scope, contest_id: UUID, upload: CreateUploadInput) -> UUID | None:
    if upload.account_id is None and upload.account_hint is None:
        return None
    platform, handle = read_hint(upload.account_hint) if upload.account_hint else (None, None)
    by_id = key_of(upload.account_id, "Account")
    if upload.account_id is not None:
        platform, handle = None, None
    found = await store.find_named_account(
        connection, scope, contest_id, account_id=by_id, handle_key=handle, platform=platform
    )
    if found is None:
        raise InvalidInputError("ACCOUNT_UNKNOWN", field="accountHint" if upload.account_id is None else "accountId")
    return found
