"""The kinds of files that are taken, read from `formats.toml`, and how a row of headings is recognised as one."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from services.shared.vocabulary import Platform, Source, UploadKind

_INVISIBLE = re.compile(r"[\s\ufeff\u200b-\u200f\u2060*]+")
_YUAN = re.compile(r"\(元\)$")
_SECONDS = re.compile(r"(?<=\d)秒")


def normalise(heading: str | None) -> str:
    """The heading as it is compared: ` 订单应付金额（元）` = `订单应付金额`, `5秒完播率` = `5S完播率`."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", heading or "")).lower()
    return _YUAN.sub("", _SECONDS.sub("s", text))


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is read: `to` in the canonical frame, from any of `names` (normalised)."""

    heading: str
    to: str
    style: str
    names: frozenset[str]
    needed: bool = False
    filled: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    other: str | None = None
    missing: str | None = None
    none: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file. `known` holds every normalised heading that is no surprise, read or not."""

    kind: UploadKind
    source: Source
    platform: Platform | None
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    without: frozenset[str]
    known: frozenset[str]

    def missing(self, headings: frozenset[str]) -> list[str]:
        """The needed headings that are not there, as the platform writes them."""
        lacking = [column.heading for column in self.columns if column.needed and not column.names & headings]
        if self.source is Source.ACCOUNT_DAYS and not any(c.to.isupper() and c.names & headings for c in self.columns):
            lacking.append(next(c.heading for c in self.columns if c.to.isupper()))
        return lacking

    def fits(self, headings: frozenset[str]) -> bool:
        return not self.without & headings and not self.missing(headings)

    def likeness(self, headings: frozenset[str]) -> tuple[int, int]:
        """How much a row of headings looks like this kind: needed columns found, then any known ones."""
        needed = [column for column in self.columns if column.needed]
        return sum(bool(column.names & headings) for column in needed), len(self.known & headings)


@dataclass(frozen=True, slots=True)
class Formats:
    taken: tuple[Format, ...]
    not_taken: Mapping[str, tuple[frozenset[str], frozenset[str]]]  # name → needed, without

    def recognise(self, row: Sequence[str | None], stated: UploadKind | None = None) -> Format | str | None:
        """The kind a row of headings announces; the name of a known file that is not taken; None for neither.

        If several kinds fit, the stated one wins, then the one that explains most headings.
        """
        headings = frozenset(filter(None, map(normalise, row)))
        fitting = [each for each in self.taken if each.fits(headings)]
        if fitting:
            return max(fitting, key=lambda each: (each.kind == stated, len(each.known & headings)))
        for name, (needed, without) in self.not_taken.items():
            if needed <= headings and not without & headings:
                return name
        return None

    def nearest(self, rows: Iterable[Sequence[str | None]]) -> tuple[Format, list[str]]:
        """The kind that any of the rows looks most like, and the headings it lacks."""
        rated = [
            (each.likeness(headings), -len(each.missing(headings)), each, each.missing(headings))
            for headings in (frozenset(filter(None, map(normalise, row))) for row in rows)
            for each in self.taken
        ]
        best = max(rated, key=lambda one: one[:2])
        return best[2], best[3]

    def of(self, kind: UploadKind) -> Format:
        return next(each for each in self.taken if each.kind == kind)

    @property
    def names(self) -> str:
        return ",".join(each.kind for each in self.taken)


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _column(entry: dict[str, Any]) -> Column:
    names = frozenset(map(normalise, [entry["heading"], *entry.pop("also", [])]))
    return Column(**{**entry, "names": names, "none": tuple(entry.get("none", ()))})


def _format(kind: str, section: dict[str, Any]) -> Format:
    columns = tuple(map(_column, section["columns"]))
    unused = map(normalise, _split(section.get("known", "")) + _split(section.get("personal", "")))
    return Format(
        kind=UploadKind(kind),
        source=Source(section["source"]),
        platform=Platform(section["platform"]) if "platform" in section else None,
        key=tuple(section["key"]),
        columns=columns,
        without=frozenset(map(normalise, section.get("without", []))),
        known=frozenset(unused).union(*(column.names for column in columns)),
    )


@cache
def catalogue() -> Formats:
    """All formats of `formats.toml`; a mistake in the file fails here, at the first use."""
    document = tomllib.loads(Path(__file__).with_name("formats.toml").read_text(encoding="utf-8"))
    not_taken = {
        name: (frozenset(map(normalise, each["needed"])), frozenset(map(normalise, each.get("without", []))))
        for name, each in document.pop("not_taken").items()
    }
    return Formats(tuple(_format(kind, section) for kind, section in document.items()), not_taken)
