"""The kinds of files that are taken, and how a row of headings is recognised as one.

The built-in ones are `formats.toml`; on top of them lie what a contest has added itself, its own formats and headings
(`own.py`).
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from services.shared.file_vocabulary import Source, UploadKind
from services.shared.formats.own import Alias, Own
from services.shared.formats.section import Column, Section, normalise
from services.shared.vocabulary import Platform

_CONTESTS_AT_ONCE = 64
_NO_FIGURES = {"text", "word", "id", "ids", "handle", "time", "date"}


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file. `name` is its kind or, where the contest has added it, the key that the organiser gave it;
    `known` holds every normalised heading that is no surprise, read or not.
    """

    name: str
    title: str  # of a contest's own; the others have theirs in `words/`
    kind: UploadKind
    source: Source
    platform: Platform | None
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    without: frozenset[str]
    known: frozenset[str]
    personal: frozenset[str]
    to_the_minute: bool = False
    days_of_one_work: bool = False

    @property
    def called(self) -> str:
        """What stands in a sentence: a word of `words/`, or the title."""
        return self.title or self.name

    def missing(self, headings: frozenset[str]) -> list[str]:
        """The needed headings that are not there, as the platform writes them."""
        lacking = [column.heading for column in self.columns if column.needed and not column.names & headings]
        if self._rows_are_days and not any(column.names & headings for column in self._figures):
            lacking.append(self._figures[0].heading)
        return lacking

    @property
    def _rows_are_days(self) -> bool:
        return self.days_of_one_work or self.source is Source.ACCOUNT_DAYS

    @property
    def _figures(self) -> list[Column]:
        return [column for column in self.columns if column.style not in _NO_FIGURES]

    def fits(self, headings: frozenset[str]) -> bool:
        return not self.without & headings and not self.missing(headings)

    def likeness(self, headings: frozenset[str]) -> tuple[int, int]:
        """How much a row of headings looks like this kind: needed columns found, then any known ones."""
        needed = [column for column in self.columns if column.needed]
        return sum(bool(column.names & headings) for column in needed), len(self.known & headings)


class Nearest(NamedTuple):
    """What a row of headings looks most like, and the needed headings it lacks."""

    format: Format
    missing: list[str]
    likeness: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Refusable:
    """A file that is known by all of its `needed` headings and none of `without`, and not taken."""

    name: str
    needed: frozenset[str]
    without: frozenset[str]


@dataclass(frozen=True, slots=True)
class Formats:
    taken: tuple[Format, ...]
    not_taken: tuple[Refusable, ...]

    def recognise(self, row: Sequence[str | None], stated: UploadKind | None = None) -> Format | str | None:
        """The kind a row of headings announces; the name of a known file that is not taken; None for neither.

        If several kinds fit, the stated one wins, then the one that explains most headings, then the contest's own.
        """
        headings, fitting = _normalised(row), self.fitting(row)
        if fitting:
            return max(fitting, key=lambda each: (each.kind == stated, len(each.known & headings), bool(each.title)))
        known = (each for each in self.not_taken if each.needed <= headings and not each.without & headings)
        return next((each.name for each in known), None)

    def fitting(self, row: Sequence[str | None]) -> list[Format]:
        """Every kind that a row of headings may announce."""
        headings = _normalised(row)
        return [each for each in self.taken if each.fits(headings)]

    def nearest(self, rows: Iterable[Sequence[str | None]]) -> Nearest:
        """The kind that any of the rows looks most like."""
        rated = [
            Nearest(each, each.missing(headings), each.likeness(headings))
            for headings in map(_normalised, rows)
            for each in self.taken
        ]
        return max(rated, key=lambda one: (one.likeness, -len(one.missing)))

    def find(self, name: str) -> Format | None:
        return next((each for each in self.taken if each.name == name), None)

    def of(self, name: str) -> Format:
        """The format of that name, which there is."""
        return next(each for each in self.taken if each.name == name)

    @property
    def personal(self) -> frozenset[str]:
        """Normalised headings of personal data, in whatever kind."""
        return frozenset().union(*(each.personal for each in self.taken))

    @property
    def names(self) -> str:
        return ",".join(each.called for each in self.taken)


def _normalised(headings: Iterable[str | None]) -> frozenset[str]:
    return frozenset(filter(None, map(normalise, headings)))


def format_of(name: str, section: Section, title: str = "") -> Format:
    """A section as a kind of file; one with a title is a contest's own."""
    return Format(
        name=name,
        title=title,
        kind=UploadKind.OWN if title else UploadKind(name),
        source=section.source,
        platform=section.platform,
        key=tuple(section.key),
        columns=tuple(section.columns),
        without=_normalised(section.without),
        known=section.known_names,
        personal=section.personal_names,
        to_the_minute=section.to_the_minute,
        days_of_one_work=section.days_of_one_work,
    )


def catalogue(own: str = "") -> Formats:
    """The built-in formats with a contest's own on top, given as the text that `Own.text` made."""
    return _with_own(own) if own else _built_in()


@cache
def _built_in() -> Formats:
    """A mistake in formats.toml fails here, at the first use."""
    document: dict[str, Any] = tomllib.loads(Path(__file__).with_name("formats.toml").read_text(encoding="utf-8"))
    not_taken = (
        Refusable(each["name"], _normalised(each["needed"]), _normalised(each.get("without", [])))
        for each in document.pop("not_taken")
    )
    taken = (format_of(kind, Section.model_validate(section)) for kind, section in document.items())
    return Formats(tuple(taken), tuple(not_taken))


@lru_cache(_CONTESTS_AT_ONCE)
def _with_own(text: str) -> Formats:
    own, built_in = Own.read(text), _built_in()
    added = (format_of(key, Section.model_validate(each.section), each.title) for key, each in own.formats.items())
    taken = tuple(_with_aliases(each, own.aliases) for each in (*built_in.taken, *added))
    return Formats(taken, built_in.not_taken)


def _with_aliases(format_: Format, aliases: Sequence[Alias]) -> Format:
    """The format with more headings for its columns. One that has meanwhile lost the column is left as it is."""
    columns, names = list(format_.columns), set()
    for alias in (each for each in aliases if each.kind == format_.name):
        place = next((index for index, column in enumerate(columns) if column.to == alias.to), None)
        if place is not None:
            columns[place] = _also(columns[place], alias.heading)
            names.add(normalise(alias.heading))
    return (
        replace(format_, columns=tuple(columns), without=format_.without - names, known=format_.known | names)
        if names
        else format_
    )


def _also(column: Column, heading: str) -> Column:
    """As many as the contest likes: how many a document may list says nothing of what is mapped one by one."""
    return Column.model_construct(**{**column.model_dump(), "also": [*column.also, heading]})
