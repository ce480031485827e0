"""One table's text cells → rows in canonical columns: which lines are rows, what their cells say, what is wrong.

Lines that are no rows: empty ones, the headings again, totals (整体, 合计), an explanation right under the headings,
remarks at the end.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from services.scorer.uploads.bad_cells import BadCells
from services.scorer.uploads.canonical import DEFAULTS, SCHEMAS
from services.scorer.uploads.columns import STYLES, Reading, read_columns
from services.scorer.uploads.findings import Findings
from services.scorer.uploads.located import Found, Located, locate
from services.scorer.uploads.lost_digits import IDS, stored_as_numbers
from services.scorer.uploads.minutes import without_seconds
from services.scorer.uploads.remarks import without_remarks
from services.scorer.uploads.table import Table
from services.shared.file_vocabulary import Source
from services.shared.formats.catalogue import Format
from services.shared.formats.section import normalise
from services.shared.problems import Problem
from services.shared.vocabulary import Severity

_TOTAL = r"^\s*(?:整体|合计|总计|汇总|总和|小计)\s*$"
_NO_KEY = r"^\s*(?:-|--|—|/|整体|合计|总计|汇总|总和|小计)?\s*$"
_ANCHORS = {"time", "date", *IDS}
_LIKE_A_KEY = re.compile(r"\W*\d")  # how an id or a time begins, in full-width digits too
_FIGURES = STYLES.keys() - {"handle", *IDS}


@dataclass(frozen=True, slots=True)
class Rows:
    """`frames` are the parts a table was read in; `count` the lines that were rows, `bad` those of them in which a cell
    could not be read; `headings` are the file's own, by canonical column.
    """

    frames: list[pl.DataFrame]
    count: int
    bad: frozenset[int]
    headings: dict[str, str]
    unknown: list[str]
    measures: list[str]


def read_rows(table: Table, heading: int, kind: Format, findings: Findings) -> Rows:
    """The rows under head row `heading` of a table that was recognised as `kind`. Raises Refused."""
    reading = _Reading(locate(table, heading, kind))
    for cells in without_remarks(reading.lines(), table.name, findings):
        reading.take(cells)
    return reading.result(findings)


class _Reading:
    """One table that is read part by part. What is wrong is told of at its end, as if it had been read at once."""

    def __init__(self, located: Located) -> None:
        self.located = located
        self.bad_cells = BadCells(located.table, len(located.headings))
        self.frames: list[pl.DataFrame] = []
        self.count = 0
        self.explanation: int | None = None

    def lines(self) -> Iterator[pl.DataFrame]:
        """The table's lines, without those that are no rows whatever follows them."""
        table, headings, wanted = self.located.table, self.located.headings, self.located.wanted
        for cells in table.batches(self.located.heading, len(headings), wanted):
            fitting = cells.filter(~pl.col("line").is_in(list(table.too_long))) if table.too_long else cells
            yield _without_other_lines(fitting, self.located.found, wanted, headings)

    def take(self, cells: pl.DataFrame) -> None:
        table, kind, found = self.located.table, self.located.kind, self.located.found
        reading = read_columns(cells, {each.name: each.column for each in found})
        if not self.frames and _first_explains(found, cells, reading):
            self.explanation = cells["line"][0]
            cells, reading = cells.slice(1), Reading(reading.values.slice(1), reading.codes.slice(1))
        codes = reading.codes
        if table.name:
            codes = stored_as_numbers(table, cells, found, reading)
            codes = _with_merged_figures(table, cells, found, codes) if table.merged else codes
        else:
            self.bad_cells.gather_cut(found, cells, reading.values)
        self.bad_cells.gather(found, cells, codes)
        self.count += cells.height
        frame = _canonical(kind, found, reading.values, cells["line"], table.name)
        self.frames.append(without_seconds(kind, frame, cells, found))

    def result(self, findings: Findings) -> Rows:
        table, found = self.located.table, self.located.found
        if self.explanation is not None:
            place = table.name or None, self.explanation
            findings.add(Problem("EXPLANATION_SKIPPED", {}, *place, severity=Severity.WARNING))
        unread, bad = self.bad_cells.report(findings)
        known = self.located.kind.known
        return Rows(
            [frame.filter(~pl.col("line").is_in(list(unread))) if unread else frame for frame in self.frames],
            self.count + len(table.too_long),
            bad | unread,
            {each.column.to: each.heading for each in found},
            [name.strip() for name in self.located.headings if name and name.strip() and normalise(name) not in known],
            sorted({each.column.to for each in found if each.column.to.isupper()}),
        )


def _without_other_lines(
    cells: pl.DataFrame, found: list[Found], wanted: list[int], headings: Sequence[str | None]
) -> pl.DataFrame:
    """Drops empty lines, repeated headings and totals. Only lines without a key can be empty or a total."""
    key = next(each for each in found if each.column.filled and each.column.style in _ANCHORS)
    anchor = pl.col(key.name)
    other, without_key = cells.select(
        (anchor.str.strip_chars() == (headings[key.index] or "").strip()).fill_null(value=False).alias("again"),
        anchor.is_null() | anchor.str.contains(_NO_KEY),
    )
    if without_key.any():
        total = pl.any_horizontal(pl.col(str(index)).str.contains(_TOTAL) for index in wanted[:4])
        filled = pl.any_horizontal(pl.col(str(index)).str.contains(r"\S") for index in wanted)
        nothing = cells.select(total.fill_null(value=False) | ~filled.fill_null(value=False)).to_series()
        other |= without_key & nothing
    return cells.filter(~other) if other.any() else cells


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
    has = base.schema
    return base.select(
        pl.col(name) if has.get(name) == dtype else _made(name, dtype, there=name in has)
        for name, dtype in schema.items()
    )


def _made(name: str, dtype: pl.DataType, *, there: bool) -> pl.Expr:
    if there:
        return pl.col(name).cast(dtype)
    return pl.lit(DEFAULTS.get(name), dtype).alias(name)


def _long(base: pl.DataFrame) -> pl.DataFrame:
    """A column a measure → a row a measure; what is missing gives no row."""
    measures = [name for name in base.columns if name.isupper()]
    owner = [name for name in ("handle", "platform", "day", "sheet", "line") if name in base.columns]
    value = SCHEMAS[Source.ACCOUNT_DAYS]["value"]
    long = base.with_columns(pl.col(measures).cast(value)).unpivot(
        measures, index=owner, variable_name="measure", value_name="value"
    )
    by_line = long.filter(pl.col("value").is_not_null()).sort("line", maintain_order=True)
    return _completed(by_line, Source.ACCOUNT_DAYS)


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
