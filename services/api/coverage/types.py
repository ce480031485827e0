"""Which weekly exports are there: contestant by contestant, week by week, source by source."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

from services.api.contestants.types import Contestant
from services.api.contests.rounds import Round
from services.api.context import Info
from services.api.coverage.weeks import Cell, Cells, Needs, Week, needs_of, states, weeks_of
from services.api.nodes import After, Connection, First, Page
from services.api.rows import Row
from services.api.uploads.types import Upload
from services.shared.file_vocabulary import AccountMeasure, ExportState, Origin, Source


@strawberry.type(description="A Beijing week, Monday to Sunday, as far as inside the round. (周)")
class ExportWeek:
    number: int = strawberry.field(description="1 … n. (第几周)")
    begins: datetime = strawberry.field(description="From here on. (开始)")
    ends: datetime = strawberry.field(description="An export from here on has the whole week. (结束)")
    due_at: datetime = strawberry.field(description="Handed in from here on it is late. (交齐时间)")

    @classmethod
    def of(cls, week: Week) -> Self:
        return cls(number=week.number, begins=week.begins, ends=week.ends, due_at=week.due)


@strawberry.type(description="One week of one source of one contestant. (一周的一类数据)")
class ExportCell:
    upload_id: strawberry.Private[UUID | None]
    week: int = strawberry.field(description="The week's number. (第几周)")
    state: ExportState = strawberry.field(description="Whether it is there. (状态)")
    lacks: list[AccountMeasure] = strawberry.field(
        description="Of account days that are missing: the measures that files do not tell of every day. (缺少的指标)"
    )
    exported_at: datetime | None = strawberry.field(
        description="When the file was exported with which it was there first; later ones replace figures. (导出时间)"
    )
    handed_in_at: datetime | None = strawberry.field(description="When that file was handed in. (上传时间)")
    origin: Origin | None = strawberry.field(description="Where that file's figures come from. (数据来源)")

    @classmethod
    def of(cls, cell: Cell) -> Self:
        file = cell.file
        return cls(
            upload_id=file.upload_id if file else None,
            week=cell.week.number,
            state=cell.state,
            lacks=list(cell.lacks),
            exported_at=file.exported_at if file else None,
            handed_in_at=file.handed_in_at if file else None,
            origin=file.origin if file else None,
        )

    @strawberry.field(description="That file, where visible. (文件)")
    async def upload(self, info: Info) -> Upload | None:
        upload: Upload | None = await info.context.load("Upload", self.upload_id)
        return upload


@strawberry.type(description="One source of one contestant, week by week. (一类数据的导出情况)")
class ExportSource:
    row: strawberry.Private[Sequence[Cell]]
    source: Source = strawberry.field(description="What the export tells of. (数据类别)")

    @strawberry.field(description="In the order of the weeks. (各周)")
    def weeks(self) -> list[ExportState]:
        return [cell.state for cell in self.row]

    @strawberry.field(description="The same, each with the file with which it was there. (各周的文件)")
    def cells(self) -> list[ExportCell]:
        return [ExportCell.of(cell) for cell in self.row]


@strawberry.type(description="The exports of one contestant. (一名选手的导出情况)")
class ExportLine:
    uuid: strawberry.Private[UUID]
    cells: strawberry.Private[Cells]
    number: int = strawberry.field(description="Their number in the contest. (选手编号)")
    name: str = strawberry.field(description="Their name. (姓名)")

    def has(self, state: ExportState) -> bool:
        """Whether anything of theirs is in that state."""
        return state in states(self.cells)

    @strawberry.field(description="What the rules ask for. (各类数据)")
    def sources(self) -> list[ExportSource]:
        return [ExportSource(source=source, row=row) for source, row in self.cells.items()]

    @strawberry.field(description="The contestant. (选手)")
    async def contestant(self, info: Info) -> Contestant | None:
        found: Contestant | None = await info.context.load("Contestant", self.uuid)
        return found


@strawberry.type(description="Which weekly exports of approved people are there. (数据导出情况)")
class Coverage:
    of: strawberry.Private[str]  # what it is the coverage of, for cursors
    round_id: strawberry.Private[UUID | None]
    lines: strawberry.Private[list[ExportLine]]
    weeks: list[ExportWeek] = strawberry.field(description="The round's weeks. (各周)")
    sources: list[Source] = strawberry.field(description="What the round's rules ask for. (所需数据)")
    have: int = strawberry.field(description="Contestant × week × source that is there in time. (已有)")
    late: int = strawberry.field(description="There, but handed in after the week was due. (迟交)")
    missing: int = strawberry.field(description="Over, and not there. (缺少)")
    not_yet: int = strawberry.field(description="Not over yet. (未到时间)")
    people_missing: int = strawberry.field(description="Approved people who lack something. (缺数据人数)")

    @strawberry.field(description="Person by person, by number. (选手清单)")
    def people(
        self,
        state: Annotated[
            ExportState | None, strawberry.argument(description="Only whoever has a week in this state. (只看此状态)")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[ExportLine]:
        page = Page.of(f"coverage {self.of} {state}", first, after)
        wanted = [line for line in self.lines if state is None or line.has(state)]
        behind = [line for line in wanted if not isinstance(page.after, int) or line.number > page.after]
        return page.connect([(line.number, line) for line in behind], len(wanted))

    @strawberry.field(description="The round. (轮次)")
    async def round(self, info: Info) -> Round | None:
        found: Round | None = await info.context.load("Round", self.round_id)
        return found


def asked_of(row: Row) -> tuple[list[Week], Needs]:
    """What a round asks for, from its columns `opens_at, closes_at, exports_due_days` and its rules' `document`."""
    if row["document"] is None:
        return [], {}
    return weeks_of(row["opens_at"], row["closes_at"], row["exports_due_days"]), needs_of(row["document"])


def coverage_of(
    named: str, round_id: UUID | None, weeks: Sequence[Week], needs: Needs, people: Sequence[tuple[Row, Cells]]
) -> Coverage:
    """Of people with their `id`, `number` and `name`; `named` tells this coverage from any other."""
    count = Counter(state for _, cells in people for state in states(cells))
    lines = [ExportLine(uuid=row["id"], number=row["number"], name=row["name"], cells=cells) for row, cells in people]
    return Coverage(
        of=f"{named} {round_id}",
        round_id=round_id,
        lines=lines,
        weeks=[ExportWeek.of(week) for week in weeks],
        sources=list(needs),
        have=count[ExportState.HAVE],
        late=count[ExportState.LATE],
        missing=count[ExportState.MISSING],
        not_yet=count[ExportState.NOT_YET],
        people_missing=sum(1 for line in lines if line.has(ExportState.MISSING)),
    )
