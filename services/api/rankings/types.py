"""Standings and the explanation of every point in them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

import strawberry

from services.api.contestants.types import Contestant
from services.api.contests.types import City, Division
from services.api.context import Info
from services.api.explanations.loaders import MetricKey, RowsWanted
from services.api.explanations.text import explanation_text
from services.api.explanations.types import CountedRow
from services.api.nodes import After, Connection, First, Node
from services.api.problems import InLanguage, Parameter
from services.api.rows import Row
from services.shared.file_vocabulary import VerificationState
from services.shared.rules.sentence import remarks, sentence
from services.shared.vocabulary import Place, Platform
from services.shared.words import Language


@strawberry.type(description="Points of one item. (项目得分)")
class ItemPoints:
    item: str = strawberry.field(description="Key of the item in the rules. (项目)")
    title: str = strawberry.field(description="Its name. (项目名称)")
    points: Decimal = strawberry.field(description="Points. (得分)")


@strawberry.type(description="How one metric came to its points. (指标得分)")
class MetricScore:
    entry: strawberry.Private[Mapping[str, Any]]
    key: strawberry.Private[MetricKey]
    metric: str = strawberry.field(description="Its name in the rules. (指标)")
    title: str = strawberry.field(description="Its Chinese name. (指标名称)")
    unit: str = strawberry.field(description="What its value counts. (单位)")
    value: Decimal | None = strawberry.field(description="What counted; none when unknown. (指标值)")
    points: Decimal = strawberry.field(description="Points. (得分)")
    full: Decimal = strawberry.field(description="Full marks. (满分)")
    scale: str = strawberry.field(description="How a value becomes points. (计分方式)")
    field: str | None = strawberry.field(description="Among whom it is compared. (比较范围)")
    missing: bool = strawberry.field(description="No upload tells of it. (是否缺数据)")
    left_out: bool = strawberry.field(description="Left out; the item's other metrics are raised. (是否不计)")
    inputs: list[Parameter] = strawberry.field(description="The numbers beside the value. (计算依据)")

    @classmethod
    def of(cls, entry: Mapping[str, Any], key: MetricKey) -> Self:
        """From an entry of the explanation, as scorer/scores/score.py writes it."""
        return cls(
            entry=entry,
            key=key,
            metric=entry["metric"],
            title=entry["title"],
            unit=entry["unit"],
            value=None if entry["value"] is None else Decimal(entry["value"]),
            points=Decimal(entry["points"]),
            full=Decimal(entry["full"]),
            scale=entry["scale"],
            field=entry["field"],
            missing=entry["missing"],
            left_out=entry["left_out"],
            inputs=[Parameter(name=each["name"], value=each["value"]) for each in entry["inputs"]],
        )

    @strawberry.field(description="The calculation as a sentence. (计算说明)")
    def sentence(self, language: InLanguage = Language.ZH) -> str:
        return sentence(self.entry, language)

    @strawberry.field(description="The rows that counted, in the order of time. (计入的数据行)")
    async def rows(self, info: Info, first: First = 50, after: After = None) -> Connection[CountedRow]:
        wanted = RowsWanted(self.key, first, after)
        page: Connection[CountedRow] = await info.context.load("MetricScore.rows", wanted)
        return page


@strawberry.type(description="How one item came to its points. (项目得分明细)")
class ItemScore:
    item: str = strawberry.field(description="Its key in the rules. (项目)")
    title: str = strawberry.field(description="Its name. (项目名称)")
    points: Decimal = strawberry.field(description="Points. (得分)")
    weight: Decimal = strawberry.field(description="Full marks. (满分)")
    counted_share: Decimal = strawberry.field(
        description="Percent of the item that is not left out; the points are raised by 100 ÷ this. (计入比例)"
    )
    metrics: list[MetricScore] = strawberry.field(description="Its metrics, in the rules' order. (指标)")


@strawberry.type(description="A contestant's points with the way to them. (得分)")
class Score:
    explanation: strawberry.Private[Mapping[str, Any]]
    total: Decimal = strawberry.field(description="All points. (总分)")
    items: list[ItemScore] = strawberry.field(description="The items, in the rules' order. (项目)")

    @classmethod
    def of(cls, explanation: Mapping[str, Any], run_id: UUID, contestant_id: UUID) -> Self:
        return cls(
            explanation=explanation,
            total=Decimal(explanation["total"]),
            items=[
                ItemScore(
                    item=item["item"],
                    title=item["title"],
                    points=Decimal(item["points"]),
                    weight=Decimal(item["weight"]),
                    counted_share=Decimal(item["counted_share"]),
                    metrics=[
                        MetricScore.of(metric, MetricKey(run_id, contestant_id, item["item"], metric["metric"]))
                        for metric in item["metrics"]
                    ],
                )
                for item in explanation["items"]
            ],
        )

    @strawberry.field(description="Whether a gate or penalty voids the result. (成绩是否作废)")
    def void(self) -> bool:
        return bool(self.explanation.get("void"))

    @strawberry.field(description="What gates and penalties did, a sentence each. (门槛与扣罚说明)")
    def remarks(self, language: InLanguage = Language.ZH) -> list[str]:
        return remarks(self.explanation, language)


@strawberry.input(description="Only those that fit all that is given. (筛选)")
class RankingFilter:
    city_id: strawberry.ID | None = strawberry.field(default=None, description="Of this city. (市州)")
    division_id: strawberry.ID | None = strawberry.field(default=None, description="Of this division. (组别)")
    search: str | None = strawberry.field(
        default=None, description="This number, or this in name, account or city. (编号、姓名、账号、市州)"
    )


@strawberry.type(description="A contestant's place in a run, or as published. (排名)")
class Standing(Node):
    """`line`: as published, see shared/publications/snapshot; none: of a run, for whoever may see all of it.

    `explained`: the viewer may see how the points came about; of what is published only their own.
    """

    run_id: strawberry.Private[UUID]
    explanation: strawberry.Private[Mapping[str, Any] | None]
    explained: strawberry.Private[bool]
    line: strawberry.Private[Mapping[str, Any] | None]
    position: int = strawberry.field(description="1 … n, each once: the order of the list. (序号)")
    rank: int = strawberry.field(description="Place overall; equals share one. (总排名)")
    city_rank: int = strawberry.field(description="Place in the city. (市州排名)")
    division_rank: int | None = strawberry.field(description="Place in the division, where shown. (组别排名)")
    number: int = strawberry.field(description="The contestant's number. (选手编号)")
    name: str = strawberry.field(description="Their name, as far as shown. (姓名)")
    city: City = strawberry.field(description="Their city. (市州)")
    division: Division | None = strawberry.field(description="Their division, where shown. (组别)")
    platform: Platform = strawberry.field(description="Where their account is. (平台)")
    account: str = strawberry.field(description="Their handle, as far as shown. (账号)")
    contestant: Contestant | None = strawberry.field(description="Whose it is, where visible. (选手)")
    total: Decimal = strawberry.field(description="All points. (总分)")
    items: list[ItemPoints] = strawberry.field(description="Points by item, in the rules' order. (项目得分)")

    @property
    def node_key(self) -> str:
        return f"{self.run_id}.{self.uuid}"

    @classmethod
    def of(cls, row: Row, contestant: Contestant) -> Self:
        """From the columns of `list_standings`."""
        return cls(
            uuid=row["id"],
            run_id=row["run_id"],
            explanation=row["explanation"],
            explained=True,
            line=None,
            position=row["position"],
            rank=row["rank"],
            city_rank=row["city_rank"],
            division_rank=row["division_rank"],
            number=contestant.number,
            name=contestant.name,
            city=contestant.city,
            division=contestant.division,
            platform=contestant.account.platform,
            account=contestant.account.handle,
            contestant=contestant,
            total=row["total"],
            items=_item_points(row["items"]),
        )

    @strawberry.field(description="How verifying their figures stands; none: not to be verified. (核验状态)")
    async def verification(self, info: Info) -> VerificationState | None:
        if self.line is not None:
            return None
        state: VerificationState | None = await info.context.load("Standing.verification", (self.run_id, self.uuid))
        return state

    @strawberry.field(description="Their place in the final, as proposed or published. (决赛入选)")
    async def finalist(self, info: Info) -> Place | None:
        if self.line is not None:
            return Place(self.line["finalist"]) if self.line["finalist"] else None
        found = await info.context.load("Finalist", (self.run_id, self.uuid))
        return found.place if found else None

    @strawberry.field(description="The whole result is void. (是否作废)")
    async def void(self, info: Info) -> bool:
        if self.line is not None:
            return bool(self.line["void"])
        return bool((await self._explanation(info)).get("void"))

    @strawberry.field(description="The way to the points, where the viewer may see it. (得分明细)")
    async def score(self, info: Info) -> Score | None:
        if not self.explained:
            return None
        return Score.of(await self._explanation(info), self.run_id, self.uuid)

    @strawberry.field(description="All of that on a page of text, down to the files' lines. (成绩说明)")
    async def explanation_text(self, info: Info, language: InLanguage = Language.ZH) -> str | None:
        return await explanation_text(info, self, language) if self.explained else None

    async def _explanation(self, info: Info) -> Mapping[str, Any]:
        if self.explanation is None:
            self.explanation = await info.context.load("Standing.score", (self.run_id, self.uuid))
        return self.explanation


def _item_points(items: Sequence[Mapping[str, str]]) -> list[ItemPoints]:
    return [ItemPoints(item=each["item"], title=each["title"], points=Decimal(each["points"])) for each in items]
