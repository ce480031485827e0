"""Order files of the shops on both platforms: 抖店订单 (csv, two widths) and 快手小店订单 (xlsx, many sheets)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from services.sample.goods import yuan
from services.sample.headings import DOUYIN_ORDERS
from services.sample.season import Order
from services.sample.tables import Cell, File, Row, delimited, xlsx

_ROWS_A_SHEET = 40
_AFTER_SALE_CLOSES = timedelta(days=10)


class ShopLine(NamedTuple):
    """An order line in a shop's file, with the creator it is credited to; uid `0` is nobody."""

    order: Order
    uid: str
    nickname: str


def after_sale(order: Order, moment: datetime) -> str:
    """Where the line stands: 无, 处理中, 已退款 or 已关闭 (asked for, then dropped)."""
    if order.refund_asked_at is None or order.refund_asked_at > moment:
        return "无"
    if order.refunded_at and order.refunded_at <= moment:
        return "已退款"
    return "处理中" if moment - order.refund_asked_at < _AFTER_SALE_CLOSES else "已关闭"


def douyin_orders(
    name: str, lines: Sequence[ShopLine], moment: datetime, headings: Sequence[str], encoding: str
) -> File:
    """抖店订单 as csv: ids behind a TAB, everything in quotes, the newest order first."""
    rows = [douyin_row(line, moment, headings) for line in _newest_first(lines, moment)]
    return File(f"{name}.csv", delimited([headings, *rows], encoding, quote_all=True))


def douyin_workbook(name: str, lines: Sequence[ShopLine], moment: datetime) -> File:
    """The same orders as xlsx; ids are text cells."""
    rows = [douyin_row(line, moment, DOUYIN_ORDERS) for line in _newest_first(lines, moment)]
    return File(f"{name}.xlsx", xlsx({"订单": [DOUYIN_ORDERS, *rows]}))


def kuaishou_orders(name: str, lines: Sequence[ShopLine], moment: datetime, headings: Sequence[str]) -> File:
    """快手小店订单: the same headings on every sheet."""
    rows = [_kuaishou_row(line, moment, headings) for line in _newest_first(lines, moment)]
    pages = [rows[start : start + _ROWS_A_SHEET] for start in range(0, len(rows), _ROWS_A_SHEET)] or [[]]
    return File(f"{name}.xlsx", xlsx({f"订单{n}": [headings, *page] for n, page in enumerate(pages, start=1)}))


def _newest_first(lines: Sequence[ShopLine], moment: datetime) -> list[ShopLine]:
    known = [line for line in lines if line.order.submitted_at < moment]
    return sorted(known, key=lambda line: (line.order.submitted_at, line.order.line), reverse=True)


def douyin_row(line: ShopLine, moment: datetime, headings: Sequence[str]) -> Row:
    order = line.order
    paid = order.paid_at if order.paid_at and order.paid_at < moment else None
    state = after_sale(order, moment)
    old = moment - order.submitted_at > timedelta(days=15)
    cells: dict[str, Cell] = {
        "主订单编号": f"\t{order.number}",
        "子订单编号": f"\t{order.line}",
        "选购商品": order.good.name,
        "商品规格": order.good.specification,
        "商品数量": order.quantity,
        "商品ID": f"\t{order.good.product_id}",
        "商品单价": yuan(order.good.cents),
        "商品金额": yuan(order.good.cents),
        "订单应付金额": thousands(order.cents),
        "运费": "0.00",
        "收件人": "##8Zk3PqLwVn##",
        "收件人手机号": "##1a7YtRmEc0##",
        "省": "湖北省",
        "详细地址": "##f5Uu2NsHdX##",
        "订单提交时间": f"{order.submitted_at:%Y-%m-%d %H:%M:%S}",
        "支付完成时间": f"{paid:%Y-%m-%d %H:%M:%S}" if paid else "",
        "订单完成时间": f"{paid + timedelta(days=14):%Y-%m-%d %H:%M:%S}" if paid and old else "-",
        "支付方式": "微信" if paid else "-",
        "订单状态": _douyin_state(state, paid=paid is not None, old=old),
        "售后状态": _DOUYIN_AFTER_SALE[state][order.quantity % 2],
        "取消原因": "" if paid else "超时未支付",
        "达人ID": f"\t{line.uid}" if line.uid == "0" or "货号" not in headings else f"\t{line.uid}.0",
        "达人昵称": line.nickname,
        "流量体裁": order.channel,
        "订单类型": "普通订单",
    }
    return [cells.get(heading, "-") for heading in headings]


_DOUYIN_AFTER_SALE = {
    "无": ("-", "-"),
    "处理中": ("退款中", "售后待处理"),
    "已退款": ("退款成功", "已全额退款"),
    "已关闭": ("售后关闭", "售后关闭"),
}


def _douyin_state(state: str, *, paid: bool, old: bool) -> str:
    if not paid or state == "已退款":
        return "已关闭"
    return "已完成" if old else "已发货"


def thousands(cents: int) -> str:
    """`123400` → `1,234.00`"""
    return f"{cents // 100:,}.{cents % 100:02d}"


def _kuaishou_row(line: ShopLine, moment: datetime, headings: Sequence[str]) -> Row:
    order = line.order
    paid = order.paid_at if order.paid_at and order.paid_at < moment else None
    state = after_sale(order, moment)
    cells: dict[str, Cell] = {
        "订单号": kuaishou_number(order),
        "订单创建时间": f"{order.submitted_at:%Y-%m-%d %H:%M:%S}",
        "订单支付时间": f"{paid:%Y-%m-%d %H:%M:%S}" if paid else "",
        "订单状态": _kuaishou_state(state, moment - order.submitted_at, paid=paid is not None),
        "实付款": f"¥{thousands(order.cents)}",
        "快递费": "￥0",
        "店铺优惠": "￥0",
        "支付方式": "微信支付" if paid else "",
        "成交数量": order.quantity,
        "售后状态": {"处理中": "售后处理中", "已退款": "退款成功"}.get(state, ""),
        "订单载体": order.channel,
        "商品名称": order.good.name,
        "商品ID": order.good.product_id,
        "商品规格": order.good.specification,
        "商品单价": f"¥{thousands(order.good.cents)}",
        "渠道": "快手小店",
        "CPS达人ID": line.uid,
        "CPS达人昵称": line.nickname,
        "预估推广佣金": f"¥{thousands(order.cents * 3 // 10)}",
        "预估推广者分佣比例": "30.0%",
        "收货人姓名": "张**",
        "收货人电话": "199****0000",
        "收货地址-省": "湖北省",
        "收货地址": "湖北省****",
    }
    return [cells.get(heading, "") for heading in headings]


def kuaishou_number(order: Order) -> str:
    """Kuaishou's numbers are shorter than Douyin's, and every line has one of its own."""
    return f"2{order.line[2:]}"


def _kuaishou_state(state: str, age: timedelta, *, paid: bool) -> str:
    if not paid:
        return "待付款" if age < timedelta(hours=1) else "交易关闭"
    if state == "已退款":
        return "交易关闭"
    return "交易成功" if age > timedelta(days=12) else "已发货" if age > timedelta(days=1) else "待发货"
