"""What only the XML of a sheet knows: where its cells lie, which of them are merged, numbers or percentages."""

import re
import zipfile
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from services.scorer.uploads.container import MOST_INFLATED, MOST_SPANNED, SPANNED_PER_CELL, inflate
from services.scorer.uploads.refused import Refused

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_VALUED_CELL = re.compile(rb'[<:]c\s(?:[^>]*?\s)??r="([A-Z]+)(\d+)"[^>]*>(?=\s*<(?:\w+:)?(?:v|is|f)\b)')
_MERGED_CELL = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+)(\d+):[A-Z]+(\d+)"')
_PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_NOT_A_NUMBER = re.compile(rb'\bt="(?!n")')
_OVERLAP = 4096  # longer than any cell's tag

Place = tuple[int, int]  # a line, from 1, and a column, from 0


@dataclass(frozen=True)
class SheetXml:
    """The XML of one sheet of an xlsx file, read in a stream each time it is asked."""

    path: Path
    sheet: str

    @cached_property
    def part(self) -> str:
        """Its name inside the zip."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                return self._find_part(archive)
        except (ElementTree.ParseError, LookupError, ValueError) as error:  # calamine is less strict
            raise Refused("FILE_NOT_XLSX", {"detail": first_line(error)}, sheet=self.sheet) from None

    def _find_part(self, archive: zipfile.ZipFile) -> str:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 (declarations were refused)
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
        for sheet in (*book.iter(f"{_MAIN}sheet"), *book.iter(f"{_STRICT}sheet")):
            if sheet.get("name") == self.sheet:
                target = targets[sheet.get(_RELATION) or sheet.get(_STRICT_RELATION)]
                part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
                return archive.getinfo(part).filename
        raise LookupError(self.sheet)

    def _windows(self) -> Iterator[bytes]:
        """Pieces that overlap, so that no cell is cut in all of them."""
        with zipfile.ZipFile(self.path) as archive:
            tail = b""
            for chunk in inflate(archive, archive.getinfo(self.part), MOST_INFLATED):
                yield tail + chunk
                tail = (tail + chunk)[-_OVERLAP:]

    def check_span(self) -> None:
        """Raises Refused CELL_FAR_AWAY where a few cells lie so far apart that all between them would fill the memory:
        the sheet is read as the rectangle around its cells."""
        count, lines, columns = 0, set[int](), set[int]()
        for window in self._windows():
            found = _VALUED_CELL.findall(window)
            count += len(found)
            lines.update(int(line) for line in {line for _, line in found})
            columns.update(map(column_number, {letters for letters, _ in found}))
        if not lines:
            return
        spanned = (max(lines) - min(lines) + 1) * (max(columns) - min(columns) + 1)
        if spanned > max(MOST_SPANNED, SPANNED_PER_CELL * count):
            last = f"{column_letters(max(columns))}{max(lines)}"
            raise Refused("CELL_FAR_AWAY", {"cell": last, "count": count}, sheet=self.sheet)

    @cached_property
    def origin(self) -> tuple[int, int]:
        """Row and column, from 0, of the first used ones."""
        row, column = None, None
        for window in self._windows():
            for match in _VALUED_CELL.finditer(window):
                row = int(match[2]) - 1 if row is None else row
                here = column_number(match[1])
                column = here if column is None else min(column, here)
                if column == 0:
                    return row, 0
        return row or 0, column or 0

    def merged(self) -> Iterator[tuple[int, int, int]]:
        """The column, first and last line of each cell that stretches over several."""
        for window in self._windows():
            for match in _MERGED_CELL.finditer(window):
                yield column_number(match[1]), int(match[2]), int(match[3])

    def percentages(self, styles: frozenset[int]) -> Iterator[Place]:
        """The places of numbers that are shown in one of these styles."""
        one_of = b"|".join(b"%d" % style for style in sorted(styles))
        cell = re.compile(rb'<(?:\w+:)?c\s[^>]*?\bs="(?:' + one_of + rb')"[^>]*(?<!/)>')
        for window in self._windows():
            for match in cell.finditer(window):
                place = _PLACE.search(match[0])
                if place and not _NOT_A_NUMBER.search(match[0]):
                    yield int(place[2]), column_number(place[1])

    def numbers_among(self, places: list[Place]) -> set[Place]:
        """Those of the places whose cell is a number: looked up one after the other."""
        wanted = deque(sorted(places))
        numbers = set()
        for window in self._windows():
            start = 0
            while wanted:
                line, column = wanted[0]
                place = window.find(f'r="{column_letters(column)}{line}"'.encode(), start)
                end = window.find(b">", place)
                if place < 0 or end < 0:
                    break
                if not _NOT_A_NUMBER.search(window, window.rfind(b"<", 0, place), end):
                    numbers.add((line, column))
                wanted.popleft()
                start = end
            if not wanted:
                break
        return numbers


def column_letters(number: int) -> str:
    """0 → `A`, 26 → `AA`."""
    letters = ""
    while number >= 0:
        letters = chr(65 + number % 26) + letters
        number = number // 26 - 1
    return letters


def column_number(letters: bytes) -> int:
    """`A` → 0, `AA` → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
