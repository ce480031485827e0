"""People who sign in, and what they may do."""

from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from services.api.access import GrantHeld, Viewer
from services.api.contests.types import City, Contest
from services.api.context import Info
from services.api.nodes import Node
from services.api.rows import Row
from services.shared.vocabulary import Role

if TYPE_CHECKING:
    from services.api.contestants.types import Contestant


@strawberry.type(description="A person who signs in. (用户)")
class User(Node):
    login: str = strawberry.field(description="What they sign in with. (登录名)")
    name: str = strawberry.field(description="Their name. (姓名)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(uuid=row["id"], login=row["login"], name=row["name"])


@strawberry.type(description="A right: a role and where it holds. (授权)")
class Grant:
    held: strawberry.Private[GrantHeld]
    role: Role = strawberry.field(description="The role. (角色)")

    @strawberry.field(description="The contest; none means every contest. (赛事)")
    async def contest(self, info: Info) -> Contest | None:
        contest: Contest | None = await info.context.load("Contest", self.held.contest_id)
        return contest

    @strawberry.field(description="The city of a team leader. (市州)")
    async def city(self, info: Info) -> City | None:
        city: City | None = await info.context.load("City", self.held.city_id)
        return city

    @strawberry.field(description="The contestant that this person is. (选手本人)")
    async def contestant(
        self, info: Info
    ) -> Annotated["Contestant", strawberry.lazy("services.api.contestants.types")] | None:
        contestant: Contestant | None = await info.context.load("Contestant", self.held.contestant_id)
        return contestant


@strawberry.type(name="Viewer", description="Whoever asks, signed in. (当前用户)")
class ViewerType:
    user: User = strawberry.field(description="The person. (用户)")
    grants: list[Grant] = strawberry.field(description="What they may do and where. (授权)")

    @classmethod
    def of(cls, viewer: Viewer) -> Self | None:
        if viewer.user_id is None:
            return None
        return cls(
            user=User(uuid=viewer.user_id, login=viewer.login, name=viewer.name),
            grants=[Grant(held=grant, role=grant.role) for grant in viewer.grants],
        )
