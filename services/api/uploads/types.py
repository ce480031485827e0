"""Uploaded files and what became of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from services.api.accounts.types import Account
from services.api.context import Info
from services.api.formats.types import WaitingFile
from services.api.marked_copies.types import MarkedCopy
from services.api.nodes import After, Connection, First, Node
from services.api.problems import Problem
from services.api.rows import Row
from services.api.scalars import Long
from services.shared.file_vocabulary import Origin, UploadKind, UploadState
from services.shared.vocabulary import ImportPolicy


@strawberry.type(description="What became of a file's rows. (行数统计)")
class RowCounts:
    read: Long = strawberry.field(description="Rows in the file; of account days, figures. (读取)")
    new: Long = strawberry.field(description="Told of for the first time. (新增)")
    replaced: Long = strawberry.field(description="With other figures than an earlier export. (更新)")
    unchanged: Long = strawberry.field(description="The same as in an earlier export. (未变)")
    refused: Long = strawberry.field(description="Refused, each with a problem. (拒收)")
    outside: Long = strawberry.field(description="Outside every round's window: kept, score nothing. (窗口之外)")
    unclaimed: Long = strawberry.field(description="Of a platform number bound to no account. (待认领)")


@strawberry.type(description="What became of the files in an archive. (压缩包内文件统计)")
class FileCounts:
    total: int = strawberry.field(description="Files in the archive. (总数)")
    done: int = strawberry.field(description="Dealt with so far. (已处理)")
    accepted: int = strawberry.field(description="That count. (已接收)")
    refused: int = strawberry.field(description="That do not count, or not yet; each says why. (未计入)")
    duplicate: int = strawberry.field(description="Whose content already counts. (重复)")


@strawberry.type(description="One file, as it was uploaded. (上传文件)")
class Upload(Node):
    contest_id: strawberry.Private[UUID]
    parent_id: strawberry.Private[UUID | None]
    account_id: strawberry.Private[UUID | None]
    duplicate_id: strawberry.Private[UUID | None]
    files_total: strawberry.Private[int]
    files_done: strawberry.Private[int]
    name: str = strawberry.field(description="File name, with its folders inside an archive. (文件名)")
    size: Long = strawberry.field(description="Bytes. (大小)")
    sha256: str = strawberry.field(description="SHA-256 of the bytes. (文件哈希)")
    state: UploadState = strawberry.field(description="How far it has come. (状态)")
    kind: UploadKind | None = strawberry.field(description="What it is, once stated or recognised. (类型)")
    exported_at: datetime = strawberry.field(description="When the platform made it. (导出时间)")
    exported_at_stated: bool = strawberry.field(
        description="False: nobody said when, so the moment of the upload was taken. (导出时间是否注明)"
    )
    published_at: datetime | None = strawberry.field(
        description="Stated of the one work it tells of, where no cell says it. (作品发布时间)"
    )
    policy: ImportPolicy = strawberry.field(description="What one refused line means for the others. (导入方式)")
    origin: Origin | None = strawberry.field(description="Where its figures come from, once recognised. (数据来源)")
    attested_by: str | None = strawberry.field(
        description="Name of who vouched for figures of no platform file. (承诺人)"
    )
    typing_reason: str | None = strawberry.field(description="Why its figures were typed in. (录入原因)")
    content_digest: str | None = strawberry.field(description="SHA-256 of its rows in any container. (内容摘要)")
    sequence: Long | None = strawberry.field(description="The contest's number for its acceptance. (数据序号)")
    withdrawn_reason: str | None = strawberry.field(description="Why it was withdrawn. (撤回原因)")
    period_from: datetime | None = strawberry.field(description="The earliest moment it tells of. (数据起始)")
    period_to: datetime | None = strawberry.field(description="The latest moment it tells of. (数据截止)")
    rows: RowCounts = strawberry.field(description="What became of its rows. (行数统计)")
    unknown_columns: list[str] = strawberry.field(description="Headings that were not used. (未识别的列)")
    format_key: str | None = strawberry.field(description="Of a format the contest has added: which. (格式代号)")
    format_version: int = strawberry.field(description="Version of the contest's formats it was read with. (格式版本)")
    waiting: WaitingFile | None = strawberry.field(description="What it waits for. (等待对应的列名)")
    created_at: datetime = strawberry.field(description="When it was announced. (创建时间)")
    ended_at: datetime | None = strawberry.field(description="When it was dealt with. (处理完成时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        """From the columns of `find_uploads`."""
        kind = row["kind"] or row["kind_stated"]
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            parent_id=row["parent_id"],
            account_id=row["account_id"],
            duplicate_id=row["duplicate_of"],
            files_total=row["files_total"],
            files_done=row["files_done"],
            name=row["name"],
            size=Long(row["size"]),
            sha256=row["sha256"],
            state=UploadState(row["state"]),
            kind=UploadKind(kind) if kind else None,
            exported_at=row["exported_at"],
            exported_at_stated=row["exported_at_stated"],
            published_at=row["published_at"],
            policy=ImportPolicy(row["policy"]),
            origin=Origin(row["origin"]) if row["origin"] else None,
            attested_by=row["sender"] if row["attested"] else None,
            typing_reason=row["typing_reason"],
            content_digest=row["content_digest"],
            sequence=row["accepted_sequence"],
            withdrawn_reason=row["withdrawn_reason"],
            period_from=row["period_from"],
            period_to=row["period_to"],
            rows=_row_counts(row),
            unknown_columns=row["unknown_columns"],
            format_key=row["format_key"],
            format_version=row["format_version"],
            waiting=WaitingFile.of(row["contest_id"], row["waiting"]) if row["waiting"] else None,
            created_at=row["created_at"],
            ended_at=row["ended_at"],
        )

    @strawberry.field(description="The account it is of, where visible. (所属账号)")
    async def account(self, info: Info) -> Account | None:
        account: Account | None = await info.context.load("Account", self.account_id)
        return account

    @strawberry.field(description="The upload with the same content that counts, where visible. (重复的文件)")
    async def duplicate_of(self, info: Info) -> "Upload | None":
        first: Upload | None = await info.context.load("Upload", self.duplicate_id)
        return first

    @strawberry.field(description="The archive it came in, where visible. (所在压缩包)")
    async def parent(self, info: Info) -> "Upload | None":
        parent: Upload | None = await info.context.load("Upload", self.parent_id)
        return parent

    @strawberry.field(description="The files of an archive, the newest first. (压缩包内文件)")
    async def children(self, info: Info, first: First = 50, after: After = None) -> Connection["Upload"]:
        page: Connection[Upload] = await info.context.load(
            "Upload.children", (self.contest_id, self.uuid, first, after)
        )
        return page

    @strawberry.field(description="What became of the files of an archive. (压缩包内文件统计)")
    async def files(self, info: Info) -> FileCounts:
        counts: Mapping[str, int] = {}
        if self.files_total:
            counts = await info.context.load("Upload.files", self.uuid)
        return FileCounts(
            total=self.files_total,
            done=self.files_done,
            accepted=counts.get("accepted", 0),
            refused=counts.get("refused", 0),
            duplicate=counts.get("duplicate", 0),
        )

    @strawberry.field(description="Copies of it with its bad cells marked, that the viewer asked for. (标注副本)")
    async def marked_copies(self, info: Info) -> list[MarkedCopy]:
        copies: list[MarkedCopy] = await info.context.load("Upload.markedCopies", self.uuid)
        return copies

    @strawberry.field(description="What is wrong with it. (问题)")
    async def problems(self, info: Info, first: First = 50, after: After = None) -> Connection[Problem]:
        page: Connection[Problem] = await info.context.load("Upload.problems", (self.uuid, first, after))
        return page


def _row_counts(row: Row) -> RowCounts:
    return RowCounts(
        read=Long(row["rows_read"]),
        new=Long(row["rows_new"]),
        replaced=Long(row["rows_replaced"]),
        unchanged=Long(row["rows_unchanged"]),
        refused=Long(row["rows_refused"]),
        outside=Long(row["rows_outside"]),
        unclaimed=Long(row["rows_unclaimed"]),
    )
