"""Where a city stands: its people, list, exports, training, team, and what it has to do next."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.contestants.types import Contestant
from services.api.contests.types import City, Division, Round
from services.api.context import Info
from services.api.statements import Statement
from services.api.submissions.types import Submission
from services.api.teams.types import Team
from services.shared.vocabulary import ExportState, Source


@strawberry.type(description="How many people of a division are in which state. (组别人数)")
class DivisionStatus:
    division: Division = strawberry.field(description="The division. (组别)")
    pending_at_city: int = strawberry.field(description="Wait for the city. (待市州审核)")
    pending_at_organiser: int = strawberry.field(description="Wait for the organiser. (待组织方审核)")
    approved: int = strawberry.field(description="May compete. (通过)")
    returned: int = strawberry.field(description="To be mended and sent again. (退回)")
    rejected: int = strawberry.field(description="May not compete. (不通过)")
    withdrawn: int = strawberry.field(description="Have left. (已退出)")
    places: int | None = strawberry.field(description="The city's quota for recommendations; none: no quota. (名额)")
    places_left: int | None = strawberry.field(description="Of the quota, how many may still come. (剩余名额)")


@strawberry.type(description="Somebody who needs attention, and why. (需要处理的选手)")
class StatusPerson:
    uuid: strawberry.Private[UUID]
    number: int = strawberry.field(description="Their number in the contest. (选手编号)")
    name: str = strawberry.field(description="Their name. (姓名)")
    division: Division = strawberry.field(description="Their division. (组别)")
    reason: str | None = strawberry.field(description="Of somebody returned: why. (退回原因)")
    lacks: list[str] = strawberry.field(description="Required evidence that is not there. (缺少的材料)")

    @strawberry.field(description="The contestant. (选手)")
    async def contestant(self, info: Info) -> Contestant | None:
        found: Contestant | None = await info.context.load("Contestant", self.uuid)
        return found


@strawberry.type(description="A Beijing week, Monday to Sunday, as far as inside the round. (周)")
class ExportWeek:
    number: int = strawberry.field(description="1 … n. (第几周)")
    begins: datetime = strawberry.field(description="From here on. (开始)")
    ends: datetime = strawberry.field(description="An export from here on has the whole week. (结束)")


@strawberry.type(description="One source of one contestant, week by week. (一类数据的导出情况)")
class ExportSource:
    source: Source = strawberry.field(description="What the export tells of. (数据类别)")
    weeks: list[ExportState] = strawberry.field(description="In the order of the weeks. (各周)")


@strawberry.type(description="The exports of one contestant. (一名选手的导出情况)")
class ExportLine:
    uuid: strawberry.Private[UUID]
    number: int = strawberry.field(description="Their number in the contest. (选手编号)")
    name: str = strawberry.field(description="Their name. (姓名)")
    sources: list[ExportSource] = strawberry.field(description="What the rules ask for. (各类数据)")

    @property
    def lacks(self) -> bool:
        return any(ExportState.MISSING in source.weeks for source in self.sources)

    @strawberry.field(description="The contestant. (选手)")
    async def contestant(self, info: Info) -> Contestant | None:
        found: Contestant | None = await info.context.load("Contestant", self.uuid)
        return found


@strawberry.type(description="Which weekly exports of approved people are there. (数据导出情况)")
class ExportStatus:
    lines: strawberry.Private[list[ExportLine]]
    weeks: list[ExportWeek] = strawberry.field(description="The round's weeks. (各周)")
    sources: list[Source] = strawberry.field(description="What the round's rules ask for. (所需数据)")
    have: int = strawberry.field(description="Contestant × week × source that is there. (已有)")
    missing: int = strawberry.field(description="Over, and not there. (缺少)")
    not_yet: int = strawberry.field(description="Not over yet. (未到时间)")
    people_missing: int = strawberry.field(description="Approved people who lack something. (缺数据人数)")

    @strawberry.field(description="Person by person: whoever lacks something, or everybody. (选手清单)")
    def people(
        self,
        only_missing: Annotated[
            bool, strawberry.argument(description="Only whoever lacks something. (只看缺少的)")
        ] = True,
    ) -> list[ExportLine]:
        return [line for line in self.lines if line.lacks or not only_missing]


@strawberry.type(description="Who has completed the online training. (培训情况)")
class TrainingStatus:
    approved: int = strawberry.field(description="Approved people. (应训人数)")
    trained: int = strawberry.field(description="Of them, who completed it. (已完成人数)")
    lacking: list[StatusPerson] = strawberry.field(description="Who has not. (未完成名单)")


@strawberry.type(description="Where one of the city's people stands in the adopted run. (名次)")
class StatusStanding:
    number: int = strawberry.field(description="Their number in the contest. (选手编号)")
    name: str = strawberry.field(description="Their name. (姓名)")
    rank: int = strawberry.field(description="Place overall. (总排名)")
    city_rank: int = strawberry.field(description="Place in the city. (市州排名)")
    division_rank: int = strawberry.field(description="Place in the division. (组别排名)")
    total: Decimal = strawberry.field(description="All points. (总分)")


@strawberry.type(description="A time that matters to a city. (时间节点)")
class Deadline:
    what: Statement = strawberry.field(description="Until when what is done. (事项)")
    opens_at: datetime | None = strawberry.field(description="From when, where it has a beginning. (开始时间)")
    at: datetime | None = strawberry.field(description="Until then; none: to be announced. (截止时间)")
    passed: bool = strawberry.field(description="It is over. (是否已过)")


@strawberry.type(description="Where a city stands, for those who look after it. (市州工作情况)")
class CityStatus:
    round_id: strawberry.Private[UUID | None]
    city: City = strawberry.field(description="The city. (市州)")
    as_of: datetime = strawberry.field(description="When this was so. (统计时间)")
    divisions: list[DivisionStatus] = strawberry.field(description="How many people in which state. (各组别人数)")
    returned: list[StatusPerson] = strawberry.field(description="Who was returned, and why. (被退回名单)")
    incomplete: list[StatusPerson] = strawberry.field(description="Whose evidence is not complete. (材料不全名单)")
    submitted: bool = strawberry.field(description="The city's list is submitted and locked. (是否已上报)")
    exports: ExportStatus = strawberry.field(description="Weekly exports. (数据导出情况)")
    training: TrainingStatus = strawberry.field(description="Online training. (培训情况)")
    standings: list[StatusStanding] = strawberry.field(
        description="By place in the city; results stand, also of whoever has left since. (名次)"
    )
    team: Team | None = strawberry.field(description="The team, once there is a proposal. (参赛队)")
    deadlines: list[Deadline] = strawberry.field(description="The times that matter. (时间节点)")
    next_steps: list[Statement] = strawberry.field(description="What to do, the most urgent first. (下一步)")

    @strawberry.field(description="The round that exports and standings are of. (轮次)")
    async def round(self, info: Info) -> Round | None:
        found: Round | None = await info.context.load("Round", self.round_id)
        return found

    @strawberry.field(description="The list it has submitted last. (最近上报)")
    async def submission(self, info: Info) -> Submission | None:
        submissions: list[Submission] = await info.context.load("City.submissions", self.city.uuid)
        return submissions[0] if submissions else None
