"""Every metric that rules can name: what it is called, where it comes from, what may be said of it.

How each is measured is the function of the same name in `scorer/metrics/measure.py`; a test holds both together.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from services.shared.vocabulary import Source

Direction = Literal["higher", "lower"]


class Words(NamedTuple):
    """The same in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Metric:
    """One number measured for a contestant over the round.

    sources:  where it can be read; with more than one the rules must name which, unless `joins_sources`
    decimals: places its value is rounded to when the rules do not say
    additive: a sum over works, sessions or days, so `cap_per_day` has a meaning
    has_rows: made of single works or sessions, so `best_n` has a meaning
    asks:     keys of the rules that this metric needs and others must not have
    """

    key: str
    title: Words
    unit: Words
    sources: tuple[Source, ...]
    decimals: int = 0
    direction: Direction = "higher"
    additive: bool = True
    has_rows: bool = False
    joins_sources: bool = False
    asks: frozenset[str] = frozenset()


COUNT = Words("个", "")
TIMES = Words("次", "times")
PEOPLE = Words("人", "people")
YUAN = Words("元", "yuan")
DAYS = Words("天", "days")
HOURS = Words("小时", "hours")
FRACTION = Words("比例", "fraction")
SCORE = Words("分", "points")

_WORKS = (Source.WORKS,)
_DAYS = (Source.ACCOUNT_DAYS,)
_LIVE = (Source.LIVE_SESSIONS,)
_SALES = (Source.ORDERS, Source.LIVE_SESSIONS)


def _work(key: str, zh: str, en: str, unit: Words) -> Metric:
    return Metric(key, Words(zh, en), unit, _WORKS, has_rows=True)


def _session(key: str, zh: str, en: str, unit: Words, decimals: int = 0) -> Metric:
    return Metric(key, Words(zh, en), unit, _LIVE, decimals, has_rows=True)


def _sales(key: str, zh: str, en: str, asks: frozenset[str] = frozenset()) -> Metric:
    return Metric(key, Words(zh, en), YUAN, _SALES, 2, asks=asks)


_ALL = (
    # Short video
    _work("works_published", "发布作品数", "works published", COUNT),
    _work("plays", "播放量", "plays", TIMES),
    _work("likes", "点赞量", "likes", TIMES),
    _work("comments", "评论量", "comments", TIMES),
    _work("shares", "分享量", "shares", TIMES),
    _work("favourites", "收藏量", "favourites", TIMES),
    _work("follower_gain", "作品涨粉", "followers gained by works", PEOPLE),
    Metric(
        "weighted_counts",
        Words("加权互动量", "weighted counts"),
        SCORE,
        _WORKS,
        2,
        has_rows=True,
        asks=frozenset({"counts"}),
    ),
    Metric(
        "engagement_per_play",
        Words("互动率", "engagement per play"),
        FRACTION,
        _WORKS,
        6,
        additive=False,
        has_rows=True,
    ),
    Metric("completion_rate", Words("完播率", "completion rate"), FRACTION, _WORKS, 6, additive=False, has_rows=True),
    # Account operation
    Metric(
        "active_days",
        Words("活跃天数", "active days"),
        DAYS,
        (Source.WORKS, Source.LIVE_SESSIONS),
        additive=False,
        joins_sources=True,
    ),
    _session("sessions", "直播场次", "live sessions", TIMES),
    _session("hours_live", "直播时长", "hours live", HOURS, 2),
    _session("viewers", "直播观看人数", "viewers", PEOPLE),
    _session("views", "直播观看次数", "views", TIMES),
    Metric("net_follower_gain", Words("净增粉丝", "net follower gain"), PEOPLE, _DAYS),
    Metric("follower_growth", Words("粉丝总量增长", "growth of followers"), PEOPLE, _DAYS, additive=False),
    Metric(
        "profile_visits",
        Words("主页访问", "profile visits"),
        TIMES,
        (Source.ACCOUNT_DAYS, Source.WORKS),
    ),
    Metric("regularity", Words("开播规律性", "regularity"), FRACTION, _LIVE, 4, additive=False),
    # Sales
    _sales("gross_sales", "成交金额", "gross sales"),
    _sales("paid_sales", "支付金额", "paid sales"),
    _sales("net_sales", "净成交金额", "net sales", frozenset({"refunds_until"})),
    Metric("orders", Words("成交订单数", "orders"), COUNT, _SALES),
    _session("buyers", "成交人数", "buyers", PEOPLE),
    Metric(
        "sales_per_thousand_views",
        Words("千次观看成交金额", "sales per thousand views"),
        YUAN,
        _LIVE,
        2,
        additive=False,
        asks=frozenset({"sales"}),
    ),
)

METRICS: dict[str, Metric] = {metric.key: metric for metric in _ALL}
