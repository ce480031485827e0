"""Text files → rows of text cells: strict decoding, then polars' reader; a mistake names its place.

UTF-8 (with or without BOM), UTF-16 and GB18030 are tried in that order. Nothing is ever replaced silently.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from types import MappingProxyType

import polars as pl

from services.scorer.uploads.container import CHUNK
from services.scorer.uploads.refused import Refused

HEAD_ROWS = 20
_BEYOND = ["beyond", "further", "furthest"]  # cells after the last heading
_DELIMITERS = ",\t;"
Known = Callable[[Sequence[str | None]], bool]
_LINE_ENDS = re.compile(rb"\r\n|\r(?!\n)|\n")

csv.field_size_limit(1 << 24)


def decode(path: Path) -> bytes:
    """The file as UTF-8 without BOM and with `\\n` as the only end of a line outside of quotes; or Refused BAD_BYTE."""
    data = path.read_bytes()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _recoded(data, "utf-16")
    if _bad_place(data, "utf-8") is None:
        return data.removeprefix(codecs.BOM_UTF8)
    return _recoded(data, "gb18030")


def _bad_place(data: bytes, encoding: str) -> int | None:
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


class Text:
    """One decoded text file. Records are counted as Excel counts rows: a quoted line break does not start one."""

    name = ""
    merged: Mapping[int, Sequence[tuple[int, int]]] = MappingProxyType({})

    def __init__(self, data: bytes, known: Known) -> None:
        self.too_long: dict[int, int] = {}
        if b"\r" in data and b"\n" not in data:
            data = data.replace(b"\r", b"\n")
        self.data = data
        self.delimiter, self.head, self._ends = self._likely_table(known)

    @classmethod
    def read(cls, path: Path, known: Known) -> "Text":
        return cls(decode(path), known)

    def line_of(self, row: int) -> int:
        return row + 1

    def longer_than_most(self, lines: Iterable[int]) -> dict[int, int]:
        """Those of the lines that have more cells than most, with how many, as far as the slow reader can follow."""
        lengths: dict[int, int] = {}
        with suppress(csv.Error):
            for line, record in enumerate(csv.reader(self._lines(), delimiter=self.delimiter), start=1):
                lengths[line] = len(record)
        usual = Counter(lengths.values()).most_common(1)[0][0]
        return {line: lengths[line] for line in lines if lengths.get(line, 0) > usual}

    def stored_as_numbers(self, places: list[tuple[int, int]]) -> set[tuple[int, int]]:
        return set()

    def _lines(self) -> Iterator[str]:
        start = 0
        while start < len(self.data):
            end = self.data.find(b"\n", start) + 1 or len(self.data)
            yield self.data[start:end].decode("utf-8")
            start = end

    def _read_head(self, delimiter: str) -> tuple[list[list[str | None]], list[int]]:
        """The first records, and how many bytes of the file lie before the end of each."""
        taken = 0

        def counted() -> Iterator[str]:
            nonlocal taken
            for line in self._lines():
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
        """The records after head row `heading` as strings: columns `0`, `1`… of `wanted`, and `line`."""
        names = [str(index) for index in range(width)]
        titles = self.delimiter.join([*names, *_BEYOND]).encode() + b"\n"
        body = b"".join((titles, memoryview(self.data)[self._ends[heading] :]))  # hundreds of megabytes, copied once
        try:
            frame = self._parsed(body, names, wanted)
            if frame.select(pl.any_horizontal(pl.col(_BEYOND).str.contains(r"\S")).any()).item():
                self.too_long = self._too_long(heading, width)
        except pl.exceptions.PolarsError as error:
            self.too_long = self._too_long(heading, width, error)
            frame = self._parsed(titles + self._rewritten(heading, width), names, wanted)
        return (
            frame.drop(_BEYOND).with_row_index("line", offset=heading + 2).with_columns(pl.col("line").cast(pl.Int32))
        )

    def _rewritten(self, heading: int, width: int) -> bytes:
        """The records after head row `heading` with `width` cells each, every cell quoted: what polars stumbles over,
        a quotation mark inside of a cell that is not quoted, is then as Excel reads it."""
        text = io.StringIO()
        records = islice(csv.reader(self._lines(), delimiter=self.delimiter), heading + 1, None)
        write = csv.writer(text, delimiter=self.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
        write.writerows(record[:width] for record in records)
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
            for number, record in enumerate(csv.reader(self._lines(), delimiter=self.delimiter, strict=True), start=1):
                if number > heading + 1 and any(cell.strip() for cell in record[width:]):
                    found[number] = len(record)
        except csv.Error as trouble:
            if "unexpected end of data" in str(trouble):
                raise Refused("QUOTE_NOT_CLOSED", line=number + 1) from None
            raise Refused("BAD_CSV", {"detail": str(trouble)}, line=number + 1) from error
        return found
