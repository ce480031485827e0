"""Another handle of the same account."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

from services.api.accounts.types import Account
from services.api.context import Info
from services.api.nodes import Node, global_id
from services.api.rows import Row
from services.shared.vocabulary import AliasState, Platform


@strawberry.type(description="A new handle that the platform gave the same account. (账号别名)")
class AccountAlias(Node):
    contest_id: strawberry.Private[UUID]
    account_id: strawberry.Private[UUID]
    document_key: strawberry.Private[UUID | None]
    platform: Platform = strawberry.field(description="The platform. (平台)")
    handle: str = strawberry.field(description="The new handle. (新账号名)")
    reason: str = strawberry.field(description="Why it is asked for. (申请原因)")
    state: AliasState = strawberry.field(description="How far it has come. (状态)")
    asked_at: datetime = strawberry.field(description="When it was asked for. (申请时间)")
    decided_at: datetime | None = strawberry.field(description="When it was decided. (审核时间)")
    decided_reason: str | None = strawberry.field(description="Why it was decided so. (审核原因)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            account_id=row["account_id"],
            document_key=row["document_id"],
            platform=Platform(row["platform"]),
            handle=row["handle"],
            reason=row["reason"],
            state=AliasState(row["state"]),
            asked_at=row["asked_at"],
            decided_at=row["decided_at"],
            decided_reason=row["decided_reason"],
        )

    @strawberry.field(description="The document that shows it. (证明材料编号)")
    def document_id(self) -> strawberry.ID | None:
        return global_id("Document", str(self.document_key)) if self.document_key else None

    @strawberry.field(description="The account. (参赛账号)")
    async def account(self, info: Info) -> Annotated["Account", strawberry.lazy("services.api.accounts.types")]:
        account: Account = await info.context.load("Account", self.account_id)
        return account
