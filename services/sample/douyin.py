"""Douyin's export files, as its creator centre and Compass write them: works list, account days, live sessions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from services.sample.goods import yuan
from services.sample.headings import DOUYIN_LIVE_SESSIONS, DOUYIN_WORKS, DOUYIN_WORKS_VARIANT
from services.sample.season import Broadcast, Clip, Season
from services.sample.tables import Cell, File, Row, delimited, xlsx


def creator_files(season: Season, moment: datetime) -> Iterator[File]:
    """What one contestant exports from the creator centre at a moment, in the containers people keep it in."""
    number = season.person.number
    headings = DOUYIN_WORKS_VARIANT if number % 3 == 0 else DOUYIN_WORKS
    works = [headings, *works_rows(season, moment, headings, as_text=number % 2 == 0)]
    yield _file("作品列表导出", works, re_saved_as_csv=number % 5 == 1)
    for measure, values in _measures(season).items():
        days = [(day, value) for day, value in values if day < f"{moment:%Y-%m-%d}"]
        yield _file(f"数据表现_{measure}数据", [("日期", measure), *days], re_saved_as_csv=number % 7 == 2)


def _file(name: str, rows: list[Row], *, re_saved_as_csv: bool) -> File:
    return File(f"{name}.csv", delimited(rows)) if re_saved_as_csv else File(f"{name}.xlsx", xlsx({"Sheet1": rows}))


def _measures(season: Season) -> dict[str, list[tuple[str, int]]]:
    return {
        "净增粉丝": [(day.day.isoformat(), day.net_followers) for day in season.days],
        "主页访问": [(day.day.isoformat(), day.profile_visits) for day in season.days],
    }


def works_rows(season: Season, moment: datetime, headings: Sequence[str], *, as_text: bool) -> Iterator[Row]:
    """The newest work first, as the platform lists them; only what was out at the moment."""
    for clip in reversed(season.clips):
        if clip.published_at < moment:
            cells = _works_cells(clip, moment, as_text=as_text)
            yield [cells[heading] for heading in headings]


def _works_cells(clip: Clip, moment: datetime, *, as_text: bool) -> Mapping[str, Cell]:
    plays = clip.reached(moment)
    counts: dict[str, int] = {
        "播放量": plays,
        "点赞量": int(plays * clip.likes),
        "评论量": int(plays * clip.comments),
        "分享量": int(plays * clip.shares),
        "收藏量": int(plays * clip.favourites),
        "主页访问量": int(plays * clip.visits),
        "粉丝增量": int(plays * clip.followers),
    }
    ratios = {
        "完播率": clip.completion,
        "5s完播率": min(clip.completion * 1.6, 0.95),
        "2s跳出率": 0.6 - clip.completion,
        "平均播放时长": clip.seconds,
    }
    picture = clip.genre == "图文"
    return {
        "作品名称": clip.title,
        "发布时间": f"{clip.published_at:%Y-%m-%d %H:%M:%S}",
        "体裁": clip.genre,
        "审核状态": "自见" if clip.private else "公开",
        "发布状态": "自见" if clip.private else "公开",
        "封面点击率": "-",
        "作品时长": "-" if picture else f"{int(clip.seconds * 3)}秒",
        **{name: str(value) if as_text else value for name, value in counts.items()},
        **{name: "-" if picture else f"{0.0 if clip.private else value:.6f}" for name, value in ratios.items()},
    }


def live_file(seasons: Iterable[Season], moment: datetime) -> File:
    """Compass's list of sessions: of one streamer, or of all that a shop works with."""
    rows = (
        _live_row(season, broadcast, moment)
        for season in seasons
        for broadcast in reversed(season.broadcasts)
        if broadcast.ended_at < moment
    )
    return File("直播间列表.xlsx", xlsx({"Sheet1": [DOUYIN_LIVE_SESSIONS, *rows]}))


def _live_row(season: Season, broadcast: Broadcast, moment: datetime) -> Row:
    cells = _audience(broadcast) | _sales(broadcast, moment)
    cells |= {
        "主播头像": "-",
        "主播昵称": f"{season.person.name}·战友直播",
        "主播抖音号": season.person.handle,
        "直播开始时间": f"{broadcast.started_at:%Y/%m/%d %H:%M:%S}",
        "直播结束时间": f"{broadcast.ended_at:%Y/%m/%d %H:%M:%S}" if broadcast.end_known else "-",
        "直播时长(分钟)": broadcast.minutes,
    }
    return [cells.get(heading, "-") for heading in DOUYIN_LIVE_SESSIONS]


def _audience(broadcast: Broadcast) -> dict[str, Cell]:
    viewers = broadcast.viewers
    return {
        "直播间曝光人数": viewers * 9,
        "直播间曝光次数": viewers * 14,
        "直播间观看人数": viewers,
        "单小时观看人数": viewers * 60 // broadcast.minutes,
        "直播间观看次数": viewers + viewers // 3,
        "最高在线人数": viewers // 7 + 1,
        "平均在线人数": viewers // 19 + 1,
        "人均观看时长(分钟)": "1.35",
        "评论次数": broadcast.comments,
        "新增粉丝数": broadcast.new_followers,
        "取关粉丝数": broadcast.lost_followers,
        "观看老粉占比": "0.2134",
        "投放消耗(店铺绑定)": yuan(broadcast.spend_cents),
        "投放消耗(店铺被投)": 0,
    }


def _sales(broadcast: Broadcast, moment: datetime) -> dict[str, Cell]:
    """What the session's orders come to at the moment; what buyers paid is below what the deal is worth."""
    paid = [order for order in broadcast.orders if order.paid_at]
    refunded = [order for order in paid if order.refunded_at and order.refunded_at <= moment]
    kept = {order.number for order in paid if order not in refunded}
    revenue, back = sum(order.cents for order in paid), sum(order.cents for order in refunded)
    orders = len({order.number for order in paid})
    return {
        "带货商品数": len({order.good.product_id for order in broadcast.orders}),
        "直播间成交订单数": orders,
        "直播间成交金额": float(yuan(revenue + revenue // 50)),
        "直播间用户支付金额": float(yuan(revenue)),
        "单小时用户支付金额": float(yuan(revenue * 60 // broadcast.minutes)),
        "直播间成交件数": sum(order.quantity for order in paid),
        "直播间成交人数": orders,
        "直播间退款订单数": len({order.number for order in refunded}),
        "直播间退款金额": float(yuan(back)),
        "直播间退款人数": len({order.number for order in refunded}),
        "净成交金额": float(yuan(revenue - back)),
        "净成交订单数": len(kept),
        "1小时退款金额": 0,
        "1小时退款订单数": 0,
    }
