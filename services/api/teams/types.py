"""A city's team for the final: as proposed, as selected, as confirmed."""

from datetime import datetime
from uuid import UUID

import strawberry

from services.api.contestants.types import Contestant
from services.api.contests.types import City
from services.api.context import Info
from services.api.finalists.types import SelectedFinalist
from services.api.nodes import Node
from services.api.statements import Statement
from services.api.teams.completeness import TeamState, missing, next_step
from services.shared.personal_data import mask_phone
from services.shared.vocabulary import TeamPart


@strawberry.type(description="Somebody of a team. (参赛队成员)")
class TeamMember:
    part: TeamPart = strawberry.field(description="What they are in it. (身份)")
    name: str = strawberry.field(description="Their name. (姓名)")
    contestant: Contestant | None = strawberry.field(description="Of a streamer: who. (选手)")


@strawberry.type(description="Somebody who may lead a city's team. (可任领队的人)")
class TeamLeader:
    user_id: strawberry.ID = strawberry.field(description="Their user id. (用户编号)")
    name: str = strawberry.field(description="Their name. (姓名)")


@strawberry.type(description="What a team still lacks, and until when. (组队情况)")
class TeamStatus:
    complete: bool = strawberry.field(description="Nothing is missing. (是否齐全)")
    confirmed: bool = strawberry.field(description="Its leader has confirmed it. (是否已确认)")
    missing: list[Statement] = strawberry.field(description="What is missing, and what to do. (还缺什么)")
    deadline: datetime | None = strawberry.field(
        description="It is confirmed before then; none: to be announced, until then it may be. (确认截止时间)"
    )
    next_step: Statement = strawberry.field(description="The one thing to do first. (下一步)")

    @classmethod
    def of(cls, state: TeamState) -> "TeamStatus":
        lacks = missing(state)
        return cls(
            complete=not lacks,
            confirmed=state.confirmed,
            missing=[Statement.of(one) for one in lacks],
            deadline=state.deadline,
            next_step=Statement.of(next_step(state)),
        )


@strawberry.type(description="A city's people for the final: leader, assistant and streamers. (参赛队)")
class Team(Node):
    contest_id: strawberry.Private[UUID]
    team_id: strawberry.Private[UUID | None]
    sealed_phone: strawberry.Private[bytes | None]
    state: strawberry.Private[TeamState]
    city: City = strawberry.field(description="The city. (市州)")
    selected: bool = strawberry.field(description="People have selected; before that it shows the proposal. (是否确认)")
    leader: str | None = strawberry.field(description="Name of the leader; at first of all who may lead. (领队)")
    leaders: list[TeamLeader] = strawberry.field(description="Who may lead it. (可任领队的人)")
    assistant: str | None = strawberry.field(description="Name of the assistant, once there is one. (助理)")
    members: list[TeamMember] = strawberry.field(description="Everybody in it so far. (成员)")
    streamers: list[SelectedFinalist] = strawberry.field(description="Its streamers. (主播)")
    tied: list[SelectedFinalist] = strawberry.field(
        description="Proposed equal at the cut: a person decides. (并列待定)"
    )
    reserves: list[SelectedFinalist] = strawberry.field(description="Who follows, in order. (候补)")
    shortage: int = strawberry.field(description="Streamers missing for the smallest team. (缺额)")
    size: int = strawberry.field(description="People in it so far, leader and assistant included. (人数)")
    minimum_size: int = strawberry.field(description="The fewest it may have. (最少人数)")
    maximum_size: int = strawberry.field(description="The most it may have. (最多人数)")
    confirmed_at: datetime | None = strawberry.field(description="When its leader confirmed it. (确认时间)")
    confirmed_by: str | None = strawberry.field(description="Name of who confirmed it. (确认人)")
    reopened_at: datetime | None = strawberry.field(description="When it was last reopened. (重新打开时间)")
    reopened_reason: str | None = strawberry.field(description="Why. (重新打开的原因)")
    status: TeamStatus = strawberry.field(description="What is missing, until when, and what to do. (组队情况)")

    @strawberry.field(description="Masked; empty for whoever may not see even that. (助理手机号, 脱敏)")
    def assistant_phone(self, info: Info) -> str | None:
        if self.sealed_phone is None or self.team_id is None:
            return None
        return mask_phone(info.context.resources.vault.open(self.sealed_phone, self.team_id))
