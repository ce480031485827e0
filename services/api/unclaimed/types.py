"""Platform numbers that nobody has claimed, and claims to them."""

from datetime import datetime
from decimal import Decimal
from typing import Self
from uuid import UUID

import strawberry

from services.api.accounts.types import Account
from services.api.context import Info
from services.api.nodes import Node
from services.api.rows import Row
from services.api.scalars import Long
from services.api.uploads.types import Upload
from services.shared.file_vocabulary import ClaimState
from services.shared.vocabulary import Platform


@strawberry.type(description="What a file has for a number that nobody has claimed. (待认领订单所在文件)")
class UnclaimedFile:
    upload_id: strawberry.Private[UUID]
    lines: Long = strawberry.field(description="Order lines. (行数)")
    paid: Decimal = strawberry.field(description="Yuan of paid lines, refunded ones too. (支付金额)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(upload_id=UUID(str(row["upload"])), lines=Long(row["lines"]), paid=Decimal(row["paid"]))

    @strawberry.field(description="The file. (文件)")
    async def upload(self, info: Info) -> Upload | None:
        upload: Upload | None = await info.context.load("Upload", self.upload_id)
        return upload


@strawberry.type(description="Somebody says that a platform number is an account's. (认领申请)")
class UidClaim(Node):
    contest_id: strawberry.Private[UUID]
    account_id: strawberry.Private[UUID]
    platform: Platform = strawberry.field(description="The platform. (平台)")
    uid: str = strawberry.field(description="The platform's own number. (平台用户编号)")
    reason: str = strawberry.field(description="How that is known. (申请原因)")
    state: ClaimState = strawberry.field(description="How far it has come. (状态)")
    asked_at: datetime = strawberry.field(description="When it was asked for. (申请时间)")
    decided_at: datetime | None = strawberry.field(description="When it was decided. (审核时间)")
    decided_reason: str | None = strawberry.field(description="Why it was decided so. (审核原因)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            account_id=row["account_id"],
            platform=Platform(row["platform"]),
            uid=row["uid"],
            reason=row["reason"],
            state=ClaimState(row["state"]),
            asked_at=row["asked_at"],
            decided_at=row["decided_at"],
            decided_reason=row["decided_reason"],
        )

    @strawberry.field(description="The account that it is said to be of. (参赛账号)")
    async def account(self, info: Info) -> Account:
        account: Account = await info.context.load("Account", self.account_id)
        return account

    @strawberry.field(
        description="Visible files with lines of the number that are stated to be another account's: these lines do not"
        " count, whatever is decided. (在其他账号文件中的订单)"
    )
    async def elsewhere(self, info: Info) -> list[UnclaimedFile]:
        files: list[UnclaimedFile] = await info.context.load("UidClaim.elsewhere", self.uuid)
        return files


@strawberry.type(
    description="A platform number whose order lines count for nobody: it is bound to no account, or they are in files"
    " that are stated to be another account's. (待认领编号)"
)
class UnclaimedUid:
    claim_id: strawberry.Private[UUID | None]
    account_id: strawberry.Private[UUID | None]
    platform: Platform | None = strawberry.field(description="The platform; none where no file says it. (平台)")
    uid: str = strawberry.field(description="The platform's own number, such as 达人ID. (平台用户编号)")
    lines: Long = strawberry.field(description="Order lines in all files; a line in two files is two. (行数)")
    paid: Decimal = strawberry.field(description="Yuan of these that were paid, refunded ones too. (支付金额)")
    files: list[UnclaimedFile] = strawberry.field(description="The files they are in, the newest first. (所在文件)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            claim_id=row["claim_id"],
            account_id=row["account_id"],
            platform=Platform(row["platform"]) if row["platform"] else None,
            uid=row["uid"],
            lines=Long(row["lines"]),
            paid=row["paid"],
            files=[UnclaimedFile.of(one) for one in row["files"]],
        )

    @strawberry.field(description="The claim to it that waits, where visible. (待审核的认领)")
    async def claim(self, info: Info) -> UidClaim | None:
        claim: UidClaim | None = await info.context.load("UidClaim", self.claim_id)
        return claim

    @strawberry.field(
        description="The account it is bound to, where visible: the lines do not count, as their files are stated to be"
        " another account's. (已绑定账号)"
    )
    async def account(self, info: Info) -> Account | None:
        account: Account | None = await info.context.load("Account", self.account_id)
        return account

    @strawberry.field(description="Whether it is bound by now. (是否已绑定)")
    def bound(self) -> bool:
        return self.account_id is not None
