"""The record of who did what, and how far it is sealed."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Self
from uuid import UUID

import orjson
import strawberry

from services.api.audit.in_words import in_words, subject_in_words
from services.api.context import Info
from services.api.nodes import Node, global_id
from services.api.problems import InLanguage
from services.api.rows import Row
from services.api.scalars import Long
from services.shared.audit.chain import Head
from services.shared.words import Language, put

if TYPE_CHECKING:
    from services.api.contestants.types import Contestant
    from services.api.contests.types import City, Division
    from services.api.users.types import User


# Of what a value is the id, by the field it is kept as: people read its name.
_IDS = {"city_id": "City", "division_id": "Division", "leader": "User"}


@strawberry.type(description="A value before and after. A personal value is shown as *** alone. (变更)")
class AuditChange:
    field: str = strawberry.field(description="What changed. (字段)")
    before: str | None = strawberry.field(description="Its value before; none: there was none. (变更前)")
    after: str | None = strawberry.field(description="Its value after; none: there is none. (变更后)")
    values: strawberry.Private[tuple[Any, Any]]

    @strawberry.field(description="Both in words, as far as there are any; names instead of ids. (变更说明)")
    async def words(self, info: Info, language: InLanguage = Language.ZH) -> str:
        before, after = [await _named(info, self.field, value) for value in self.values]
        return in_words(self.field, before, after, language)


@strawberry.type(description="One thing that somebody did. (操作记录)")
class AuditEntry(Node):
    subject_key: strawberry.Private[UUID | None]
    contestant_key: strawberry.Private[UUID | None]
    city_key: strawberry.Private[UUID | None]
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
            contestant_key=row["contestant_id"],
            city_key=row["city_id"],
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

    @strawberry.field(description="What kind of thing it was done to, in words. (对象)")
    def subject_words(self, language: InLanguage = Language.ZH) -> str:
        return subject_in_words(self.subject_type, language)

    @strawberry.field(description="The contestant it is about, as far as the viewer may see them. (选手)")
    async def contestant(
        self, info: Info
    ) -> Annotated["Contestant", strawberry.lazy("services.api.contestants.types")] | None:
        contestant: Contestant | None = await info.context.load("Contestant", self.contestant_key)
        return contestant

    @strawberry.field(description="The city it is about. (市州)")
    async def city(self, info: Info) -> Annotated["City", strawberry.lazy("services.api.contests.types")] | None:
        city: City | None = await info.context.load("City", self.city_key)
        return city

    @strawberry.field(description="The user it was done to, as far as the viewer may see them. (用户)")
    async def subject_user(self, info: Info) -> Annotated["User", strawberry.lazy("services.api.users.types")] | None:
        user: User | None = await info.context.load("User", self.subject_key if self.subject_type == "User" else None)
        return user

    @strawberry.field(description="What changed, by name. (变更内容)")
    def changes(self) -> list[AuditChange]:
        return [
            AuditChange(field=name, before=_text(before), after=_text(after), values=(before, after))
            for name, (before, after) in sorted(self.values.items())
        ]


async def _named(info: Info, field: str, value: Any) -> Any:
    """The name of what is meant; the value itself where it is no id, or of nothing that the viewer may see."""
    try:
        key = UUID(value) if field in _IDS else None
    except (TypeError, ValueError):
        key = None
    found: City | Division | User | None = await info.context.load(_IDS[field], key) if key else None
    return found.name if found else value


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
