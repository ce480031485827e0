"""What is given for a notice, and what must hold of it."""

from datetime import datetime
from typing import Annotated

import strawberry

from services.api.checks import check_text
from services.api.errors import Conflict, InvalidInput, InvalidInputError, NotAllowed, NotFound
from services.api.notices.types import Notice
from services.shared.vocabulary import ContactRole

LONGEST_BODY, MOST_LINES, LONGEST_PHONE = 20_000, 50, 40


@strawberry.input(description="One line of a timetable: times, or still to be announced. (日程)")
class TimetableEntryInput:
    title: str = strawberry.field(description="What happens. (事项)")
    start: datetime | None = strawberry.field(default=None, name="from", description="From then on. (开始时间)")
    end: datetime | None = strawberry.field(default=None, name="to", description="Until then. (结束时间)")
    to_be_announced: bool = strawberry.field(default=False, description="Told later. (时间待定)")


@strawberry.input(description="Whom to ask, or whom to tell of wrongs. (联系人)")
class NoticeContactInput:
    name: str = strawberry.field(description="Who. (姓名)")
    phone: str | None = strawberry.field(default=None, description="Their number; it is published. (电话)")
    role: ContactRole = strawberry.field(default=ContactRole.CONTACT, description="For what. (类别)")


@strawberry.input(description="What to announce. (发布通知)")
class PublishNoticeInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    title: str = strawberry.field(description="Its title. (标题)")
    body: str = strawberry.field(description="Plain text; an empty line parts paragraphs. (正文)")
    timetable: list[TimetableEntryInput] = strawberry.field(default_factory=list, description="What when. (日程)")
    contacts: list[NoticeContactInput] = strawberry.field(default_factory=list, description="Whom to ask. (联系人)")
    attachment_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Documents made for notices. (附件)"
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key publishes once. (幂等键)"
    )


@strawberry.input(description="Which notice holds no longer, and why. (撤回通知)")
class WithdrawNoticeInput:
    notice_id: strawberry.ID = strawberry.field(description="The notice. (通知)")
    reason: str = strawberry.field(description="Why. (原因)")


@strawberry.type(description="It is published. (已发布)")
class PublishNoticePayload:
    notice: Notice = strawberry.field(description="The notice. (通知)")


@strawberry.type(description="It holds no longer. (已撤回)")
class WithdrawNoticePayload:
    notice: Notice = strawberry.field(description="The notice. (通知)")


PublishNoticeResult = Annotated[
    PublishNoticePayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("PublishNoticeResult", description="What publishNotice answers. (发布的结果)"),
]
WithdrawNoticeResult = Annotated[
    WithdrawNoticePayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("WithdrawNoticeResult", description="What withdrawNotice answers. (撤回的结果)"),
]


def check_notice(notice: PublishNoticeInput) -> None:
    """Raises InvalidInputError."""
    check_text("title", notice.title)
    if len(notice.body) > LONGEST_BODY:
        raise InvalidInputError("TEXT_TOO_LONG", field="body", most=LONGEST_BODY)
    check_text("body", notice.body.replace("\r\n", "\n").replace("\n", " "), LONGEST_BODY)
    for name, lines in (("timetable", notice.timetable), ("contacts", notice.contacts)):
        if len(lines) > MOST_LINES:
            raise InvalidInputError("LIST_TOO_LONG", field=name, most=MOST_LINES)
    for place, entry in enumerate(notice.timetable):
        _check_entry(f"timetable.{place}", entry)
    for place, contact in enumerate(notice.contacts):
        check_text(f"contacts.{place}.name", contact.name)
        if contact.phone is not None:
            check_text(f"contacts.{place}.phone", contact.phone, LONGEST_PHONE)


def _check_entry(field: str, entry: TimetableEntryInput) -> None:
    check_text(f"{field}.title", entry.title)
    if entry.to_be_announced == bool(entry.start or entry.end):
        raise InvalidInputError("TIMETABLE_TIME", field=field)
    if entry.start and entry.end and entry.start >= entry.end:
        raise InvalidInputError("TIMETABLE_ORDER", field=field)
