"""When people may come in, by each way."""

from datetime import datetime
from typing import Self

import strawberry

from services.api.rows import Row
from services.shared.vocabulary import EntryWay


@strawberry.type(description="When people may come in by one way; not at all without an opening time. (报名时间)")
class EntryWindow:
    entry_way: EntryWay = strawberry.field(description="The way. (报名方式)")
    opens_at: datetime | None = strawberry.field(description="From here on; none = to be announced. (开始时间)")
    closes_at: datetime = strawberry.field(description="From here on no longer. (截止时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(entry_way=EntryWay(row["entry_way"]), opens_at=row["opens_at"], closes_at=row["closes_at"])
