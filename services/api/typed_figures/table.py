"""Typed figures as the file that they would be: our own template as csv, read like any other. Pure."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.shared.file_vocabulary import Source, UploadKind
from services.shared.formats.catalogue import Format, catalogue
from services.shared.formats.section import Column, normalise
from services.shared.vocabulary import Platform
from services.shared.words import Language, sentences

OWNER = ("platform", "handle")  # columns that are not typed: the account says them


class Typed(NamedTuple):
    """What was typed into one place of a row."""

    column: str
    value: str


class UnknownColumnError(Exception):
    """No column of the template is called so; `row` and `place` say where, from 0."""

    def __init__(self, row: int, place: int, column: str) -> None:
        super().__init__(column)
        self.row, self.place, self.column = row, place, column


def kind_of(source: Source) -> UploadKind:
    """The template for a source."""
    return UploadKind(f"TEMPLATE_{source}")


def source_of(kind: UploadKind) -> Source:
    """The source that a template is for."""
    return Source(kind.removeprefix("TEMPLATE_"))


def as_file(source: Source, platform: Platform, handle: str, rows: Sequence[Sequence[Typed]]) -> bytes:
    """UTF-8 with BOM; raises UnknownColumnError. A column goes by its heading (播放量) or its name (plays)."""
    template = catalogue().of(kind_of(source))
    places = _places(template)
    owner = {"platform": sentences(Language.ZH)[platform], "handle": handle}
    text = io.StringIO()
    table = csv.DictWriter(text, [column.to for column in template.columns])
    table.writerow({column.to: column.heading for column in template.columns})
    for number, row in enumerate(rows):
        cells = dict(owner)
        for place, typed in enumerate(row):
            column = places.get(normalise(typed.column))
            if column is None:
                raise UnknownColumnError(number, place, typed.column)
            cells[column.to] = typed.value
        table.writerow(cells)
    return text.getvalue().encode("utf-8-sig")


def _places(template: Format) -> Mapping[str, Column]:
    """The columns that can be typed, by everything they may be called."""
    typed = [column for column in template.columns if column.to not in OWNER]
    return {name: column for column in typed for name in (*column.names, normalise(column.to))}
