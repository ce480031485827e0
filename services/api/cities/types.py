"""Where a city stands: its people, list, exports, training, team, and what it has to do next."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry

from services.api.contestants.types import Contestant
from services.api.contests.rounds import Round
from services.api.contests.types import City, Division
from services.api.context import Info
from services.api.coverage.types import Coverage
from services.api.statements import Statement
from services.api.submissions.types import Submission
from services.api.teams.types import Team
from services.api.verification.types import VerificationCounts


@strawberry.type(description="How many people of a division are in which state. (组别人数)")
class DivisionStatus:
    division: Division = strawberry.field(description="The division. (组别)")
    pending_at_city: int = strawberry.field(description="Wait for the city. (待市州审核)")
    pending_at_organiser: int = strawberry.field(description="Wait for the organiser. (待主办方审核)")
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
    exports: Coverage = strawberry.field(description="Weekly exports. (数据导出情况)")
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

    @strawberry.field(description="How far verification of its people is. (核验进度)")
    async def verification(self, info: Info) -> VerificationCounts | None:
        key = (self.round_id, self.city.uuid) if self.round_id else None
        counts: VerificationCounts | None = await info.context.load("Verification.counts", key)
        return counts

    @strawberry.field(description="The list it has submitted last. (最近上报)")
    async def submission(self, info: Info) -> Submission | None:
        submissions: list[Submission] = await info.context.load("City.submissions", self.city.uuid)
        return submissions[0] if submissions else None
