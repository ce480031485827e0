"""Revisions as everybody reads them from their hour on, and as officials see them before."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

import strawberry

from services.api.contests.rounds import Round
from services.api.contests.types import Host
from services.api.context import Info
from services.api.nodes import After, Connection, First, Node
from services.api.notices.types import NoticeContact
from services.api.publications.standings import FilterArgument, find_line, find_page
from services.api.rankings.types import RankingFilter, Standing
from services.api.renditions.types import PublicationDocument
from services.api.rows import Row
from services.api.scoring_runs.types import ScoringRun
from services.shared.vocabulary import ContactRole, HostRole, PublicationStage, PublicationState


@strawberry.type(description="The run that was published. (所公布的核算)")
class PublishedRun:
    number: int = strawberry.field(description="Its number in the round. (第几次)")
    digest: str = strawberry.field(description="SHA-256 of its result file. (成绩摘要)")


@strawberry.type(description="The rules it went by. (所依据的规则)")
class PublishedRules:
    title: str = strawberry.field(description="Their title. (名称)")
    version: int = strawberry.field(description="Their version in the round. (版本)")
    sha256: str = strawberry.field(description="SHA-256 of the document. (摘要)")


@strawberry.type(description="A column of the list. (项目)")
class PublishedItem:
    key: str = strawberry.field(description="Its key in the rules. (代号)")
    title: str = strawberry.field(description="Its name. (名称)")


@strawberry.type(description="A city's team with its place. (参赛队名次)")
class PublishedTeam:
    position: int = strawberry.field(description="1 … n, each once: the order of the list. (序号)")
    rank: int = strawberry.field(description="Place; equals share one. (名次)")
    city: str = strawberry.field(description="Whose team. (市州)")
    total: Decimal = strawberry.field(description="Its points. (得分)")
    members: list[int] = strawberry.field(description="Its members by number. (队员编号)")
    awards: list[str] = strawberry.field(description="What it was awarded. (奖项)")


@strawberry.type(description="Who has an award. (获奖者)")
class PublishedWinner:
    place: int = strawberry.field(description="1 … n among those who have it. (顺序)")
    city: str = strawberry.field(description="Of which city. (市州)")
    number: int | None = strawberry.field(description="A contestant's number; none for a team. (编号)")
    name: str | None = strawberry.field(description="As published; none for a team. (姓名)")


@strawberry.type(description="An award with those who have it. (奖项)")
class PublishedAward:
    key: str = strawberry.field(description="Its key in the rules. (代号)")
    title: str = strawberry.field(description="Its name. (名称)")
    winners: list[PublishedWinner] = strawberry.field(description="The first one first. (获奖名单)")


@strawberry.type(description="A numbered revision of what a contest publishes; never changed. (公示、公布)")
class Publication(Node):
    contest_id: strawberry.Private[UUID]
    round_id: strawberry.Private[UUID]
    run_id: strawberry.Private[UUID]
    corrects_id: strawberry.Private[UUID | None]
    head: strawberry.Private[Mapping[str, Any]]
    row: strawberry.Private[Row]
    revision: int = strawberry.field(description="1, 2, 3 … in the contest. (第几版)")
    stage: PublicationStage = strawberry.field(description="Notice or final publication. (公示或公布)")
    state: PublicationState = strawberry.field(description="How far it is. (状态)")
    public: bool = strawberry.field(description="Approved, and its hour is there. (是否已公开)")
    title: str = strawberry.field(description="Its heading. (标题)")
    publish_at: datetime | None = strawberry.field(description="Its hour; none: with its approval. (发布时间)")
    notice_from: datetime | None = strawberry.field(description="Objections from then on. (公示起始)")
    notice_until: datetime | None = strawberry.field(description="Objections until then. (公示截止)")
    notice_days: int | None = strawberry.field(
        description="Objections for so many days from the day after its approval, while it has none. (公示天数)"
    )
    reason: str = strawberry.field(description="Why it corrects another one. (更正原因)")
    digest: str | None = strawberry.field(
        description="SHA-256 of its canonical form; another one from its approval on where that gives the hour. (摘要)"
    )
    signature: str | None = strawberry.field(
        description="Ed25519, over the approved canonical form; hexadecimal. (签名)"
    )
    public_key: str | None = strawberry.field(description="Checks the signature; hexadecimal. (公钥)")
    withdrawn_at: datetime | None = strawberry.field(description="From when it holds no longer. (撤回时间)")
    withdrawn_reason: str | None = strawberry.field(description="Why. (撤回原因)")

    @classmethod
    def of(cls, row: Row) -> Self:
        """From the columns of the view `publication_details`."""
        same = (
            "contest_id round_id run_id corrects_id revision public title publish_at notice_from notice_until"
            " notice_days reason digest withdrawn_at withdrawn_reason"
        )
        return cls(
            uuid=row["id"],
            head=row["head"] or {},
            row=row,
            stage=PublicationStage(row["stage"]),
            state=PublicationState(row["state"]),
            signature=row["signature"].hex() if row["signature"] else None,
            public_key=row["public_key"].hex() if row["public_key"] else None,
            **{name: row[name] for name in same.split()},
        )

    @strawberry.field(description="The contest's name. (赛事名称)")
    def contest_title(self) -> str | None:
        return self.head.get("contest_title")

    @strawberry.field(description="Who holds the contest. (主办、承办单位)")
    def hosts(self) -> list[Host]:
        return [Host(name=host["name"], role=HostRole(host["role"])) for host in self.head.get("hosts", ())]

    @strawberry.field(description="Whom to ask, and whom to tell of wrongs. (联系人与监督电话)")
    def contacts(self) -> list[NoticeContact]:
        return [
            NoticeContact(name=one["name"], phone=one["phone"], role=ContactRole(one["role"]))
            for one in self.row["contacts"]
        ]

    @strawberry.field(description="Which run. (所公布的核算)")
    def run(self) -> PublishedRun | None:
        return PublishedRun(**self.head["run"]) if self.head else None

    @strawberry.field(description="Which rules. (所依据的规则)")
    def rules(self) -> PublishedRules | None:
        return PublishedRules(**self.head["rules"]) if self.head else None

    @strawberry.field(description="The columns of the list. (项目)")
    def items(self) -> list[PublishedItem]:
        return [PublishedItem(**item) for item in self.head.get("items", ())]

    @strawberry.field(description="People have confirmed the finalists; no: as proposed. (决赛名单是否已确认)")
    def finalists_confirmed(self) -> bool:
        return bool(self.head.get("finalists_confirmed"))

    @strawberry.field(description="The teams by place. (参赛队名次)")
    def teams(self) -> list[PublishedTeam]:
        return [PublishedTeam(**{**team, "total": Decimal(team["total"])}) for team in self.head.get("teams", ())]

    @strawberry.field(description="The awards. (奖项)")
    def awards(self) -> list[PublishedAward]:
        return [
            PublishedAward(
                key=award["key"],
                title=award["title"],
                winners=[PublishedWinner(**winner) for winner in award["winners"]],
            )
            for award in self.head.get("awards", ())
        ]

    @strawberry.field(description="The list by position. (名单)")
    async def standings(
        self,
        info: Info,
        filter: FilterArgument = None,  # noqa: A002
        first: First = 50,
        after: After = None,
    ) -> Connection[Standing]:
        return await find_page(info, self.uuid, filter or RankingFilter(), first, after)

    @strawberry.field(description="One contestant's line; none: the list does not have that number. (名单中的一人)")
    async def standing(
        self, info: Info, number: Annotated[int, strawberry.argument(description="The contestant's. (选手编号)")]
    ) -> Standing | None:
        return await find_line(info.context, self.uuid, number)

    @strawberry.field(description="Its canonical form, whose digest and signature these are. (规范文本)")
    async def canonical(self, info: Info) -> str | None:
        text: str | None = await info.context.load("Publication.canonical", self.uuid)
        return text

    @strawberry.field(description="It as documents, once they are made. (文件)")
    async def documents(self, info: Info) -> list[PublicationDocument]:
        found: list[PublicationDocument] = await info.context.load("Publication.documents", self.uuid)
        return found

    @strawberry.field(description="The round. (轮次)")
    async def round(self, info: Info) -> Round | None:
        found: Round | None = await info.context.load("Round", self.round_id)
        return found

    @strawberry.field(description="The revision it takes the place of, and says why. (所更正的版本)")
    async def corrects(self, info: Info) -> "Publication | None":
        found: Publication | None = await info.context.load("Publication", self.corrects_id)
        return found

    @strawberry.field(description="The next one of its round, where visible: it holds instead. (后续版本)")
    async def replaced_by(self, info: Info) -> "Publication | None":
        found: Publication | None = await info.context.load("Publication.replacedBy", self.uuid)
        return found

    @strawberry.field(description="The run itself, for officials. (成绩核算)")
    async def scoring_run(self, info: Info) -> ScoringRun | None:
        found: ScoringRun | None = await info.context.load("ScoringRun", self.run_id)
        return found

    @strawberry.field(description="Who prepared it; for officials. (准备人)")
    def prepared_by(self) -> str | None:
        name: str | None = self.row["preparer"]
        return name

    @strawberry.field(description="When; for officials. (准备时间)")
    def prepared_at(self) -> datetime | None:
        at: datetime = self.row["prepared_at"]
        return at

    @strawberry.field(description="Who approved or declined it; for officials. (审批人)")
    def decided_by(self) -> str | None:
        name: str | None = self.row["decider"]
        return name

    @strawberry.field(description="When; for officials. (审批时间)")
    def decided_at(self) -> datetime | None:
        at: datetime | None = self.row["decided_at"]
        return at

    @strawberry.field(description="What they said; for officials. (审批意见)")
    def decided_reason(self) -> str | None:
        reason: str | None = self.row["decided_reason"]
        return reason
