"""What a new revision will be, given what is published of its round so far. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from services.api.errors import ConflictError, InvalidInputError
from services.shared.beijing import said
from services.shared.publications.snapshot import NoticeDays, NoticeWindow
from services.shared.vocabulary import PublicationStage

if TYPE_CHECKING:
    from services.api.publications.inputs import PublishRunInput

TITLES = {PublicationStage.PROPOSED: "成绩公示", PublicationStage.FINAL: "成绩公布"}


@dataclass(frozen=True, slots=True)
class Last:
    """The last revision that was published of a round; it may have been withdrawn since."""

    id: UUID
    run_id: UUID
    stage: PublicationStage
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Situation:
    """A round as it stands once its contest is locked.

    kept_back: by a freeze, from everybody but organisers: another run than that
    waiting: the number of a revision of the contest that is not public yet: the next one must not show that it exists
    notice_until: when the notice of the round ends, or has ended; none without one that holds
    """

    now: datetime
    contest_id: UUID
    round_title: str
    adopted_run_id: UUID | None
    kept_back: bool
    revision: int
    waiting: int | None
    last: Last | None
    notice_until: datetime | None


@dataclass(frozen=True, slots=True)
class Planned:
    """A revision about to be prepared."""

    run_id: UUID
    corrects_id: UUID | None
    title: str
    publish_at: datetime | None  # none: with its approval
    notice: NoticeWindow | NoticeDays | None


class Times(NamedTuple):
    """When a revision that waits for approval is to take effect, as far as it was said."""

    publish_at: datetime | None
    notice_from: datetime | None
    notice_until: datetime | None


def plan(asked: "PublishRunInput", named_run: UUID | None, situation: Situation) -> Planned:
    """Raises ConflictError or InvalidInputError."""
    if situation.kept_back:
        raise ConflictError("RUN_KEPT_BACK")
    run_id = situation.adopted_run_id
    if run_id is None:
        raise ConflictError("NO_RUN_ADOPTED")
    if asked.run_id is not None and named_run != run_id:
        raise ConflictError("ANOTHER_RUN_ADOPTED")
    if situation.waiting is not None:
        raise ConflictError("PUBLICATION_WAITS", revision=situation.waiting)
    if asked.publish_at is not None and asked.publish_at < situation.now:
        raise InvalidInputError("PUBLISH_AT_PAST", field="publishAt")
    if asked.stage is PublicationStage.FINAL:
        check_notice_ended(situation, asked.publish_at or situation.now)
    notice = _notice(asked, situation.now)
    title = asked.title.strip() or f"{situation.round_title}{TITLES[asked.stage]}"
    return Planned(run_id, _corrected(asked, run_id, situation.last), title, asked.publish_at, notice)


def _notice(asked: "PublishRunInput", now: datetime) -> NoticeWindow | NoticeDays | None:
    if asked.notice_days is not None:
        notice = NoticeDays(asked.notice_days)
        return notice.at(asked.publish_at) if asked.publish_at else notice
    if asked.notice_until is None:
        return None
    earliest = asked.publish_at or now
    begins = asked.notice_from or earliest
    if begins < earliest or asked.notice_until <= begins:
        raise InvalidInputError("NOTICE_WINDOW_ORDER", field="noticeUntil")
    return NoticeWindow(asked.notice_from or asked.publish_at, asked.notice_until)


def hour_of_approval(stage: PublicationStage, prepared: Times, now: datetime) -> datetime | None:
    """The hour that a revision gets by being approved now; none where its own is still to come.

    A notice never says of itself that it began before anybody could read it. Raises ConflictError.
    """
    if stage is PublicationStage.PROPOSED:
        if prepared.publish_at is not None and prepared.publish_at <= now:
            raise ConflictError("PUBLISH_AT_PASSED", at=said(prepared.publish_at))
        if prepared.notice_until is not None and prepared.notice_until <= now:
            raise ConflictError("NOTICE_PAST")
        if prepared.notice_from is not None and prepared.notice_from <= now:
            raise ConflictError("NOTICE_BEGINS_PAST", at=said(prepared.notice_from))
    return now if prepared.publish_at is None or prepared.publish_at <= now else None


def check_notice_ended(situation: Situation, at: datetime) -> None:
    """What is final has stood as a notice before; raises ConflictError."""
    if situation.notice_until is None:
        raise ConflictError("NOTICE_MISSING")
    if situation.notice_until > at:
        raise ConflictError("NOTICE_NOT_ENDED", until=said(situation.notice_until))


def _corrected(asked: "PublishRunInput", run_id: UUID, last: Last | None) -> UUID | None:
    """The final publication of what was noticed corrects nothing; whatever else follows a revision does."""
    if last is None:
        return None
    steps = last.stage is PublicationStage.PROPOSED and asked.stage is PublicationStage.FINAL
    if steps and not last.withdrawn and last.run_id == run_id:
        return None
    if not asked.reason.strip():
        raise InvalidInputError("CORRECTION_NEEDS_REASON", field="reason")
    return last.id
