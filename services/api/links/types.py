"""Where the works themselves can be looked at."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from services.api.nodes import Node
from services.api.rows import Row
from services.shared.file_vocabulary import LinkKind


@strawberry.type(description="The address of a work or a replay on its platform. (作品或回放链接)")
class Link(Node):
    contest_id: strawberry.Private[UUID]
    contestant_id: strawberry.Private[UUID]
    kind: LinkKind = strawberry.field(description="What it shows. (类别)")
    title: str = strawberry.field(description="Plain text. (标题)")
    url: str = strawberry.field(description="https, on a host that the contest takes. (网址)")
    added_at: datetime = strawberry.field(description="When it was added. (添加时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            contestant_id=row["contestant_id"],
            kind=LinkKind(row["kind"]),
            title=row["title"],
            url=row["url"],
            added_at=row["added_at"],
        )
