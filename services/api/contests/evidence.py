"""What a division asks for."""

from typing import Self

import strawberry

from services.api.rows import Row
from services.shared.vocabulary import EvidenceKind


@strawberry.type(description="A piece of evidence that a division asks for. (组别要求的证明)")
class DemandedEvidence:
    key: str = strawberry.field(description="Its short name. (代号)")
    title: str = strawberry.field(description="Its name. (名称)")
    kind: EvidenceKind = strawberry.field(description="A document, or a place in a given list. (方式)")
    required: bool = strawberry.field(description="Nobody is approved without it. (是否必需)")

    @classmethod
    def of(cls, row: Row) -> Self:
        """From an entry of the division's `evidence`."""
        return cls(key=row["key"], title=row["title"], kind=EvidenceKind(row["kind"]), required=row["required"])
