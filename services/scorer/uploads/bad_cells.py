"""The cells of one table that could not be read, gathered part by part and told of at its end: what is wrong with a
line may show only beside all the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import polars as pl

from services.scorer.uploads.findings import MOST_LISTED, Findings
from services.scorer.uploads.located import Found
from services.scorer.uploads.lost_digits import IDS, CutIds
from services.scorer.uploads.table import Table
from services.shared.problems import Problem
from services.shared.vocabulary import Severity

_HARMLESS = "VISIBILITY_UNKNOWN"


@dataclass(frozen=True, slots=True)
class _BadColumn:
    """Of one column of one part: its bad lines, those that are no rows because of it, and some (line, cell, code)."""

    found: Found
    lines: pl.Series
    harmed: pl.Series
    listed: Sequence[tuple[int, str | None, str]]

    @classmethod
    def of(cls, found: Found, cells: pl.DataFrame, codes: pl.Series) -> "_BadColumn":
        bad = cells.select("line", cell=found.name).with_columns(code=codes).drop_nulls("code")
        harmed = bad.filter(pl.col("code") != _HARMLESS)
        return cls(found, bad["line"], harmed["line"], bad.head(MOST_LISTED).rows())


@dataclass(frozen=True, slots=True)
class BadCells:
    """`cut`: ids that end in zeros, for the columns in which nothing but their number says whether that is wrong."""

    table: Table
    width: int
    columns: list[_BadColumn] = field(default_factory=list)
    cut: dict[str, CutIds] = field(default_factory=dict)

    def gather(self, found: Sequence[Found], cells: pl.DataFrame, codes: pl.DataFrame) -> None:
        self.columns.extend(
            _BadColumn.of(each, cells, codes[each.name])
            for each in found
            if codes[each.name].null_count() < codes.height
        )

    def gather_cut(self, found: Sequence[Found], cells: pl.DataFrame, values: pl.DataFrame) -> None:
        for each in found:
            if each.column.style in IDS:
                self.cut.setdefault(each.name, CutIds(each)).gather(cells, values[each.name])

    def report(self, findings: Findings) -> tuple[frozenset[int], frozenset[int]]:
        """Names what is wrong, and answers with the lines of which nothing is read and with those that are bad rows."""
        lost = [_lost(ids) for ids in self.cut.values() if ids.are_most]
        columns = [*self.columns, *lost]
        wrong = pl.concat([each.lines for each in columns]).unique() if columns else pl.Series([], dtype=pl.Int32)
        too_long = {**self.table.too_long, **(self.table.longer_than_most(wrong) if wrong.len() else {})}
        self._report_too_long(too_long, findings)
        bad: set[int] = set()
        for each in columns:
            told = [one for one in each.listed if one[0] not in too_long]
            problems = [self._problem(each.found, *one) for one in told]
            findings.extend(problems, each.lines.len() - int(each.lines.is_in(list(too_long)).sum()))
            bad.update(each.harmed)
        return frozenset(too_long), frozenset(bad.difference(too_long))

    def _report_too_long(self, too_long: Mapping[int, int], findings: Findings) -> None:
        """Nothing is read from such a line: what stands in a column there may belong to another, even to a buyer's."""
        problems = [
            Problem("ROW_TOO_LONG", {"cells": cells, "headings": self.width}, line=line)
            for line, cells in islice(sorted(too_long.items()), MOST_LISTED)
        ]
        findings.extend(problems, len(too_long))

    def _problem(self, found: Found, line: int, cell: str | None, code: str) -> Problem:
        parameters: dict[str, str | int] = (
            {} if code == "VALUE_MISSING" else {"value": (cell or "").strip()[:60], "style": found.column.style}
        )
        severity = Severity.WARNING if code == _HARMLESS else Severity.ERROR
        return Problem(code, parameters, self.table.name or None, line, found.heading, severity)


def _lost(ids: CutIds) -> _BadColumn:
    listed = [(line, cell, "ID_LOST_DIGITS") for line, cell in ids.listed]
    lines = pl.concat(ids.lines)
    return _BadColumn(ids.found, lines, lines, listed)
