"""Penalties on results, judged by people."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Self
from uuid import UUID

import strawberry

from services.api.contestants.types import Contestant
from services.api.contests.rounds import Round
from services.api.context import Info
from services.api.documents.types import Document
from services.api.nodes import Node
from services.api.rows import Row
from services.api.uploads.types import Upload
from services.shared.vocabulary import PenaltyKind, PenaltyState


@strawberry.type(
    description="What a result or one item of it loses by a person's decision, with reason and evidence. (扣罚)"
)
class Penalty(Node):
    contest_id: strawberry.Private[UUID]
    round_id: strawberry.Private[UUID]
    contestant_id: strawberry.Private[UUID]
    document_ids: strawberry.Private[Sequence[UUID]]
    upload_id: strawberry.Private[UUID | None]
    kind: PenaltyKind = strawberry.field(description="What it does. (扣罚方式)")
    item: str | None = strawberry.field(description="Key of the item in the rules; none: the whole. (项目)")
    points: Decimal | None = strawberry.field(description="Of SUBTRACT: so many. (扣分)")
    state: PenaltyState = strawberry.field(description="How far it has come. (状态)")
    reason: str = strawberry.field(description="Why. (理由)")
    proposed_by: str | None = strawberry.field(description="Who proposed it. (提出人)")
    proposed_at: datetime = strawberry.field(description="When. (提出时间)")
    confirmed_by: str | None = strawberry.field(description="Who put it in force. (确认人)")
    confirmed_at: datetime | None = strawberry.field(description="When: runs started since count it. (生效时间)")
    revoking_by: str | None = strawberry.field(description="Who wants it taken back, or wanted. (申请撤销人)")
    revoking_at: datetime | None = strawberry.field(description="When they said so. (申请撤销时间)")
    revoking_reason: str | None = strawberry.field(description="Why they want it. (申请撤销理由)")
    revoked_by: str | None = strawberry.field(description="Who took it back or declined it. (撤销人)")
    revoked_at: datetime | None = strawberry.field(description="When. (撤销时间)")
    revoked_reason: str | None = strawberry.field(description="Why. (撤销理由)")

    @classmethod
    def of(cls, row: Row) -> Self:
        """From the columns of `find_penalties`."""
        same = (
            "contest_id round_id contestant_id document_ids upload_id item points reason proposed_at confirmed_at"
            " revoked_at revoked_reason revoking_at revoking_reason"
        )
        return cls(
            uuid=row["id"],
            kind=PenaltyKind(row["kind"]),
            state=state_of(row),
            proposed_by=row["proposed_by_name"],
            confirmed_by=row["confirmed_by_name"],
            revoking_by=row["revoking_by_name"],
            revoked_by=row["revoked_by_name"],
            **{name: row[name] for name in same.split()},
        )

    @strawberry.field(description="Whose result. (选手)")
    async def contestant(self, info: Info) -> Contestant | None:
        found: Contestant | None = await info.context.load("Contestant", self.contestant_id)
        return found

    @strawberry.field(description="Of which round. (轮次)")
    async def round(self, info: Info) -> Round | None:
        found: Round | None = await info.context.load("Round", self.round_id)
        return found

    @strawberry.field(description="Papers that show it, as far as visible. (依据材料)")
    async def documents(self, info: Info) -> list[Document]:
        found: list[Document | None] = [await info.context.load("Document", key) for key in self.document_ids]
        return [document for document in found if document is not None]

    @strawberry.field(description="The file that shows it, where visible. (依据文件)")
    async def upload(self, info: Info) -> Upload | None:
        found: Upload | None = await info.context.load("Upload", self.upload_id)
        return found


def state_of(row: Row) -> PenaltyState:
    """As the query of the list says it too."""
    if row["revoked_at"] is not None:
        return PenaltyState.REVOKED
    return PenaltyState.PROPOSED if row["from_sequence"] is None else PenaltyState.IN_FORCE
