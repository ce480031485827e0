"""People who sign in, and what they may do."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from services.api.access import GrantHeld, Viewer
from services.api.contests.types import City, Contest
from services.api.context import Info
from services.api.nodes import After, Connection, First, Node, global_id
from services.api.rows import Row
from services.api.second_factor.store import count_recovery_codes, find_second_factor
from services.api.single_sign_on.store import list_identities
from services.api.tokens.store import list_tokens
from services.api.tokens.types import ApiToken
from services.shared.vocabulary import HostRole, Role

if TYPE_CHECKING:
    from services.api.contestants.types import Contestant
    from services.api.messages.types import Message


@strawberry.type(description="A right: a role and where it holds. (授权)")
class Grant:
    held: strawberry.Private[GrantHeld]
    role: Role = strawberry.field(description="The role. (角色)")

    @strawberry.field(description="Its id, for revokeGrant. (编号)")
    def id(self) -> strawberry.ID:
        return global_id("Grant", str(self.held.id))

    @strawberry.field(description="Of an organiser: on which side; none is both. (主办或承办)")
    def host_role(self) -> HostRole | None:
        return self.held.host_role

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


@strawberry.type(description="A person who signs in. (用户)")
class User(Node):
    login: str = strawberry.field(description="What they sign in with. (登录名)")
    name: str = strawberry.field(description="Their name. (姓名)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(uuid=row["id"], login=row["login"], name=row["name"])

    @strawberry.field(description="Whether they are let in no more; none for whoever may not know. (是否停用)")
    async def disabled(self, info: Info) -> bool | None:
        state: UserState | None = await info.context.load("User.state", self.uuid)
        return None if state is None else state.disabled

    @strawberry.field(description="Whether signing in takes a code; none for whoever may not know. (是否启用验证码)")
    async def second_factor(self, info: Info) -> bool | None:
        state: UserState | None = await info.context.load("User.state", self.uuid)
        return None if state is None else state.second_factor

    @strawberry.field(description="What they may do, as far as the viewer may see it. (授权)")
    async def grants(self, info: Info) -> list[Grant]:
        grants: list[Grant] = await info.context.load("User.grants", self.uuid)
        return grants


@dataclass(frozen=True, slots=True)
class UserState:
    """What only those see of a user who may find them by id."""

    disabled: bool
    second_factor: bool

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(row["disabled_at"] is not None, row["totp_confirmed_at"] is not None)


@strawberry.type(description="A sign-in that is open. (一次登录)")
class Session:
    created_at: datetime = strawberry.field(description="When. (登录时间)")
    expires_at: datetime = strawberry.field(description="When it ends by itself. (有效期至)")
    address: str = strawberry.field(description="From which network address. (登录地址)")
    current: bool = strawberry.field(description="Whether this request came with it. (是否当前登录)")


@strawberry.type(description="An account at the OpenID provider that is joined to the viewer's. (统一登录关联)")
class LinkedIdentity:
    issuer: str = strawberry.field(description="The provider. (统一登录服务)")
    linked_at: datetime = strawberry.field(description="Since when. (关联时间)")


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

    @strawberry.field(description="Where the viewer is signed in, the newest first. (当前登录)")
    async def sessions(self, info: Info) -> list[Session]:
        sessions: list[Session] = await info.context.load("Viewer.sessions", self.user.uuid)
        return sessions

    @strawberry.field(description="Personal tokens, the newest first; ended ones for another 90 days. (个人令牌)")
    async def tokens(self, info: Info) -> list[ApiToken]:
        return [ApiToken.of(row) for row in await list_tokens(info.context.pool, self.user.uuid)]

    @strawberry.field(description="By which accounts elsewhere the viewer signs in too. (已关联的统一登录)")
    async def identities(self, info: Info) -> list[LinkedIdentity]:
        rows = await list_identities(info.context.pool, self.user.uuid)
        return [LinkedIdentity(issuer=row["issuer"], linked_at=row["created_at"]) for row in rows]

    @strawberry.field(description="Whether signing in takes a code. (是否启用动态验证码)")
    async def second_factor(self, info: Info) -> bool:
        row = await find_second_factor(info.context.pool, self.user.uuid)
        return row["totp_confirmed_at"] is not None

    @strawberry.field(description="How many recovery codes are left. (剩余恢复码)")
    async def recovery_codes_left(self, info: Info) -> int:
        return await count_recovery_codes(info.context.pool, self.user.uuid)

    @strawberry.field(description="What you were told, the newest first. (收件箱)")
    async def messages(
        self,
        info: Info,
        first: First = 50,
        after: After = None,
        unread_only: Annotated[
            bool, strawberry.argument(description="Only what you have not read. (只看未读)")
        ] = False,
    ) -> Connection[Annotated["Message", strawberry.lazy("services.api.messages.types")]]:
        page: Connection[Message]
        page, _ = await info.context.load("Viewer.messages", (first, after, unread_only))
        return page

    @strawberry.field(description="How many of your messages you have not read. (未读数)")
    async def unread_messages(self, info: Info) -> int:
        unread: int
        _, unread = await info.context.load("Viewer.messages", (0, None, True))
        return unread
