"""A thousand files of ten accounts: 963 that count and 37 that do not, each for a reason of its own."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from tests.journeys.test_one_export_file import ROSTER
from tests.lists import id_number
from tests.scorer.uploads.files import (
    ACCOUNT_DAYS_WIDE,
    ORDERS,
    SESSIONS,
    TEMPLATE_WORKS,
    WORK_DAYS,
    WORKS,
    Table,
    csv_bytes,
    with_cell,
    xlsx_bytes,
)
from tests.scorer.uploads.test_children import HOSTILE

GOOD, ACCOUNTS = 963, 10
EXPORTED_AT = "2021-09-01T20:00"
_OPENED = datetime(2021, 7, 20)  # noqa: DTZ001 (as the files write it)
_ENCODINGS = ("utf-8-sig", "utf-8", "gb18030", "utf-16")


def _then(table: Table) -> list[list[object]]:
    """A table in the summer of the contest."""
    return [[re.sub(r"2026(?:([-/])09)?", _earlier, str(cell)) for cell in row] for row in table]


def _earlier(match: re.Match[str]) -> str:
    return f"2021{match[1]}08" if match[1] else "2021"


def _with(table: Table, heading: str, value: object) -> bytes:
    return csv_bytes(with_cell(_then(table), 1, heading, value))


_WORKS = _then(WORKS)
_AGGREGATE = [
    ["发布时间", "体裁", "垂类", "周期内投稿量", "条均点击率"],
    ["2021-07-20 ~ 2021-08-01", "-", "-", "3", "0.1"],
]

# What is wrong with a file → its bytes and the code that says so.
_WRONG: dict[str, tuple[bytes, str]] = {
    "a byte of no encoding": (csv_bytes(_WORKS).replace("秭".encode(), b"\xff\xff"), "BAD_BYTE"),
    "a quote without end": (csv_bytes(_WORKS) + b'"', "QUOTE_NOT_CLOSED"),
    "no table we know": ("各位领导：数据见附件。".encode(), "KIND_NOT_FOUND"),
    "headings we do not know": (
        csv_bytes([["发布时间点" if h == "发布时间" else h for h in _WORKS[0]], *_WORKS[1:]]),
        "HEADINGS_UNKNOWN",
    ),
    "a period's aggregate": (csv_bytes(_AGGREGATE), "KIND_NOT_TAKEN"),
    "a heading twice": (csv_bytes([[*row, row[4]] for row in _WORKS]), "HEADING_REPEATED"),
    "nothing in its sheets": (xlsx_bytes([]), "SHEETS_EMPTY"),
    "two kinds": (xlsx_bytes(_WORKS, _then(ORDERS)), "KINDS_MIXED"),
    "a word for a count": (_with(WORKS, "播放量", "很多"), "VALUE_NOT_UNDERSTOOD"),
    "no time": (_with(WORKS, "发布时间", "-"), "VALUE_MISSING"),
    "a count beyond belief": (_with(WORKS, "播放量", "1" * 18), "VALUE_TOO_LARGE"),
    "a count below 0": (_with(WORKS, "点赞量", "-5"), "NEGATIVE_COUNT"),
    "a ratio above 1": (_with(WORKS, "完播率", "1.5"), "RATIO_OUT_OF_RANGE"),
    "a percentage without its sign": (_with(ACCOUNT_DAYS_WIDE, "5秒完播率", "67.52"), "RATIO_WITHOUT_SIGN"),
    "an id in scientific notation": (_with(ORDERS, "子订单编号", "6.91793E+18"), "ID_LOST_DIGITS"),
    "an id of no kind": (_with(ORDERS, "子订单编号", "编号?"), "ID_NOT_UNDERSTOOD"),
    "a time after the export": (_with(WORKS, "发布时间", "2021-12-01 00:00:00"), "FUTURE_DATE"),
    "a live that ends before it begins": (_with(SESSIONS, "直播结束时间", "2021/08/01 00:00:00"), "END_BEFORE_START"),
    "figures of our template": (csv_bytes(_then(TEMPLATE_WORKS)), "TEMPLATE_NOT_ATTESTED"),
    "a work that nobody dates": (xlsx_bytes(_then(WORK_DAYS)), "WORK_TIME_NEEDED"),
}
# Others of their kind are here already.
_LEFT_OUT = {"a cell at ZZ50000", "a far cell hidden from the guard"}
_HOSTILE = {what: (make(), code) for what, (make, code) in HOSTILE.items() if what not in _LEFT_OUT}
BAD: dict[str, tuple[bytes, str]] = {**_HOSTILE, **_WRONG}


def write_folder(folder: Path) -> None:
    """A folder an account; what is bad lies among what is good."""
    for number in range(GOOD):
        _write(folder, number, f"{number:04}.{'xlsx' if number % 8 == 0 else 'csv'}", _good(number))
    for number, (what, (content, _)) in enumerate(BAD.items()):
        _write(folder, number, f"{number:04} {what}.xlsx", content)


def _write(folder: Path, number: int, name: str, content: bytes) -> None:
    place = folder / f"抖音-handle{number % ACCOUNTS}"
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_bytes(content)


def _good(number: int) -> bytes:
    """Two works that no other file tells of."""
    rows = []
    for nth in range(2):
        at = _OPENED + timedelta(minutes=50 * number + nth)
        rows.append(
            [f"作品{number}-{nth}", f"{at:%Y-%m-%d %H:%M:%S}", *WORKS[1][2:4], str(100 + number), *WORKS[1][5:]]
        )
    table = [WORKS[0], *rows]
    return xlsx_bytes(table) if number % 8 == 0 else csv_bytes(table, _ENCODINGS[number % len(_ENCODINGS)])


def roster() -> str:
    """The accounts' people."""
    return ROSTER.partition("1,武汉市")[0] + "".join(
        f"{n + 1},恩施州,{name}某,{id_number(n)},1381234100{n},抖音: handle{n},300,无,\n"
        for n, name in enumerate("赵钱孙李周吴郑王冯陈"[:ACCOUNTS])
    )
