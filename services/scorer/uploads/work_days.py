"""The days of one work → the work: for files that have a row a day (快手《作品数据分析明细表》), on several sheets.

Counts are those of a day and are added up; ratios are averaged by the day's plays. When the work came out stands in no
column of such a file: it is taken from one if there is one after all, from a row above the table or from the file's
name (both must call it 发布时间), else from the uploader. It is never guessed.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import PurePosixPath

import polars as pl

from services.scorer.uploads.canonical import SCHEMAS
from services.scorer.uploads.findings import Findings
from services.scorer.uploads.refused import Refused
from services.scorer.uploads.values import BEIJING, COUNT, RATIO, beijing
from services.shared.file_vocabulary import Source
from services.shared.problems import Problem
from services.shared.vocabulary import Severity

FIGURES: Mapping[str, pl.DataType] = {
    name: kind for name, kind in SCHEMAS[Source.WORKS].items() if kind in (COUNT, RATIO)
}
_SUM = pl.Decimal(24, 6)
_FILE = "作品数据分析明细表"
_TITLE = re.compile(r"(?:作品名称|作品标题|视频标题|标题)\s*:\s*(\S.*?)\s*(?=发布时间|$)", re.DOTALL)
_PUBLISHED = re.compile(
    r"发布(?:时间|于)\D{0,3}(?:(\d{4})[-/.年_](\d{1,2})[-/.月_](\d{1,2})[日T_\s]*(?<!\d)(\d{1,2})[-:.时_](\d{1,2})(?:[-:.分_](\d{1,2}))?"
    r"|(\d{4})(\d\d)(\d\d)[ T_-]?(\d\d)(\d\d)(\d\d))(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a work outside of its table."""

    title: str = ""
    published_at: datetime | None = None


def told_above(row: Sequence[str | None]) -> Told:
    """What a row above a table says of the work: `作品名称：…` in one cell, or the two in two cells."""
    cells = [cell.strip() for cell in row if cell and cell.strip()]
    return _told((": " if len(cells) == 2 else " ").join(cells))


def told_by_name(name: str) -> Told:
    """What a file's name says: its title only where the platform's own name of such files follows."""
    stem = PurePosixPath(name.replace("\\", "/")).stem
    title = stem.split(_FILE)[0] if _FILE in stem else ""
    told = _told(stem)
    return Told(_PUBLISHED.sub("", title).strip(" -_《》「」【】·"), told.published_at)


def _told(text: str) -> Told:
    plain = unicodedata.normalize("NFKC", text)
    title, published = _TITLE.search(plain), _PUBLISHED.search(plain)
    return Told(
        title[1] if title else "", _moment([part for part in published.groups() if part]) if published else None
    )


def _moment(parts: Sequence[str]) -> datetime | None:
    try:
        return datetime(*map(int, parts), tzinfo=UTC) - BEIJING  # type: ignore[arg-type,misc]
    except ValueError:
        return None


def one_work(days: pl.DataFrame, told: Sequence[Told], uploader: datetime | None, findings: Findings) -> pl.DataFrame:
    """The one work that `days` (a row a day and sheet, with `sheet` and `line`) tell of, as rows of works; none if
    there is no day. `told` come from the file, the more trusted first; `uploader` is when the uploader says it came
    out. Raises Refused.
    """
    if "plays" not in days.columns:  # the work's other figures alone would take the place of a fuller export
        raise Refused("HEADING_NEEDED", {"heading": "播放量"})
    if days.is_empty():
        return _frame([])
    in_column = days["published_at"].drop_nulls().unique().to_list() if "published_at" in days.columns else []
    published = _published([*in_column, *(each.published_at for each in told)], uploader)
    _check_days(days["day"].min(), published, findings)  # type: ignore[arg-type]
    title = next((each.title for each in told if each.title), "")
    first = days.row(0, named=True)
    work = {"platform": first["platform"], "published_at": published, "title": title, **_figures(days, findings)}
    return _frame([{**work, "visibility": "PUBLIC", "genre": "", "sheet": first["sheet"], "line": first["line"]}])


def _frame(rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    schema = {**SCHEMAS[Source.WORKS], "sheet": pl.String(), "line": pl.Int32()}
    return pl.DataFrame([{"ordinal": 0, **row} for row in rows], schema=schema)


def _published(in_file: Iterable[datetime | None], uploader: datetime | None) -> datetime:
    """The most exact of the times that are told; they must agree as far as each goes."""
    times = [moment for moment in (*in_file, uploader) if moment is not None]
    if not times:
        raise Refused("WORK_TIME_NEEDED")
    exact = max(times, key=_exactness)
    for moment in times:
        if _as_exact_as(moment, exact) != moment:
            raise Refused("WORK_TIME_DIFFERS", {"first": beijing(times[0]), "second": beijing(times[-1])})
    return exact


def _exactness(moment: datetime) -> int:
    """0 for a day only, 1 to the minute, 2 to the second."""
    local = moment + BEIJING
    return 2 if local.second else 1 if local.hour or local.minute else 0


def _as_exact_as(moment: datetime, exact: datetime) -> datetime:
    """`exact` cut to what `moment` tells."""
    cut = [{"hour": 0, "minute": 0, "second": 0}, {"second": 0}, {}][_exactness(moment)]
    return (exact + BEIJING).replace(**cut) - BEIJING  # type: ignore[arg-type]


def _check_days(first: date, published: datetime, findings: Findings) -> None:
    came_out = (published + BEIJING).date()
    parameters: dict[str, str | int] = {"day": beijing(first), "published_at": beijing(published)}
    if first < came_out:
        raise Refused("WORK_DAY_TOO_EARLY", parameters)
    if first > came_out:
        findings.add(Problem("WORK_DAYS_INCOMPLETE", parameters, severity=Severity.WARNING))


def _figures(days: pl.DataFrame, findings: Findings) -> dict[str, int | Decimal | None]:
    names = [name for name in FIGURES if name in days.columns]
    said = (
        days.with_columns(pl.col(names).cast(_SUM))
        .unpivot(names, index=["day", "sheet", "line"], variable_name="figure", value_name="value")
        .drop_nulls("value")
    )
    of_day = said.unique(["day", "figure", "value"], keep="first", maintain_order=True)
    _report_contradictions(of_day, findings)
    values: dict[str, dict[date, Decimal]] = {name: {} for name in names}
    for day, _, _, figure, value in of_day.iter_rows():
        values[figure][day] = value
    plays = values.get("plays", {})
    ratios = {name: _average(values[name], plays) for name in names if FIGURES[name] == RATIO}
    totals = {name: _total(values[name].values()) for name in names if FIGURES[name] == COUNT}
    for name, total in totals.items():
        if name != "follower_gain" and total is not None and total < 0:
            raise Refused("NEGATIVE_COUNT", {"value": total})
    return {**ratios, **totals}


def _report_contradictions(of_day: pl.DataFrame, findings: Findings) -> None:
    """A day that two sheets tell of differently."""
    first = pl.col("line").first().over("day", "figure")
    again = of_day.with_columns(first_line=first, nth=pl.int_range(pl.len()).over("day", "figure")).filter(
        pl.col("nth") > 0
    )
    for sheet, line, first_line in again.select("sheet", "line", "first_line").unique(maintain_order=True).iter_rows():
        findings.add(Problem("LINES_CONTRADICT", {"first_line": first_line}, sheet or None, line))


def _total(values: Iterable[Decimal]) -> int | None:
    known = list(values)
    return int(sum(known)) if known else None


def _average(ratios: Mapping[date, Decimal], plays: Mapping[date, Decimal]) -> Decimal | None:
    weights = sum((plays.get(day, Decimal(0)) for day in ratios), Decimal(0))
    if weights <= 0:
        return None
    weighted = sum((ratio * plays.get(day, Decimal(0)) for day, ratio in ratios.items()), Decimal(0))
    return (weighted / weights).quantize(Decimal("0.000001"), ROUND_HALF_UP)
