"""Which rows of a comparison are asked for."""

from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import strawberry

from services.api.nodes import key_of
from services.shared.vocabulary import FinalistChange

NOWHERE = UUID(int=0)  # of an id that is none of ours


class Only(NamedTuple):
    """As the query takes it; none: any."""

    city_id: UUID | None
    division_id: UUID | None
    finalist_change: FinalistChange | None
    item: str | None
    least_ranks: int | None
    least_points: Decimal | None


@strawberry.input(description="Only rows that fit all that is given. (筛选)")
class ComparisonFilter:
    city_id: strawberry.ID | None = strawberry.field(default=None, description="Of this city. (市州)")
    division_id: strawberry.ID | None = strawberry.field(default=None, description="Of this division. (组别)")
    finalist_change: FinalistChange | None = strawberry.field(
        default=None, description="Who enters, or who leaves. (进出拟推荐名单)"
    )
    item: str | None = strawberry.field(default=None, description="Whose points in this item differ. (项目)")
    least_ranks: int | None = strawberry.field(
        default=None, description="Who moves at least so many places, or is on one side only. (名次变化下限)"
    )
    least_points: Decimal | None = strawberry.field(
        default=None, description="Whose total moves at least so much, or who is on one side only. (总分变化下限)"
    )

    def read(self) -> Only:
        """Its ids as keys."""
        return Only(
            _key(self.city_id, "City"),
            _key(self.division_id, "Division"),
            self.finalist_change,
            self.item,
            self.least_ranks,
            self.least_points,
        )


def _key(text: strawberry.ID | None, type_name: str) -> UUID | None:
    return None if text is None else key_of(text, type_name) or NOWHERE
