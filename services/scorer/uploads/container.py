"""What a file is, told by its content and never by its name, and whether it is safe to open.

Everything here reads with bounded memory. A file that is refused says what a person can do about it.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
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

_MERGED = b"mergeCell "

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


def check_workbook(path: Path) -> frozenset[str]:
    """Inflates every part of an xlsx once to count it, to look for declarations no workbook has, and to answer which
    parts have merged cells.

    Raises Refused FILE_INFLATES, FILE_HAS_ENTITIES, FILE_TRUNCATED or FILE_ENCRYPTED.
    """
    left = min(MOST_INFLATED, max(ALWAYS_ALLOWED, HIGHEST_RATIO * path.stat().st_size))
    limit, with_merged_cells = left // MEGABYTE, set()
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.flag_bits & 1:
                raise Refused("FILE_ENCRYPTED")
            tail = b""
            for number, chunk in enumerate(inflate(archive, member, MOST_INFLATED)):
                left -= len(chunk)
                if left < 0:
                    raise Refused("FILE_INFLATES", {"limit": limit})
                if number == 0 and member.filename.endswith((".xml", ".rels")) and not _PLAIN_PROLOGUE.match(chunk):
                    raise Refused("FILE_HAS_ENTITIES")
                if _MERGED in chunk or _MERGED in tail + chunk[: len(_MERGED)]:
                    with_merged_cells.add(member.filename)
                tail = chunk[-len(_MERGED) :]
    return frozenset(with_merged_cells)
