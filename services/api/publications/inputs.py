"""What preparing, deciding and withdrawing a revision takes, and what is answered."""

from datetime import datetime
from typing import Annotated

import strawberry

from services.api.checks import check_reason, check_text
from services.api.errors import Conflict, InvalidInput, InvalidInputError, NotAllowed, NotFound
from services.api.notices.inputs import LONGEST_PHONE, NoticeContactInput
from services.api.publications.types import Publication
from services.shared.vocabulary import ContactRole, PublicationStage

_MOST_CONTACTS = 10
_MOST_DAYS = 365


@strawberry.input(description="What to prepare for publication. (准备公示或公布)")
class PublishRunInput:
    round_id: strawberry.ID = strawberry.field(description="The round. (轮次)")
    run_id: strawberry.ID | None = strawberry.field(
        default=None, description="The run that is meant; when another one is adopted: Conflict. (成绩核算)"
    )
    stage: PublicationStage = strawberry.field(description="Notice or final publication. (公示或公布)")
    title: str = strawberry.field(default="", description="Heading; the usual one when left out. (标题)")
    publish_at: datetime | None = strawberry.field(
        default=None,
        description="Its hour: nobody knows of it before; its approval when left out. (发布时间)",
    )
    notice_from: datetime | None = strawberry.field(
        default=None, description="Objections from then on; its hour when left out. (公示起始)"
    )
    notice_until: datetime | None = strawberry.field(
        default=None, description="Objections until then; a notice needs this or days. (公示截止)"
    )
    notice_days: int | None = strawberry.field(
        default=None, description="Objections for so many days, from the day after its hour. (公示天数)"
    )
    contacts: list[NoticeContactInput] = strawberry.field(
        default_factory=list, description="With phones; a notice names one to ask and one for supervision. (联系人)"
    )
    reason: str = strawberry.field(default="", description="Why; needed where it corrects another. (更正原因)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key prepares once. (幂等键)"
    )


@strawberry.input(description="Which revision is approved. (批准发布)")
class ApprovePublicationInput:
    publication_id: strawberry.ID = strawberry.field(description="The revision. (发布稿)")
    digest: str | None = strawberry.field(
        default=None, description="Of what was read; when the revision has another: Conflict. (摘要)"
    )
    reason: str = strawberry.field(default="", description="A remark for the record. (说明)")


@strawberry.input(description="Which revision is not to be published, and why. (不予批准)")
class DeclinePublicationInput:
    publication_id: strawberry.ID = strawberry.field(description="The revision. (发布稿)")
    reason: str = strawberry.field(description="Why. (原因)")


@strawberry.input(description="Which revision holds no longer, and why. (撤回发布)")
class WithdrawPublicationInput:
    publication_id: strawberry.ID = strawberry.field(description="The revision. (发布稿)")
    reason: str = strawberry.field(description="Why; everybody reads it. (原因)")


@strawberry.type(description="It is being put together. (正在准备)")
class PublishRunPayload:
    publication: Publication = strawberry.field(description="The revision. (发布稿)")


@strawberry.type(description="Everybody reads it from its hour on. (已批准)")
class ApprovePublicationPayload:
    publication: Publication = strawberry.field(description="The revision. (发布稿)")


@strawberry.type(description="It is not published. (未批准)")
class DeclinePublicationPayload:
    publication: Publication = strawberry.field(description="The revision. (发布稿)")


@strawberry.type(description="It holds no longer. (已撤回)")
class WithdrawPublicationPayload:
    publication: Publication = strawberry.field(description="The revision. (发布稿)")


PublishRunResult = Annotated[
    PublishRunPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("PublishRunResult", description="What publishRun answers. (准备的结果)"),
]
ApprovePublicationResult = Annotated[
    ApprovePublicationPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("ApprovePublicationResult", description="What approvePublication answers. (批准的结果)"),
]
DeclinePublicationResult = Annotated[
    DeclinePublicationPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("DeclinePublicationResult", description="What declinePublication answers. (不予批准的结果)"),
]
WithdrawPublicationResult = Annotated[
    WithdrawPublicationPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("WithdrawPublicationResult", description="What withdrawPublication answers. (撤回的结果)"),
]


def check_publication(asked: PublishRunInput) -> None:
    """Raises InvalidInputError."""
    if asked.title:
        check_text("title", asked.title)
    if asked.reason:
        check_reason(asked.reason)
    if len(asked.contacts) > _MOST_CONTACTS:
        raise InvalidInputError("LIST_TOO_LONG", field="contacts", most=_MOST_CONTACTS)
    for place, contact in enumerate(asked.contacts):
        check_text(f"contacts.{place}.name", contact.name)
        check_text(f"contacts.{place}.phone", contact.phone or "", LONGEST_PHONE)
    if asked.stage is PublicationStage.PROPOSED:
        _check_notice(asked)
    elif asked.notice_from or asked.notice_until or asked.notice_days is not None:
        raise InvalidInputError("NOTICE_OF_FINAL", field="noticeUntil")


def _check_notice(asked: PublishRunInput) -> None:
    if (asked.notice_until is None) == (asked.notice_days is None):
        raise InvalidInputError("NOTICE_WINDOW_NEEDED", field="noticeUntil")
    if asked.notice_days is not None:
        if asked.notice_from is not None:
            raise InvalidInputError("NOTICE_DAYS_FROM_HOUR", field="noticeFrom")
        if not 1 <= asked.notice_days <= _MOST_DAYS:
            raise InvalidInputError("NUMBER_OUT_OF_RANGE", field="noticeDays", least=1, most=_MOST_DAYS)
    if {contact.role for contact in asked.contacts} != {*ContactRole}:
        raise InvalidInputError("NOTICE_CONTACTS_NEEDED", field="contacts")
