"""Invitations as people read them: who let whom in, and what became of it. The code is never among it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

import strawberry

from services.api.contests.types import City, Contest
from services.api.context import Info
from services.api.nodes import Node
from services.api.rows import Row
from services.shared.vocabulary import HostRole, InvitationState, Role

if TYPE_CHECKING:
    from services.api.contestants.types import Contestant


@strawberry.type(description="A link or code that lets one person in, once. (邀请)")
class Invitation(Node):
    contest_id: strawberry.Private[UUID | None]
    city_id: strawberry.Private[UUID | None]
    contestant_id: strawberry.Private[UUID | None]
    state: InvitationState = strawberry.field(description="What became of it. (状态)")
    role: Role | None = strawberry.field(
        description="The right it gives; none: a new password for somebody who has an account. (角色)"
    )
    host_role: HostRole | None = strawberry.field(description="An organiser's side; none: both. (主办或承办)")
    name: str = strawberry.field(description="Whom it was made for; empty for a contestant's. (受邀人)")
    invited_by: str | None = strawberry.field(description="The name of whoever made it. (邀请人)")
    accepted_by: str | None = strawberry.field(description="The login of whoever used it. (接受者)")
    created_at: datetime = strawberry.field(description="When it was made. (创建时间)")
    expires_at: datetime = strawberry.field(description="Until when it can be used. (有效期至)")
    accepted_at: datetime | None = strawberry.field(description="When it was used. (接受时间)")
    revoked_at: datetime | None = strawberry.field(description="When somebody ended it. (作废时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        """From the columns of the table, and `place_id, invited_by, accepted_login, expired`."""
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            city_id=row["place_id"],
            contestant_id=row["contestant_id"],
            state=_state(row),
            role=Role(row["role"]) if row["role"] else None,
            host_role=HostRole(row["host_role"]) if row["host_role"] else None,
            name=row["name"],
            invited_by=row["invited_by"],
            accepted_by=row["accepted_login"],
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            accepted_at=row["accepted_at"],
            revoked_at=row["revoked_at"],
        )

    @strawberry.field(description="Where the right holds; none: everywhere. (赛事)")
    async def contest(self, info: Info) -> Contest | None:
        contest: Contest | None = await info.context.load("Contest", self.contest_id)
        return contest

    @strawberry.field(description="The city of a clerk, a leader or a contestant. (市州)")
    async def city(self, info: Info) -> City | None:
        city: City | None = await info.context.load("City", self.city_id)
        return city

    @strawberry.field(description="Who is to activate their account with it. (选手)")
    async def contestant(
        self, info: Info
    ) -> Annotated["Contestant", strawberry.lazy("services.api.contestants.types")] | None:
        contestant: Contestant | None = await info.context.load("Contestant", self.contestant_id)
        return contestant


def _state(row: Row) -> InvitationState:
    if row["accepted_at"] is not None:
        return InvitationState.ACCEPTED
    if row["revoked_at"] is not None:
        return InvitationState.REVOKED
    return InvitationState.EXPIRED if row["expired"] else InvitationState.OPEN
