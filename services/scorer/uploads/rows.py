"""One table's text cells → rows in canonical columns: which lines are rows, what their cells say, what is wrong.

Lines that are no rows: empty ones, the headings again, totals (整体, 合计), an explanation right under the headings,
remarks at the end.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import polars as pl

from services.scorer.uploads.canonical import DEFAULTS, SCHEMAS
from services.scorer.uploads.columns import STYLES, Reading, read_columns
from services.scorer.uploads.findings import MOST_LISTED, Findings
from services.scorer.uploads.located import Found, Located, locate
from services.scorer.uploads.minutes import to_the_minute
from services.scorer.uploads.remarks import without_remarks
from services.scorer.uploads.table import Table
from services.shared.file_vocabulary import Source
from services.shared.formats.catalogue import Format
from services.shared.formats.section import normalise
from services.shared.problems import Problem
from services.shared.vocabulary import Severity

_TOTAL = r"^\s*(?:整体|合计|总计|汇总|总和|小计)\s*$"
_NO_KEY = r"^\s*(?:-|--|—|/|整体|合计|总计|汇总|总和|小计)?\s*$"
_IDS = {"id", "ids"}
_LONG = r"^\d{16,}$"
_ANCHORS = {"time", "date", *_IDS}
_LIKE_A_KEY = re.compile(r"\W*\d")  # how an id or a time begins, in full-width digits too
_HARMLESS = "VISIBILITY_UNKNOWN"
_FIGURES = STYLES.keys() - {"handle", *_IDS}


@dataclass(frozen=True, slots=True)
class Rows:
    """`headings` are the file's own, by canonical column; `count` the lines that were rows, `bad` those of them
    in which a cell could not be read.
    """

    frame: pl.DataFrame
    count: int
    bad: frozenset[int]
    headings: dict[str, str]
    unknown: list[str]
    measures: list[str]


def read_rows(table: Table, heading: int, kind: Format, findings: Findings) -> Iterator[Rows]:
    """The rows under head row `heading` of a table that was recognised as `kind`, part by part. Raises Refused."""
    located = locate(table, heading, kind)
    for number, cells in enumerate(table.batches(heading, len(located.headings), located.wanted)):
        yield _read_batch(located, cells, findings, first=number == 0)


def _read_batch(located: Located, cells: pl.DataFrame, findings: Findings, *, first: bool) -> Rows:
    table, headings, kind, found = located.table, located.headings, located.kind, located.found
    lines = _lines_of(cells)
    too_long = {line: length for line, length in table.too_long.items() if line in lines}
    cells = cells.filter(~pl.col("line").is_in(list(too_long))) if too_long else cells
    cells = _without_other_lines(cells, found, located.wanted, headings)
    cells = without_remarks(cells, table.name, findings)
    reading = read_columns(cells, {each.name: each.column for each in found})
    if first and _first_explains(found, cells, reading):
        place = table.name or None, cells["line"][0]
        findings.add(Problem("EXPLANATION_SKIPPED", {}, *place, severity=Severity.WARNING))
        cells, reading = cells.slice(1), Reading(reading.values.slice(1), reading.codes.slice(1))
    reading = _with_lost_digits(table, cells, found, reading)
    codes = _with_merged_figures(table, cells, found, reading.codes) if table.merged else reading.codes
    shifted = _shifted(table, cells, codes)
    if shifted:
        here = ~cells["line"].is_in(list(shifted))
        cells, codes, reading = cells.filter(here), codes.filter(here), Reading(reading.values.filter(here), codes)
    left_out = _report_too_long({**too_long, **shifted}, len(headings), findings)
    bad = _report(found, cells, codes, table.name, findings) | left_out
    unknown = [name.strip() for name in headings if name and name.strip() and normalise(name) not in kind.known]
    frame = _canonical(kind, found, reading.values, cells["line"], table.name)
    published = next((each.name for each in found if each.column.to == "published_at"), None)
    if kind.source is Source.WORKS and published and not kind.days_of_one_work:
        frame = to_the_minute(kind, frame, cells.select("line", text=published), findings)
    own = {each.column.to: each.heading for each in found}
    return Rows(frame, cells.height + len(left_out), bad, own, unknown, [name for name in own if name.isupper()])


def _lines_of(cells: pl.DataFrame) -> range:
    return range(cells["line"][0], cells["line"][-1] + 1) if cells.height else range(0)


def _shifted(table: Table, cells: pl.DataFrame, codes: pl.DataFrame) -> Mapping[int, int]:
    """Lines that cannot be read and have more cells than others, if only empty ones at their end."""
    wrong = codes.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    return table.longer_than_most(cells["line"].filter(wrong)) if wrong.any() else {}


def _report_too_long(too_long: Mapping[int, int], width: int, findings: Findings) -> frozenset[int]:
    """Names the lines with more cells than headings, and answers with them. Nothing is read from them: what stands in a
    column there may belong to another, even to a buyer's."""
    problems = [
        Problem("ROW_TOO_LONG", {"cells": cells, "headings": width}, line=line)
        for line, cells in islice(too_long.items(), MOST_LISTED)
    ]
    findings.extend(problems, len(too_long))
    return frozenset(too_long)


def _without_other_lines(
    cells: pl.DataFrame, found: list[Found], wanted: list[int], headings: Sequence[str | None]
) -> pl.DataFrame:
    """Drops empty lines, repeated headings and totals."""
    key = next(each for each in found if each.column.filled and each.column.style in _ANCHORS)
    anchor = pl.col(key.name)
    total = pl.any_horizontal(pl.col(str(index)).str.contains(_TOTAL) for index in wanted[:4])
    without_key = anchor.is_null() | anchor.str.contains(_NO_KEY)
    again = anchor.str.strip_chars() == (headings[key.index] or "").strip()
    filled = pl.any_horizontal(pl.col(str(index)).str.contains(r"\S") for index in wanted)
    other = (total & without_key).fill_null(value=False) | again.fill_null(value=False)
    return cells.filter(filled.fill_null(value=False) & ~other)


def _first_explains(found: list[Found], cells: pl.DataFrame, reading: Reading) -> bool:
    """Whether the first line under the headings explains them: something in it, no figure that can be read, and where
    ids and times stand nothing that might be meant as one. A row of data is never lost for being badly written.
    """
    if not reading.values.height:
        return False
    anchors = [each.name for each in found if each.column.style in _ANCHORS]
    if any(cell and _LIKE_A_KEY.match(cell) for cell in cells.select(anchors).row(0)):
        return False
    figures = [each.name for each in found if each.column.style in _FIGURES]
    codes = reading.codes.row(0, named=True)
    unread = [name for name in figures if codes[name] not in (None, "VALUE_MISSING")]
    readable = reading.values.select(sorted({*figures, *anchors}))
    return bool(unread) and all(value is None for value in readable.row(0))


def _with_merged_figures(table: Table, cells: pl.DataFrame, found: list[Found], codes: pl.DataFrame) -> pl.DataFrame:
    """Marks figures of one cell that stretches over several rows: whose they are nobody knows. Other merged cells say
    the same of each of their rows."""
    merged = {
        each.name: [line for first, last in table.merged[each.index] for line in range(first, last + 1)]
        for each in found
        if each.index in table.merged and each.column.style in _FIGURES
    }
    return codes.with_columns(
        pl.when(cells["line"].is_in(lines)).then(pl.lit("CELLS_MERGED")).otherwise(pl.col(name)).alias(name)
        for name, lines in merged.items()
    )


def _with_lost_digits(table: Table, cells: pl.DataFrame, found: list[Found], reading: Reading) -> Reading:
    """Marks ids that were stored as numbers and therefore lost what follows the 15th digit."""
    ids = [each for each in found if each.column.style in _IDS]
    if not ids or not reading.values.height:
        return reading
    test = _could_be_number if table.name else _was_cut
    suspicious = reading.values.select(test(each.name) for each in ids)
    where = {each.index: suspicious[each.name] for each in ids if suspicious[each.name].any()}
    if not where:
        return reading
    if table.name:
        places = [(line, index) for index, marked in where.items() for line in cells["line"].filter(marked)]
        numbers = table.stored_as_numbers(places)
        where = {index: cells["line"].is_in([line for line, column in numbers if column == index]) for index in where}
    else:
        where = {index: marked for index, marked in where.items() if _mostly(marked, reading.values[str(index)])}
    codes = reading.codes.with_columns(reading.codes[str(i)].set(lost, "ID_LOST_DIGITS") for i, lost in where.items())
    return Reading(reading.values, codes)


def _mostly(marked: pl.Series, ids: pl.Series) -> bool:
    """Whether more than half of the long ids are marked."""
    return int(marked.sum()) * 2 > int(ids.str.contains(_LONG).sum())


def _could_be_number(name: str) -> pl.Expr:
    """Whether an id of more than 15 digits is one that a floating-point number holds exactly."""
    digits = pl.when(pl.col(name).str.contains(_LONG)).then(pl.col(name))
    exact = digits.cast(pl.Float64).cast(pl.Int128, strict=False) == digits.cast(pl.Int128, strict=False)
    return exact.fill_null(value=False).alias(name)


def _was_cut(name: str) -> pl.Expr:
    """In text nothing says what a cell was; but if most long ids end in zeros after 15 digits, Excel wrote the file."""
    return pl.col(name).str.contains(r"^\d{15}0+$").fill_null(value=False).alias(name)


def _report(
    found: list[Found], cells: pl.DataFrame, codes: pl.DataFrame, sheet: str, findings: Findings
) -> frozenset[int]:
    """Names the cells that could not be read, and answers with their lines."""
    lines: set[int] = set()
    for each, clean in zip(found, codes.select(pl.all().null_count() == pl.len()).row(0), strict=True):
        if clean:
            continue
        bad = cells.select("line", cell=each.name).with_columns(code=codes[each.name]).drop_nulls("code")
        problems = [_problem(each, code, cell, sheet, line) for line, cell, code in bad.head(MOST_LISTED).iter_rows()]
        findings.extend(problems, bad.height)
        lines.update(bad.filter(pl.col("code") != _HARMLESS)["line"])
    return frozenset(lines)


def _problem(found: Found, code: str, cell: str | None, sheet: str, line: int) -> Problem:
    parameters: dict[str, str | int] = (
        {} if code == "VALUE_MISSING" else {"value": (cell or "").strip()[:60], "style": found.column.style}
    )
    severity = Severity.WARNING if code == _HARMLESS else Severity.ERROR
    return Problem(code, parameters, sheet or None, line, found.heading, severity)


def _canonical(kind: Format, found: list[Found], values: pl.DataFrame, lines: pl.Series, sheet: str) -> pl.DataFrame:
    sources: dict[str, list[str]] = {}
    for each in found:
        sources.setdefault(each.column.to, []).append(each.name)
    owner = [pl.lit(kind.platform.value).alias("platform")] if kind.platform is not None else []
    base = values.select(
        *(_sum(names, values.schema[names[0]]).alias(to) for to, names in sources.items()),
        *owner,
        lines,
        pl.lit(sheet).alias("sheet"),
    )
    if kind.days_of_one_work:
        return base
    if kind.source is Source.ACCOUNT_DAYS:
        return _long(base)
    if kind.source is Source.ORDERS:
        base = _order_lines(base)
    return _completed(base, kind.source)


def _sum(names: list[str], dtype: pl.DataType) -> pl.Expr:
    """Several columns are added up; one that is missing beside another adds nothing."""
    first, *others = map(pl.col, names)
    for other in others:
        first = pl.coalesce((first + other).cast(dtype), first, other)
    return first


def _completed(base: pl.DataFrame, source: Source) -> pl.DataFrame:
    """All columns of the source, in its order and types."""
    schema = {**SCHEMAS[source], "sheet": pl.String(), "line": pl.Int32()}
    if source is Source.WORKS and "ordinal" not in base.columns:
        base = base.with_columns(ordinal=pl.lit(0))
    return base.select(
        (pl.col(name) if name in base.columns else pl.lit(DEFAULTS.get(name))).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )


def _long(base: pl.DataFrame) -> pl.DataFrame:
    """A column a measure → a row a measure; what is missing gives no row."""
    measures = [name for name in base.columns if name.isupper()]
    owner = [name for name in ("handle", "platform", "day", "sheet", "line") if name in base.columns]
    value = SCHEMAS[Source.ACCOUNT_DAYS]["value"]
    long = base.with_columns(pl.col(measures).cast(value)).unpivot(
        measures, index=owner, variable_name="measure", value_name="value"
    )
    return _completed(long.filter(pl.col("value").is_not_null()), Source.ACCOUNT_DAYS)


def _order_lines(base: pl.DataFrame) -> pl.DataFrame:
    """One row per order line. A row per order (sub-orders joined by `;`) puts its amount on the first sub-order."""
    if "order_number" not in base.columns:
        base = base.with_columns(order_number=pl.col("order_line"))
    if "order_line" not in base.columns:
        base = base.with_columns(order_line=pl.lit(None, pl.String))
    base = base.with_columns(pl.coalesce("order_line", "order_number").alias("order_line"))
    if not base["order_line"].str.contains(";", literal=True).any():
        return base
    parts = base.with_columns(pl.col("order_line").str.split(";").list.sort(), part=pl.int_range(pl.len()))
    lines = parts.explode("order_line").with_columns(nth=pl.int_range(pl.len()).over("part"))
    carried = [name for name in ("amount", "quantity") if name in base.columns]
    return lines.with_columns(
        pl.when(pl.col("nth") == 0).then(pl.col(name)).otherwise(pl.lit(0)).cast(base.schema[name]).alias(name)
        for name in carried
    ).drop("part", "nth")
