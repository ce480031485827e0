"""Handing in a list that evidence is matched with."""

import re
from typing import Annotated

import strawberry

from services.api.checks import check_text
from services.api.context import Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    InvalidInputError,
    NotAllowed,
    NotFound,
    NotFoundError,
)
from services.api.given_lists import store
from services.api.given_lists.types import GivenList
from services.api.idempotency.store import recall, remember
from services.api.nodes import ContestId, key_of
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.file_vocabulary import UploadKind
from services.shared.jobs import JobKind, enqueue

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@strawberry.input(description="A list to be taken in. (给定名单)")
class ImportGivenListInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    key: str = strawberry.field(description="Its short name: a-z, 0-9, hyphen, underscore. (代号)")
    title: str = strawberry.field(description="What it is. (名称)")
    upload_id: strawberry.ID = strawberry.field(
        description="The file, uploaded as `GIVEN_LIST`: xlsx or csv with a column 身份证号. (上传文件)"
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key takes it in once. (幂等键)"
    )


@strawberry.type(description="The list waits to be read. (已提交)")
class ImportGivenListPayload:
    given_list: GivenList = strawberry.field(description="The list. (给定名单)")


ImportGivenListResult = Annotated[
    ImportGivenListPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("ImportGivenListResult", description="What importGivenList answers. (导入给定名单的结果)"),
]


@strawberry.type
class GivenListQuery:
    @strawberry.field(description="A contest's given lists, as far as visible; the last of a key holds. (给定名单)")
    async def given_lists(self, info: Info, contest_id: ContestId) -> list[GivenList]:
        key = key_of(contest_id, "Contest")
        scope = info.context.rows("GivenList")
        return await store.find_given_lists_of(info.context.pool, scope, key) if key else []


@strawberry.type
class GivenListMutation:
    @strawberry.mutation(description="Takes a list in; neither its ID numbers nor its file are kept. (导入给定名单)")
    async def import_given_list(
        self,
        info: Info,
        input: Annotated[ImportGivenListInput, strawberry.argument(description="Which list. (输入)")],  # noqa: A002
    ) -> ImportGivenListResult:
        context = info.context
        check_text("title", input.title)
        if not _KEY.fullmatch(input.key):
            raise InvalidInputError("LIST_KEY_INVALID", field="key")
        contest_id, upload_id = key_of(input.contest_id, "Contest"), key_of(input.upload_id, "Upload")
        if contest_id is None or upload_id is None:
            raise NotFoundError
        async with context.pool.acquire() as connection, connection.transaction():
            key = await recall(connection, context, "importGivenList", input.idempotency_key)
            if key is None:
                scope = context.may("importGivenList")
                upload = await store.lock_upload(connection, scope, contest_id, upload_id)
                if upload is None:
                    raise NotFoundError
                if upload["kind_stated"] != UploadKind.GIVEN_LIST:
                    raise ConflictError("UPLOAD_NOT_A_GIVEN_LIST")
                if await store.is_read(connection, upload_id):
                    raise ConflictError("ROSTER_BYTES_DELETED")
                if upload["bytes_at"] is None:
                    raise ConflictError("UPLOAD_WITHOUT_BYTES")
                user = context.viewer.user_id
                key = await store.add_given_list(connection, upload, user, key=input.key, title=input.title)
                await enqueue(connection, JobKind.IMPORT_GIVEN_LIST, key)
                await remember(connection, context, "importGivenList", input.idempotency_key, key)
                changes = {"key": (None, input.key), "title": (None, input.title)}
                entry = Entry(Action.IMPORT_GIVEN_LIST, "GivenList", key, contest_id, changes=changes)
                await context.record(connection, entry)
        await context.send_jobs()
        return ImportGivenListPayload(given_list=await context.load("GivenList", key))
