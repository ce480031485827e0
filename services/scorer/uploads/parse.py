"""An uploaded file → canonical rows, or the reasons why nothing of it can be taken. Pure: a path in, values out.

The way: container → table → recognise (`formats`) → rows → checks → canonical frame with its digest. Any problem of
severity ERROR refuses the file as a whole; warnings do not.
"""

from dataclasses import dataclass, field
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
from services.shared.formats.catalogue import Format, Formats, catalogue
from services.shared.formats.waiting import Waiting
from services.shared.problems import Problem
from services.shared.vocabulary import ImportPolicy, Severity, Source, UploadKind

HELP_SHEET = "填写说明"  # the second sheet of our own templates


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What a file says. `frame` (see `canonical.SCHEMAS`) and `content_digest` are None when it is refused, and when it
    waits for somebody to say what its headings mean (`waiting`).

    `rows` counts the file's rows that hold data, repeated ones included; `period` is the first and last moment they
    speak of; `measures` are those of account days that the file has columns for.
    """

    format: Format | None = None
    frame: pl.DataFrame | None = None
    problems: list[Problem] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    content_digest: str | None = None
    rows: int = 0
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
    kind_stated: UploadKind | None,
    own: str = "",
    *,
    policy: ImportPolicy = ImportPolicy.ALL_OR_NOTHING,
    published_at: datetime | None = None,
) -> ParsedFile:
    """Reads the file at `path`; `name` is what its uploader called it and decides nothing.

    `exported_at` (aware) is when the platform made the file: no row can be later. `own` is what the contest has added
    to the formats, as `Own.text`. Never raises for what a file holds; what the machine does on a hostile one (memory,
    time) is bounded by running this in `children.ParserPool`.
    """
    findings = Findings()
    formats = catalogue(own)
    reading = _Reading(formats, kind_stated, exported_at, findings)
    try:
        for table in tables(path, lambda row: formats.recognise(row, kind_stated) is not None):
            reading.take(table)
        return reading.result()
    except Refused as refused:
        findings.add(refused.problem)
    return ParsedFile(reading.format, problems=findings.listed(), rows=reading.count)


class _Reading:
    """The tables of one file as they are read; the first that is recognised decides what the file is."""

    def __init__(self, formats: Formats, stated: UploadKind | None, exported_at: datetime, findings: Findings) -> None:
        self.formats = formats
        self.stated, self.exported_at, self.findings = stated, exported_at, findings
        self.format: Format | None = None
        self.parts: list[Rows] = []
        self.skipped: list[Table] = []
        self.not_taken: str | None = None

    @property
    def count(self) -> int:
        return sum(part.count for part in self.parts)

    def take(self, table: Table) -> None:
        for heading, row in enumerate(table.head):
            found = self.formats.recognise(row, self.stated)
            if isinstance(found, Format):
                self._decide(found, table)
                part = read_rows(table, heading, found, self.findings)
                check_rows(part.frame, part.headings, self.exported_at, self.findings)
                self.parts.append(part)
                return
            self.not_taken = self.not_taken or found
        if table.name != HELP_SHEET:
            self.skipped.append(table)

    def _decide(self, found: Format, table: Table) -> None:
        if self.format is None:
            self.format = found
            if self.stated not in (None, found.kind):
                raise Refused("KIND_DIFFERS", {"stated": str(self.stated), "found": found.called})
        elif self.format is not found:
            both: dict[str, str | int] = {"first": self.format.called, "second": found.called}
            raise Refused("KINDS_MIXED", both, sheet=table.name or None)

    def result(self) -> ParsedFile:
        if self.format is None:
            waiting = None if self.not_taken else see(self.skipped, self.formats)
            if waiting is None:
                raise self._unknown()
            return ParsedFile(problems=[self._waits(waiting)], unknown_columns=waiting.unknown, waiting=waiting)
        source = self.format.source
        for table in self.skipped:
            problem = Problem("SHEET_SKIPPED", {"name": table.name}, sheet=table.name, severity=Severity.WARNING)
            self.findings.add(problem)
        unknown = list(dict.fromkeys(name for part in self.parts for name in part.unknown))
        frame = pl.concat([part.frame for part in self.parts])
        if not self.findings.fatal:  # rows that could not be read would look alike
            frame = counted_once(frame, source, self.findings)
        problems = self.findings.listed()
        if self.findings.fatal:
            return ParsedFile(self.format, None, problems, unknown, rows=self.count)
        measures = sorted({name for part in self.parts for name in part.measures})
        digested = digest(source, frame, measures)
        spoken_of = period(source, frame), measures
        return ParsedFile(self.format, frame, problems, unknown, digested, self.count, *spoken_of)

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
