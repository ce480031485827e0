"""Featured products."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from services.api.contests.types import City
from services.api.context import Info
from services.api.nodes import Node
from services.api.rows import Row
from services.shared.vocabulary import Platform


@strawberry.type(description="A product of the featured pool. (特色商品)")
class Product(Node):
    contest_id: strawberry.Private[UUID]
    city_id: strawberry.Private[UUID | None]
    platform: Platform = strawberry.field(description="Where it is sold. (平台)")
    product_id: str = strawberry.field(description="The platform's number, as order files have it. (商品ID)")
    title: str = strawberry.field(description="Its name. (商品名称)")
    added_at: datetime = strawberry.field(description="Since when runs count it. (加入时间)")
    removed_at: datetime | None = strawberry.field(description="Since when they no longer do. (移出时间)")
    removed_reason: str | None = strawberry.field(description="Why. (移出原因)")

    @classmethod
    def of(cls, row: Row) -> Self:
        same = "contest_id city_id product_id title added_at removed_at removed_reason"
        return cls(uuid=row["id"], platform=Platform(row["platform"]), **{name: row[name] for name in same.split()})

    @strawberry.field(description="Where it comes from. (产地市州)")
    async def city(self, info: Info) -> City | None:
        found: City | None = await info.context.load("City", self.city_id)
        return found
