"""Which weekly exports of a contestant are there, missing, or not due yet. Pure.

A round's window is cut into Beijing weeks, Monday to Sunday; the first and the last one may be shorter. For each source
that the round's rules read, a week is

HAVE      when a file of that source that counts (accepted, not withdrawn, exported inside the round's span) was
          exported at or after the week's end - the round's close for the last one. Exports hold everything up to
          their moment, so a later one serves for all weeks before it
MISSING   when the week is over and there is no such file
NOT_YET   as long as the week lasts: nobody could have it
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from services.shared.beijing import BEIJING
from services.shared.rules.check import parse_rules
from services.shared.vocabulary import ExportState, Source


@dataclass(frozen=True, slots=True)
class Week:
    """The part of a Beijing week inside the round, half-open; numbered from 1."""

    number: int
    begins: datetime
    ends: datetime


def weeks_of(opens_at: datetime, closes_at: datetime) -> list[Week]:
    weeks: list[Week] = []
    begins = opens_at.astimezone(BEIJING)
    while begins < closes_at:
        midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0)
        ends = min(midnight + timedelta(days=7 - begins.weekday()), closes_at.astimezone(BEIJING))
        weeks.append(Week(len(weeks) + 1, begins, ends))
        begins = ends
    return weeks


def state_of(week: Week, latest: datetime | None, now: datetime) -> ExportState:
    """`latest`: when the last file that counts was exported; none: there is no such file."""
    if latest is not None and latest >= week.ends:
        return ExportState.HAVE
    return ExportState.MISSING if now >= week.ends else ExportState.NOT_YET


@lru_cache(maxsize=64)
def sources_read(document: str) -> tuple[Source, ...]:
    """The sources that a rules document which has been checked asks for, in the order of the vocabulary."""
    asked = {source for metric in parse_rules(document).metrics for source in metric.rule.sources}
    return tuple(source for source in Source if source in asked)


Cells = Mapping[Source, Sequence[ExportState]]


def cells_of(
    weeks: Sequence[Week], sources: Sequence[Source], latest: Mapping[Source, datetime], now: datetime
) -> Cells:
    """For one contestant: of each source the state of each week."""
    return {source: [state_of(week, latest.get(source), now) for week in weeks] for source in sources}
