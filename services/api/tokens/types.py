"""Personal tokens as their holder sees them: never the token itself."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

import strawberry

from services.api.nodes import global_id
from services.api.rows import Row
from services.shared.vocabulary import TokenScope


@strawberry.type(description="A personal token, without the token itself. (个人令牌)")
class ApiToken:
    uuid: strawberry.Private[UUID]
    name: str = strawberry.field(description="What its holder calls it. (名称)")
    scope: TokenScope = strawberry.field(description="What it may do. (权限范围)")
    created_at: datetime = strawberry.field(description="When it was made. (创建时间)")
    expires_at: datetime = strawberry.field(description="When it ends by itself. (有效期至)")
    revoked_at: datetime | None = strawberry.field(description="When it was revoked. (撤销时间)")
    last_used_on: date | None = strawberry.field(description="The last day on which it was used. (最近使用日期)")

    @strawberry.field(description="Its id, for revokeToken. (编号)")
    def id(self) -> strawberry.ID:
        return global_id("ApiToken", str(self.uuid))

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            name=row["name"],
            scope=TokenScope(row["scope"]),
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            revoked_at=row["revoked_at"],
            last_used_on=row["last_used_on"],
        )
