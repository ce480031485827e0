"""What happens in the demo beside the scores, as story.toml tells it: who else comes in, and what becomes of them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from services.sample.people import id_number

_FIRST_NUMBER = 9001  # beyond those of the scored people, of whom there are 3 000 at most
_BORN = 1985


class Fate(StrEnum):
    """What becomes of somebody who is not scored."""

    SELF_REGISTERED = "SELF_REGISTERED"  # waits for the city
    WITHDRAWN = "WITHDRAWN"  # before the list was submitted
    WAITING = "WAITING"  # for the organiser; this and the next two are on the second list only
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"


LATE = frozenset({Fate.WAITING, Fate.RETURNED, Fate.REJECTED})


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody beside the scored people; their number, phone and account are nobody's."""

    number: int
    city: str
    division: str
    name: str
    fate: Fate
    reason: str

    def as_input(self) -> dict[str, Any]:
        """What enterContestant and registerContestant take of a person."""
        return {
            "name": self.name,
            "idNumber": id_number(self.number, _BORN),
            "phone": f"1990000{self.number:04d}",
            "platform": "DOUYIN",
            "handle": f"zy_other_{self.number:04d}",
            "followers": 1000,
        }


@dataclass(frozen=True, slots=True)
class Double:
    """The second city enters somebody whom the first has recommended."""

    first: str
    second: str
    division: str


@dataclass(frozen=True, slots=True)
class Late:
    """Why a city asks for its list again, and why it is opened."""

    city: str
    asked: str
    reopened: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """The contestant who signs in by a code, hands in evidence, and asks for an alias."""

    city: str
    division: str
    evidence_key: str
    renamed: str
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What is looked at before anything is published: a link, a flag of a judge, a draw and what comparing found."""

    title: str
    url: str
    flag: str
    reason: str
    seed_source: str
    seed: str
    note: str


@dataclass(frozen=True, slots=True)
class Published:
    """The notice of `days`, an objection to the first of it, and what it leads to: points off, a corrected notice."""

    days: int
    objector: str
    phone: str
    objection: str
    upheld: str
    item: str
    points: int
    penalty: str
    recomputed: str
    corrected: str


@dataclass(frozen=True, slots=True)
class Event:
    """The final: of how many figures are typed off the screen, and the reasons that are given on the way."""

    typed: int
    rules: str
    products: str
    live: str
    screen: str
    frozen: str
    exported: str
    tied: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything that story.toml tells."""

    notice: Mapping[str, Any]  # as publishNotice takes it
    unconfirmed: frozenset[str]
    without_officials: frozenset[str]
    contestant: Renamed
    double: Double
    late: Late
    replaced: str  # why
    judged: Judged
    published: Published
    final: Event
    others: Sequence[Other]


def load_story(path: Path) -> Beside:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return Beside(
        notice=_notice(document["notice"]),
        unconfirmed=frozenset(document["unconfirmed"]),
        without_officials=frozenset(document["without_officials"]),
        contestant=Renamed(**document["contestant"]),
        double=Double(**document["double"]),
        late=Late(**document["late"]),
        replaced=document["replaced"]["reason"],
        judged=Judged(**document["judged"]),
        published=Published(**document["published"]),
        final=Event(**document["final"]),
        others=[
            Other(number, one["city"], one["division"], one["name"], Fate(one["fate"]), one.get("reason", ""))
            for number, one in enumerate(document["others"], start=_FIRST_NUMBER)
        ],
    )


def _notice(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": told["title"],
        "body": told["body"].strip(),
        "timetable": [
            {
                "title": one["title"],
                "from": _moment(one.get("from")),
                "to": _moment(one.get("to")),
                "toBeAnnounced": one.get("to_be_announced", False),
            }
            for one in told["timetable"]
        ],
        "contacts": told["contacts"],
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
