"""What one revision publishes, as one value: whatever is shown, downloaded or printed of it is made from this alone.

Its canonical bytes are UTF-8 JSON in one line with a line feed after it: keys sorted, moments in Beijing time, numbers
with decimals as text. The digest of a revision is their SHA-256, its signature is over them (see `signature`). Masks
are applied before anything gets in here: what the contest does not publish is not in it.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import orjson
from pydantic import PlainSerializer, TypeAdapter

from services.shared.beijing import BEIJING, end_of_day
from services.shared.exact import plain
from services.shared.vocabulary import ContactRole, HostRole, Place, Platform, PublicationStage

FORMAT = "livecup publication 1"

Points = Annotated[Decimal, PlainSerializer(plain)]
Moment = Annotated[datetime, PlainSerializer(lambda moment: moment.astimezone(BEIJING).isoformat())]


@dataclass(frozen=True, slots=True)
class Host:
    """Who holds the contest."""

    name: str
    role: HostRole


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask, or, for SUPERVISION (监督电话), whom to tell of wrongs."""

    name: str
    phone: str
    role: ContactRole


@dataclass(frozen=True, slots=True)
class Correction:
    """Which revision this one takes the place of, and why."""

    revision: int
    digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class NoticeWindow:
    """From when until when objections may be raised."""

    begins: Moment | None  # none: from its hour on, which is not there yet
    ends: Moment

    def at(self, hour: datetime) -> "NoticeWindow":
        return replace(self, begins=self.begins or hour)


@dataclass(frozen=True, slots=True)
class NoticeDays:
    """How long objections may be raised, from an hour that is not there yet: to the end of the last of so many days,
    the first of which is the day after.
    """

    days: int

    def at(self, hour: datetime) -> NoticeWindow:
        return NoticeWindow(hour, end_of_day(hour, self.days))


@dataclass(frozen=True, slots=True)
class RunUsed:
    """The scoring run whose results these are: its number in the round, and the digest of its result file."""

    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class RulesUsed:
    """The scoring rules the run went by."""

    title: str
    version: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the rules (项目): a column of the list."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class PublishedStanding:
    """A contestant's line. Name and account as the contest publishes them; no division where it publishes none."""

    position: int  # 1 … n, each once: the order of the list
    rank: int
    city_rank: int
    division_rank: int | None
    number: int
    name: str
    city: str
    division: str | None
    platform: Platform
    account: str
    points: tuple[Points, ...]  # by item, in the order of `Snapshot.items`
    total: Points
    finalist: Place | None = None
    awards: tuple[str, ...] = ()  # titles
    void: bool = False  # 作废


@dataclass(frozen=True, slots=True)
class PublishedTeam:
    """A city's team with its place; its members by contestant number."""

    position: int
    rank: int
    city: str
    total: Points
    members: tuple[int, ...] = ()
    awards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedWinner:
    """Who has an award: a contestant by number, with name and city as published; or a city's team."""

    place: int  # 1 … n among those who have it
    city: str
    number: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class PublishedAward:
    """An award (奖项) with those who have it, in the order of their places."""

    key: str
    title: str
    winners: tuple[PublishedWinner, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One revision of a contest's publications."""

    contest: str  # slug
    contest_title: str
    hosts: tuple[Host, ...]
    round: str  # key
    round_title: str
    stage: PublicationStage
    revision: int
    title: str  # heading, such as 选手全员赛成绩公示
    publish_at: Moment | None  # its hour; none: with its approval
    corrects: Correction | None
    notice: NoticeWindow | NoticeDays | None  # of a proposed one
    contacts: tuple[Contact, ...]
    run: RunUsed
    rules: RulesUsed
    finalists_confirmed: bool  # by people; no: as the rules propose them
    cities: tuple[str, ...]  # the contest's, in its order
    items: tuple[Item, ...]
    standings: tuple[PublishedStanding, ...]  # in the order of their positions
    teams: tuple[PublishedTeam, ...] = ()
    awards: tuple[PublishedAward, ...] = ()
    format: str = field(default=FORMAT)

    @property
    def shows_divisions(self) -> bool:
        return any(standing.division is not None for standing in self.standings)

    def at(self, hour: datetime) -> "Snapshot":
        """As it is once its hour is there."""
        return replace(self, publish_at=hour, notice=self.notice.at(hour) if self.notice else None)

    def canonical(self) -> bytes:
        """The same bytes for the same content, on any machine."""
        return orjson.dumps(_SNAPSHOT.dump_python(self), option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)

    def parts(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The same content in two: everything but the standings, and these one by one."""
        whole = _SNAPSHOT.dump_python(self)
        standings = whole.pop("standings")
        return whole, list(standings)


_SNAPSHOT = TypeAdapter(Snapshot)


def read_snapshot(canonical: bytes) -> Snapshot:
    """The way back; raises ValueError where the bytes are no snapshot."""
    return _SNAPSHOT.validate_json(canonical)


def digest_of(canonical: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(canonical).hexdigest()
