"""Lists that evidence is matched with."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from services.api.nodes import Node
from services.api.problems import Problem
from services.api.rows import Row
from services.shared.vocabulary import RosterImportState


@strawberry.type(description="A list that the contest was given; of its people only marks to find them. (给定名单)")
class GivenList(Node):
    contest_id: strawberry.Private[UUID]
    key: str = strawberry.field(description="Its short name in the evidence of divisions. (代号)")
    title: str = strawberry.field(description="What it is. (名称)")
    state: RosterImportState = strawberry.field(description="How far its reading has come. (状态)")
    people: int = strawberry.field(description="How many people are on it. (人数)")
    problems: list[Problem] = strawberry.field(description="Lines that were refused, at most 200. (问题)")
    created_at: datetime = strawberry.field(description="When it was handed in. (创建时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            key=row["key"],
            title=row["title"],
            state=RosterImportState(row["state"]),
            people=row["people"],
            problems=[Problem.of(problem) for problem in row["problems"]],
            created_at=row["created_at"],
        )
