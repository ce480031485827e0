"""Marked copies of uploads."""

from datetime import datetime
from typing import Self

import strawberry

from services.api.rows import Row
from services.shared.file_vocabulary import MarkedCopyState
from services.shared.words import Language


@strawberry.type(description="A copy of a file with its bad cells marked, for whoever asked. (标注副本)")
class MarkedCopy:
    language: Language = strawberry.field(description="Of its comments. (批注语言)")
    state: MarkedCopyState = strawberry.field(description="Whether it can be fetched. (状态)")
    created_at: datetime = strawberry.field(description="When it was asked for; it is kept for a day. (申请时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            language=Language(row["language"]), state=MarkedCopyState(row["state"]), created_at=row["created_at"]
        )
