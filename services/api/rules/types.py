"""The scoring rules of a round, as a document."""

from datetime import datetime
from typing import Self

import strawberry

from services.api.nodes import Node
from services.api.rows import Row


@strawberry.type(description="One version of a round's scoring rules. (计分规则)")
class Rules(Node):
    version: int = strawberry.field(description="1, 2, 3 … in the round. (版本)")
    document: str = strawberry.field(description="The rules in TOML, as the organiser wrote them. (规则文档)")
    sha256: str = strawberry.field(description="SHA-256 of the document. (文档哈希)")
    reason: str = strawberry.field(description="Why this version was made. (修改原因)")
    created_at: datetime = strawberry.field(description="When it was saved. (保存时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            version=row["version"],
            document=row["document"],
            sha256=row["sha256"],
            reason=row["reason"],
            created_at=row["created_at"],
        )
