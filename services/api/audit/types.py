"""The record of who did what, and how far it is sealed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import orjson
import strawberry

from services.api.nodes import Node, global_id
from services.api.problems import InLanguage
from services.api.rows import Row
from services.api.scalars import Long
from services.shared.audit.chain import Head
from services.shared.words import Language, put


@strawberry.type(description="A value before and after. A personal value is shown as *** alone. (变更)")
class AuditChange:
    field: str = strawberry.field(description="What changed. (字段)")
    before: str | None = strawberry.field(description="Its value before; none: there was none. (变更前)")
    after: str | None = strawberry.field(description="Its value after; none: there is none. (变更后)")


@strawberry.type(description="One thing that somebody did. (操作记录)")
class AuditEntry(Node):
    subject_key: strawberry.Private[UUID | None]
    values: strawberry.Private[Mapping[str, Any]]
    at: datetime = strawberry.field(description="When. (时间)")
    login: str = strawberry.field(description="Who, by login; `scorer` is the program itself. (登录名)")
    name: str | None = strawberry.field(description="Their name as it is now. (姓名)")
    address: str = strawberry.field(description="From which network address; empty where there is none. (来源地址)")
    action: str = strawberry.field(description="What they did; stable, for programs. (操作代码)")
    subject_type: str = strawberry.field(description="What kind of thing it was done to. (对象类型)")
    reason: str = strawberry.field(description="Why, in their words. (原因)")
    position: Long | None = strawberry.field(description="Its place in the chain, from 1, once sealed. (链上位置)")
    digest: str | None = strawberry.field(description="The digest there, in hexadecimal. (链上摘要)")

    @classmethod
    def of(cls, row: Row) -> Self:
        """From the columns of `find_entries`."""
        return cls(
            uuid=row["id"],
            subject_key=row["subject_id"],
            values=row["changes"],
            at=row["at"],
            login=row["login"],
            name=row["user_name"],
            address=row["address"],
            action=row["action"],
            subject_type=row["subject_type"],
            reason=row["reason"],
            position=Long(row["position"]) if row["position"] else None,
            digest=row["digest"].hex() if row["digest"] else None,
        )

    @strawberry.field(description="What they did, in words. (操作)")
    def words(self, language: InLanguage = Language.ZH) -> str:
        return put(self.action, {}, language)

    @strawberry.field(description="The id of what it was done to. (对象编号)")
    def subject_id(self) -> strawberry.ID | None:
        return global_id(self.subject_type, str(self.subject_key)) if self.subject_key else None

    @strawberry.field(description="What changed, by name. (变更内容)")
    def changes(self) -> list[AuditChange]:
        return [
            AuditChange(field=name, before=_text(before), after=_text(after))
            for name, (before, after) in sorted(self.values.items())
        ]


def _text(value: Any) -> str | None:
    """A string as it is, anything else as JSON."""
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()


@strawberry.type(description="How far the record is sealed: note it down outside the system. (审计链头)")
class AuditHead:
    position: Long = strawberry.field(description="How many entries are sealed. (已封存条数)")
    digest: str = strawberry.field(description="The digest of the last one, in hexadecimal. (链头摘要)")
    sealed_at: datetime | None = strawberry.field(description="When the last one was sealed. (封存时间)")
    waiting: Long = strawberry.field(description="How many entries wait for their seal. (待封存条数)")

    @classmethod
    def of(cls, row: Row) -> Self:
        """From the columns of `find_head`."""
        head = Head(row["position"], row["digest"]) if row["position"] else Head()
        return cls(
            position=Long(head.position),
            digest=head.digest.hex(),
            sealed_at=row["sealed_at"],
            waiting=Long(row["waiting"]),
        )
