"""Which files a contest takes, what it has added to that, and what waits for it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

import strawberry

from services.api.context import Info
from services.api.problems import InLanguage
from services.api.rows import Row
from services.shared.file_vocabulary import Source, UploadKind
from services.shared.formats.catalogue import Format as TakenFormat
from services.shared.formats.catalogue import catalogue
from services.shared.formats.draft import draft
from services.shared.formats.own import Own
from services.shared.formats.section import Column
from services.shared.formats.waiting import Waiting
from services.shared.vocabulary import Platform
from services.shared.words import Language, put

if TYPE_CHECKING:
    from services.api.uploads.types import Upload


@strawberry.type(description="A column that is read. (要读取的列)")
class FormatColumn:
    column: strawberry.Private[Column]
    heading: str = strawberry.field(description="As the platform writes it. (列名)")
    aliases: list[str] = strawberry.field(description="Other headings for the same. (其他写法)")
    field: str = strawberry.field(description="What it is read into. (字段)")
    style: str = strawberry.field(description="How its cells are read. (读法)")
    needed: bool = strawberry.field(description="Without it the file is not of this kind. (必须有此列)")
    filled: bool = strawberry.field(description="Every row has a value. (每行必填)")

    @classmethod
    def of(cls, column: Column) -> Self:
        return cls(
            column=column,
            heading=column.heading,
            aliases=column.also,
            field=column.to,
            style=column.style,
            needed=column.needed,
            filled=column.filled,
        )

    @strawberry.field(description="What stands in a cell, and its unit, in words. (单位与写法)")
    def unit(self, language: InLanguage = Language.ZH) -> str:
        said = {"word": self.field, "ids": "id"}
        return put(said.get(self.style, self.style), {}, language)


@strawberry.type(description="A heading that an organiser has said the meaning of. (列名对应)")
class HeadingMapping:
    contest_id: strawberry.Private[UUID]
    heading: str = strawberry.field(description="As the files write it. (列名)")
    field: str = strawberry.field(description="What it is read into. (字段)")
    version: int = strawberry.field(description="From this version of the contest's formats on. (格式版本)")
    reason: str | None = strawberry.field(description="Why. (原因)")
    created_at: datetime = strawberry.field(description="When. (时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            contest_id=row["contest_id"],
            heading=row["heading"],
            field=row["field"],
            version=row["from_version"],
            reason=row["reason"],
            created_at=row["created_at"],
        )


@strawberry.type(description="A kind of file that a contest takes. (文件格式)")
class Format:
    contest_id: strawberry.Private[UUID]
    key: str = strawberry.field(description="Its short name. (代号)")
    kind: UploadKind = strawberry.field(description="What an upload of it is. (文件类型)")
    own: bool = strawberry.field(description="Whether the contest has added it. (是否赛事自定义)")
    own_title: strawberry.Private[str]
    version: int = strawberry.field(
        description="Of the contest's formats, from which on it holds; 0: built in. (格式版本)"
    )
    source: Source = strawberry.field(description="What it tells of. (数据来源)")
    platform: Platform | None = strawberry.field(description="Whose file it is; none: a column says. (平台)")
    columns: list[FormatColumn] = strawberry.field(description="The columns that are read. (读取的列)")
    mappings: list[HeadingMapping] = strawberry.field(description="Headings the contest has added. (列名对应)")
    document: str | None = strawberry.field(description="Of one it has added: the TOML, as written. (格式文档)")

    @classmethod
    def of(cls, contest_id: UUID, format_: TakenFormat, mappings: list[HeadingMapping], own: Row | None) -> Self:
        """`own` is its row of own_formats."""
        return cls(
            contest_id=contest_id,
            key=format_.name,
            kind=format_.kind,
            own=own is not None,
            own_title=format_.title,
            version=own["from_version"] if own else 0,
            source=format_.source,
            platform=format_.platform,
            columns=list(map(FormatColumn.of, format_.columns)),
            mappings=mappings,
            document=own["document"] if own else None,
        )

    @strawberry.field(description="What people call it. (名称)")
    def title(self, language: InLanguage = Language.ZH) -> str:
        return self.own_title or put(self.key, {}, language)


@strawberry.type(description="A heading nobody knows, and the files that wait for it. (待对应的列名)")
class WaitingHeading:
    sample_id: strawberry.Private[UUID]
    heading: str = strawberry.field(description="As the files write it. (列名)")
    looks_like: str = strawberry.field(description="Key of the format that the files look like. (最接近的格式)")
    style: str = strawberry.field(description="How its cells seem to be written. (看上去的读法)")
    uploads: int = strawberry.field(description="How many files wait. (等待的文件数)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            sample_id=row["sample_id"],
            heading=row["heading"],
            looks_like=row["looks_like"],
            style=row["style"],
            uploads=row["uploads"],
        )

    @strawberry.field(description="The latest of the files. (样本文件)")
    async def sample(self, info: Info) -> Annotated["Upload", strawberry.lazy("services.api.uploads.types")] | None:
        sample: Upload | None = await info.context.load("Upload", self.sample_id)
        return sample


@strawberry.type(description="What a file waits for. (等待对应的列名)")
class WaitingFile:
    contest_id: strawberry.Private[UUID]
    waiting: strawberry.Private[Waiting]
    looks_like: str = strawberry.field(description="Key of the format it looks like. (最接近的格式)")
    unknown: list[str] = strawberry.field(description="Its headings that nobody knows. (不认识的列名)")
    missing: list[str] = strawberry.field(description="Needed headings it does not have. (缺少的列名)")

    @classmethod
    def of(cls, contest_id: UUID, said: Row) -> Self:
        """From `uploads.waiting`."""
        waiting = Waiting.read(said)  # type: ignore[arg-type]
        return cls(
            contest_id=contest_id,
            waiting=waiting,
            looks_like=waiting.looks_like,
            unknown=waiting.unknown,
            missing=list(waiting.missing),
        )

    @strawberry.field(description="A format proposed from it, to be edited and given to addFormat. (格式草稿)")
    async def draft(self, info: Info) -> str:
        own: Own = await info.context.load("Contest.ownFormats", self.contest_id)
        return draft(self.waiting, catalogue(own.text))
