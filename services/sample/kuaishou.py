"""Kuaishou exports no list of works or days in a form anybody knows, so its people fill in Livecup's own template. Some
sent what the platform does export besides: the history of their sessions, and the days of a single work."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from services.sample.goods import yuan
from services.sample.headings import (
    KUAISHOU_LIVE_SESSIONS,
    KUAISHOU_WORK_DAYS,
    TEMPLATE_ACCOUNT_DAYS,
    TEMPLATE_LIVE_SESSIONS,
    TEMPLATE_WORKS,
)
from services.sample.season import Broadcast, Clip, Season
from services.sample.tables import Cell, File, Row, delimited, xlsx


def template_files(season: Season, moment: datetime) -> Iterator[File]:
    """The three templates one contestant filled in; half of the people send them as csv."""
    as_csv = season.person.number % 2 == 1
    whose = ("快手", season.person.handle)
    clips = ((*whose, *_work(clip, moment)) for clip in season.clips if clip.published_at < moment)
    days = (
        (*whose, day.day.isoformat(), day.net_followers, day.profile_visits)
        for day in season.days
        if day.day < moment.date()
    )
    yield _file("作品数据", [TEMPLATE_WORKS, *clips], as_csv=as_csv)
    yield _file("账号数据", [TEMPLATE_ACCOUNT_DAYS, *days], as_csv=as_csv)
    yield session_file(season, moment)


def session_file(season: Season, moment: datetime) -> File:
    """The template of live sessions alone."""
    whose = ("快手", season.person.handle)
    sessions = ((*whose, *_session(one, moment)) for one in season.broadcasts if one.ended_at < moment)
    return _file("直播数据", [TEMPLATE_LIVE_SESSIONS, *sessions], as_csv=season.person.number % 2 == 1)


def platform_files(season: Season, moment: datetime) -> Iterator[File]:
    """直播历史, and 作品数据分析明细表 of the first work, whose name says when it came out."""
    held = [one for one in season.broadcasts if one.ended_at < moment]
    sessions = (_history(one) for one in held)
    yield File("直播历史.xlsx", xlsx({"直播历史": [KUAISHOU_LIVE_SESSIONS, *sessions]}))
    clip = next((one for one in season.clips if not one.private and one.published_at.date() < moment.date()), None)
    if clip is not None:
        name = f"作品数据分析明细表 发布时间{clip.published_at:%Y-%m-%d %H.%M.%S}.xlsx"
        yield File(name, xlsx({"明细": [KUAISHOU_WORK_DAYS, *_days_of(clip, moment)]}))


def _history(broadcast: Broadcast) -> Row:
    watched = broadcast.viewers, broadcast.viewers // 7 + 1, broadcast.viewers // 2, broadcast.comments // 3
    return [f"{broadcast.started_at:%Y-%m-%d %H:%M:%S}", broadcast.minutes, *watched, broadcast.viewers // 50, 0]


def _days_of(clip: Clip, moment: datetime) -> Iterator[Row]:
    """What each day has added, up to the last that was over."""
    before, day = 0, clip.published_at.date()
    while day < moment.date():
        after = clip.reached(datetime.combine(day + timedelta(days=1), time(), moment.tzinfo))
        shares = (clip.likes, clip.comments, clip.shares, clip.favourites, clip.followers)
        yield [day.isoformat(), after - before, *(int(after * one) - int(before * one) for one in shares)]
        before, day = after, day + timedelta(days=1)


def _file(name: str, rows: list[Row], *, as_csv: bool) -> File:
    return File(f"{name}.csv", delimited(rows, "gb18030")) if as_csv else File(f"{name}.xlsx", xlsx({"数据": rows}))


def _work(clip: Clip, moment: datetime) -> Row:
    plays = clip.reached(moment)
    cells: dict[str, Cell] = {
        "作品标题": clip.title,
        "发布时间": f"{clip.published_at:%Y-%m-%d %H:%M:%S}",
        "体裁": clip.genre,
        "公开状态": "私密" if clip.private else "公开",
        "播放量": plays,
        "点赞量": int(plays * clip.likes),
        "评论量": int(plays * clip.comments),
        "分享量": int(plays * clip.shares),
        "收藏量": int(plays * clip.favourites),
        "主页访问量": int(plays * clip.visits),
        "涨粉量": int(plays * clip.followers),
    }
    return [cells[heading] for heading in TEMPLATE_WORKS[2:]]


def _session(broadcast: Broadcast, moment: datetime) -> Row:
    paid = [order for order in broadcast.orders if order.paid_at]
    refunded = [order for order in paid if order.refunded_at and order.refunded_at <= moment]
    revenue, back = sum(order.cents for order in paid), sum(order.cents for order in refunded)
    cells: dict[str, Cell] = {
        "开播时间": f"{broadcast.started_at:%Y-%m-%d %H:%M:%S}",
        "下播时间": f"{broadcast.ended_at:%Y-%m-%d %H:%M:%S}" if broadcast.end_known else "",
        "直播时长(分钟)": broadcast.minutes,
        "观看人数": broadcast.viewers,
        "观看次数": broadcast.viewers + broadcast.viewers // 3,
        "最高在线人数": broadcast.viewers // 7 + 1,
        "评论次数": broadcast.comments,
        "新增粉丝": broadcast.new_followers,
        "取关粉丝": broadcast.lost_followers,
        "成交金额": yuan(revenue + revenue // 50),
        "用户支付金额": yuan(revenue),
        "退款金额": yuan(back),
        "净成交金额": yuan(revenue - back),
        "成交订单数": len({order.number for order in paid}),
        "成交人数": len({order.number for order in paid}),
        "退款订单数": len({order.number for order in refunded}),
        "投放消耗": yuan(broadcast.spend_cents),
    }
    return [cells[heading] for heading in TEMPLATE_LIVE_SESSIONS[2:]]
