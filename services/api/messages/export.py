"""Taking messages out for the office's own SMS: a file of phones and texts, by a one-time address, on record."""

import csv
import io
from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
import xlsxwriter

from services.api.checks import check_reason
from services.api.context import Context, Info, Resources
from services.api.downloads.file import Download, DownloadKind, File
from services.api.downloads.store import open_download
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotFoundError,
    TooManyAttempts,
)
from services.api.messages import store
from services.api.nodes import global_id, key_of
from services.api.personal_data.limits import check_exports
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection
from services.shared.identity import new_id
from services.shared.words import Language, put

HEADINGS = ("手机号", "短信内容")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@strawberry.enum(description="A kind of file. (文件格式)")
class MessageFileFormat(Enum):
    CSV = strawberry.enum_value("CSV", description="Text, UTF-8 with BOM. (CSV)")
    XLSX = strawberry.enum_value("XLSX", description="A workbook. (Excel)")


@strawberry.input(description="Which messages to take out. (导出短信)")
class ExportMessagesInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    reason: str = strawberry.field(description="Why phones are read; it is recorded. (原因)")
    only_new: bool = strawberry.field(default=True, description="Only what was in no file before. (只导出新消息)")
    file_id: strawberry.ID | None = strawberry.field(
        default=None, description="Fetch this file again, as it was, instead of making one. (重新下载)"
    )
    format: MessageFileFormat = strawberry.field(default=MessageFileFormat.XLSX, description="Which kind. (文件格式)")


@strawberry.type(description="The file can be fetched once. (已导出)")
class ExportMessagesPayload:
    file_id: strawberry.ID = strawberry.field(description="Name it to fetch the same file again. (文件编号)")
    messages: int = strawberry.field(description="How many are in it. (条数)")
    url: str = strawberry.field(description="GET it here, signed in, once. (下载地址)")
    expires_at: datetime = strawberry.field(description="Until when. (有效期至)")


ExportMessagesResult = Annotated[
    ExportMessagesPayload | InvalidInput | NotFound | NotAllowed | Conflict | TooManyAttempts,
    strawberry.union("ExportMessagesResult", description="What exportMessages answers. (导出的结果)"),
]


@strawberry.type
class MessageExportMutation:
    @strawberry.mutation(description="Takes messages to contestants out with their phones; recorded. (导出短信)")
    async def export_messages(
        self,
        info: Info,
        input: Annotated[ExportMessagesInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> ExportMessagesResult:
        context = info.context
        check_reason(input.reason)
        contest = await context.acting_in("exportMessages", input.contest_id)
        async with context.pool.acquire() as connection, connection.transaction():
            await lock_contest(connection, contest)
            await check_exports(connection, context.viewer.user_id)
            file_id, lines = await _file(context, connection, input)
            entry = Entry(
                Action.EXPORT_MESSAGES,
                "MessageFile",
                file_id,
                contest_id=contest,
                changes={"messages": (None, lines)},
                reason=input.reason,
            )
            await context.record(connection, entry, *await _read(connection, file_id, contest, input.reason))
            asked = {"format": input.format.value}
            url, expires_at = await open_download(
                connection, DownloadKind.MESSAGE_FILE, file_id, context.viewer.user_id, asked
            )
        return ExportMessagesPayload(
            file_id=global_id("MessageFile", str(file_id)), messages=lines, url=url, expires_at=expires_at
        )


async def _file(context: Context, connection: Connection, asked: ExportMessagesInput) -> tuple[UUID, int]:
    contest = key_of(asked.contest_id, "Contest")
    assert contest is not None  # noqa: S101  the caller has looked
    if asked.file_id is not None:
        key = key_of(asked.file_id, "MessageFile")
        found = await store.find_file(connection, context.may("exportMessages"), key) if key else None
        if found is None or found["contest_id"] != contest:
            raise NotFoundError
        return found["id"], found["lines"]
    file_id = new_id()
    lines = await store.add_file(
        connection, file_id, contest, asked.reason, context.viewer.user_id, only_new=asked.only_new
    )
    if not lines:
        raise ConflictError("NO_MESSAGES_TO_EXPORT")
    return file_id, lines


async def _read(connection: Connection, file_id: UUID, contest: UUID, reason: str) -> list[Entry]:
    """Of each person that their phone is in the file."""
    return [
        Entry.of_contestant(Action.EXPORT_PERSONAL_DATA, row["id"], contest, row["city_id"], reason=reason)
        for row in await store.file_people(connection, file_id)
    ]


async def render_message_file(resources: Resources, download: Download) -> File:
    """Opens the phones in the moment of fetching; whoever was erased meanwhile is left out."""
    rows = await store.file_lines(resources.pool, download.subject_id)
    lines = [
        (
            resources.vault.open(row["phone_sealed"], row["contestant_id"]),
            put(row["code"], row["parameters"], Language.ZH),
        )
        for row in rows
    ]
    if download.parameters.get("format") == MessageFileFormat.CSV.value:
        return File(as_csv(lines), "短信.csv", "text/csv; charset=utf-8")
    return File(as_workbook(lines), "短信.xlsx", XLSX)


def as_csv(lines: list[tuple[str, str]]) -> bytes:
    """UTF-8 with BOM and CRLF, as Excel opens it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADINGS, *lines])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_workbook(lines: list[tuple[str, str]]) -> bytes:
    """Every cell is text: no phone loses digits, no sentence becomes a formula."""
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, {"in_memory": True}) as book:
        sheet = book.add_worksheet("短信")
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 80)
        for place, line in enumerate([HEADINGS, *lines]):
            for column, cell in enumerate(line):
                sheet.write_string(place, column, cell)
    return body.getvalue()
