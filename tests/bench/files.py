"""The files that are taken in: one shop's many orders, and an archive with the works of many accounts."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import polars as pl
import xlsxwriter

from services.sample.headings import DOUYIN_ORDERS, DOUYIN_WORKS, KUAISHOU_ORDERS
from services.sample.tables import Cell, File, Row, archive, xlsx
from tests.bench.contest import OPENS_AT, Entrant

ROWS_A_FILE = 100

_DIFFERENT_FILES = 100  # so many are written; an archive of more holds them again, under each account's own titles
_TAG = "#战友杯"
_DAYS = 43
_GOODS = ["恩施富硒土豆 5斤装", "宜昌蜜橘 10斤", "潜江小龙虾 2斤装", "赤壁青砖茶 1kg", "孝感米酒 6瓶", "随州香菇 500g"]
_FILLED = {
    "收件人": "##8Zk3PqLwVn##",
    "收件人手机号": "##1a7YtRmEc0##",
    "详细地址": "##f5Uu2NsHdX##",
    "省": "湖北省",
    "支付方式": "微信",
    "订单状态": "已完成",
    "订单类型": "普通订单",
    "APP渠道": "抖音",
    "达人昵称": "战友直播间",
    "流量体裁": "直播",
}
_UNUSED_BY_FOOD = {
    "车型",
    "商品69码",
    "发货SN码",
    "发货IMEI码1",
    "发货IMEI码2",
    "物流SN码",
    "物流IMEI码1",
    "物流IMEI码2",
}


def orders_frame(rows: int, uid: str) -> pl.DataFrame:
    """All 73 columns as text: ids behind a TAB, one order in four has two lines, some unpaid, some sent back."""
    n = pl.int_range(rows, dtype=pl.Int64)
    mixed = n.hash(seed=7)
    cents = (mixed % 20_000 + 990).cast(pl.Int64)
    opened = OPENS_AT.replace(tzinfo=None)
    moment = opened + pl.duration(seconds=(mixed // 20_000 % (_DAYS * 86_400)).cast(pl.Int64))
    unpaid, returned = mixed % 17 == 0, mixed % 13 == 0
    cells: dict[str, pl.Expr] = {
        "主订单编号": _id(n - (n % 5 == 4).cast(pl.Int64)),
        "子订单编号": _id(n),
        "选购商品": pl.lit(pl.Series(_GOODS)).gather(mixed % len(_GOODS)),
        "商品数量": (mixed % 3 + 1).cast(pl.String),
        "商品ID": pl.format("\t{}", (mixed % len(_GOODS)) + 3_502_000_000_000_000),
        "商品单价": _yuan(cents),
        "订单应付金额": _yuan(cents),
        "运费": pl.lit("0.00"),
        "订单提交时间": moment.dt.strftime("%Y-%m-%d %H:%M:%S"),
        "支付完成时间": pl.when(unpaid)
        .then(pl.lit(""))
        .otherwise((moment + timedelta(seconds=40)).dt.strftime("%Y-%m-%d %H:%M:%S")),
        "售后状态": pl.when(returned).then(pl.lit("退款成功")).otherwise(pl.lit("-")),
        "达人ID": pl.lit(f"\t{uid}"),
        **{heading: pl.lit(text) for heading, text in _FILLED.items()},
        **{heading: pl.lit("") for heading in _UNUSED_BY_FOOD},
    }
    return pl.select(n.alias("n")).select(cells.get(heading, pl.lit("-")).alias(heading) for heading in DOUYIN_ORDERS)


def _id(number: pl.Expr) -> pl.Expr:
    return pl.format("\t{}", number + 6_917_926_768_823_000_000)


def _yuan(cents: pl.Expr) -> pl.Expr:
    return pl.format("{}.{}", cents // 100, (cents % 100).cast(pl.String).str.zfill(2))


def write_csv(path: Path, rows: int, uid: str) -> None:
    """As the shop writes it: UTF-8 with BOM, everything in quotes, CRLF."""
    orders_frame(rows, uid).write_csv(path, include_bom=True, quote_style="always", line_terminator="\r\n")


def write_xlsx(path: Path, rows: int, uid: str) -> None:
    """One sheet of text cells; an empty one is no cell."""
    frame = orders_frame(rows, uid)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("订单")
        for y, row in enumerate([DOUYIN_ORDERS, *frame.iter_rows()]):
            for x, cell in enumerate(row):
                if cell:
                    sheet.write_string(y, x, cell)


def write_many_sheets(path: Path, sheets: int, rows: int, uid: str) -> None:
    """Kuaishou's orders as its shop writes them: the same headings on every sheet."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        for number in range(sheets):
            sheet = workbook.add_worksheet(f"订单{number + 1}")
            sheet.write_row(0, 0, KUAISHOU_ORDERS)
            for line in range(1, rows + 1):
                at = OPENS_AT + timedelta(seconds=number * rows + line)
                cells = {
                    "订单号": f"{2426000000000000 + number * rows + line}",
                    "订单创建时间": f"{at:%Y-%m-%d %H:%M:%S}",
                    "订单支付时间": f"{at + timedelta(seconds=9):%Y-%m-%d %H:%M:%S}",
                    "订单状态": "交易成功",
                    "实付款": f"¥{9 + line % 90}.90",
                    "成交数量": "1",
                    "订单载体": "直播",
                    "CPS达人ID": uid,
                    "商品名称": _GOODS[line % len(_GOODS)],
                    "收货地址": f"湖北省##{line}",
                }
                for column, heading in enumerate(KUAISHOU_ORDERS):
                    sheet.write_string(line, column, cells.get(heading, "-" if column % 3 else ""))


def write_archive(path: Path, folder: Path, entrants: Sequence[Entrant]) -> list[tuple[Path, UUID]]:
    """The zip, and the same files unpacked for the floor."""
    contents = [xlsx({"Sheet1": _works_rows(Random(n))}) for n in range(min(_DIFFERENT_FILES, len(entrants)))]
    files, names = [], []
    for number, entrant in enumerate(entrants):
        content = _of_their_own(contents[number % len(contents)], entrant.handle)
        file = File(f"抖音-{entrant.handle}/作品列表导出.xlsx", content)
        unpacked = folder / file.path
        unpacked.parent.mkdir(parents=True)
        unpacked.write_bytes(file.content)
        files.append(file)
        names.append((unpacked, entrant.contestant_id))
    path.write_bytes(archive(files, datetime(2021, 9, 1)))  # noqa: DTZ001 - a zip knows no zone
    return names


def _of_their_own(workbook: bytes, handle: str) -> bytes:
    """The same with a handle in every title: works that many accounts have in common would all be flagged."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as packed:
        parts = {member: packed.read(member) for member in packed.infolist()}
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as packed:
        for member, part in parts.items():
            packed.writestr(member, part.replace(_TAG.encode(), f"{_TAG} {handle}".encode()), zipfile.ZIP_DEFLATED)
    return changed.getvalue()


def _works_rows(random: Random) -> list[Row]:
    rows: list[Row] = [DOUYIN_WORKS]
    for number in range(ROWS_A_FILE):
        published = OPENS_AT + timedelta(hours=10 * number, seconds=random.randrange(3600))
        ratios = [f"{random.randrange(10**6) / 10**6:.6f}" for _ in range(3)]
        title = f"直播预告 第{number}期 {_TAG} {random.randrange(10**6)}"
        counts = [random.randrange(1000) for _ in range(6)]
        row: list[Cell] = [title, f"{published:%Y-%m-%d %H:%M:%S}", "1-3min视频", "公开", random.randrange(10**5)]
        rows.append([*row, ratios[0], ratios[1], "-", ratios[2], f"{random.randrange(99)}.250000", *counts])
    return rows
