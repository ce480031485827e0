"""Archives of contests, as organisers and auditors see them."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from services.api.nodes import Node
from services.api.problems import Problem
from services.api.rows import Row
from services.api.scalars import Long
from services.shared.vocabulary import ArchiveState


@strawberry.type(description="Everything of a contest in one zip, to be read and checked years later. (归档)")
class Archive(Node):
    contest_id: strawberry.Private[UUID]
    frozen: strawberry.Private[bool]  # it may tell what a freeze keeps back
    with_originals: bool = strawberry.field(description="The files as they came are in it, locked. (含原始文件)")
    state: ArchiveState = strawberry.field(description="How far it is. (状态)")
    parts_done: int = strawberry.field(description="Parts that are written. (已完成部分)")
    parts_total: int = strawberry.field(description="Of how many; 0 until they are counted. (总部分数)")
    size: Long | None = strawberry.field(description="In bytes, once it is ready. (大小)")
    sha256: str | None = strawberry.field(description="Of the zip; the record holds it too. (摘要)")
    error: Problem | None = strawberry.field(description="Why it failed. (失败原因)")
    asked_by: str | None = strawberry.field(description="Who asked for it. (申请人)")
    created_at: datetime = strawberry.field(description="When it was asked for. (申请时间)")
    ended_at: datetime | None = strawberry.field(
        description="When it ended; it is kept for a week from then on. (完成时间)"
    )

    @classmethod
    def of(cls, row: Row) -> Self:
        same = "contest_id frozen with_originals parts_done parts_total size sha256 created_at ended_at"
        return cls(
            uuid=row["id"],
            state=ArchiveState(row["state"]),
            error=Problem.of(row["error"]) if row["error"] else None,
            asked_by=row["asked_by_name"],
            **{name: row[name] for name in same.split()},
        )
