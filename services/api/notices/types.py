"""Notices: numbered, published for everyone, withdrawn but never edited."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import strawberry

from services.api.context import Info
from services.api.nodes import Node
from services.api.rows import Row
from services.api.scalars import Long
from services.shared.vocabulary import ContactRole


@strawberry.type(description="One line of a notice's timetable. (日程)")
class TimetableEntry:
    title: str = strawberry.field(description="What happens. (事项)")
    start: datetime | None = strawberry.field(name="from", description="From then on. (开始时间)")
    end: datetime | None = strawberry.field(name="to", description="Until then. (结束时间)")
    to_be_announced: bool = strawberry.field(description="The time will be told later. (时间待定)")

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        start, end = (datetime.fromisoformat(entry[name]) if entry[name] else None for name in ("from", "to"))
        return cls(title=entry["title"], start=start, end=end, to_be_announced=entry["to_be_announced"])


@strawberry.type(description="Whom to ask, or whom to tell of wrongs. (联系人)")
class NoticeContact:
    name: str = strawberry.field(description="Who. (姓名)")
    phone: str | None = strawberry.field(description="Their number, as published. (电话)")
    role: ContactRole = strawberry.field(description="For what. (类别)")


@strawberry.type(description="A paper attached to a notice. (附件)")
class NoticeAttachment:
    title: str = strawberry.field(description="Its title. (标题)")
    url: str = strawberry.field(description="GET it here; may be relative to the API. (地址)")
    media_type: str = strawberry.field(description="What it is, such as `application/pdf`. (文件类型)")
    size: Long = strawberry.field(description="Bytes. (大小)")


@strawberry.type(description="Something the organisers have announced. (通知公告)")
class Notice(Node):
    contest_id: strawberry.Private[UUID]
    reason: strawberry.Private[str | None]
    number: int = strawberry.field(description="Its number in the contest. (编号)")
    title: str = strawberry.field(description="Its title. (标题)")
    body: str = strawberry.field(description="Plain text; an empty line parts paragraphs. (正文)")
    timetable: list[TimetableEntry] = strawberry.field(description="What happens when. (日程)")
    contacts: list[NoticeContact] = strawberry.field(description="Whom to ask. (联系人)")
    published_at: datetime = strawberry.field(description="When. (发布时间)")
    withdrawn_at: datetime | None = strawberry.field(description="From when it holds no longer. (撤回时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            reason=row["withdrawn_reason"],
            number=row["number"],
            title=row["title"],
            body=row["body"],
            timetable=[TimetableEntry.of(entry) for entry in row["timetable"]],
            contacts=[
                NoticeContact(name=one["name"], phone=one["phone"], role=ContactRole(one["role"]))
                for one in row["contacts"]
            ],
            published_at=row["published_at"],
            withdrawn_at=row["withdrawn_at"],
        )

    @strawberry.field(description="Why it was withdrawn; for officials. (撤回原因)")
    def withdrawn_reason(self, info: Info) -> str | None:
        return self.reason

    @strawberry.field(description="Papers attached to it. (附件)")
    async def attachments(self, info: Info) -> list[NoticeAttachment]:
        attachments: list[NoticeAttachment] = await info.context.load("Notice.attachments", self.uuid)
        return attachments
