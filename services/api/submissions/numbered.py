"""Which people stand on a city's list, in which order, and whether it can be submitted: decided without a database."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from services.shared.vocabulary import Eligibility, ReviewStep


@dataclass(frozen=True, slots=True)
class Recommended:
    """A recommended person who holds a place."""

    id: UUID
    number: int
    division_id: UUID
    division_key: str
    name: str
    platform: str
    handle: str
    eligibility: Eligibility
    review_step: ReviewStep

    @property
    def passed_city(self) -> bool:
        """Whether the city has checked this person, and nobody has sent them back since."""
        handed_on = self.eligibility is Eligibility.PENDING and self.review_step is ReviewStep.ORGANISER
        return handed_on or self.eligibility is Eligibility.APPROVED


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: `position` is the 序号 within the division, from 1."""

    division_id: UUID
    position: int
    contestant_id: UUID


def numbered(people: Sequence[Recommended]) -> list[Line]:
    """Each division's people from 1, in the order given, in which the divisions stand together."""
    return [
        Line(division_id, position, person.id)
        for division_id, of_division in groupby(people, key=lambda person: person.division_id)
        for position, person in enumerate(of_division, start=1)
    ]


def digest(people: Sequence[Recommended]) -> str:
    """SHA-256 over who is on the list for what, in its order; as hex."""
    told = [[one.division_key, one.number, one.name, one.platform, one.handle] for one in people]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
