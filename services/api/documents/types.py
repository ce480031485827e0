"""Documents as they are read: what is known of them, never their bytes."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

import strawberry

from services.api.nodes import Node
from services.api.problems import Problem
from services.api.rows import Row
from services.api.scalars import Long
from services.shared.vocabulary import DocumentPurpose, DocumentState, EvidenceKind


@strawberry.type(description="A paper that was sent; it is read by a one-time address alone. (材料)")
class Document(Node):
    contest_id: strawberry.Private[UUID]
    stored_problem: strawberry.Private[dict[str, Any] | None]
    purpose: DocumentPurpose = strawberry.field(description="What it is for. (用途)")
    evidence_key: str | None = strawberry.field(description="The evidence that it is. (材料代号)")
    title: str = strawberry.field(description="What it is called; never the file's own name. (名称)")
    state: DocumentState = strawberry.field(description="How far it has come. (状态)")
    media_type: str | None = strawberry.field(description="What the bytes are. (类型)")
    size: Long = strawberry.field(description="Bytes. (字节数)")
    sha256: str = strawberry.field(description="SHA-256 of the bytes. (校验值)")
    created_at: datetime = strawberry.field(description="When it was announced. (创建时间)")
    deleted_at: datetime | None = strawberry.field(description="When its bytes were deleted. (删除时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            stored_problem=row["problem"],
            purpose=DocumentPurpose(row["purpose"]),
            evidence_key=row["evidence_key"],
            title=row["title"],
            state=DocumentState(row["state"]),
            media_type=row["media_type"],
            size=Long(row["size"]),
            sha256=row["sha256"],
            created_at=row["created_at"],
            deleted_at=row["deleted_at"],
        )

    @strawberry.field(description="Why it was refused, and what to do. (拒收原因)")
    def problem(self) -> Problem | None:
        return Problem.of(self.stored_problem) if self.stored_problem else None


@strawberry.type(description="One piece of evidence that a contestant's division asks for. (资格证明)")
class Evidence:
    key: str = strawberry.field(description="Its short name. (代号)")
    title: str = strawberry.field(description="Its name. (名称)")
    kind: EvidenceKind = strawberry.field(description="A document, or a place in a given list. (方式)")
    required: bool = strawberry.field(description="Nobody is approved without it. (是否必需)")
    given: bool = strawberry.field(description="A document is ready, or the list names them. (是否已有)")
    documents: list[Document] = strawberry.field(description="What was sent for it, deleted ones left out. (已交材料)")
