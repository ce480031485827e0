"""Small export files in the platforms' forms."""

from collections.abc import Iterable
from datetime import datetime

from services.sample.tables import File, Row, archive, delimited

Work = tuple[str, str, int]  # title, published at (Beijing), plays
Order = tuple[str, str, str, str, str]  # line, paid at (Beijing) or "", amount, after-sale state, uid


def works(*rows: Work) -> bytes:
    """抖音《作品列表》 as csv."""
    headings = ["作品名称", "发布时间", "体裁", "审核状态", "播放量", "完播率", "点赞量"]
    lines: Iterable[Row] = ([title, at, "图文", "公开", plays, "-", 1] for title, at, plays in rows)
    return delimited([headings, *lines])


def live_list(*rows: tuple[str, str, str]) -> bytes:
    """抖音《直播间列表》 as csv: handle, started at, gross sales."""
    headings = ["主播抖音号", "直播开始时间", "直播间成交金额", "直播间成交订单数"]
    lines: Iterable[Row] = ([handle, at, sales, 1] for handle, at, sales in rows)
    return delimited([headings, *lines])


def orders(*rows: Order) -> bytes:
    """抖店订单 as csv."""
    headings = ["主订单编号", "子订单编号", "订单应付金额", "支付完成时间", "售后状态", "达人ID", "商品数量"]
    lines: Iterable[Row] = (
        [f"\t{line}", f"\t{line}", amount, paid or "-", state, f"\t{uid}", "1"]
        for line, paid, amount, state, uid in rows
    )
    return delimited([headings, *lines])


def kuaishou_orders(*rows: Order) -> bytes:
    """快手小店订单 as csv."""
    headings = ["订单号", "订单创建时间", "订单支付时间", "实付款", "售后状态", "CPS达人ID"]
    lines = ([line, paid, paid, f"¥{amount}", state, uid] for line, paid, amount, state, uid in rows)
    return delimited([headings, *lines])


def roster(*people: tuple[str, str, str, str], city: str = "武汉市", division: str = "退役军人") -> bytes:
    """推荐表 as csv: name, ID number, phone, account."""
    headings = [
        "序号",
        "所在市（州）",
        "姓名",
        "身份证号",
        "手机号",
        "参赛直播平台及账号",
        "粉丝数量",
        "直播经验",
        "备注",
    ]
    above = [[f"推荐单位：{city}退役军人事务局"], ["联系人：李四"], [f"参赛组别：{division}"]]
    lines = [[str(n), city, *person, "1.5万", "无", ""] for n, person in enumerate(people, start=1)]
    return delimited([*above, headings, *lines])


def zipped(*members: tuple[str, bytes]) -> bytes:
    """An archive."""
    return archive([File(path, content) for path, content in members], datetime(2021, 9, 2))  # noqa: DTZ001
