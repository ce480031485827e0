"""Works of which a file tells the minute alone, as its kind does or since Excel or WPS saved it without the seconds."""

from collections.abc import Sequence

import polars as pl

from services.scorer.uploads.canonical import TO_THE_MINUTE
from services.scorer.uploads.findings import Findings
from services.scorer.uploads.located import Found
from services.shared.file_vocabulary import Source
from services.shared.formats.catalogue import Format
from services.shared.problems import Problem
from services.shared.vocabulary import Severity

_WITHOUT_SECONDS = r"^[^:：]*[:：][^:：]*$"


def without_seconds(kind: Format, rows: pl.DataFrame, cells: pl.DataFrame, found: Sequence[Found]) -> pl.DataFrame:
    """Works whose time is written without seconds get the ordinal that says so; whether it stays is for the whole file
    to say (`tells_minutes`). What a person fills in (a template) has seconds where the person knew them."""
    if kind.source is not Source.WORKS or kind.days_of_one_work or kind.platform is None:
        return rows
    minute = pl.lit(TO_THE_MINUTE, rows.schema["ordinal"])
    if kind.to_the_minute:
        return rows.with_columns(pl.col("published_at").dt.truncate("1m"), ordinal=minute)
    texts = next(cells[each.name] for each in found if each.column.to == "published_at")
    lost = texts.str.strip_chars().str.contains(_WITHOUT_SECONDS).fill_null(value=False)
    return rows.with_columns(ordinal=pl.when(lost).then(minute).otherwise(pl.col("ordinal")))


def tells_minutes(kind: Format, works: pl.DataFrame, findings: Findings) -> bool:
    """Whether a file tells of no work the second; where its kind does, a warning says what that means."""
    if works.is_empty() or not (works["ordinal"] == TO_THE_MINUTE).all():
        return False
    if not kind.to_the_minute:
        place = works["sheet"][0] or None, works["line"][0]
        findings.add(Problem("SECONDS_LOST", {}, *place, severity=Severity.WARNING))
    return True
