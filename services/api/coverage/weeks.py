"""Which weekly exports of a contestant are there, late, missing, or not due yet. Pure.

A round's window is cut into Beijing weeks, Monday to Sunday; the first and the last one may be shorter. For each source
that the round's rules read, a week is

HAVE      when a file of that source that counts (accepted, not withdrawn, exported inside the round's span) was
          exported at or after the week's end - the round's close for the last one - and handed in before the week's
          due time. Exports hold everything up to their moment, so a later one serves for all weeks before it
LATE      when the first such file was handed in at the due time or later. It counts all the same
MISSING   when the week is over and there is no such file
NOT_YET   as long as the week lasts: nobody could have it

Account days are the exception: a platform exports the last 7 or 30 of them, in files of one measure each. Such a week
is there with the last day of the last of the measures that the rules read, each in a file that was exported after it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from services.shared.beijing import BEIJING
from services.shared.file_vocabulary import AccountMeasure, ExportState, Origin, Source
from services.shared.rules.check import parse_rules


class Week(NamedTuple):
    """The part of a Beijing week inside the round, half-open; numbered from 1. Its files are due before `due`."""

    number: int
    begins: datetime
    ends: datetime
    due: datetime


class File(NamedTuple):
    """A file that counts, as far as it speaks of one contestant."""

    upload_id: UUID
    source: Source
    measures: frozenset[AccountMeasure]
    exported_at: datetime
    handed_in_at: datetime
    origin: Origin | None = None
    period: tuple[datetime, datetime] | None = None  # the first and last moment that it tells of

    def has(self, day: date, ends: datetime) -> bool:
        """Whether it holds this day, of which `ends` is the end."""
        if self.period is None or self.exported_at < ends:
            return False
        first, last = self.period
        return first.astimezone(BEIJING).date() <= day <= last.astimezone(BEIJING).date()


class Cell(NamedTuple):
    """One week of one source. `file`: the one with which it was there; `lacks`: the measures that files do not tell of
    every day."""

    week: Week
    state: ExportState
    file: File | None = None
    lacks: tuple[AccountMeasure, ...] = ()


Needs = Mapping[Source, Sequence[AccountMeasure]]  # what rules read; of account days also which measures
Cells = Mapping[Source, Sequence[Cell]]


def weeks_of(opens_at: datetime, closes_at: datetime, due_days: int) -> list[Week]:
    weeks: list[Week] = []
    begins = opens_at.astimezone(BEIJING)
    while begins < closes_at:
        midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0)
        ends = min(midnight + timedelta(days=7 - begins.weekday()), closes_at.astimezone(BEIJING))
        weeks.append(Week(len(weeks) + 1, begins, ends, ends + timedelta(days=due_days)))
        begins = ends
    return weeks


@lru_cache(maxsize=64)
def needs_of(document: str) -> Needs:
    """What a rules document which has been checked asks for, in the order of the vocabulary."""
    asked: dict[Source, set[AccountMeasure]] = {}
    for measured in parse_rules(document).measurements:
        for source in measured.sources:
            measures = asked.setdefault(source, set())
            if source is Source.ACCOUNT_DAYS and measured.of.measure is not None:
                measures.add(measured.of.measure)
    return {source: tuple(sorted(asked[source])) for source in Source if source in asked}


def _days(week: Week) -> Iterator[tuple[date, datetime]]:
    """The days of a week, each with its end, inside the round."""
    begins = week.begins
    while begins < week.ends:
        midnight = begins.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        yield begins.date(), min(midnight, week.ends)
        begins = midnight


def cells_of(weeks: Sequence[Week], needs: Needs, files: Sequence[File], now: datetime) -> Cells:
    """For one contestant: of each source each week."""
    of = {source: [file for file in files if file.source is source] for source in needs}
    return {source: [_cell(week, measures, of[source], now) for week in weeks] for source, measures in needs.items()}


def _cell(week: Week, measures: Sequence[AccountMeasure], files: Sequence[File], now: datetime) -> Cell:
    if measures:
        lasts = {each: _last_day(week, [file for file in files if each in file.measures]) for each in measures}
        lacks = tuple(each for each, last in lasts.items() if last is None)
        first = max((one for one in lasts.values() if one is not None), key=_handed_in, default=None)
    else:
        lacks, first = (), _first(file for file in files if file.exported_at >= week.ends)
    if first is None or lacks:
        over = now >= week.ends
        return Cell(week, ExportState.MISSING, lacks=lacks) if over else Cell(week, ExportState.NOT_YET)
    return Cell(week, ExportState.LATE if first.handed_in_at >= week.due else ExportState.HAVE, first)


def _last_day(week: Week, files: Sequence[File]) -> File | None:
    """The file that brought the last day of a week that was still missing; none while one is."""
    firsts = [_first(file for file in files if file.has(*day)) for day in _days(week)]
    brought = [first for first in firsts if first is not None]
    return max(brought, key=_handed_in) if len(brought) == len(firsts) else None


def _first(files: Iterable[File]) -> File | None:
    return min(files, key=_handed_in, default=None)


def _handed_in(file: File) -> tuple[datetime, UUID]:
    return file.handed_in_at, file.upload_id


def states(cells: Cells) -> Iterator[ExportState]:
    """Of all weeks of all sources."""
    return (cell.state for row in cells.values() for cell in row)
