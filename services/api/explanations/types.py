"""The rows of files from which a metric's value was counted."""

from typing import Self
from uuid import UUID

import strawberry

from services.api.context import Info
from services.api.explanations.facts import Fact, figures_read, said
from services.api.problems import Parameter
from services.api.uploads.types import Upload
from services.shared.file_vocabulary import Source
from services.shared.rules.measurement import Measurement


@strawberry.type(description="A line of a file. (文件中的一行)")
class FileLine:
    upload_id: strawberry.Private[UUID]
    sheet: str = strawberry.field(description="Name of the sheet; empty: the file has none. (工作表)")
    line: int = strawberry.field(description="Row number as Excel shows it, from 1. (行号)")

    @strawberry.field(description="The file, where visible. (文件)")
    async def upload(self, info: Info) -> Upload | None:
        found: Upload | None = await info.context.load("Upload", self.upload_id)
        return found


@strawberry.type(description="A row that counted in a metric. (计入的数据行)")
class CountedRow:
    source: Source = strawberry.field(description="What it tells of. (数据类别)")
    at: str = strawberry.field(description="The work's, session's or payment's time in Beijing, or the day. (时间)")
    label: str | None = strawberry.field(description="The work's title, the order line's number. (名称)")
    figures: list[Parameter] = strawberry.field(description="What the metric read of it. (数据项)")
    places: list[FileLine] = strawberry.field(
        description="Where it stands; a second file where that one is believed for the plays. (所在文件与行)"
    )

    @classmethod
    def of(cls, fact: Fact, rule: Measurement) -> Self:
        names = figures_read(rule, fact.source)
        return cls(
            source=fact.source,
            at=fact.at,
            label=fact.label,
            figures=[Parameter(name=name, value=said(fact.figures[name])) for name in names],
            places=[FileLine(upload_id=each.upload_id, sheet=each.sheet, line=each.line) for each in fact.places],
        )
