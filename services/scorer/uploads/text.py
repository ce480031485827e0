"""Text files → rows of text cells: strict decoding, then polars' reader; a mistake names its place.

UTF-8 (with or without BOM), UTF-16 and GB18030 are tried in that order. Nothing is ever replaced silently.
"""

import codecs
import csv
import io
import mmap
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import polars as pl

from services.scorer.uploads.container import CHUNK
from services.scorer.uploads.refused import Refused

HEAD_ROWS = 20
_BEYOND = ["beyond", "further", "furthest"]  # cells after the last heading
_ANY_BEYOND = pl.any_horizontal(pl.col(_BEYOND).str.contains(r"\S")).any()
_DELIMITERS = ",\t;"
Known = Callable[[Sequence[str | None]], bool]
_PIECE = 1 << 24  # bytes that polars is given at once
_LINE_ENDS = re.compile(rb"\r\n|\r(?!\n)|\n")

csv.field_size_limit(1 << 24)


Bytes = bytes | mmap.mmap


def decode(path: Path) -> Bytes:
    """The file as UTF-8, perhaps behind a BOM; or Refused BAD_BYTE. What is UTF-8 already is not copied into memory."""
    data = _mapped(path)
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return _recoded(data[:], "utf-16")
    return data if _bad_place(data, "utf-8") is None else _recoded(data[:], "gb18030")


def _mapped(path: Path) -> Bytes:
    with path.open("rb") as file:
        if not path.stat().st_size:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _bad_place(data: Bytes, encoding: str) -> int | None:
    """The offset of the first byte that is not valid; decodes in chunks to keep memory small."""
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(data)
    for start in range(0, len(data), CHUNK):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(view[start : start + CHUNK], start + CHUNK >= len(data))
        except UnicodeDecodeError as error:
            return start - pending + error.start
    return None


def _recoded(data: bytes, encoding: str) -> bytes:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        offset = error.start
        if encoding != "utf-16":  # the encoding that got further is the one that was meant
            offset = max(offset, _bad_place(data, "utf-8") or 0)
        raise Refused("BAD_BYTE", {"offset": offset + 1, "line": len(_LINE_ENDS.findall(data[:offset])) + 1}) from None
    return text.removeprefix("\ufeff").encode("utf-8")


def _last_record_end(piece: bytes) -> int:
    """Where the last line ends that does not end inside of quotes, if the piece begins outside of them; 0 for none."""
    cut = piece.rfind(b"\n") + 1
    quotes = piece.count(b'"', 0, cut)
    while quotes % 2:
        earlier = piece.rfind(b"\n", 0, cut - 1) + 1
        quotes -= piece.count(b'"', earlier, cut)
        cut = earlier
    return cut


class Text:
    """One decoded text file. Records are counted as Excel counts rows: a quoted line break does not start one."""

    name = ""
    merged: Mapping[int, Sequence[tuple[int, int]]] = MappingProxyType({})

    def __init__(self, data: Bytes, known: Known) -> None:
        self.too_long: dict[int, int] = {}
        if data.find(b"\n") < 0 <= data.find(b"\r"):
            data = data[:].replace(b"\r", b"\n")
        self.data = data
        self._begin = len(codecs.BOM_UTF8) if data[:3] == codecs.BOM_UTF8 else 0
        self.delimiter, self.head, self._ends = self._likely_table(known)

    @classmethod
    def read(cls, path: Path, known: Known) -> "Text":
        return cls(decode(path), known)

    def line_of(self, row: int) -> int:
        return row + 1

    def longer_than_most(self, lines: Iterable[int]) -> dict[int, int]:
        return {line: self._longer[line] for line in lines if line in self._longer}

    @cached_property
    def _longer(self) -> dict[int, int]:
        """Lines that have more cells than most, with how many, as far as the slow reader can follow."""
        lines: dict[int, array[int]] = {}
        with suppress(csv.Error):
            for line, record in enumerate(csv.reader(self._lines(self._begin), delimiter=self.delimiter), start=1):
                lines.setdefault(len(record), array("L")).append(line)
        usual = max(lines, key=lambda length: len(lines[length]))
        return {line: length for length, found in lines.items() if length > usual for line in found}

    def stored_as_numbers(self, places: list[tuple[int, int]]) -> set[tuple[int, int]]:
        return set()

    def _lines(self, start: int) -> Iterator[str]:
        while start < len(self.data):
            end = self.data.find(b"\n", start) + 1 or len(self.data)
            yield self.data[start:end].decode("utf-8")
            start = end

    def _read_head(self, delimiter: str) -> tuple[list[list[str | None]], list[int]]:
        """The first records, and how many bytes of the file lie before the end of each."""
        taken = self._begin

        def counted() -> Iterator[str]:
            nonlocal taken
            for line in self._lines(self._begin):
                taken += len(line.encode("utf-8"))
                yield line

        rows: list[list[str | None]] = []
        ends: list[int] = []
        try:
            for record in csv.reader(counted(), delimiter=delimiter):
                rows.append([*record])
                ends.append(taken)
                if len(rows) == HEAD_ROWS:
                    break
        except csv.Error as error:
            raise Refused("BAD_CSV", {"detail": str(error)}) from None
        return rows, ends

    def _likely_table(self, known: Known) -> tuple[str, list[list[str | None]], list[int]]:
        """The delimiter under which headings are recognised, or else the one that gives the widest row (a caption may
        hold more semicolons than the file has columns); with the head rows."""
        heads = [(mark, *self._read_head(mark)) for mark in _DELIMITERS]
        heads.sort(key=lambda head: -max(map(len, head[1]), default=0))
        return next((head for head in heads if any(map(known, head[1]))), heads[0])

    def rows_after(self, heading: int, width: int, wanted: list[int]) -> pl.DataFrame:
        return pl.concat(self.batches(heading, width, wanted))

    def batches(self, heading: int, width: int, wanted: list[int]) -> Iterator[pl.DataFrame]:
        names, line = [str(index) for index in range(width)], heading + 2
        titles = self.delimiter.join([*names, *_BEYOND]).encode() + b"\n"
        for start, piece in self._pieces(titles, self._ends[heading]):
            end = False
            try:
                frame = self._parsed(piece, names, wanted)
                if not self.too_long and frame.select(_ANY_BEYOND).item():
                    self.too_long = self._too_long(heading, width)
            except pl.exceptions.PolarsError as error:
                self.too_long = self._too_long(heading, width, error)
                frame, end = self._parsed(titles + self._rewritten(start, width), names, wanted), True
            numbered = frame.drop(_BEYOND).with_row_index("line", offset=line)
            yield numbered.with_columns(pl.col("line").cast(pl.Int32))
            line += frame.height
            if end:
                return

    def _pieces(self, titles: bytes, start: int) -> Iterator[tuple[int, bytes]]:
        """What lies behind `start`, cut where a line ends outside of quotes: the place of each piece, and the piece
        under `titles`, which is copied once; one at least."""
        data = memoryview(self.data)
        while len(data) - start > _PIECE:
            piece = b"".join((titles, data[start : self.data.rfind(b"\n", start, start + _PIECE) + 1]))
            cut = _last_record_end(piece)
            if cut <= len(titles):  # no table has a line that long, or quotes are not in pairs: polars will say
                break
            yield start, piece[:cut]
            start += cut - len(titles)
            if isinstance(self.data, mmap.mmap):
                self.data.madvise(mmap.MADV_DONTNEED)
        yield start, b"".join((titles, data[start:]))

    def _rewritten(self, start: int, width: int) -> bytes:
        """The records behind `start` with `width` cells each, every cell quoted: what polars stumbles over, a quotation
        mark inside of a cell that is not quoted, is then as Excel reads it."""
        text = io.StringIO()
        write = csv.writer(text, delimiter=self.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
        write.writerows(record[:width] for record in csv.reader(self._lines(start), delimiter=self.delimiter))
        return text.getvalue().encode("utf-8")

    def _parsed(self, body: bytes, names: list[str], wanted: list[int]) -> pl.DataFrame:
        """Polars counts a line's cells only where it reads all of them, so it gets a few more to read."""
        return pl.read_csv(
            body,
            separator=self.delimiter,
            schema=dict.fromkeys([*names, *_BEYOND], pl.String),
            columns=[*(names[index] for index in wanted), *_BEYOND],
            infer_schema=False,
        )

    def _too_long(self, heading: int, width: int, error: Exception | None = None) -> dict[int, int]:
        """Reads all again with the slow reader: the lines where more than empty cells stand after the last heading,
        each with its number of cells. Raises Refused for what is no table."""
        number, found = 0, {}
        try:
            for number, record in enumerate(
                csv.reader(self._lines(self._begin), delimiter=self.delimiter, strict=True), start=1
            ):
                if number > heading + 1 and any(cell.strip() for cell in record[width:]):
                    found[number] = len(record)
        except csv.Error as trouble:
            if "unexpected end of data" in str(trouble):
                raise Refused("QUOTE_NOT_CLOSED", line=number + 1) from None
            raise Refused("BAD_CSV", {"detail": str(trouble)}, line=number + 1) from error
        return found
