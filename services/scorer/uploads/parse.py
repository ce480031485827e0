"""An uploaded file → canonical rows, or the reasons why nothing of it can be taken. Pure: a path in, values out.

The way: container → table → recognise (`formats`) → rows → checks → canonical frame with its digest. What is wrong
with more than a row refuses the file as a whole. Rows with problems of severity ERROR do so too, or are left out, as
the policy says; warnings change nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import polars as pl

from services.scorer.uploads.canonical import digest, period
from services.scorer.uploads.checks import check_rows, counted_once
from services.scorer.uploads.findings import Findings
from services.scorer.uploads.refused import Refused
from services.scorer.uploads.rows import Rows, read_rows
from services.scorer.uploads.seen import see
from services.scorer.uploads.table import Table, tables
from services.scorer.uploads.work_days import Told, one_work, told_above, told_by_name
from services.shared.file_vocabulary import Source, UploadKind
from services.shared.formats.catalogue import Format, Formats, catalogue
from services.shared.formats.waiting import Waiting
from services.shared.problems import Problem
from services.shared.vocabulary import ImportPolicy, Severity

HELP_SHEET = "填写说明"  # the second sheet of our own templates


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What a file says. `frame` (see `canonical.SCHEMAS`) and `content_digest` are None when it is refused, and when it
    waits for somebody to say what its headings mean (`waiting`).

    `rows` counts the file's rows that hold data, repeated ones and those left out (`refused_rows`) included; `period`
    is the first and last moment they speak of; `measures` are those of account days that the file has columns for.
    """

    format: Format | None = None
    frame: pl.DataFrame | None = None
    problems: list[Problem] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    content_digest: str | None = None
    rows: int = 0
    refused_rows: int = 0
    period: tuple[datetime, datetime] | None = None
    measures: list[str] = field(default_factory=list)
    waiting: Waiting | None = None

    @property
    def refused(self) -> bool:
        return self.frame is None

    @property
    def kind(self) -> UploadKind | None:
        return self.format.kind if self.format else None

    @property
    def source(self) -> Source | None:
        return self.format.source if self.format else None


def parse(
    path: Path,
    name: str,
    exported_at: datetime,
    kind_stated: UploadKind | None = None,
    own: str = "",
    *,
    policy: ImportPolicy = ImportPolicy.ALL_OR_NOTHING,
    published_at: datetime | None = None,
) -> ParsedFile:
    """Reads the file at `path`. `name` is what its uploader called it; it decides nothing but what `work_days` says.

    `exported_at` (aware) is when the platform made the file: no row can be later. `own` is what the contest has added
    to the formats, as `Own.text`. `published_at` is when the one work came out that a file of its days tells of, says
    the uploader. Never raises for what a file holds; what the machine does on a hostile one (memory, time) is bounded
    by running this in `children.ParserPool`.
    """
    formats = catalogue(own)
    reading = _Reading(formats, _Stated(name, exported_at, kind_stated, policy, published_at))
    try:
        for table in tables(path, lambda row: formats.recognise(row, kind_stated) is not None):
            reading.take(table)
        return reading.result()
    except Refused as refused:
        reading.findings.add(refused.problem)
    return reading.refused()


@dataclass(frozen=True, slots=True)
class _Stated:
    """What the uploader says of a file."""

    name: str
    exported_at: datetime
    kind: UploadKind | None
    policy: ImportPolicy
    published_at: datetime | None


class _Reading:
    """The tables of one file as they are read; the first that can be but of one kind decides what the file is."""

    def __init__(self, formats: Formats, stated: _Stated) -> None:
        self.formats, self.stated, self.findings = formats, stated, Findings()
        self.format: Format | None = None
        self.parts: list[Rows] = []
        self.undecided: list[tuple[Table, int, Format]] = []
        self.left_out = 0
        self.skipped: list[Table] = []
        self.told: list[Told] = []
        self.not_taken: str | None = None

    @property
    def count(self) -> int:
        return sum(part.count for part in self.parts)

    def take(self, table: Table) -> None:
        for heading, row in enumerate(table.head):
            found = self.formats.recognise(row, self.stated.kind)
            if isinstance(found, Format):
                if self._is_open(found, row):
                    self.undecided.append((table, heading, found))
                else:
                    self._read(found, table, heading)
                return
            self.not_taken = self.not_taken or found
            self.told.append(told_above(row))
        if table.name != HELP_SHEET:
            self.skipped.append(table)

    def _is_open(self, found: Format, row: Sequence[str | None]) -> bool:
        """Whether other sheets have to say what this one is: a day's plays may be those of an account or of a work."""
        fitting = self.formats.fitting(row)
        ambiguous = len(fitting) > 1 and any(each.days_of_one_work for each in fitting)
        return ambiguous and found.kind != self.stated.kind

    def _decide(self, found: Format, table: Table) -> None:
        if self.format is None:
            self.format = found
            if self.stated.kind not in (None, found.kind):
                raise Refused("KIND_DIFFERS", {"stated": str(self.stated.kind), "found": found.called})
        elif self.format is not found:
            both: dict[str, str | int] = {"first": self.format.called, "second": found.called}
            raise Refused("KINDS_MIXED", both, sheet=table.name or None)

    def _read(self, found: Format, table: Table, heading: int) -> None:
        self._decide(found, table)
        rows = read_rows(table, heading, found, self.findings)
        wrong = [check_rows(frame, rows.headings, self.stated.exported_at, self.findings) for frame in rows.frames]
        bad = rows.bad.union(*wrong)
        good = [frame.filter(~pl.col("line").is_in(list(bad))) if bad else frame for frame in rows.frames]
        self.parts.append(replace(rows, frames=good))
        self.left_out += len(bad)

    def result(self) -> ParsedFile:
        for table, heading, likeliest in self.undecided:
            as_the_rest = self.format and self.format in self.formats.fitting(table.head[heading])
            self._read(self.format if self.format and as_the_rest else likeliest, table, heading)
        if self.format is None:
            waiting = None if self.not_taken else see(self.skipped, self.formats)
            if waiting is None:
                raise self._unknown()
            return ParsedFile(problems=[self._waits(waiting)], unknown_columns=waiting.unknown, waiting=waiting)
        for table in self.skipped:
            problem = Problem("SHEET_SKIPPED", {"name": table.name}, sheet=table.name, severity=Severity.WARNING)
            self.findings.add(problem)
        if not self.count:
            self.findings.add(Problem("NO_ROWS", severity=Severity.WARNING))
        policy = self.stated.policy
        if self.format.days_of_one_work:  # with a day left out its sums would be too small
            policy = ImportPolicy.ALL_OR_NOTHING
            if self.findings.fatal:
                return self.refused()
        frame, contradicting = self._frame(self.format)
        refused = self.left_out + contradicting
        if self.findings.fatal and (policy is ImportPolicy.ALL_OR_NOTHING or refused == self.count):
            return self.refused()
        source = self.format.source
        measures = sorted({name for part in self.parts for name in part.measures})
        rows = 1 if self.format.days_of_one_work else self.count
        return ParsedFile(
            self.format,
            frame,
            self.findings.listed(),
            self.unknown,
            digest(source, frame, measures),
            rows,
            refused,
            period(source, frame),
            measures,
        )

    def _frame(self, kind: Format) -> tuple[pl.DataFrame, int]:
        """The rows that count, and how many lines contradict others."""
        frame = pl.concat([frame for part in self.parts for frame in part.frames], how="diagonal")
        if not kind.days_of_one_work:
            return counted_once(frame, kind, self.findings)
        told = [*self.told, told_by_name(self.stated.name)]
        return one_work(frame, told, self.stated.published_at, self.findings), 0

    def refused(self) -> ParsedFile:
        """Nothing of it counts."""
        problems = self.findings.listed()
        return ParsedFile(self.format, None, problems, self.unknown, rows=self.count, refused_rows=self.count)

    @property
    def unknown(self) -> list[str]:
        """Headings that the format does not know, as the file has them."""
        return list(dict.fromkeys(name for part in self.parts for name in part.unknown))

    def _waits(self, waiting: Waiting) -> Problem:
        looks_like = self.formats.of(waiting.looks_like).called
        lacks = {"nearest": looks_like, "missing": "、".join(waiting.missing) or "-"}
        return Problem("HEADINGS_UNKNOWN", {"unknown": waiting.named, **lacks})

    def _unknown(self) -> Refused:
        if self.not_taken:
            return Refused("KIND_NOT_TAKEN", {"kind": self.not_taken, "taken": self.formats.names})
        if not self.skipped:
            return Refused("SHEETS_EMPTY")
        nearest = self.formats.nearest(row for table in self.skipped for row in table.head)
        lacks = {"nearest": nearest.format.called, "missing": "、".join(nearest.missing)}
        return Refused("KIND_NOT_FOUND", {**lacks, "taken": self.formats.names})
