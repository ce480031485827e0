"""Verification: who was drawn by a public seed, and what comparing their figures with the platform's found."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

import strawberry

from services.api.contestants.types import Contestant
from services.api.contests.rounds import Round
from services.api.context import Info
from services.api.nodes import Node
from services.api.rows import Row
from services.api.uploads.types import Upload
from services.shared.file_vocabulary import DrawPer, Source, VerificationMethod, VerificationOutcome, VerificationState


@strawberry.type(description="Somebody whom a seed drew. (被抽中的选手)")
class DrawnContestant:
    contestant_id: strawberry.Private[UUID]
    position: int = strawberry.field(description="1 … n: city by city or division by division. (顺序)")
    ticket: str = strawberry.field(description="SHA-256 of the seed and the account. (抽查号)")

    @strawberry.field(description="Who. (选手)")
    async def contestant(self, info: Info) -> Contestant | None:
        found: Contestant | None = await info.context.load("Contestant", self.contestant_id)
        return found


@strawberry.type(description="People drawn by a public seed whose figures are verified. (数据核验抽查)")
class VerificationDraw(Node):
    contest_id: strawberry.Private[UUID]
    round_id: strawberry.Private[UUID]
    number: int = strawberry.field(description="1, 2, 3 … in the round. (第几次)")
    per: DrawPer = strawberry.field(description="Of each city, or of each division. (抽取单位)")
    people: int = strawberry.field(description="So many people of each. (每单位人数)")
    seed_source: str = strawberry.field(description="Which public number is the seed, how written. (种子来源)")
    seed_at: datetime = strawberry.field(description="When it becomes public. (种子公布时间)")
    roll_sha256: str = strawberry.field(description="Digest of the roll, fixed before the seed. (名册摘要)")
    population: int = strawberry.field(description="How many people are on the roll. (名册人数)")
    reason: str = strawberry.field(description="Why it is made. (说明)")
    announced_at: datetime = strawberry.field(description="When it was announced; the roll is of then. (公告时间)")
    seed: str | None = strawberry.field(description="The seed; none before the draw. (种子)")
    drawn_at: datetime | None = strawberry.field(description="When it was made. (抽取时间)")
    drawn_count: int = strawberry.field(description="How many people were drawn. (抽中人数)")
    cancelled_at: datetime | None = strawberry.field(description="When it was cancelled. (作废时间)")
    cancelled_reason: str | None = strawberry.field(description="Why. (作废原因)")

    @classmethod
    def of(cls, row: Row) -> Self:
        """From the columns of `find_draws`."""
        same = (
            "contest_id round_id number people seed_source seed_at roll_sha256 population reason announced_at seed"
            " drawn_at drawn_count cancelled_at cancelled_reason"
        )
        return cls(uuid=row["id"], per=DrawPer(row["per"]), **{name: row[name] for name in same.split()})

    @strawberry.field(description="The round. (轮次)")
    async def round(self, info: Info) -> Round | None:
        found: Round | None = await info.context.load("Round", self.round_id)
        return found

    @strawberry.field(description="Who was drawn, as far as visible. (被抽中名单)")
    async def drawn(self, info: Info) -> list[DrawnContestant]:
        drawn: list[DrawnContestant] = await info.context.load("VerificationDraw.drawn", self.uuid)
        return drawn

    @strawberry.field(description="The roll, a text file: whoever has it and the seed draws the same people. (名册)")
    async def roll(self, info: Info) -> str | None:
        text: str = await info.context.load("VerificationDraw.roll", self.uuid)
        return text


@strawberry.type(description="A figure as it counted and as the platform shows it. (数据对照)")
class ComparedFigure:
    item: str = strawberry.field(description="Key of the item in the rules. (项目)")
    metric: str = strawberry.field(description="Key of the metric. (指标)")
    title: str = strawberry.field(description="Its name. (指标名称)")
    counted: Decimal | None = strawberry.field(description="As it counted; none: unknown. (计入值)")
    seen: Decimal = strawberry.field(description="As the platform shows it. (平台显示值)")


@strawberry.type(description="A row whose fresh figure is below the counted one. (低于计入值的数据行)")
class LowerFigure:
    source: Source = strawberry.field(description="What it tells of. (数据类别)")
    at: str = strawberry.field(description="The work's, session's, day's or payment's time. (时间)")
    figure: str = strawberry.field(description="Which figure. (数据项)")
    counted: Decimal = strawberry.field(description="As it counted. (计入值)")
    fresh: Decimal = strawberry.field(description="As the fresh export has it. (重新导出值)")
    sheet: str = strawberry.field(description="Name of the sheet in the fresh export. (工作表)")
    line: int = strawberry.field(description="Row number there. (行号)")


@strawberry.type(description="What comparing somebody's figures found. (核验结果)")
class VerificationCheck:
    upload_id: strawberry.Private[UUID | None]
    outcome: VerificationOutcome = strawberry.field(description="Agrees or differs. (结论)")
    method: VerificationMethod = strawberry.field(description="With what it was compared. (核验方式)")
    figures: list[ComparedFigure] = strawberry.field(description="Figure by figure. (数据对照)")
    lower: list[LowerFigure] = strawberry.field(description="Of a fresh export: rows below what counted. (偏低的行)")
    note: str = strawberry.field(description="What was looked at and found. (说明)")
    checked_by: str | None = strawberry.field(description="Who compared. (核验人)")
    checked_at: datetime = strawberry.field(description="When. (核验时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        """From the columns of `list_checks`."""
        return cls(
            upload_id=row["upload_id"],
            outcome=VerificationOutcome(row["outcome"]),
            method=VerificationMethod(row["method"]),
            figures=[_compared(one) for one in row["figures"]],
            lower=[_lower(one) for one in row["lower"]],
            note=row["note"],
            checked_by=row["checked_by_name"],
            checked_at=row["checked_at"],
        )

    @strawberry.field(description="The fresh export, where visible. (重新导出的文件)")
    async def upload(self, info: Info) -> Upload | None:
        found: Upload | None = await info.context.load("Upload", self.upload_id)
        return found


def _compared(stored: Mapping[str, Any]) -> ComparedFigure:
    counted = stored["counted"]
    values = {"counted": None if counted is None else Decimal(counted), "seen": Decimal(stored["seen"])}
    return ComparedFigure(**{**stored, **values})


def _lower(stored: Mapping[str, Any]) -> LowerFigure:
    values = {"counted": Decimal(stored["counted"]), "fresh": Decimal(stored["fresh"])}
    return LowerFigure(**{**stored, "source": Source(stored["source"]), **values})


@strawberry.type(description="Somebody whose figures are to be verified in a round. (待核验选手)")
class Verification:
    round_id: strawberry.Private[UUID]
    contestant_id: strawberry.Private[UUID]
    number: int = strawberry.field(description="Their number in the contest. (选手编号)")
    drawn: bool = strawberry.field(description="A seed drew them. (抽中)")
    finalist: bool = strawberry.field(description="They are proposed or selected for the final. (拟推荐)")
    state: VerificationState = strawberry.field(description="Open, agrees or differs. (核验状态)")

    @classmethod
    def of(cls, row: Row) -> Self:
        """From the columns of the view `verifications`."""
        names = ("round_id", "contestant_id", "number", "drawn", "finalist")
        return cls(state=VerificationState(row["state"]), **{name: row[name] for name in names})

    @strawberry.field(description="Who. (选手)")
    async def contestant(self, info: Info) -> Contestant | None:
        found: Contestant | None = await info.context.load("Contestant", self.contestant_id)
        return found

    @strawberry.field(description="What comparing found, the last first. (历次核验)")
    async def checks(self, info: Info) -> list[VerificationCheck]:
        key = self.round_id, self.contestant_id
        checks: list[VerificationCheck] = await info.context.load("Verification.checks", key)
        return checks


@strawberry.type(description="How far verification is, as far as visible. (核验进度)")
class VerificationCounts:
    required: int = strawberry.field(description="People whose figures are to be verified. (应核验人数)")
    open: int = strawberry.field(description="Not compared yet, or files came or went since. (待核验)")
    agrees: int = strawberry.field(description="Agree with the platform. (相符)")
    differs: int = strawberry.field(description="Differ: to be settled, then compared again. (不符)")
