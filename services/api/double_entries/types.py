"""Somebody who is in was entered once more elsewhere."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

from services.api.contestants.types import Contestant
from services.api.contests.types import City, Division
from services.api.context import Info
from services.api.nodes import Node
from services.api.rows import Row
from services.shared.vocabulary import DoubleEntryDecision, EntryWay


@strawberry.type(
    description="Somebody who is in was entered elsewhere too. A city sees its own side of it alone. (重复报名)"
)
class DoubleEntry(Node):
    contest_id: strawberry.Private[UUID]
    contestant_id: strawberry.Private[UUID]
    city_id: strawberry.Private[UUID]
    division_id: strawberry.Private[UUID]
    sees_where: strawberry.Private[bool]
    way: strawberry.Private[EntryWay]
    created_at: datetime = strawberry.field(description="When it was found. (发现时间)")
    decision: DoubleEntryDecision | None = strawberry.field(description="None while it is open. (处理结果)")
    reason: str | None = strawberry.field(description="Why it was decided so. (原因)")
    decided_at: datetime | None = strawberry.field(description="When. (处理时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            contestant_id=row["contestant_id"],
            city_id=row["city_id"],
            division_id=row["division_id"],
            sees_where=row["sees_where"],
            way=EntryWay(row["entry_way"]),
            created_at=row["created_at"],
            decision=DoubleEntryDecision(row["decision"]) if row["decision"] else None,
            reason=row["reason"],
            decided_at=row["decided_at"],
        )

    @strawberry.field(description="Who it is; for whoever may see them. (选手)")
    async def contestant(
        self, info: Info
    ) -> Annotated["Contestant", strawberry.lazy("services.api.contestants.types")] | None:
        contestant: Contestant | None = await info.context.load("Contestant", self.contestant_id)
        return contestant

    @strawberry.field(description="The city they were entered for too; for that city and organisers. (另报的市州)")
    async def city(self, info: Info) -> City | None:
        city: City | None = await info.context.load("City", self.city_id if self.sees_where else None)
        return city

    @strawberry.field(description="The division they were entered for too; as the city. (另报的组别)")
    async def division(self, info: Info) -> Division | None:
        division: Division | None = await info.context.load("Division", self.division_id if self.sees_where else None)
        return division

    @strawberry.field(description="The way they were entered too; as the city. (另报的方式)")
    def entry_way(self) -> EntryWay | None:
        return self.way if self.sees_where else None
