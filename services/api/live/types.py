"""How the ranking of a round is kept fresh."""

from datetime import datetime
from typing import Self

import strawberry

from services.api.problems import Problem
from services.api.rows import Row


@strawberry.type(description="A ranking is kept fresh from repeated exports. (现场刷新)")
class LiveRefresh:
    every_seconds: int = strawberry.field(description="Seconds between two runs, at least. (间隔秒数)")
    until: datetime = strawberry.field(description="No run is started from then on. (截止时间)")
    problem: Problem | None = strawberry.field(description="Why it stopped; none: it goes on. (停止原因)")

    @classmethod
    def of(cls, row: Row) -> Self:
        problem = Problem.of(row["problem"]) if row["problem"] else None
        return cls(every_seconds=row["every_seconds"], until=row["until"], problem=problem)
