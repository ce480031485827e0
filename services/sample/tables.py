"""Tables as files: xlsx, csv and zip whose bytes depend on nothing but their content."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import xlsxwriter

Cell = str | int | float | datetime | None
Row = Sequence[Cell]

_MADE_AT = datetime(2021, 9, 1)  # noqa: DTZ001 - what a workbook says about itself; any fixed moment will do


class File(NamedTuple):
    """A file of the sample by its path, with `/`, inside the folder or archive it belongs to."""

    path: str
    content: bytes


def xlsx(sheets: Mapping[str, Iterable[Row]]) -> bytes:
    """A workbook: text stays text, numbers are numbers, times are date cells, None is no cell."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    workbook.set_properties({"created": _MADE_AT})
    moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for name, rows in sheets.items():
        sheet = workbook.add_worksheet(name)
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(y, x, cell)
                elif isinstance(cell, datetime):
                    sheet.write_datetime(y, x, cell.replace(tzinfo=None), moment)
                elif cell is not None:
                    sheet.write_number(y, x, cell)
    workbook.close()
    return buffer.getvalue()


def delimited(rows: Iterable[Row], encoding: str = "utf-8-sig", *, quote_all: bool = False) -> bytes:
    """A csv as the platforms and Excel write it: `\\r\\n`, quotes where needed or around everything."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL)
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode(encoding)


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    return "" if cell is None else str(cell)


def archive(files: Iterable[File], written_at: datetime) -> bytes:
    """A zip with one time for all of its members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compresslevel=1) as packed:
        for file in files:
            member = zipfile.ZipInfo(file.path, written_at.timetuple()[:6])
            member.create_system = 3
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_STORED if file.path.endswith(".xlsx") else zipfile.ZIP_DEFLATED
            packed.writestr(member, file.content)
    return buffer.getvalue()
