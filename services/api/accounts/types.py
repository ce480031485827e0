"""The one account of a contestant on a platform."""

from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

import strawberry

from services.api.context import Info
from services.api.nodes import Node
from services.api.rows import Row
from services.shared.vocabulary import Platform

if TYPE_CHECKING:
    from services.api.aliases.types import AccountAlias
    from services.api.contestants.types import Contestant


@strawberry.type(description="An account on 抖音 or 快手; a contestant has exactly one. (参赛账号)")
class Account(Node):
    contestant_id: strawberry.Private[UUID]
    platform: Platform = strawberry.field(description="The platform. (平台)")
    handle: str = strawberry.field(description="抖音号 or 快手号. (账号)")
    uid: str | None = strawberry.field(description="The platform's own number, once bound. (平台用户编号)")

    @classmethod
    def of(cls, row: Row) -> Self:
        """From columns `account_id, contestant_id, platform, handle, uid`."""
        return cls(
            uuid=row["account_id"],
            contestant_id=row["contestant_id"],
            platform=Platform(row["platform"]),
            handle=row["handle"],
            uid=row["uid"],
        )

    @strawberry.field(description="Whose it is. (选手)")
    async def contestant(
        self, info: Info
    ) -> Annotated["Contestant", strawberry.lazy("services.api.contestants.types")]:
        contestant: Contestant = await info.context.load("Contestant", self.contestant_id)
        return contestant

    @strawberry.field(description="New handles of the same account, asked for and decided. (账号别名)")
    async def aliases(
        self, info: Info
    ) -> list[Annotated["AccountAlias", strawberry.lazy("services.api.aliases.types")]]:
        aliases: list[AccountAlias] = await info.context.load("Account.aliases", self.uuid)
        return aliases
