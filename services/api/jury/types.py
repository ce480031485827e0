"""Panels of judges, who sits on them, who steps aside, and what they give."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

import strawberry

from services.api.contestants.types import Contestant
from services.api.contests.rounds import Round
from services.api.contests.types import City
from services.api.context import Info
from services.api.nodes import After, Connection, First, Node, Page, global_id, key_of
from services.api.rows import Row
from services.shared.rules.check import parse_rules
from services.shared.rules.jury import Panel
from services.shared.vocabulary import MarkState


@strawberry.type(description="One thing that judges give points for. (评分要点)")
class JuryCriterion:
    key: str = strawberry.field(description="Its key in the rules. (代号)")
    title: str = strawberry.field(description="Its name. (名称)")
    at_least: Decimal = strawberry.field(description="No fewer points. (最低分)")
    at_most: Decimal = strawberry.field(description="No more. (最高分)")


@strawberry.type(description="A judge of a panel. (评委席)")
class JurySeat:
    judge_key: strawberry.Private[UUID]
    city_id: strawberry.Private[UUID | None]
    login: str = strawberry.field(description="What they sign in with. (登录名)")
    name: str = strawberry.field(description="Their name. (姓名)")
    marked: int = strawberry.field(description="How many contestants they have marked. (已评人数)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            judge_key=row["judge_id"],
            city_id=row["city_id"],
            login=row["login"],
            name=row["name"],
            marked=row["marked"],
        )

    @strawberry.field(description="The judge's id as a user. (用户编号)")
    def judge_id(self) -> strawberry.ID:
        return global_id("User", str(self.judge_key))

    @strawberry.field(description="Where they come from: there they step aside. (所在市州)")
    async def city(self, info: Info) -> City | None:
        found: City | None = await info.context.load("City", self.city_id)
        return found


@strawberry.type(description="A judge steps aside from a city or a contestant. (回避)")
class Recusal:
    judge_key: strawberry.Private[UUID]
    city_id: strawberry.Private[UUID | None]
    contestant_id: strawberry.Private[UUID | None]
    name: str = strawberry.field(description="The judge's name. (评委)")
    reason: str = strawberry.field(description="Why. (理由)")
    recused_at: datetime = strawberry.field(description="Since when. (时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            judge_key=row["judge_id"],
            city_id=row["city_id"],
            contestant_id=row["contestant_id"],
            name=row["name"],
            reason=row["reason"],
            recused_at=row["recused_at"],
        )

    @strawberry.field(description="The judge's id as a user. (用户编号)")
    def judge_id(self) -> strawberry.ID:
        return global_id("User", str(self.judge_key))

    @strawberry.field(description="From this city. (市州)")
    async def city(self, info: Info) -> City | None:
        found: City | None = await info.context.load("City", self.city_id)
        return found

    @strawberry.field(description="From this contestant. (选手)")
    async def contestant(self, info: Info) -> Contestant | None:
        found: Contestant | None = await info.context.load("Contestant", self.contestant_id)
        return found


@strawberry.type(description="What a judge gives for one criterion. (单项评分)")
class CriterionPoints:
    criterion: str = strawberry.field(description="Its key. (代号)")
    points: Decimal = strawberry.field(description="So many. (分数)")


@strawberry.type(description="What a judge gives a contestant; unseen by other judges until marking is closed. (评分)")
class JuryMark:
    contestant_id: strawberry.Private[UUID]
    judge_key: strawberry.Private[UUID]
    judge: str = strawberry.field(description="The judge's name. (评委)")
    criteria: list[CriterionPoints] = strawberry.field(description="By criterion. (单项评分)")
    points: Decimal | None = strawberry.field(description="Their sum; none: struck out. (合计)")
    state: MarkState = strawberry.field(description="Whether it holds. (状态)")
    reason: str = strawberry.field(description="Of what somebody typed: why. (原因)")
    given_by: str = strawberry.field(description="Who entered it. (录入人)")
    given_at: datetime = strawberry.field(description="When. (录入时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            contestant_id=row["contestant_id"],
            judge_key=row["judge_id"],
            judge=row["judge_name"],
            criteria=[CriterionPoints(criterion=key, points=Decimal(one)) for key, one in row["criteria"].items()],
            points=row["points"],
            state=MarkState.WAITING if row["confirmed_at"] is None else MarkState.HOLDS,
            reason=row["reason"],
            given_by=row["given_by_name"],
            given_at=row["given_at"],
        )

    @strawberry.field(description="The judge's id as a user. (用户编号)")
    def judge_id(self) -> strawberry.ID:
        return global_id("User", str(self.judge_key))

    @strawberry.field(description="Whom it is about. (选手)")
    async def contestant(self, info: Info) -> Contestant | None:
        found: Contestant | None = await info.context.load("Contestant", self.contestant_id)
        return found


@strawberry.type(description="Judges who mark by the same criteria, as the rules of a round say. (评委组)")
class JuryPanel(Node):
    contest_id: strawberry.Private[UUID]
    round_id: strawberry.Private[UUID]
    rules: strawberry.Private[Panel | None]  # none: a later version of the rules knows it no longer
    key: str = strawberry.field(description="Its key in the rules. (代号)")
    title: str = strawberry.field(description="Its name. (名称)")
    decimals: int = strawberry.field(description="Decimals that a judge may give. (小数位数)")
    criteria: list[JuryCriterion] = strawberry.field(description="What points are given for. (评分要点)")
    closes_at: datetime | None = strawberry.field(description="Judges give no mark from then on. (评分截止时间)")
    closed_at: datetime | None = strawberry.field(description="When marking was closed; marks count since. (评分截止)")

    @classmethod
    def of(cls, row: Row) -> Self:
        """From the columns of `find_panels`."""
        rules = parse_rules(row["document"]).jury.get(row["key"])
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            round_id=row["round_id"],
            rules=rules,
            key=row["key"],
            title=rules.title if rules else row["key"],
            decimals=rules.decimals if rules else 0,
            criteria=[
                JuryCriterion(key=one.key, title=one.title, at_least=one.at_least, at_most=one.at_most)
                for one in (rules.criteria if rules else ())
            ],
            closes_at=row["closes_at"],
            closed_at=row["closed_at"],
        )

    @strawberry.field(description="The round. (轮次)")
    async def round(self, info: Info) -> Round | None:
        found: Round | None = await info.context.load("Round", self.round_id)
        return found

    @strawberry.field(description="Its judges. (评委)")
    async def judges(self, info: Info) -> list[JurySeat]:
        found: list[JurySeat] = await info.context.load("JuryPanel.judges", self.uuid)
        return found

    @strawberry.field(description="From whom its judges have stepped aside, beside their own cities. (回避)")
    async def recusals(self, info: Info) -> list[Recusal]:
        found: list[Recusal] = await info.context.load("Contest.recusals", self.contest_id)
        judges: list[JurySeat] = await info.context.load("JuryPanel.judges", self.uuid)
        seated = {seat.judge_key for seat in judges}
        return [recusal for recusal in found if recusal.judge_key in seated]

    @strawberry.field(
        description="Its marks by contestant; a judge reads only their own until marking is closed. (评分)"
    )
    async def marks(
        self,
        info: Info,
        contestant_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Of this contestant alone. (选手)")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[JuryMark]:
        whom = key_of(contestant_id, "Contestant")
        if contestant_id is not None and whom is None:
            return Page.empty(first)
        page: Connection[JuryMark] = await info.context.load("JuryPanel.marks", (self, whom, first, after))
        return page

    def __hash__(self) -> int:
        return hash(self.uuid)
