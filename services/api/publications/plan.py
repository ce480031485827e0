"""What a new revision will be, given what is published of its round so far. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from services.api.errors import ConflictError, InvalidInputError
from services.shared.beijing import said
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

    waiting: the number of a revision of the contest that is not public yet: the next one must not show that it exists
    notice_until: when the notice of the round ends, or has ended; none without one that holds
    """

    now: datetime
    contest_id: UUID
    round_title: str
    adopted_run_id: UUID | None
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
    publish_at: datetime
    notice_from: datetime | None
    notice_until: datetime | None


def plan(asked: "PublishRunInput", named_run: UUID | None, situation: Situation) -> Planned:
    """Raises ConflictError or InvalidInputError."""
    run_id = situation.adopted_run_id
    if run_id is None:
        raise ConflictError("NO_RUN_ADOPTED")
    if asked.run_id is not None and named_run != run_id:
        raise ConflictError("ANOTHER_RUN_ADOPTED")
    if situation.waiting is not None:
        raise ConflictError("PUBLICATION_WAITS", revision=situation.waiting)
    publish_at = asked.publish_at or situation.now
    if publish_at < situation.now:
        raise InvalidInputError("PUBLISH_AT_PAST", field="publishAt")
    begins, ends = None, None
    if asked.stage is PublicationStage.FINAL:
        check_notice_ended(situation, publish_at)
    else:
        begins, ends = asked.notice_from or publish_at, asked.notice_until
        if begins < publish_at or ends is None or ends <= begins:
            raise InvalidInputError("NOTICE_WINDOW_ORDER", field="noticeUntil")
    title = asked.title.strip() or f"{situation.round_title}{TITLES[asked.stage]}"
    return Planned(run_id, _corrected(asked, run_id, situation.last), title, publish_at, begins, ends)


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
