"""Every metric that rules can name: what it is called, where it comes from, what may be said of it.

How each is measured is the function of the same name in `scorer/metrics/measures.py`; a test holds both together.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from services.shared.file_vocabulary import AccountMeasure, Source

Direction = Literal["higher", "lower"]


class Words(NamedTuple):
    """The same in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Metric:
    """One number measured for a contestant over the round.

    sources:  where it can be read; with more than one the rules must name which, unless `joins_sources`; none of it
              where no export tells of it, but people or an earlier round do
    decimals: places its value is rounded to when the rules do not say
    additive: a sum over works, sessions or days, so `cap_per_day` has a meaning; a quotient never is
    has_rows: made of single works or sessions, so `best_n` has a meaning
    asks:     keys of the rules that this metric needs and others must not have
    measure:  what it reads of account days, which come in files of one measure each
    """

    key: str
    title: Words
    unit: Words
    sources: tuple[Source, ...]
    decimals: int = 0
    direction: Direction = "higher"
    additive: bool = field(kw_only=True)
    has_rows: bool = False
    joins_sources: bool = False
    asks: frozenset[str] = frozenset()
    measure: AccountMeasure | None = None


COUNT = Words("个", "")
TIMES = Words("次", "times")
PEOPLE = Words("人", "people")
YUAN = Words("元", "yuan")
DAYS = Words("天", "days")
HOURS = Words("小时", "hours")
FRACTION = Words("比例", "fraction")
SCORE = Words("分", "points")
PLACE = Words("名", "")

_WORKS = (Source.WORKS,)
_DAYS = (Source.ACCOUNT_DAYS,)
_LIVE = (Source.LIVE_SESSIONS,)
_SALES = (Source.ORDERS, Source.LIVE_SESSIONS)


def _work_sum(key: str, zh: str, en: str, unit: Words, decimals: int = 0, *asks: str) -> Metric:
    return Metric(key, Words(zh, en), unit, _WORKS, decimals, additive=True, has_rows=True, asks=frozenset(asks))


def _work_quotient(key: str, zh: str, en: str, unit: Words, decimals: int) -> Metric:
    return Metric(key, Words(zh, en), unit, _WORKS, decimals, additive=False, has_rows=True)


def _session_sum(
    key: str, zh: str, en: str, unit: Words, decimals: int = 0, *, direction: Direction = "higher"
) -> Metric:
    return Metric(key, Words(zh, en), unit, _LIVE, decimals, direction, additive=True, has_rows=True)


def _session_quotient(key: str, zh: str, en: str, unit: Words, decimals: int, *asks: str) -> Metric:
    return Metric(key, Words(zh, en), unit, _LIVE, decimals, additive=False, has_rows=True, asks=frozenset(asks))


def _sales(key: str, zh: str, en: str, *asks: str) -> Metric:
    return Metric(key, Words(zh, en), YUAN, _SALES, 2, additive=True, asks=frozenset(asks))


def _beside(key: str, zh: str, en: str, unit: Words, asks: str, **others: Any) -> Metric:
    return Metric(key, Words(zh, en), unit, (), additive=False, asks=frozenset({asks}), **others)


_ALL = (
    # Short video
    _work_sum("works_published", "发布作品数", "works published", COUNT),
    _work_sum("plays", "播放量", "plays", TIMES),
    _work_sum("likes", "点赞量", "likes", TIMES),
    _work_sum("comments", "评论量", "comments", TIMES),
    _work_sum("shares", "分享量", "shares", TIMES),
    _work_sum("favourites", "收藏量", "favourites", TIMES),
    _work_sum("follower_gain", "作品涨粉", "followers gained by works", PEOPLE),
    _work_sum("weighted_counts", "加权互动量", "weighted counts", SCORE, 2, "counts"),
    _work_quotient("engagement_per_play", "互动率", "engagement per play", FRACTION, 6),
    _work_quotient("completion_rate", "完播率", "completion rate", FRACTION, 6),
    # Account operation
    Metric(
        "active_days",
        Words("活跃天数", "active days"),
        DAYS,
        (Source.WORKS, Source.LIVE_SESSIONS),
        additive=False,
        joins_sources=True,
    ),
    _session_sum("sessions", "直播场次", "live sessions", TIMES),
    _session_sum("hours_live", "直播时长", "hours live", HOURS, 2),
    _session_sum("viewers", "直播观看人数", "viewers", PEOPLE),
    _session_sum("views", "直播观看次数", "views", TIMES),
    Metric(
        "net_follower_gain",
        Words("净增粉丝", "net follower gain"),
        PEOPLE,
        _DAYS,
        additive=True,
        measure=AccountMeasure.NET_FOLLOWERS,
    ),
    Metric(
        "follower_growth",
        Words("粉丝总量增长", "growth of followers"),
        PEOPLE,
        _DAYS,
        additive=False,
        measure=AccountMeasure.TOTAL_FOLLOWERS,
    ),
    Metric(
        "profile_visits",
        Words("主页访问", "profile visits"),
        TIMES,
        (Source.ACCOUNT_DAYS, Source.WORKS),
        additive=True,
        measure=AccountMeasure.PROFILE_VISITS,
    ),
    Metric("regularity", Words("开播规律性", "regularity"), FRACTION, _LIVE, 4, additive=False),
    # Sales
    _sales("gross_sales", "成交金额", "gross sales"),
    _sales("paid_sales", "支付金额", "paid sales"),
    _sales("net_sales", "净成交金额", "net sales", "refunds_until"),
    Metric("orders", Words("成交订单数", "orders"), COUNT, _SALES, additive=True),
    _session_sum("buyers", "成交人数", "buyers", PEOPLE),
    _session_quotient("sales_per_thousand_views", "千次观看成交金额", "sales per thousand views", YUAN, 2, "sales"),
    Metric(
        "featured_share",
        Words("特色商品占比", "share of featured products"),
        FRACTION,
        (Source.ORDERS,),
        6,
        additive=False,
        asks=frozenset({"refunds_until"}),
    ),
    _session_sum("promotion_spend", "投放消耗", "paid promotion", YUAN, 2, direction="lower"),
    # Beside the exports
    _beside("jury", "评委评分", "jury", SCORE, "panel", decimals=2),
    _beside("earlier_total", "前轮总分", "total of an earlier round", SCORE, "of_round", decimals=2),
    _beside("earlier_rank", "前轮名次", "rank in an earlier round", PLACE, "of_round", direction="lower"),
)

METRICS: dict[str, Metric] = {metric.key: metric for metric in _ALL}
