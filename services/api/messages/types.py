"""What people were told, and what became of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Self
from uuid import UUID

import strawberry

from services.api.contests.types import City
from services.api.context import Info
from services.api.nodes import Node, global_id
from services.api.rows import Row
from services.shared.words import put

if TYPE_CHECKING:
    from services.api.contestants.types import Contestant


@strawberry.type(description="Somebody has read a message. (已读)")
class MessageReading:
    name: str = strawberry.field(description="Who. (姓名)")
    read_at: datetime = strawberry.field(description="When. (时间)")


@strawberry.type(description="A file in which messages were taken out for SMS. (短信文件)")
class MessageFile:
    key: strawberry.Private[UUID]
    reason: str = strawberry.field(description="Why. (原因)")
    made_at: datetime = strawberry.field(description="When. (时间)")

    @strawberry.field(description="Name it to fetch the same file again. (编号)")
    def id(self) -> strawberry.ID:
        return global_id("MessageFile", str(self.key))


@strawberry.type(description="What somebody was told because something happened. (消息)")
class Message(Node):
    contest_id: strawberry.Private[UUID]
    city_id: strawberry.Private[UUID | None]
    contestant_id: strawberry.Private[UUID | None]
    values: strawberry.Private[Mapping[str, Any]]
    code: str = strawberry.field(description="Stable, for programs. (消息代码)")
    created_at: datetime = strawberry.field(description="When. (时间)")
    read_at: datetime | None = strawberry.field(description="In an inbox: when you read it. (阅读时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            city_id=row["city_id"],
            contestant_id=row["contestant_id"],
            values=row["parameters"],
            code=row["code"],
            created_at=row["created_at"],
            read_at=row["read_at"],
        )

    @strawberry.field(description="In the language of the request. (内容)")
    def text(self, info: Info) -> str:
        return put(self.code, self.values, info.context.language)

    @strawberry.field(description="To everyone who works for this city. (市州)")
    async def city(self, info: Info) -> City | None:
        city: City | None = await info.context.load("City", self.city_id)
        return city

    @strawberry.field(description="To this contestant. (选手)")
    async def contestant(
        self, info: Info
    ) -> Annotated["Contestant", strawberry.lazy("services.api.contestants.types")] | None:
        contestant: Contestant | None = await info.context.load("Contestant", self.contestant_id)
        return contestant

    @strawberry.field(description="Who has read it; for organisers and auditors. (阅读记录)")
    async def readings(self, info: Info) -> list[MessageReading]:
        readings: list[MessageReading] = await info.context.load("Message.readings", self.uuid)
        return readings

    @strawberry.field(description="In which SMS files it was taken out; for organisers and auditors. (短信文件)")
    async def files(self, info: Info) -> list[MessageFile]:
        files: list[MessageFile] = await info.context.load("Message.files", self.uuid)
        return files
