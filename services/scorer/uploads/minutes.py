"""Works of which a file tells the minute alone, as its kind does or since Excel or WPS saved it without the seconds."""

import polars as pl

from services.scorer.uploads.canonical import TO_THE_MINUTE
from services.scorer.uploads.findings import Findings
from services.shared.formats.catalogue import Format
from services.shared.problems import Problem
from services.shared.vocabulary import Severity

_WITHOUT_SECONDS = r"^[^:：]*[:：][^:：]*$"


def to_the_minute(kind: Format, works: pl.DataFrame, times: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Works without their seconds get the ordinal that says so. `times`: for each `line` its time as `text`."""
    if not kind.to_the_minute and not _lost_seconds(kind, works, times, findings):
        return works
    minute = pl.col("published_at").dt.truncate("1m")
    return works.with_columns(minute, ordinal=pl.lit(TO_THE_MINUTE, works.schema["ordinal"]))


def _lost_seconds(kind: Format, works: pl.DataFrame, times: pl.DataFrame, findings: Findings) -> bool:
    """Whether none of a platform file's times that can be read is written with seconds; then a warning says what that
    means. What a person fills in (a template) has them where the person knew them."""
    if kind.platform is None or works.is_empty():
        return False
    readable = times.join(works.drop_nulls("published_at"), on="line", how="semi")
    if readable.is_empty() or not readable["text"].str.strip_chars().str.contains(_WITHOUT_SECONDS).all():
        return False
    place = works["sheet"][0] or None, readable["line"][0]
    findings.add(Problem("SECONDS_LOST", {}, *place, severity=Severity.WARNING))
    return True
