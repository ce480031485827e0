"""The recommendation table (推荐表, annex 2) as one prints it: A4 landscape, one city and one division. Pure.

Every cell is text, so that no spreadsheet turns a long number round or takes what somebody wrote for a formula.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import orjson
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from services.shared.vocabulary import Platform

COLUMNS = (  # heading, width in characters
    ("序号", 6),
    ("所在市(州)", 11),
    ("姓名", 10),
    ("身份证号", 21),
    ("手机号", 13),
    ("参赛直播平台及账号(只限填一个)", 22),
    ("粉丝数量", 10),
    ("直播经验、亮点战绩、荣誉等(建议详细填写,无直播经历填写无)", 40),
    ("备注", 14),
)
_LONG = {5, 7, 8}  # columns whose text stands to the left
_PLATFORMS = {Platform.DOUYIN: "抖音", Platform.KUAISHOU: "快手"}
_A4 = 9
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_HEADING_ROW = 2


@dataclass(frozen=True, slots=True)
class FormLine:
    """One person as the form names them; the numbers in clear or masked, empty where they have been erased."""

    name: str
    id_number: str
    phone: str
    platform: Platform
    handle: str
    followers: int | None
    experience: str
    remark: str


def printed_line(text: bytes) -> FormLine:
    """A line as it was kept, in JSON."""
    kept = orjson.loads(text)
    return FormLine(**{**kept, "platform": Platform(kept["platform"])})


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the table."""

    title: str
    city: str
    contact: str
    division: str


def city_form(head: Head, lines: Sequence[FormLine]) -> bytes:
    """The xlsx; what is masked is masked in its lines."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("推荐表")
        _set_up(sheet)
        _write_head(sheet, head, book.add_format(_STYLE | {"bold": True, "font_size": 18, "border": 0}),
                    book.add_format(_STYLE | {"align": "left", "border": 0}))  # fmt: skip
        heading = book.add_format(_STYLE | {"bold": True})
        for column, (title, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(_HEADING_ROW, column, title, heading)
        styles = {
            (left, quoted): book.add_format(
                _STYLE | {"align": "left" if left else "center", "quote_prefix": quoted, "num_format": "@"}
            )
            for left in (True, False)
            for quoted in (True, False)
        }
        for position, line in enumerate(lines, start=1):
            for column, text in enumerate(_cells(position, head.city, line)):
                style: Format = styles[column in _LONG, text.startswith(_FORMULA_SIGNS)]
                sheet.write_string(_HEADING_ROW + position, column, text, style)
    return file.getvalue()


_STYLE = {"font_name": "宋体", "font_size": 11, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1}


def _set_up(sheet: Worksheet) -> None:
    """As it comes out of the printer: as wide as the page, the headings on every page."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.repeat_rows(_HEADING_ROW)
    sheet.set_footer("&C第 &P 页 共 &N 页")
    sheet.freeze_panes(_HEADING_ROW + 1, 0)


def _write_head(sheet: Worksheet, head: Head, title: Format, label: Format) -> None:
    last = len(COLUMNS) - 1
    sheet.set_row(0, 36)
    sheet.set_row(1, 24)
    sheet.merge_range(0, 0, 0, last, "", title)
    sheet.write_string(0, 0, f"{head.title}选手推荐表", title)
    for first, end, text in (
        (0, 3, f"推荐单位：{head.city}"),
        (4, 6, f"联系人：{head.contact}"),
        (7, last, f"参赛组别：{head.division}"),
    ):
        sheet.merge_range(1, first, 1, end, "", label)
        sheet.write_string(1, first, text, label)


def _cells(position: int, city: str, line: FormLine) -> tuple[str, ...]:
    account = f"{_PLATFORMS[line.platform]}: {line.handle}" if line.handle else ""
    told = followers(line.followers), line.experience, line.remark
    return str(position), city, line.name, line.id_number, line.phone, account, *told


def followers(count: int | None) -> str:
    """`8600`, `50 万`, `1.2345 万`: exact, as people write it; nothing for nobody knows."""
    if count is None or count < 10_000:
        return "" if count is None else str(count)
    return f"{(Decimal(count) / 10_000).normalize():f} 万"
