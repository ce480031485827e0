"""Signs that figures deserve a look."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

import strawberry

from services.api.contestants.types import Contestant
from services.api.contests.rounds import Round
from services.api.context import Info
from services.api.nodes import Node
from services.api.problems import InLanguage, Parameter, parameters_of
from services.api.rows import Row
from services.api.scalars import Long
from services.api.uploads.types import Upload
from services.shared.file_vocabulary import FlagCode, FlagState, FlagThreshold
from services.shared.words import Language, put


@strawberry.type(description="A row of a file that a flag is about. (所涉数据行)")
class FlagRow:
    upload_id: strawberry.Private[UUID]
    sheet: str = strawberry.field(description="Name of the sheet. (工作表)")
    line: int = strawberry.field(description="Row number as Excel shows it. (行号)")

    @strawberry.field(description="The file. (文件)")
    async def upload(self, info: Info) -> Upload | None:
        found: Upload | None = await info.context.load("Upload", self.upload_id)
        return found


@strawberry.type(
    description="A sign that figures deserve a look: no verdict, and it changes no score. (数据提示: 不等于违规)"
)
class Flag(Node):
    contest_id: strawberry.Private[UUID]
    contestant_id: strawberry.Private[UUID]
    other_id: strawberry.Private[UUID | None]
    round_id: strawberry.Private[UUID | None]
    values: strawberry.Private[Mapping[str, Any]]
    code: FlagCode = strawberry.field(description="What was found. (提示类别)")
    state: FlagState = strawberry.field(description="What became of it. (状态)")
    value: Decimal | None = strawberry.field(description="What was found, as a number. (数值)")
    threshold: Decimal | None = strawberry.field(description="From where on it is flagged. (提示线)")
    rows: list[FlagRow] = strawberry.field(description="The first of its rows. (所涉数据行)")
    rows_count: Long = strawberry.field(description="How many rows it is about. (行数)")
    reason: str = strawberry.field(description="Why a person raised it. (提出理由)")
    raised_by: str | None = strawberry.field(description="Who did; none: found in the figures. (提出人)")
    raised_at: datetime = strawberry.field(description="When. (提出时间)")
    conclusion: str | None = strawberry.field(description="What a person found. (处理意见)")
    concluded_by: str | None = strawberry.field(description="Who did. (处理人)")
    concluded_at: datetime | None = strawberry.field(description="When it was concluded, or gone. (处理时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        """From the columns of `find_flags`."""
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            contestant_id=row["contestant_id"],
            other_id=row["other_id"],
            round_id=row["round_id"],
            values=row["parameters"],
            code=FlagCode(row["code"]),
            state=FlagState(row["state"]),
            value=row["value"],
            threshold=row["threshold"],
            rows=_rows(row["rows"]),
            rows_count=Long(row["rows_count"]),
            reason=row["reason"],
            raised_by=row["raised_by_name"],
            raised_at=row["raised_at"],
            conclusion=row["conclusion"],
            concluded_by=row["concluded_by_name"],
            concluded_at=row["concluded_at"],
        )

    @strawberry.field(description="What was found, and what else may explain it. (说明)")
    def message(self, language: InLanguage = Language.ZH) -> str:
        return put(self.code, self.values, language)

    @strawberry.field(description="The values in the sentence. (参数)")
    def parameters(self) -> list[Parameter]:
        return parameters_of(self.values)

    @strawberry.field(description="Whose figures. (选手)")
    async def contestant(self, info: Info) -> Contestant | None:
        found: Contestant | None = await info.context.load("Contestant", self.contestant_id)
        return found

    @strawberry.field(description="Of identical rows: who has them too. (另一选手)")
    async def other(self, info: Info) -> Contestant | None:
        found: Contestant | None = await info.context.load("Contestant", self.other_id)
        return found

    @strawberry.field(description="The round whose figures they are. (轮次)")
    async def round(self, info: Info) -> Round | None:
        found: Round | None = await info.context.load("Round", self.round_id)
        return found


def _rows(stored: Sequence[Mapping[str, Any]]) -> list[FlagRow]:
    return [FlagRow(upload_id=UUID(row["upload_id"]), sheet=row["sheet"], line=row["line"]) for row in stored]


@strawberry.type(description="From where on figures are flagged. (提示线)")
class FlagThresholdSetting:
    name: FlagThreshold = strawberry.field(description="Which. (名称)")
    value: Decimal = strawberry.field(description="As it holds in the contest. (现行值)")
    usual: Decimal = strawberry.field(description="Where a contest sets nothing. (默认值)")
    least: Decimal = strawberry.field(description="The smallest that may be set. (最小值)")
    most: Decimal = strawberry.field(description="The largest. (最大值)")
