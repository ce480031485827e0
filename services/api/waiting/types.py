"""What waits for an organiser's decision."""

from datetime import datetime
from typing import Self

import strawberry

from services.api.contests.types import City
from services.api.rows import Row
from services.api.statements import Statement
from services.shared.problems import Coded


@strawberry.type(description="One kind of thing in one city that waits for the organisers. (待办)")
class WaitingMatter:
    city: City | None = strawberry.field(
        description="The city it concerns; none for files of no account and for objections. (市州)"
    )
    what: Statement = strawberry.field(description="What waits. (事项)")
    count: int = strawberry.field(description="How many there are of it. (件数)")
    since: datetime = strawberry.field(description="Since when the oldest of it waits. (最早时间)")
    reason: str = strawberry.field(description="Why it was asked for; empty where nobody says. (原因)")

    @classmethod
    def of(cls, row: Row) -> Self:
        city = None
        if row["city_id"] is not None:
            city = City(uuid=row["city_id"], contest_id=row["contest_id"], name=row["name"], aliases=row["aliases"])
        what = Statement.of(Coded(row["code"], {"count": row["count"]}))
        return cls(city=city, what=what, count=row["count"], since=row["since"], reason=row["reason"])
