"""Comparisons of two results of a round: who moves, who enters and leaves the finalists, and because of what."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

import strawberry

from services.api.comparisons.filter import ComparisonFilter
from services.api.contestants.types import Contestant, Places
from services.api.contests.rounds import Round
from services.api.contests.types import City
from services.api.context import Info
from services.api.nodes import After, Connection, First, Node
from services.api.problems import Problem
from services.api.rows import Row
from services.api.rules.types import RuleChange
from services.api.scoring_runs.types import ScoringRun
from services.api.uploads.types import Upload
from services.shared.vocabulary import ChangeCause, ComparisonState, FinalistChange, Place, Side


@strawberry.type(description="What one side says of a team. (一侧的参赛队成绩)")
class ComparedTeam:
    rank: int = strawberry.field(description="Its place. (名次)")
    total: Decimal = strawberry.field(description="Its points. (得分)")


@strawberry.type(description="A team for which the two results differ. (参赛队变化)")
class TeamChange:
    city_id: strawberry.Private[UUID]
    base: ComparedTeam | None = strawberry.field(description="In the base; none: not in it. (原成绩)")
    other: ComparedTeam | None = strawberry.field(description="In the other; none: not in it. (新成绩)")

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        base, other = (
            ComparedTeam(rank=side["rank"], total=Decimal(side["total"])) if side else None
            for side in (stored["base"], stored["other"])
        )
        return cls(city_id=UUID(stored["city"]), base=base, other=other)

    @strawberry.field(description="Whose team. (市州)")
    async def city(self, info: Info) -> City | None:
        found: City | None = await info.context.load("City", self.city_id)
        return found


@strawberry.type(description="An award that somebody has on one side only. (奖项变化)")
class AwardChange:
    city_id: strawberry.Private[UUID]
    contestant_id: strawberry.Private[UUID | None]
    award: str = strawberry.field(description="Its key in the rules. (代号)")
    title: str = strawberry.field(description="Its name. (奖项)")
    side: Side = strawberry.field(description="Where they have it: BASE they lose it, OTHER they get it. (在哪一侧)")

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            city_id=UUID(stored["city"]),
            contestant_id=UUID(stored["contestant"]) if stored["contestant"] else None,
            award=stored["award"],
            title=stored["title"],
            side=Side(stored["side"]),
        )

    @strawberry.field(description="Of which city; of a team's award, whose. (市州)")
    async def city(self, info: Info) -> City | None:
        found: City | None = await info.context.load("City", self.city_id)
        return found

    @strawberry.field(description="Who; none: the city's team. (选手)")
    async def contestant(self, info: Info) -> Contestant | None:
        found: Contestant | None = await info.context.load("Contestant", self.contestant_id)
        return found


@strawberry.type(description="A comparison in numbers. (对比概要)")
class ComparisonSummary:
    people: int = strawberry.field(description="Contestants of either result. (选手数)")
    changed: int = strawberry.field(description="For whom the two differ: the rows. (有变化的人数)")
    up: int = strawberry.field(description="Who would stand higher. (名次上升人数)")
    down: int = strawberry.field(description="Who would stand lower. (名次下降人数)")
    enter: int = strawberry.field(description="Who enters the proposed finalists. (进入拟推荐名单人数)")
    leave: int = strawberry.field(description="Who leaves them. (退出拟推荐名单人数)")
    only_base: int = strawberry.field(description="Who is in the base only. (仅在原核算中的人数)")
    only_other: int = strawberry.field(description="Who is in the other only. (仅在新核算中的人数)")
    most_ranks: int = strawberry.field(description="Places that somebody moves at most. (名次最大变化)")
    most_points: Decimal = strawberry.field(description="Points that somebody's total moves at most. (总分最大变化)")
    uploads_added: int = strawberry.field(description="Files that count in the other only. (新增计入文件数)")
    uploads_gone: int = strawberry.field(description="Files that count in the base only. (不再计入文件数)")
    teams: list[TeamChange] = strawberry.field(description="Teams for which they differ, the best first. (参赛队变化)")
    awards_changed: int = strawberry.field(description="Awards that somebody has on one side only. (奖项变化数)")
    awards: list[AwardChange] = strawberry.field(description="The first 500 of them: lost ones first. (奖项变化)")
    rules: list[RuleChange] = strawberry.field(description="What the rules say differently. (规则差异)")

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """From the column `summary`."""
        counts = "people changed up down enter leave only_base only_other most_ranks awards_changed"
        return cls(
            **{name: stored[name] for name in counts.split()},
            most_points=Decimal(stored["most_points"]),
            uploads_added=stored["uploads"]["added"],
            uploads_gone=stored["uploads"]["gone"],
            teams=[TeamChange.of(change) for change in stored["teams"]],
            awards=[AwardChange.of(change) for change in stored["awards"]],
            rules=[RuleChange(**change) for change in stored["rules"]],
        )


@strawberry.type(description="What one side says of somebody. (一侧的成绩)")
class ComparedStanding:
    total: Decimal = strawberry.field(description="All points. (总分)")
    rank: int = strawberry.field(description="Place overall. (总排名)")
    city_rank: int = strawberry.field(description="Place in the city. (市州排名)")
    division_rank: int = strawberry.field(description="Place in the division. (组别排名)")
    place: Place | None = strawberry.field(description="Among the proposed finalists; none: not there. (拟推荐)")

    @classmethod
    def of(cls, row: Row, side: Side) -> Self | None:
        """From the columns of one side; none where they are not in it."""
        of_side = side.lower()
        if row[f"{of_side}_rank"] is None:
            return None
        place = row[f"{of_side}_place"]
        names = ("total", "rank", "city_rank", "division_rank")
        return cls(**{name: row[f"{of_side}_{name}"] for name in names}, place=place and Place(place))


@strawberry.type(description="An item whose points differ. (项目得分变化)")
class ItemChange:
    item: str = strawberry.field(description="Key of the item in the rules. (项目)")
    title: str = strawberry.field(description="Its name. (项目名称)")
    base: Decimal | None = strawberry.field(description="Points in the base; none: no such item. (原得分)")
    other: Decimal | None = strawberry.field(description="Points in the other; none: no such item. (新得分)")


@strawberry.type(description="Why somebody's points differ: a metric, a gate or a penalty. (变化原因)")
class Cause:
    cause: ChangeCause = strawberry.field(description="Because of what. (原因)")
    side: Side | None = strawberry.field(description="Where alone the gate is failed or the penalty holds. (所在一侧)")
    item: str | None = strawberry.field(description="Of a metric: key of its item in the rules. (项目)")
    metric: str | None = strawberry.field(description="Of a metric: its name in the rules. (指标)")
    title: str | None = strawberry.field(
        description="The metric, the gate, or what the penalty is on; none: the total. (名称)"
    )
    base_value: Decimal | None = strawberry.field(description="What counted in the base; none: unknown. (原指标值)")
    other_value: Decimal | None = strawberry.field(description="What counts in the other; none: unknown. (新指标值)")
    base_points: Decimal | None = strawberry.field(
        description="Points in the base, of a penalty what it left; none: none there. (原得分)"
    )
    other_points: Decimal | None = strawberry.field(description="Points in the other, likewise. (新得分)")

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """From an entry of the column `causes`."""
        figures = ("base_value", "other_value", "base_points", "other_points")
        exact = {name: None if stored[name] is None else Decimal(stored[name]) for name in figures}
        side = stored["side"]
        return cls(**{**stored, **exact, "cause": ChangeCause(stored["cause"]), "side": side and Side(side)})


@strawberry.type(description="A file that speaks of somebody and counts on one side only. (文件差异)")
class UploadChange:
    upload_id: strawberry.Private[UUID]
    side: Side = strawberry.field(description="Where it counts. (计入哪一侧)")

    @strawberry.field(description="The file. (文件)")
    async def upload(self, info: Info) -> Upload | None:
        found: Upload | None = await info.context.load("Upload", self.upload_id)
        return found


@strawberry.type(description="Somebody for whom the two results differ. (选手变化)")
class ComparisonRow:
    contestant: Contestant = strawberry.field(description="Who. (选手)")
    base: ComparedStanding | None = strawberry.field(description="In the base; none: not in it. (原成绩)")
    other: ComparedStanding | None = strawberry.field(description="In the other; none: not in it. (新成绩)")
    ranks_up: int | None = strawberry.field(description="Places gained; below 0: lost. (名次上升)")
    points_up: Decimal | None = strawberry.field(description="Points gained; below 0: lost. (总分增加)")
    finalist_change: FinalistChange | None = strawberry.field(description="Enters or leaves. (进出拟推荐名单)")
    items: list[ItemChange] = strawberry.field(description="Items whose points differ. (项目得分变化)")
    causes: list[Cause] = strawberry.field(description="Why: gates, penalties, metrics. (变化原因)")
    uploads: list[UploadChange] = strawberry.field(description="Their files that count on one side only. (文件差异)")

    @classmethod
    def of(cls, row: Row, places: Places) -> Self:
        """From the columns of `list_rows`."""
        base, other = (ComparedStanding.of(row, side) for side in Side)
        both = base is not None and other is not None
        return cls(
            contestant=Contestant.of(row, places),
            base=base,
            other=other,
            ranks_up=row["base_rank"] - row["other_rank"] if both else None,
            points_up=row["other_total"] - row["base_total"] if both else None,
            finalist_change=row["finalist_change"] and FinalistChange(row["finalist_change"]),
            items=[_item_change(each) for each in row["items"]],
            causes=[Cause.of(each) for each in row["causes"]],
            uploads=[UploadChange(upload_id=UUID(each["upload"]), side=Side(each["side"])) for each in row["uploads"]],
        )


def _item_change(stored: Mapping[str, Any]) -> ItemChange:
    exact = {side: None if stored[side] is None else Decimal(stored[side]) for side in ("base", "other")}
    return ItemChange(**{**stored, **exact})


@strawberry.type(description="Two results of a round side by side; only organisers see one. (成绩对比)")
class Comparison(Node):
    round_id: strawberry.Private[UUID]
    base_run_id: strawberry.Private[UUID]
    other_run_id: strawberry.Private[UUID | None]
    state: ComparisonState = strawberry.field(description="How far it is. (状态)")
    rules_document: str | None = strawberry.field(description="Of a what-if: its rules, saved nowhere. (试算规则)")
    summary: ComparisonSummary | None = strawberry.field(description="In numbers, once ready. (概要)")
    error: Problem | None = strawberry.field(description="Why it failed. (失败原因)")
    created_at: datetime = strawberry.field(description="When it was asked for. (发起时间)")
    ended_at: datetime | None = strawberry.field(description="When it ended. (结束时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            round_id=row["round_id"],
            base_run_id=row["base_run_id"],
            other_run_id=row["other_run_id"],
            state=ComparisonState(row["state"]),
            rules_document=row["rules_document"],
            summary=ComparisonSummary.of(row["summary"]) if row["summary"] else None,
            error=Problem.of(row["error"]) if row["error"] else None,
            created_at=row["created_at"],
            ended_at=row["ended_at"],
        )

    @strawberry.field(description="The round. (轮次)")
    async def round(self, info: Info) -> Round:
        found: Round = await info.context.load("Round", self.round_id)
        return found

    @strawberry.field(description="The run that is compared with. (原核算)")
    async def base(self, info: Info) -> ScoringRun:
        run: ScoringRun = await info.context.load("ScoringRun", self.base_run_id)
        return run

    @strawberry.field(description="The other run; none: a what-if. (新核算)")
    async def other(self, info: Info) -> ScoringRun | None:
        run: ScoringRun | None = await info.context.load("ScoringRun", self.other_run_id)
        return run

    @strawberry.field(description="For whom the two differ, the greatest change first. (变化列表)")
    async def rows(
        self,
        info: Info,
        filter: Annotated[ComparisonFilter | None, strawberry.argument(description="Only these. (筛选)")] = None,  # noqa: A002
        first: First = 50,
        after: After = None,
    ) -> Connection[ComparisonRow]:
        only = (filter or ComparisonFilter()).read()
        page: Connection[ComparisonRow] = await info.context.load(
            "Comparison.rows", (self.uuid, only, first, after, info.asks_for("totalCount"))
        )
        return page
