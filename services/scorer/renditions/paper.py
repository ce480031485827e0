"""A revision as a paper: the text of a notice (公示) or of a publication (公布), how to verify it, its annexes. Pure.

Word and PDF differ in how they set it, in nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from services.scorer.renditions.tables import Lists, Table, legible
from services.shared.beijing import BEIJING, said
from services.shared.publications.snapshot import NoticeDays, NoticeWindow, Snapshot, digest_of
from services.shared.vocabulary import ContactRole, HostRole, PublicationStage
from services.shared.words import LIST_MARKS, Language, put

NO_HOUR = datetime(2000, 1, 1, tzinfo=UTC)  # what files say of when they were made while a revision has no hour


@dataclass(frozen=True, slots=True)
class Annex:
    """A list of the paper, people of one city after the other where the list is of people of many."""

    place: str
    title: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    title: str
    revision: str
    paragraphs: tuple[str, ...]
    signed: tuple[str, ...]  # the hosts, then the date
    annexes: tuple[Annex, ...]
    proof_title: str
    proof: tuple[str, ...]


def hour_of(snapshot: Snapshot) -> datetime:
    """The revision's hour in UTC, as office files take moments: without saying so."""
    return (snapshot.publish_at or NO_HOUR).astimezone(UTC).replace(tzinfo=None, microsecond=0)


def compose(snapshot: Snapshot, language: Language) -> Paper:
    """The paper of a revision in a language; names and titles are as they were published."""
    annexes = tuple(_annexes(snapshot, language))
    titles = LIST_MARKS[language].join(f"{place}. {annex.title}" for place, annex in enumerate(annexes, start=1))
    paragraphs = [*_paragraphs(snapshot, language), put("PAPER_ANNEXES", {"titles": titles}, language)]
    return Paper(
        title=legible(snapshot.title),
        revision=put("PAPER_REVISION", {"revision": snapshot.revision}, language),
        paragraphs=tuple(map(legible, paragraphs)),
        signed=tuple(map(legible, _signed(snapshot, language))),
        annexes=annexes,
        proof_title=put("PROOF_TITLE", {}, language),
        proof=tuple(_proof(snapshot, language)),
    )


def _paragraphs(snapshot: Snapshot, language: Language) -> Iterator[str]:
    about: dict[str, str | int] = {
        "contest": snapshot.contest_title,
        "round": snapshot.round_title,
        "rules": snapshot.rules.title,
        "version": snapshot.rules.version,
    }
    yield put("PAPER_PROPOSED" if snapshot.stage is PublicationStage.PROPOSED else "PAPER_FINAL", about, language)
    if snapshot.corrects is not None:
        old, reason = snapshot.corrects.revision, snapshot.corrects.reason
        yield put("PAPER_CORRECTS", {"revision": snapshot.revision, "old": old, "reason": reason}, language)
    if snapshot.notice is not None:
        yield _window(snapshot.notice, language)
        yield put("PAPER_OBJECTIONS", {}, language)
    for contact in snapshot.contacts:
        code = "PAPER_SUPERVISION" if contact.role is ContactRole.SUPERVISION else "PAPER_CONTACT"
        yield put(code, {"name": contact.name, "phone": contact.phone}, language)


def _window(notice: NoticeWindow | NoticeDays, language: Language) -> str:
    if isinstance(notice, NoticeDays):
        return put("PAPER_NOTICE_DAYS", {"days": notice.days}, language)
    begins = said(notice.begins) if notice.begins else put("PAPER_APPROVAL", {}, language)
    return put("PAPER_NOTICE", {"begins": begins, "ends": said(notice.ends)}, language)


def _signed(snapshot: Snapshot, language: Language) -> Iterator[str]:
    yield from (host.name for host in snapshot.hosts if host.role is HostRole.HOST)
    if snapshot.publish_at is None:
        yield put("PAPER_APPROVAL", {}, language)
        return
    day = snapshot.publish_at.astimezone(BEIJING)
    yield put("PAPER_DATE", {"year": day.year, "month": day.month, "day": day.day}, language)


def _annexes(snapshot: Snapshot, language: Language) -> Iterator[Annex]:
    for place, table in enumerate(tables_of(snapshot, language), start=1):
        name = put("PAPER_ANNEX", {"place": place}, language)
        yield Annex(name, table.title, table.by_city(language))


def tables_of(snapshot: Snapshot, language: Language) -> Iterator[Table]:
    """Every list of the revision, the one of everybody last."""
    lists = Lists(snapshot, language)
    yield from (table for table in (lists.finalists(), lists.awards(), lists.teams()) if table is not None)
    yield lists.results()


def _proof(snapshot: Snapshot, language: Language) -> Iterator[str]:
    digest = digest_of(snapshot.canonical())
    code = "PROOF_SNAPSHOT" if snapshot.publish_at else "PROOF_DRAFT"
    yield put(code, {"revision": snapshot.revision, "digest": digest}, language)
    yield put("PROOF_RUN", {"number": snapshot.run.number, "digest": snapshot.run.digest}, language)
    yield put("PROOF_RULES", {"digest": snapshot.rules.sha256}, language)
    if snapshot.corrects is not None:
        old, digest = snapshot.corrects.revision, snapshot.corrects.digest
        yield put("PROOF_CORRECTED", {"old": old, "digest": digest}, language)
    yield put("PROOF_HOW", {}, language)
