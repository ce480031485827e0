"""What the rows of a file say together: impossible times, repetitions, contradictions, works of one second."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl

from services.scorer.uploads.canonical import KEYS, SCHEMAS, TO_THE_MINUTE
from services.scorer.uploads.findings import MOST_LISTED, Findings
from services.scorer.uploads.minutes import tells_minutes
from services.scorer.uploads.values import BEIJING, beijing
from services.shared.file_vocabulary import Source
from services.shared.formats.catalogue import Format
from services.shared.problems import Problem
from services.shared.vocabulary import Severity

EARLIEST_YEAR = 2010  # none of the platforms is older

_TIMES = ("published_at", "day", "started_at", "ended_at", "submitted_at", "paid_at")


def check_rows(
    frame: pl.DataFrame, headings: Mapping[str, str], exported_at: datetime, findings: Findings
) -> frozenset[int]:
    """Names what is impossible in a row by itself, and answers with the lines of errors; `headings` are the file's own,
    by canonical column.
    """
    checks = [*_time_checks(frame, exported_at), *(_SESSION_CHECKS if "started_at" in frame.columns else ())]
    lines: set[int] = set()
    for check in checks:
        rows = frame.filter(check.wrong).unique("line", maintain_order=True)
        values = rows[check.column].head(MOST_LISTED)
        parameters = [{"value": _shown(value), **check.parameters} for value in values]
        _report(rows, check.code, headings.get(check.column), findings, parameters, check.severity)
        if check.severity is Severity.ERROR:
            lines.update(rows["line"])
    return frozenset(lines)


@dataclass(frozen=True, slots=True)
class _Check:
    """Rows for which `wrong` is true get `code`, with the value of `column`."""

    code: str
    column: str
    wrong: pl.Expr
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    severity: Severity = Severity.ERROR


_SESSION_CHECKS = (
    _Check("END_BEFORE_START", "ended_at", pl.col("ended_at") < pl.col("started_at")),
    _Check(
        "SALES_WITHOUT_ORDERS",
        "gross_sales",
        (pl.col("gross_sales") > 0) & (pl.col("orders") == 0),
        severity=Severity.WARNING,
    ),
)


def _time_checks(frame: pl.DataFrame, exported_at: datetime) -> Iterator[_Check]:
    """Those checks of times that some row fails. A time after the export shows a wrong file, or a wrong statement of
    when it was made; one from before there were platforms a misread cell."""
    now = exported_at.astimezone(UTC)
    times = [name for name in _TIMES if name in frame.columns]
    for name in times:
        latest, last = (now + BEIJING).date() if frame.schema[name] == pl.Date() else now, frame[name].max()
        if isinstance(last, date) and last > latest:
            yield _Check("FUTURE_DATE", name, pl.col(name) > pl.lit(latest), {"exported_at": beijing(now)})
    for name in times:
        first = frame[name].min()
        if isinstance(first, date) and first.year < EARLIEST_YEAR:
            early = pl.col(name).dt.year() < EARLIEST_YEAR
            yield _Check("DATE_TOO_EARLY", name, early, {"earliest": EARLIEST_YEAR})


def _shown(value: datetime | date | Decimal) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else beijing(value)


def counted_once(frame: pl.DataFrame, kind: Format, findings: Findings) -> tuple[pl.DataFrame, int]:
    """Drops rows that repeat another, and names, drops and counts the lines that contradict each other. Works of one
    second, or of one minute where that is all their file tells, get an ordinal.
    """
    source, to_the_minute = kind.source, kind.source is Source.WORKS and tells_minutes(kind, frame, findings)
    if source is Source.WORKS and not to_the_minute:  # where some times have seconds and others have lost them
        frame = frame.with_columns(ordinal=pl.lit(0, frame.schema["ordinal"]))
    key = [name for name in KEYS[source] if name != "ordinal"]
    suspects = frame.select(key).is_duplicated()
    if not suspects.any():
        return frame, 0
    content = [*SCHEMAS[source]]
    numbered = frame.with_row_index("row").filter(suspects).with_columns(nth=pl.int_range(pl.len()).over(content))
    repeats = numbered.with_columns(first_line=pl.col("line").first().over(content)).filter(pl.col("nth") > 0)
    _report_pairs(repeats, "LINE_REPEATED", Severity.WARNING, findings)
    told_apart = [*key, "title"] if to_the_minute else key
    rest = numbered.filter(pl.col("nth") == 0).with_columns(
        nth=pl.int_range(pl.len()).over(told_apart), first_line=pl.col("line").first().over(told_apart)
    )
    again = rest.filter(pl.col("nth") > 0)
    kept = frame.with_row_index("row").join(repeats.select("row"), on="row", how="anti", maintain_order="left")
    if source is Source.WORKS:
        code = "WORKS_IN_ONE_MINUTE" if to_the_minute else "WORKS_IN_ONE_SECOND"
        _report_pairs(again, code, Severity.WARNING, findings)
        return _with_ordinals(kept, key, to_the_minute=to_the_minute).drop("row"), 0
    if again.is_empty():
        return kept.drop("row"), 0
    _report_pairs(again, "LINES_CONTRADICT", Severity.ERROR, findings)
    places = ["sheet", "line"]
    lines = rest.join(again, on=key, how="semi", nulls_equal=True).select(places).unique()
    return kept.join(lines, on=places, how="anti", maintain_order="left").drop("row"), lines.height


def _with_ordinals(works: pl.DataFrame, key: list[str], *, to_the_minute: bool) -> pl.DataFrame:
    """0, 1, 2 … for works of one account and second, -1, -2 … for those of one minute: by title, then by the order of
    the file."""
    nth = pl.int_range(pl.len(), dtype=pl.Int16).over(key)
    numbered = works.sort("title", "row").with_columns(ordinal=TO_THE_MINUTE - nth if to_the_minute else nth)
    return numbered.sort("row").select(works.columns)


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
