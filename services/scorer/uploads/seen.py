"""What a file shows whose headings nobody knows: its columns and how their cells are written, never what they say.

A row of headings holds no number, time or id, and nothing with quotes or brackets as in code; rows that do hold values
stand under it, most of them as wide as it is. Without one, as in notes, there is nothing to wait for.
"""

import re
from collections.abc import Iterable, Sequence

from services.scorer.uploads.columns import STYLES
from services.scorer.uploads.table import Table
from services.scorer.uploads.values import BLANK, MISSING, BadCell
from services.shared.formats.catalogue import Formats
from services.shared.formats.section import LONGEST_HEADING, normalise
from services.shared.formats.waiting import SeenColumn, Waiting

Row = Sequence[str | None]

_LEAST_COLUMNS, _MOST_COLUMNS = 2, 300
_VALUE = re.compile(r"\d{4}|[*#@]{2}|://|^[-+¥￥.,%:/\d\s]*\d[-+¥￥.,%:/\d\s万亿w]*$")
_NO_HEADING = re.compile(r"""["'`=\[\]{}<>]|^[^\w]+$""")
_ID = re.compile(r"\d{12,}")
# The first of these that reads every cell is taken, if the cells are also written like this; what none reads is text.
_LIKELY = {
    "date": r"\D?\d{4}.*",
    "time": r".*\d.*",
    "percent_text": r".*[%％]",
    "count": r".*",
    "signed_count": r".*",
    "fraction": r"[01]?\.\d{3,}|0",
    "money": r".*",
    "signed_money": r".*",
    "seconds": r".*",
}


def see(tables: Iterable[Table], formats: Formats) -> Waiting | None:
    """The likeliest headings among the tables; None where there are none, or where every one of them is known."""
    best: tuple[int, ...] = ()
    chosen: tuple[Row, Sequence[Row]] | None = None
    for table in tables:
        for index, row in enumerate(table.head):
            likeness = formats.nearest([row]).likeness
            under = table.head[index + 1 :]
            if _are_headings(row) and _stand_over(row, under) and (any(likeness) or any(map(_has_value, under))):
                rated = (*likeness, len(_texts(row)))
                if rated > best:
                    best, chosen = rated, (row, under)
    return _waiting(*chosen, formats) if chosen else None


def _waiting(headings: Row, rows: Sequence[Row], formats: Formats) -> Waiting | None:
    nearest = formats.nearest([headings])
    columns = [
        _column(name, normalise(name) in nearest.format.known, [row[place] for row in rows if place < len(row)])
        for place, cell in enumerate(headings)
        if (name := (cell or "").strip())
    ]
    seen = Waiting(nearest.format.name, nearest.missing, columns)
    return seen if seen.unknown else None


def _texts(row: Row) -> set[str]:
    return {normalise(cell) for cell in row} - {""}


def _are_headings(row: Row) -> bool:
    short = all(len(cell or "") <= LONGEST_HEADING and not _NO_HEADING.search((cell or "").strip()) for cell in row)
    return short and _LEAST_COLUMNS <= len(_texts(row)) <= _MOST_COLUMNS and not _has_value(row)


def _stand_over(row: Row, under: Sequence[Row]) -> bool:
    """Whether most rows are as wide as the headings; lines of prose have as many commas as they happen to have."""
    rows = [each for each in under if len(_texts(each)) >= _LEAST_COLUMNS]
    return not rows or 2 * sum(len(each) == len(row) for each in rows) > len(rows)


def _has_value(row: Row) -> bool:
    return any(cell and _VALUE.search(cell.strip(BLANK)) for cell in row)


def _column(name: str, known: bool, cells: Sequence[str | None]) -> SeenColumn:
    texts = [(cell or "").strip(BLANK) for cell in cells]
    said = [text for text in texts if text not in MISSING]
    return SeenColumn(name, known, _style(said), filled=bool(said) and len(said) == len(texts))


def _style(texts: Sequence[str]) -> str:
    if not texts:
        return "text"
    if all(_ID.search(text) for text in texts):
        return "id"
    likely = (name for name, shape in _LIKELY.items() if all(re.fullmatch(shape, text) for text in texts))
    return next((name for name in likely if all(_reads(name, text) for text in texts)), "text")


def _reads(style: str, text: str) -> bool:
    try:
        STYLES[style].read(text)
    except BadCell:
        return False
    return True
