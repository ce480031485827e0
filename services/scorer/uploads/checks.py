"""What the rows of a file say together: impossible times, repetitions, contradictions, works of one second."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import polars as pl

from services.scorer.uploads.canonical import KEYS, SCHEMAS
from services.scorer.uploads.findings import MOST_LISTED, Findings
from services.scorer.uploads.values import BEIJING, beijing
from services.shared.problems import Problem
from services.shared.vocabulary import Severity, Source

EARLIEST_YEAR = 2010  # none of the platforms is older

_TIMES = ("published_at", "day", "started_at", "ended_at", "submitted_at", "paid_at")


def check_rows(frame: pl.DataFrame, headings: Mapping[str, str], exported_at: datetime, findings: Findings) -> None:
    """What is impossible in a row by itself; `headings` are the file's own, by canonical column."""
    for name in filter(frame.columns.__contains__, _TIMES):
        _check_times(frame, name, headings.get(name), exported_at, findings)
    if "started_at" not in frame.columns:
        return
    backwards = frame.filter(pl.col("ended_at") < pl.col("started_at"))
    _report(backwards, "END_BEFORE_START", headings.get("ended_at"), findings)
    odd = frame.filter((pl.col("gross_sales") > 0) & (pl.col("orders") == 0))
    values = [{"value": f"{sales:f}"} for sales in odd["gross_sales"].head(MOST_LISTED)]
    _report(odd, "SALES_WITHOUT_ORDERS", headings.get("gross_sales"), findings, values, Severity.WARNING)


def _check_times(
    frame: pl.DataFrame, name: str, heading: str | None, exported_at: datetime, findings: Findings
) -> None:
    """A time after the export, or from before there were platforms, shows a wrong file or a misread cell."""
    now = exported_at.astimezone(UTC)
    latest = (now + BEIJING).date() if frame.schema[name] == pl.Date() else now
    late = frame.filter(pl.col(name) > latest).unique("line", maintain_order=True)
    shown = [{"value": beijing(v), "exported_at": beijing(now)} for v in late[name].head(MOST_LISTED)]
    _report(late, "FUTURE_DATE", heading, findings, shown)
    early = frame.filter(pl.col(name).dt.year() < EARLIEST_YEAR).unique("line", maintain_order=True)
    told: list[dict[str, str | int]] = [
        {"value": beijing(value), "earliest": EARLIEST_YEAR} for value in early[name].head(MOST_LISTED)
    ]
    _report(early, "DATE_TOO_EARLY", heading, findings, told)


def counted_once(frame: pl.DataFrame, source: Source, findings: Findings) -> pl.DataFrame:
    """Drops rows that repeat another and names those that contradict one. Works of one second get an ordinal."""
    key = [name for name in KEYS[source] if name != "ordinal"]
    suspects = frame.select(key).is_duplicated()
    if not suspects.any():
        return frame
    content = [*SCHEMAS[source]]
    numbered = frame.with_row_index("row").filter(suspects).with_columns(nth=pl.int_range(pl.len()).over(content))
    repeats = numbered.with_columns(first_line=pl.col("line").first().over(content)).filter(pl.col("nth") > 0)
    _report_pairs(repeats, "LINE_REPEATED", Severity.WARNING, findings)
    rest = numbered.filter(pl.col("nth") == 0).with_columns(
        nth=pl.int_range(pl.len()).over(key), first_line=pl.col("line").first().over(key)
    )
    again = rest.filter(pl.col("nth") > 0)
    if source is Source.WORKS:
        _report_pairs(again, "WORKS_IN_ONE_SECOND", Severity.WARNING, findings)
    else:
        _report_pairs(again, "LINES_CONTRADICT", Severity.ERROR, findings)
    kept = frame.with_row_index("row").join(repeats.select("row"), on="row", how="anti", maintain_order="left")
    return (_with_ordinals(kept, key) if source is Source.WORKS else kept).drop("row")


def _with_ordinals(works: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """0, 1, 2 … for works of one account and second, by title, then by the order of the file."""
    ordered = works.sort("title", "row").with_columns(ordinal=pl.int_range(pl.len(), dtype=pl.Int16).over(key))
    return ordered.sort("row").select(works.columns)


def _report_pairs(rows: pl.DataFrame, code: str, severity: Severity, findings: Findings) -> None:
    first_lines = [{"first_line": line} for line in rows["first_line"].head(MOST_LISTED)]
    _report(rows, code, None, findings, first_lines, severity)


def _report(  # noqa: PLR0917 (a place, a code and what belongs to it)
    rows: pl.DataFrame,
    code: str,
    heading: str | None,
    findings: Findings,
    parameters: Sequence[Mapping[str, str | int]] | None = None,
    severity: Severity = Severity.ERROR,
) -> None:
    places = rows.select("sheet", "line").head(MOST_LISTED).rows()
    each_of = parameters or [{}] * len(places)
    problems = [
        Problem(code, dict(values), sheet or None, line, heading, severity)
        for (sheet, line), values in zip(places, each_of, strict=True)
    ]
    findings.extend(problems, rows.height)
