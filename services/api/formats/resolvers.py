"""What files a contest takes: looked up, and added to by organisers."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_reason
from services.api.context import Context, Info
from services.api.errors import (
    Conflict,
    ConflictError,
    FormatRefusedError,
    InvalidFormat,
    InvalidInput,
    InvalidInputError,
    NotAllowed,
    NotFound,
    NotFoundError,
)
from services.api.formats import store
from services.api.formats.inputs import (
    AddFormatInput,
    MapHeadingInput,
    ReadUploadAgainInput,
    RemoveFormatInput,
    RemoveMappingInput,
    check_mapping,
    check_own,
    check_recognised,
)
from services.api.formats.types import Format, WaitingHeading
from services.api.idempotency.store import recall, remember
from services.api.nodes import ContestId, key_of
from services.api.uploads.types import Upload
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value
from services.shared.contests.store import lock_contest
from services.shared.formats.catalogue import catalogue
from services.shared.formats.check import InvalidFormat as InvalidDocumentError
from services.shared.formats.check import check_format
from services.shared.formats.own import Alias
from services.shared.formats.store import find_own, read_again, read_refused_again
from services.shared.jobs import JobKind, enqueue

_READ_AGAIN = "How many files are read again because of it. (重新读取的文件数)"


@strawberry.type(description="The heading is known from now on. (已对应)")
class MapHeadingPayload:
    format: Format = strawberry.field(description="The format it is known in. (格式)")
    read_again: int = strawberry.field(description=_READ_AGAIN)


@strawberry.type(description="The heading means nothing any more; what counts already stays. (已取消)")
class RemoveMappingPayload:
    format: Format | None = strawberry.field(description="The format it was known in, if there still is one. (格式)")


@strawberry.type(description="Files of the format are taken from now on. (已保存)")
class AddFormatPayload:
    format: Format = strawberry.field(description="The format. (格式)")
    read_again: int = strawberry.field(description=_READ_AGAIN)


@strawberry.type(description="The format is taken no longer; what counts already stays. (已停用)")
class RemoveFormatPayload:
    formats: list[Format] = strawberry.field(description="The formats that are taken. (格式)")


@strawberry.type(description="The file waits to be read once more. (已排队)")
class ReadUploadAgainPayload:
    upload: Upload = strawberry.field(description="The upload. (上传文件)")


MapHeadingResult = Annotated[
    MapHeadingPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("MapHeadingResult", description="What mapHeading answers. (对应列名的结果)"),
]
RemoveMappingResult = Annotated[
    RemoveMappingPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("RemoveMappingResult", description="What removeMapping answers. (取消列名对应的结果)"),
]
AddFormatResult = Annotated[
    AddFormatPayload | InvalidFormat | InvalidInput | NotFound | NotAllowed,
    strawberry.union("AddFormatResult", description="What addFormat answers. (新增格式的结果)"),
]
RemoveFormatResult = Annotated[
    RemoveFormatPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("RemoveFormatResult", description="What removeFormat answers. (停用格式的结果)"),
]
ReadUploadAgainResult = Annotated[
    ReadUploadAgainPayload | NotFound | NotAllowed | Conflict,
    strawberry.union("ReadUploadAgainResult", description="What readUploadAgain answers. (重新读取的结果)"),
]


@strawberry.type
class FormatQuery:
    @strawberry.field(description="The kinds of files that a contest takes, with what it has added. (文件格式)")
    async def formats(self, info: Info, contest_id: ContestId) -> list[Format]:
        contest = key_of(contest_id, "Contest")
        if contest is None or await info.context.load("Contest", contest) is None:
            return []
        formats: list[Format] = await info.context.load("Contest.formats", contest)
        return formats

    @strawberry.field(description="Headings nobody knows that files of a contest wait for. (待对应的列名)")
    async def waiting_headings(self, info: Info, contest_id: ContestId) -> list[WaitingHeading]:
        contest = key_of(contest_id, "Contest")
        if contest is None:
            return []
        return await store.find_waiting_headings(info.context.pool, info.context.rows("WaitingHeading"), contest)


@strawberry.type
class FormatMutation:
    @strawberry.mutation(description="Says what a heading means; files that wait are read again. (对应列名)")
    async def map_heading(
        self,
        info: Info,
        input: Annotated[MapHeadingInput, strawberry.argument(description="The heading. (输入)")],  # noqa: A002
    ) -> MapHeadingResult:
        context, count = info.context, 0
        contest = await _contest(context, "mapHeading", input.contest_id, input.reason)
        alias = Alias(input.format, input.heading.strip(), input.field)
        async with context.pool.acquire() as connection, connection.transaction():
            known = await recall(connection, context, "mapHeading", input.idempotency_key)
            if known is None:
                change = await store.begin_change(connection, contest, context.viewer.user_id, input.reason)
                check_mapping(catalogue((await find_own(connection, contest, change.version)).text), alias)
                known = await store.add_mapping(connection, change, alias)
                count = await read_again(connection, contest)
                said = _entry(
                    Action.MAP_HEADING, change, alias.kind, heading=(None, alias.heading), field=(None, alias.to)
                )
                await context.record(connection, said)
                await remember(connection, context, "mapHeading", input.idempotency_key, known)
            contest, key = await store.find_added(connection, known)
        await context.send_jobs()
        return MapHeadingPayload(format=await _format(context, contest, key), read_again=count)

    @strawberry.mutation(description="Takes back what a heading means; what counts already stays. (取消列名对应)")
    async def remove_mapping(
        self,
        info: Info,
        input: Annotated[RemoveMappingInput, strawberry.argument(description="The heading. (输入)")],  # noqa: A002
    ) -> RemoveMappingResult:
        context = info.context
        contest = await _contest(context, "removeMapping", input.contest_id, input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            change = await store.begin_change(connection, contest, context.viewer.user_id, input.reason)
            field = await store.close_mapping(connection, change, input.format, input.heading)
            if field is None:
                raise InvalidInputError("HEADING_NOT_MAPPED", field="heading")
            await read_again(connection, contest)
            heading = input.heading.strip()
            said = _entry(Action.REMOVE_MAPPING, change, input.format, heading=(heading, None), field=(field, None))
            await context.record(connection, said)
        await context.send_jobs()
        formats: list[Format] = await context.load("Contest.formats", contest)
        return RemoveMappingPayload(format=next((each for each in formats if each.key == input.format), None))

    @strawberry.mutation(
        description="Adds a format, or changes an added one; files that wait are read again. (新增格式)"
    )
    async def add_format(
        self,
        info: Info,
        input: Annotated[AddFormatInput, strawberry.argument(description="The format. (输入)")],  # noqa: A002
    ) -> AddFormatResult:
        context, count = info.context, 0
        contest = await _contest(context, "addFormat", input.contest_id, input.reason)
        check_own(input.key, input.title)
        _check_document(input.document)
        sample = await _sample(context, contest, input.sample_id) if input.sample_id else None
        async with context.pool.acquire() as connection, connection.transaction():
            known = await recall(connection, context, "addFormat", input.idempotency_key)
            if known is None:
                change = await store.begin_change(connection, contest, context.viewer.user_id, input.reason)
                new = store.NewFormat(input.key, input.title, input.document, sample.uuid if sample else None)
                known, replaced = await store.add_format(connection, change, new)
                if sample is not None and sample.waiting is not None:
                    own = await find_own(connection, contest, change.version)
                    check_recognised(catalogue(own.text), input.key, sample.waiting.waiting.headings)
                count = await read_again(connection, contest)
                count += await read_refused_again(connection, contest, input.key)
                said = _entry(Action.ADD_FORMAT, change, input.key, replaced=(None, replaced))
                await context.record(connection, said)
                await remember(connection, context, "addFormat", input.idempotency_key, known)
            contest, key = await store.find_added(connection, known)
        await context.send_jobs()
        return AddFormatPayload(format=await _format(context, contest, key), read_again=count)

    @strawberry.mutation(description="Takes an added format away; what counts already stays. (停用格式)")
    async def remove_format(
        self,
        info: Info,
        input: Annotated[RemoveFormatInput, strawberry.argument(description="The format. (输入)")],  # noqa: A002
    ) -> RemoveFormatResult:
        context = info.context
        contest = await _contest(context, "removeFormat", input.contest_id, input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            change = await store.begin_change(connection, contest, context.viewer.user_id, input.reason)
            if not await store.close_format(connection, change, input.key):
                raise InvalidInputError("FORMAT_UNKNOWN", field="key")
            await read_again(connection, contest)
            await context.record(connection, _entry(Action.REMOVE_FORMAT, change, input.key))
        await context.send_jobs()
        return RemoveFormatPayload(formats=await context.load("Contest.formats", contest))

    @strawberry.mutation(description="Has a file of which nothing counts read once more. (重新读取文件)")
    async def read_upload_again(
        self,
        info: Info,
        input: Annotated[ReadUploadAgainInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> ReadUploadAgainResult:
        context = info.context
        upload: Upload = await context.acting_on("readUploadAgain", "Upload", input.upload_id)
        async with context.pool.acquire() as connection, connection.transaction():
            await lock_contest(connection, upload.contest_id)
            if not await store.queue_again(connection, upload.contest_id, upload.uuid):
                raise ConflictError("UPLOAD_NOT_READABLE_AGAIN")
            await enqueue(connection, JobKind.INGEST_UPLOAD, upload.uuid)
            await context.record(connection, Entry(Action.READ_UPLOAD_AGAIN, "Upload", upload.uuid, upload.contest_id))
        await context.send_jobs()
        return ReadUploadAgainPayload(upload=await context.load("Upload", upload.uuid))


async def _contest(context: Context, mutation: str, named: str, reason: str) -> UUID:
    """The contest, if the viewer may change its formats."""
    contest_id = await context.acting_in(mutation, named)
    check_reason(reason)
    return contest_id


def _check_document(document: str) -> None:
    try:
        check_format(document)
    except InvalidDocumentError as error:
        raise FormatRefusedError(error.problems) from None


async def _sample(context: Context, contest_id: UUID, sample_id: str) -> Upload:
    """An upload of the contest of which the headings are kept."""
    sample: Upload | None = await context.load("Upload", key_of(sample_id, "Upload"))
    if sample is None or sample.contest_id != contest_id:
        raise NotFoundError
    if sample.waiting is None:
        raise InvalidInputError("UPLOAD_NOT_WAITING", field="sampleId")
    return sample


async def _format(context: Context, contest_id: UUID, key: str) -> Format:
    formats: list[Format] = await context.load("Contest.formats", contest_id)
    found = next((each for each in formats if each.key == key), None)
    if found is None:  # removed between a request and its repetition
        raise NotFoundError
    return found


def _entry(action: Action, change: store.Change, key: str, **said: tuple[Value, Value]) -> Entry:
    changes: dict[str, tuple[Value, Value]] = {"format": (key, key), "version": (change.version - 1, change.version)}
    contest_id = change.contest_id
    return Entry(action, "Contest", contest_id, contest_id, changes={**changes, **said}, reason=change.reason)
