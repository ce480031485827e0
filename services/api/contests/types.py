"""The contest as data: its hosts, cities, divisions, quotas and rounds."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

import strawberry

from services.api.contests.evidence import DemandedEvidence
from services.api.contests.rounds import Round
from services.api.context import Info
from services.api.nodes import After, Connection, First, Node, key_of
from services.api.rows import Row
from services.api.scalars import Long
from services.shared.file_vocabulary import Originals, OwnerlessOrders
from services.shared.publications.masking import Masking
from services.shared.vocabulary import EntryWay, HostRole, NamePolicy

if TYPE_CHECKING:
    from services.api.cities.types import CityStatus
    from services.api.contestants.types import Contestant
    from services.api.eligibility.types import EligibilityCount
    from services.api.entry_windows.types import EntryWindow
    from services.api.notices.types import Notice
    from services.api.publications.types import Publication
    from services.api.submissions.types import Submission
    from services.api.teams.types import Team
    from services.api.waiting.types import WaitingMatter


@strawberry.type(description="Who holds the contest. (主办、承办单位)")
class Host:
    name: str = strawberry.field(description="Name of the body. (名称)")
    role: HostRole = strawberry.field(description="Host or undertaker. (主办或承办)")


@strawberry.type(description="A group in which contestants compete. (组别)")
class Division(Node):
    contest_id: strawberry.Private[UUID]
    key: str = strawberry.field(description="Its short name in rules and files. (代号)")
    name: str = strawberry.field(description="Its name. (名称)")
    cap: int | None = strawberry.field(description="How many it takes at most. (人数上限)")
    entry_ways: list[EntryWay] = strawberry.field(description="How people come in. (报名方式)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            key=row["key"],
            name=row["name"],
            cap=row["cap"],
            entry_ways=[EntryWay(way) for way in row["entry_ways"]],
        )

    @strawberry.field(description="What it asks for to show who belongs to it. (要求的资格证明)")
    async def evidence(self, info: Info) -> list[DemandedEvidence]:
        evidence: list[DemandedEvidence] = await info.context.load("Division.evidence", self.uuid)
        return evidence

    @strawberry.field(description="How many hold a place there that the viewer may see. (已占用)")
    async def taken(self, info: Info) -> int:
        taken: int = await info.context.load("Division.taken", self.uuid)
        return taken


@strawberry.type(description="The unit that recommends people and sends one team. (市州)")
class City(Node):
    contest_id: strawberry.Private[UUID]
    name: str = strawberry.field(description="Its name. (名称)")
    aliases: list[str] = strawberry.field(description="Other names found in files. (别名)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(uuid=row["id"], contest_id=row["contest_id"], name=row["name"], aliases=row["aliases"])

    @strawberry.field(description="Its places by division. (名额)")
    async def quotas(self, info: Info) -> list["Quota"]:
        quotas: list[Quota] = await info.context.load("Contest.quotas", self.contest_id)
        return [quota for quota in quotas if quota.city.uuid == self.uuid]

    @strawberry.field(description="Its contestants that the viewer may see. (可见选手数)")
    async def contestant_count(self, info: Info) -> int:
        count: int = await info.context.load("City.contestantCount", self.uuid)
        return count

    @strawberry.field(description="Its people in each state of the review, as far as visible. (资格认定统计)")
    async def eligibility_counts(
        self, info: Info
    ) -> list[Annotated["EligibilityCount", strawberry.lazy("services.api.eligibility.types")]]:
        counts: list[EligibilityCount] = await info.context.load("Contest.eligibilityCounts", self.contest_id)
        return [count for count in counts if count.city.uuid == self.uuid]

    @strawberry.field(description="Its contestants by number. (选手)")
    async def contestants(
        self, info: Info, first: First = 50, after: After = None
    ) -> Connection[Annotated["Contestant", strawberry.lazy("services.api.contestants.types")]]:
        page: Connection[Contestant] = await info.context.load(
            "City.contestants", (self.contest_id, self.uuid, first, after)
        )
        return page

    @strawberry.field(description="Its team for the final, as far as proposed and visible. (参赛队)")
    async def team(self, info: Info) -> Annotated["Team", strawberry.lazy("services.api.teams.types")] | None:
        team: Team | None = await info.context.load("Team", self.uuid)
        return team

    @strawberry.field(description="Its lists that were submitted, the last first, as far as visible. (历次上报)")
    async def submissions(
        self, info: Info
    ) -> list[Annotated["Submission", strawberry.lazy("services.api.submissions.types")]]:
        submissions: list[Submission] = await info.context.load("City.submissions", self.uuid)
        return submissions

    @strawberry.field(description="The list it has submitted last, where visible. (最近上报)")
    async def submission(
        self, info: Info
    ) -> Annotated["Submission", strawberry.lazy("services.api.submissions.types")] | None:
        submissions: list[Submission] = await info.context.load("City.submissions", self.uuid)
        return submissions[0] if submissions else None

    @strawberry.field(description="Where it stands, for those who look after it. (工作情况)")
    async def status(
        self,
        info: Info,
        round_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Of exports and standings; the current one when left out. (轮次)"),
        ] = None,
    ) -> Annotated["CityStatus", strawberry.lazy("services.api.cities.types")] | None:
        asked = key_of(round_id, "Round")
        if round_id is not None and asked is None:
            return None
        status: CityStatus | None = await info.context.load("City.status", (self.uuid, asked))
        return status


@strawberry.type(description="Places of one division in one city. (名额)")
class Quota:
    city: City = strawberry.field(description="The city. (市州)")
    division: Division = strawberry.field(description="The division. (组别)")
    places: int = strawberry.field(description="How many places there are. (名额数)")
    taken: int = strawberry.field(description="Recommended people who hold a place there, as far as visible. (已占用)")


@strawberry.type(description="What whoever registers agrees to. (报名须知与个人信息授权)")
class Consent:
    version: str = strawberry.field(description="Which wording it is; registerContestant takes this one. (版本)")
    text: str = strawberry.field(description="The wording. (全文)")


@strawberry.type(description="What a contest publishes of people from its next revision on. (公布时的脱敏方式)")
class PublishedMasking:
    names: NamePolicy = strawberry.field(description="Whole, or the surname alone. (姓名)")
    divisions: bool = strawberry.field(description="Divisions are shown. (是否公布组别)")
    accounts: bool = strawberry.field(description="Accounts are shown whole. (是否公布完整账号)")

    @classmethod
    def of(cls, masking: Masking) -> Self:
        return cls(names=masking.names, divisions=masking.divisions, accounts=masking.accounts)


@strawberry.type(description="One edition of a contest. (赛事)")
class Contest(Node):
    slug: str = strawberry.field(description="Its name in addresses. (网址名)")
    title: str = strawberry.field(description="Its full name. (全称)")
    hosts: list[Host] = strawberry.field(description="Who holds it, in order. (主办、承办单位)")
    ownerless_orders: OwnerlessOrders = strawberry.field(description="Orders that name no seller. (无达人订单的归属)")
    originals: Originals = strawberry.field(description="What becomes of export files once read. (原始文件的处理)")
    sequence: Long = strawberry.field(description="Grows with every change of what runs are computed from. (数据序号)")
    verification_blocks_publication: bool = strawberry.field(
        description="Nothing is published while verification is open. (公示前须完成核验)"
    )
    penalties_need_two: bool = strawberry.field(
        description="One person proposes a penalty, another confirms it. (扣罚须两人)"
    )
    typing_needs_two: bool = strawberry.field(
        description="Figures are typed by two people, blind to each other. (录入须两人)"
    )
    appeals_need_two: bool = strawberry.field(
        description="One person decides on an appeal, another confirms it. (申诉决定须两人)"
    )
    appeals_block_publication: bool = strawberry.field(
        description="Nothing is published of a round while an appeal about it is open. (申诉未结不公布)"
    )
    link_hosts: list[str] = strawberry.field(description="Where links of works may lead. (作品链接网址)")
    masking: PublishedMasking = strawberry.field(description="What is published of people. (公布时的脱敏方式)")
    consent: Consent | None = strawberry.field(description="What whoever registers agrees to. (报名须知)")
    teams_until: datetime | None = strawberry.field(
        description="Teams are confirmed before then; none: to be announced. (参赛队确认截止)"
    )
    evidence_until: datetime | None = strawberry.field(
        description="Papers about people are deleted then; none: to be announced. (材料删除时间)"
    )

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            slug=row["slug"],
            title=row["title"],
            hosts=[Host(name=host["name"], role=HostRole(host["role"])) for host in row["hosts"]],
            ownerless_orders=OwnerlessOrders(row["ownerless_orders"]),
            originals=Originals(row["originals"]),
            sequence=Long(row["sequence"]),
            verification_blocks_publication=row["verification_blocks_publication"],
            penalties_need_two=row["penalties_need_two"],
            typing_needs_two=row["typing_needs_two"],
            appeals_need_two=row["appeals_need_two"],
            appeals_block_publication=row["appeals_block_publication"],
            link_hosts=row["link_hosts"],
            masking=PublishedMasking.of(Masking.of(row["masking"])),
            consent=Consent(version=row["consent_version"], text=row["consent_text"])
            if row["consent_version"]
            else None,
            teams_until=row["teams_until"],
            evidence_until=row["evidence_until"],
        )

    @strawberry.field(description="Its cities, in order. (市州)")
    async def cities(self, info: Info) -> list[City]:
        cities: list[City] = await info.context.load("Contest.cities", self.uuid)
        return cities

    @strawberry.field(description="Its divisions, in order. (组别)")
    async def divisions(self, info: Info) -> list[Division]:
        divisions: list[Division] = await info.context.load("Contest.divisions", self.uuid)
        return divisions

    @strawberry.field(description="Places for city and division. (名额)")
    async def quotas(self, info: Info) -> list[Quota]:
        quotas: list[Quota] = await info.context.load("Contest.quotas", self.uuid)
        return quotas

    @strawberry.field(description="When people may come in, by each way that is open at some time. (报名时间)")
    async def entry_windows(
        self, info: Info
    ) -> list[Annotated["EntryWindow", strawberry.lazy("services.api.entry_windows.types")]]:
        windows: list[EntryWindow] = await info.context.load("Contest.entryWindows", self.uuid)
        return windows

    @strawberry.field(description="Its rounds, in order. (轮次)")
    async def rounds(self, info: Info) -> list[Round]:
        rounds: list[Round] = await info.context.load("Contest.rounds", self.uuid)
        return rounds

    @strawberry.field(description="The round of that key. (指定轮次)")
    async def round(
        self, info: Info, key: Annotated[str, strawberry.argument(description="Its short name. (代号)")]
    ) -> Round | None:
        rounds: list[Round] = await info.context.load("Contest.rounds", self.uuid)
        return next((round_ for round_ in rounds if round_.key == key), None)

    @strawberry.field(description="Its notices, the newest first. (通知公告)")
    async def notices(
        self, info: Info, first: First = 50, after: After = None
    ) -> Connection[Annotated["Notice", strawberry.lazy("services.api.notices.types")]]:
        page: Connection[Notice] = await info.context.load("Contest.notices", (self.uuid, first, after))
        return page

    @strawberry.field(description="The notice of that number. (指定通知)")
    async def notice(
        self, info: Info, number: Annotated[int, strawberry.argument(description="Its number. (编号)")]
    ) -> Annotated["Notice", strawberry.lazy("services.api.notices.types")] | None:
        found: Notice | None = await info.context.load("Contest.notice", (self.uuid, number))
        return found

    @strawberry.field(description="What it publishes, the last first, as far as visible. (各版公示、公布)")
    async def publications(
        self, info: Info, first: First = 50, after: After = None
    ) -> Connection[Annotated["Publication", strawberry.lazy("services.api.publications.types")]]:
        page: Connection[Publication] = await info.context.load("Contest.publications", (self.uuid, None, first, after))
        return page

    @strawberry.field(description="Its contestants that the viewer may see. (可见选手数)")
    async def contestant_count(self, info: Info) -> int:
        count: int = await info.context.load("Contest.contestantCount", self.uuid)
        return count

    @strawberry.field(description="What waits for its organisers, city by city; empty for others. (主办方待办)")
    async def waiting(
        self, info: Info
    ) -> list[Annotated["WaitingMatter", strawberry.lazy("services.api.waiting.types")]]:
        waiting: list[WaitingMatter] = await info.context.load("Contest.waiting", self.uuid)
        return waiting

    @strawberry.field(description="Its people in each state of the review, as far as visible. (资格认定统计)")
    async def eligibility_counts(
        self, info: Info
    ) -> list[Annotated["EligibilityCount", strawberry.lazy("services.api.eligibility.types")]]:
        counts: list[EligibilityCount] = await info.context.load("Contest.eligibilityCounts", self.uuid)
        return counts
