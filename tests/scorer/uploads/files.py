# ruff: noqa: E501 (rows of tables, one a line)
"""Writes one table as every kind of file that people upload."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from services.scorer.uploads.parse import ParsedFile, parse
from services.shared.file_vocabulary import UploadKind
from services.shared.vocabulary import ImportPolicy

Table = Sequence[Sequence[object]]

EXPORTED = datetime(2026, 10, 20, tzinfo=UTC)
NAME = "秭归脐橙-作品数据分析明细表 发布时间2026-07-18 14.11.20.xlsx"  # says something of a work's days only
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030")

WORKS = [
    ["作品名称", "发布时间", "体裁", "审核状态", "播放量", "完播率", "5s完播率", "封面点击率", "2s跳出率", "平均播放时长",
     "点赞量", "分享量", "评论量", "收藏量", "主页访问量", "粉丝增量"],
    ["恩施玉露 🍵,\n#助农 @老乡 \"新茶\"", "2026-05-14 23:18:00", "1-3min视频", "公开", "18573", "0.043936", "0.343382", "-",
     "0.385556", "13.689828", "430", "47", "12", "399", "117", "38"],
    ["秭归脐橙", "2026-05-15 07:00:05", "图文", "自见", "0", "-", "-", "-", "-", "-", "0", "0", "0", "0", "0", "-2"],
]  # fmt: skip
ACCOUNT_DAYS = [["日期", "净增粉丝"], ["2026-07-30", "-21"], ["2026-07-31", "15"], ["2026-08-01", "-"]]
ACCOUNT_DAYS_WIDE = [
    [
        "日期",
        "投稿量",
        "总播放量",
        "总点赞量",
        "总分享量",
        "总评论量",
        "5秒完播率",
        "2秒跳出率",
        "封面点击率",
        "平均播放时长",
    ],
    ["2026-07-30", "2", "1200", "30", "4", "5", "67.52%", "21.00%", "-", "19.42s"],
]
SESSIONS = [
    ["主播头像", "主播昵称", "主播抖音号", "直播开始时间", "直播结束时间", "直播时长(分钟)", "直播间观看人数", "直播间观看次数",
     "最高在线人数", "评论次数", "新增粉丝数", "取关粉丝数", "直播间成交订单数", "直播间成交金额", "直播间用户支付金额",
     "直播间成交人数", "直播间退款订单数", "直播间退款金额", "净成交金额", "投放消耗(店铺绑定)", "投放消耗(店铺被投)"],
    ["头像", "甲", "jia_01", "2026/09/07 08:55:37", "2026/09/08 00:55:49", "960", "182584", "280286", "15093", "88", "120",
     "3", "1536", "61045.3", "59847.17", "1500", "400", "14603.08", "50512.9", "100.5", "20.25"],
    ["头像", "甲", "jia_01", "2026/09/08 20:00:00", "-", "60", "100", "150", "9", "0", "1", "0", "0", "0", "0", "0", "0", "0",
     "0", "-", "-"],
]  # fmt: skip
WORKS_SHORT = [
    ["视频名称", "发布时间", "播放量", "5s完播率", "2s跳出率", "平均播放时长"],
    ["秭归脐橙 #助农", "2026-07-07 13:36", "18573", "0.3434", "0.3856", "13.69"],
    ["恩施玉露", "2026-07-08 08:00", "-", "-", "0.4001", "9.53"],
]
WORK_DAYS = [
    [
        "日期",
        "播放量",
        "点赞量",
        "评论量",
        "分享量",
        "收藏量",
        "涨粉量",
        "封面点击率",
        "2s跳出率",
        "5s完播率",
        "完播率",
    ],
    ["2026-07-18", "1000", "30", "4", "5", "6", "7", "10.00%", "40%", "50", "20.5%"],
    ["2026-07-19", "3000", "10", "--", "1", "0", "-2", "20%", "30.00", "-", "10.5"],
]
LIVE_HISTORY = [
    ["开播时间", "直播时长(分钟)", "直播观众数", "在线人数峰值", "点赞数", "评论人数", "分享人数", "送礼人数"],
    ["2026-08-01 19:00:00", "125", "1024", "88", "3000", "12", "3", "1"],
    ["2026-08-02 19:00", "-", "2.1万", "--", "0", "0", "0", "0"],
]
ORDERS = [
    ["主订单编号", "子订单编号", "选购商品", "商品数量", "商品ID", "订单应付金额", "收件人", "收件人手机号", "订单提交时间",
     "支付完成时间", "订单状态", "达人ID", "达人昵称", "售后状态", "流量体裁"],
    ["\t6917926768823643751", "\t6917926768823643752", "恩施玉露", "2", "\t3600000000000000017", "1,234.00", "##secret", "##138",
     "2026-09-22 00:54:10", "2026-09-22 00:54:31", "已完成", "\t7592255573464597541", "某", "-", "直播"],
    ["\t6917926768823643761", "\t6917926768823643762", "脐橙", "1", "\t3600000000000000034", "28.90", "##secret", "##138",
     "2026-09-22 01:00:00", "-", "已关闭", "0", "-", "-", "商品卡"],
    ["\t6917926768823643771", "\t6917926768823643772", "脐橙", "1", "\t3600000000000000034", "28.90", "##secret", "##138",
     "2026-09-22 02:00:00", "2026-09-22 02:00:09", "已关闭", "\t7592255573464597541.0", "某", "退款成功", "短视频"],
]  # fmt: skip
KUAISHOU_ORDERS = [
    ["订单号", "订单创建时间", "订单支付时间", "订单状态", "实付款", "成交数量", "售后状态", "订单载体", "商品名称", "商品ID",
     "CPS达人ID", "收货人姓名", "收货人电话"],
    ["2426000012345678", "2026-09-01 10:00:00", "2026-09-01 10:00:09", "交易成功", "¥1,299.90", "1", "", "直播", "黑木耳",
     "21000000001", "1234567890", "某", "138"],
    ["2426000012345679", "2026-09-02 10:00:00", "", "交易关闭", "￥0", "1", "", "短视频", "香菇", "21000000002", "", "某", "138"],
]  # fmt: skip
TEMPLATE_WORKS = [
    ["平台", "账号", "作品标题", "发布时间", "公开状态", "播放量", "点赞量", "完播率", "涨粉量"],
    ["快手", "lisi", "黑木耳", "2026-08-01 09:30", "公开", "1.2万", "430", "8.75%", "-3"],
]
TEMPLATE_ACCOUNT_DAYS = [
    ["平台", "账号", "日期", "播放量", "净增粉丝"],
    ["快手", "lisi", "2026/8/1", "12", "-3"],
    ["抖音", "jia_01", "20260801", "", "4"],
]
TEMPLATE_SESSIONS = [
    ["平台", "账号", "开播时间", "下播时间", "直播时长(分钟)", "观看人数", "成交金额", "成交订单数"],
    ["快手", "lisi", "2026-08-01 19:00", "2026-08-01 21:05", "2小时5分", "1,024", "99.9", "3"],
]
TEMPLATE_ORDERS = [
    ["平台", "账号", "订单号", "支付时间", "金额", "售后状态"],
    ["快手", "lisi", "2426000012345678", "2026-08-01 19:10:00", "88", ""],
]
KINDS = {
    UploadKind.DOUYIN_WORKS: WORKS,
    UploadKind.DOUYIN_WORKS_SHORT: WORKS_SHORT,
    UploadKind.DOUYIN_ACCOUNT_DAYS: ACCOUNT_DAYS,
    UploadKind.DOUYIN_LIVE_SESSIONS: SESSIONS,
    UploadKind.DOUYIN_ORDERS: ORDERS,
    UploadKind.KUAISHOU_WORK_DAYS: WORK_DAYS,
    UploadKind.KUAISHOU_LIVE_SESSIONS: LIVE_HISTORY,
    UploadKind.KUAISHOU_ORDERS: KUAISHOU_ORDERS,
    UploadKind.TEMPLATE_WORKS: TEMPLATE_WORKS,
    UploadKind.TEMPLATE_ACCOUNT_DAYS: TEMPLATE_ACCOUNT_DAYS,
    UploadKind.TEMPLATE_LIVE_SESSIONS: TEMPLATE_SESSIONS,
    UploadKind.TEMPLATE_ORDERS: TEMPLATE_ORDERS,
}


def csv_bytes(table: Table, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(table)
    return text.getvalue().encode(encoding)


def xlsx_bytes(
    *tables: Table,
    names: Sequence[str] = (),
    first_row: int = 0,
    merged: tuple[int, int, int, int] | None = None,
    epoch: int = 1900,
) -> bytes:
    """One sheet a table. A `str` becomes a text cell, numbers and datetimes become numbers and dates; `merged` is a range
    from row and column to row and column, which shows its first cell."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "date_1904": epoch == 1904}
    with xlsxwriter.Workbook(file, options) as book:
        date_format = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for number, table in enumerate(tables):
            sheet = book.add_worksheet(names[number] if names else None)
            if merged is not None:
                sheet.merge_range(*merged, "")
            for row, cells in enumerate(table, start=first_row):
                for column, cell in enumerate(cells):
                    if merged and _behind(merged, row, column):
                        continue
                    if isinstance(cell, datetime):
                        sheet.write_datetime(row, column, cell, date_format)
                    elif isinstance(cell, str):
                        sheet.write_string(row, column, cell)
                    elif cell is not None:
                        sheet.write_number(row, column, cell)
    return file.getvalue()


def _behind(merged: tuple[int, int, int, int], row: int, column: int) -> bool:
    """Whether a cell is one of a range, and not its first, which alone has a value."""
    top, left, bottom, right = merged
    return top <= row <= bottom and left <= column <= right and (row, column) != (top, left)


def parsed(
    folder: Path,
    content: bytes,
    stated: UploadKind | None = None,
    own: str = "",
    *,
    name: str = NAME,
    policy: ImportPolicy = ImportPolicy.ALL_OR_NOTHING,
    published_at: datetime | None = None,
) -> ParsedFile:
    path = folder / "upload"
    path.write_bytes(content)
    return parse(path, name, EXPORTED, stated, own, policy=policy, published_at=published_at)


def with_cell(table: Table, row: int, heading: str, value: object) -> list[list[object]]:
    """The table with one cell changed; `row` counts from 1 below the headings."""
    changed = [list(cells) for cells in table]
    changed[row][list(table[0]).index(heading)] = value
    return changed


def codes(found: ParsedFile) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.line, problem.column) for problem in found.problems]
