"""Lines at the end of a table that are no rows: who made it, when, what for."""

import polars as pl

from services.scorer.uploads.findings import MOST_LISTED, Findings
from services.shared.problems import Problem
from services.shared.vocabulary import Severity

_LIKE_A_VALUE = r"^\W*\d"


def without_remarks(cells: pl.DataFrame, sheet: str, findings: Findings) -> pl.DataFrame:
    """Drops and names the last lines in which a single cell says something and no number, time or id: such a line
    cannot be a row, not even a badly written one. Where nothing else stands they are left to be read."""
    if cells.is_empty():
        return cells
    texts = pl.all().exclude("line")
    filled = pl.sum_horizontal(texts.str.contains(r"\S").fill_null(value=False))
    value = pl.any_horizontal(texts.str.contains(_LIKE_A_VALUE).fill_null(value=False))
    rows = cells.select(row=(filled > 1) | value)["row"]
    end = rows.len() - (rows.reverse().arg_max() or 0)
    lines: list[int] = cells["line"][end:].to_list() if rows.any() else []
    problems = [Problem("REMARK_SKIPPED", {}, sheet or None, line, severity=Severity.WARNING) for line in lines]
    findings.extend(problems[:MOST_LISTED], len(problems))
    return cells.head(cells.height - len(problems))
