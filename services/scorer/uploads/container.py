"""What a file is, told by its content and never by its name, and whether it is safe to open.

Everything here reads with bounded memory. A file that is refused says what a person can do about it.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from services.scorer.uploads.refused import Refused

MEGABYTE = 1 << 20
CHUNK = MEGABYTE
MOST_INFLATED = 4096 * MEGABYTE  # of one workbook
ALWAYS_ALLOWED = 64 * MEGABYTE  # below this no ratio is suspicious
HIGHEST_RATIO = 150  # inflated ÷ packed; real workbooks stay under 40

# A document type, where entities are made, stands before the first element: nothing but these may come first.
_PLAIN_PROLOGUE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*\?>\s*|<!--(?:(?!-->).)*-->\s*)*<[A-Za-z_]", re.DOTALL)

# A sheet is read as the rectangle around its cells, so a cell far from the others costs what all between them would.
MOST_SPANNED = 4_000_000  # cells of a rectangle that is always allowed: less than a second
SPANNED_PER_CELL = 20  # above it, for each cell that holds something; tables of real exports have one for every two
MOST_COLUMNS = 16_384
# Lines and columns beyond the usual; the first of them also as a cell's that stands in the wrong line.
_USUAL_LINES, _USUAL_COLUMNS = 9_999, 104  # up to `CZ`
_FAR = re.compile(rb' r="(?:(\d{5,7})"|([A-Z]{3}|[D-Z][A-Z])\d)')
_FIRST_FAR = re.compile(rb' r="(?:\d{5}|[A-Z]{3}\d|[D-Z][A-Z]\d|[A-Z]{1,2}(\d{5,7})")')
_SHEET, _CELL_END, _MERGED = b"sheetData", b"</c>", b"mergeCell "

STYLES = "xl/styles.xml"
_PERCENT = re.compile(rb'%|numFmtId="(?:9|10)"')  # 0% and 0.00% are known by number
_OVERLAP = 64  # bytes; longer than what is looked for

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


class Container(StrEnum):
    XLSX = "XLSX"
    ARCHIVE = "ARCHIVE"
    TEXT = "TEXT"


def sniff(path: Path) -> Container:
    """XLSX, ARCHIVE (another zip) or TEXT; raises Refused for everything that is neither."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise Refused("FILE_EMPTY")
    if head.startswith(b"PK\x03\x04"):
        return Container.XLSX if _is_workbook(path) else Container.ARCHIVE
    if head.startswith(b"PK\x05\x06"):
        return Container.ARCHIVE
    if head.startswith(_OLE):
        raise Refused("FILE_ENCRYPTED" if _ENCRYPTED in path.read_bytes() else "FILE_IS_XLS")
    code = _code_of_other(head)
    if code is not None:
        raise Refused(code)
    return Container.TEXT


def _code_of_other(head: bytes) -> str | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not text.strip(b"\0"):
        return "FILE_EMPTY"
    if head.startswith(b"%PDF"):
        return "FILE_IS_PDF"
    if head.startswith(_PICTURES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP") or head[4:8] == b"ftyp":
        return "FILE_IS_PICTURE"
    if head.startswith(_ARCHIVES):
        return "FILE_IS_ARCHIVE"
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")):
        return "FILE_IS_HTML"
    utf_16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "FILE_IS_OTHER" if b"\0" in head and not utf_16 else None


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refused("FILE_TRUNCATED") from None
    if "xl/workbook.bin" in names:  # xlsb
        raise Refused("FILE_IS_OTHER")
    return "xl/workbook.xml" in names


def inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """The member's bytes in chunks, counted as they come, whatever its header claims; over `most` is refused.

    Raises Refused FILE_INFLATES or FILE_TRUNCATED.
    """
    count = 0
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK):
                count += len(chunk)
                if count > most:
                    raise Refused("FILE_INFLATES", {"limit": most // MEGABYTE})
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError):
        raise Refused("FILE_TRUNCATED") from None


@dataclass(slots=True)
class Checked:
    """What is known of the parts of a workbook before it is opened; `far_apart` are sheets that may span too much."""

    with_merged_cells: set[str] = field(default_factory=set)
    far_apart: set[str] = field(default_factory=set)
    may_show_percentages: bool = False


def check_workbook(path: Path) -> Checked:
    """Inflates every part of an xlsx once to count it, to look for declarations no workbook has, and for what the
    sheets are to be asked about.

    Raises Refused FILE_INFLATES, FILE_HAS_ENTITIES, FILE_TRUNCATED or FILE_ENCRYPTED.
    """
    left = min(MOST_INFLATED, max(ALWAYS_ALLOWED, HIGHEST_RATIO * path.stat().st_size))
    limit, checked = left // MEGABYTE, Checked()
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.flag_bits & 1:
                raise Refused("FILE_ENCRYPTED")
            tail, span = b"", _Span()
            for number, chunk in enumerate(inflate(archive, member, MOST_INFLATED)):
                left -= len(chunk)
                if left < 0:
                    raise Refused("FILE_INFLATES", {"limit": limit})
                if number == 0 and member.filename.endswith((".xml", ".rels")) and not _PLAIN_PROLOGUE.match(chunk):
                    raise Refused("FILE_HAS_ENTITIES")
                window = tail + chunk
                span.look_at(window)
                if _MERGED in window:
                    checked.with_merged_cells.add(member.filename)
                if member.filename == STYLES and _PERCENT.search(window):
                    checked.may_show_percentages = True
                tail = chunk[-_OVERLAP:]
            if span.may_be_too_much:
                checked.far_apart.add(member.filename)
    return checked


@dataclass(slots=True)
class _Span:
    """How far the cells of a part may lie apart, at most: by the references of its rows and cells, whatever dimension
    the sheet claims to have. Quick rather than exact (`SheetXml.check_span`), as every sheet is asked."""

    is_sheet: bool = False
    is_usual: bool = True
    cells: int = 0  # at least
    last_line: int = _USUAL_LINES
    wide: bool = False

    def look_at(self, window: bytes) -> None:
        self.is_sheet = self.is_sheet or _SHEET in window
        if not self.is_sheet:
            return
        self.cells += window.count(_CELL_END)
        if self.is_usual and (far := _FIRST_FAR.search(window)):
            self.is_usual, self.last_line = False, int(far[1] or _USUAL_LINES)
        if self.is_usual:
            return
        for line, column in _FAR.findall(window):
            self.last_line = max(self.last_line, int(line or 0))
            self.wide = self.wide or bool(column)

    @property
    def may_be_too_much(self) -> bool:
        columns = MOST_COLUMNS if self.wide else _USUAL_COLUMNS
        return self.last_line * columns > max(MOST_SPANNED, SPANNED_PER_CELL * self.cells)
