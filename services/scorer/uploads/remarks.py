"""Lines at the end of a table that are no rows: who made it, when, what for."""

from collections.abc import Iterable, Iterator

import polars as pl

from services.scorer.uploads.findings import MOST_LISTED, Findings
from services.shared.problems import Problem
from services.shared.vocabulary import Severity

_LIKE_A_VALUE = r"^\W*\d"


def without_remarks(parts: Iterable[pl.DataFrame], sheet: str, findings: Findings) -> Iterator[pl.DataFrame]:
    """Drops and names the last lines in which a single cell says something and no number, time or id: such a line
    cannot be a row, not even a badly written one. Where nothing else stands they are left to be read.

    `parts` of the table come one after the other; so do those that are answered, one at least.
    """
    held: list[pl.DataFrame] = []  # remarks, should no row follow
    any_row = False
    for cells in parts:
        end = _end_of_rows(cells)
        if end:
            any_row = True
            yield pl.concat([*held, cells.head(end)])
            held = []
        held.append(cells.slice(end))
    if not any_row:
        yield pl.concat(held)
        return
    lines = [line for part in held for line in part["line"]]
    problems = [Problem("REMARK_SKIPPED", {}, sheet or None, line, severity=Severity.WARNING) for line in lines]
    findings.extend(problems[:MOST_LISTED], len(problems))


def _end_of_rows(cells: pl.DataFrame) -> int:
    """How many lines there are up to the last that may be a row."""
    if cells.is_empty():
        return 0
    if sum(isinstance(cell, str) and bool(cell.strip()) for cell in cells.row(-1)) > 1:  # as nearly always
        return cells.height
    texts = pl.all().exclude("line")
    filled = pl.sum_horizontal(texts.str.contains(r"\S").fill_null(value=False))
    value = pl.any_horizontal(texts.str.contains(_LIKE_A_VALUE).fill_null(value=False))
    rows = cells.select(row=(filled > 1) | value)["row"]
    return rows.len() - (rows.reverse().arg_max() or 0) if rows.any() else 0
