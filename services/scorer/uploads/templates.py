"""Our own templates, written from `formats.toml`: for whatever no platform exports in a known form.

The xlsx has the headings on its first sheet and a line of help for each on the second; the csv has the headings only.
"""

import csv
import io

import xlsxwriter

from services.scorer.uploads.parse import HELP_SHEET
from services.shared.file_vocabulary import UploadKind
from services.shared.formats.catalogue import Format, catalogue

TEMPLATES = {
    UploadKind.TEMPLATE_WORKS: "作品",
    UploadKind.TEMPLATE_ACCOUNT_DAYS: "账号每日数据",
    UploadKind.TEMPLATE_LIVE_SESSIONS: "直播场次",
    UploadKind.TEMPLATE_ORDERS: "订单",
}

_AS_TEXT = {"id", "ids", "handle", "time", "date", "text", "word"}  # so that Excel changes nothing that is typed


def csv_template(kind: UploadKind) -> bytes:
    """UTF-8 with BOM, without which Excel shows Chinese as noise."""
    text = io.StringIO()
    csv.writer(text).writerow(column.heading for column in _template(kind).columns)
    return text.getvalue().encode("utf-8-sig")


def xlsx_template(kind: UploadKind) -> bytes:
    """Needed columns have bold headings; columns of text and times are preset as text."""
    template, file = _template(kind), io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        needed, optional = book.add_format({"bold": True, "bg_color": "#FDE9D9"}), book.add_format({"bold": False})
        as_text, wrapped = book.add_format({"num_format": "@"}), book.add_format({"text_wrap": True})
        sheet = book.add_worksheet(TEMPLATES[kind])
        for index, column in enumerate(template.columns):
            sheet.set_column(index, index, 18, as_text if column.style in _AS_TEXT else None)
            sheet.write_string(0, index, column.heading, needed if column.needed else optional)
        sheet.freeze_panes(1, 0)
        help_sheet = book.add_worksheet(HELP_SHEET)
        help_sheet.set_column(0, 1, 12)
        help_sheet.set_column(2, 2, 60, wrapped)
        help_sheet.write_row(0, 0, ["列名", "是否必填", "怎么填"])
        for row, column in enumerate(template.columns, start=1):
            asked = "必填" if column.filled else "必须有此列" if column.needed else "选填"
            help_sheet.write_row(row, 0, [column.heading, asked, column.help])
    return file.getvalue()


def _template(kind: UploadKind) -> Format:
    if kind not in TEMPLATES:
        raise ValueError(f"{kind} is not one of our templates")
    return catalogue().of(kind)
