"""What one sample contestant did over the summer: the truth that the export files tell, each up to its own moment.

Counts only grow with time, so a later export of the same work or order holds more. Times are Beijing time; money is
whole cents.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from services.sample.goods import Good
from services.sample.people import Person
from services.sample.seed import chance, heavy_tail

_CAPTIONS = (
    "退役不褪色，今天带大家看看家乡的果园 #战友杯 #助农",
    "从军营到直播间：我的第一场带货\n谢谢每一位战友的支持🙏",
    "凌晨四点的莲藕基地, 看看它怎么从泥里出来",
    "老班长教你挑香菇，“一看二闻三摸” @战友优选",
    "军嫂的一天 #军属 #家乡好物",
    "恩施山里的茶,好喝不贵",
    "小龙虾开箱🦞 今晚八点直播间见",
    "八一建军节，敬礼！",
)


@dataclass(frozen=True, slots=True)
class Clip:
    """One published work: what it reaches in the end, and how fast."""

    title: str
    published_at: datetime
    genre: str
    private: bool
    plays: int
    completion: float
    likes: float  # this and the next: per play
    comments: float
    shares: float
    favourites: float
    visits: float
    followers: float
    seconds: float

    def reached(self, moment: datetime) -> int:
        """Plays up to the moment: half of all within the first day and a half."""
        hours = (moment - self.published_at) / timedelta(hours=1)
        return 0 if self.private else int(self.plays * hours / (hours + 36))


@dataclass(frozen=True, slots=True)
class Day:
    """What happened to an account on one day."""

    day: date
    net_followers: int
    profile_visits: int


@dataclass(frozen=True, slots=True)
class Order:
    """One order line. An order of two goods has two lines of one number."""

    number: str
    line: str
    good: Good
    quantity: int
    cents: int
    submitted_at: datetime
    paid_at: datetime | None
    refund_asked_at: datetime | None
    refunded_at: datetime | None
    channel: str  # 直播, 短视频, 商品卡


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One live session; its sales are those of its orders."""

    started_at: datetime
    minutes: int
    viewers: int
    new_followers: int
    lost_followers: int
    comments: int
    spend_cents: int
    end_known: bool
    orders: tuple[Order, ...]

    @property
    def ended_at(self) -> datetime:
        return self.started_at + timedelta(minutes=self.minutes, seconds=12)


@dataclass(frozen=True, slots=True)
class Season:
    """Everything one contestant did; `orders` holds those of the sessions too. Somebody silent sent no file at all."""

    person: Person
    silent: bool
    sells: bool
    clips: tuple[Clip, ...]
    days: tuple[Day, ...]
    broadcasts: tuple[Broadcast, ...]
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The days the sample tells of: a few before the round's window, so that some rows lie outside it."""

    begins: datetime
    closes: datetime

    @property
    def days(self) -> int:
        return (self.closes - self.begins).days


def season(person: Person, span: Span, goods: Sequence[Good], seed: int) -> Season:
    """One contestant's summer, the same for the same seed."""
    random = chance(seed, "season", person.city, person.division, person.number)
    sells = random.random() < 0.9
    broadcasts = _broadcasts(person, span, goods if sells else (), random)
    aside = _orders_aside(person, span, goods, random) if sells else ()
    return Season(
        person=person,
        silent=random.random() < 0.03,
        sells=sells,
        clips=_clips(person, span, random),
        days=_days(person, span, random),
        broadcasts=broadcasts,
        orders=tuple(order for broadcast in broadcasts for order in broadcast.orders) + aside,
    )


def event(person: Person, span: Span, days: Sequence[int], goods: Sequence[Good], seed: int) -> Season:
    """The same person at a final: one session on each of those days of the span, and nothing else."""
    random = chance(seed, "event", person.number)
    broadcasts = tuple(_broadcast(person, span, day, goods, random) for day in days)
    orders = tuple(order for broadcast in broadcasts for order in broadcast.orders)
    return Season(person, silent=False, sells=True, clips=(), days=(), broadcasts=broadcasts, orders=orders)


def _clips(person: Person, span: Span, random: Random) -> tuple[Clip, ...]:
    wanted = 5 + int(person.skill * 3) + random.randrange(6)
    moments = {_moment(span, random, range(7, 23)) for _ in range(wanted)}
    return tuple(_clip(person, moment, random) for moment in sorted(moments))


def _clip(person: Person, published_at: datetime, random: Random) -> Clip:
    genre = random.choice(("1min-视频", "1min-视频", "1-3min视频", "3-5min视频", "5min+视频", "图文"))
    return Clip(
        title=random.choice(_CAPTIONS),
        published_at=published_at,
        genre=genre,
        private=random.random() < 0.04,
        plays=int(person.skill * heavy_tail(random, 200, 60_000)),
        completion=0.02 + 0.3 * random.random(),
        likes=0.005 + 0.06 * random.random(),
        comments=0.01 * random.random(),
        shares=0.008 * random.random(),
        favourites=0.012 * random.random(),
        visits=0.02 * random.random(),
        followers=0.006 * random.random() - 0.0004,
        seconds=3 + 20 * random.random(),
    )


def _days(person: Person, span: Span, random: Random) -> tuple[Day, ...]:
    return tuple(
        Day(
            day=(span.begins + timedelta(days=n)).date(),
            net_followers=int(person.skill * random.randrange(-8, 60)),
            profile_visits=int(person.skill * random.randrange(0, 200)),
        )
        for n in range(span.days)
    )


def _broadcasts(person: Person, span: Span, goods: Sequence[Good], random: Random) -> tuple[Broadcast, ...]:
    """One session a day at most, and one in the last week whatever happens."""
    wanted = min(3 + int(person.skill * 3) + random.randrange(4), span.days - 2)
    days = {span.days - 1 - random.randrange(5), *random.sample(range(span.days), wanted)}
    return tuple(_broadcast(person, span, day, goods, random) for day in sorted(days))


def _broadcast(person: Person, span: Span, day: int, goods: Sequence[Good], random: Random) -> Broadcast:
    started = span.begins + timedelta(days=day, hours=random.randrange(8, 21), seconds=random.randrange(3600))
    minutes = random.randrange(25, 320 if day < span.days - 1 else 180)
    viewers = int(person.skill * heavy_tail(random, 30, 4_000))
    buyers = min(int(person.skill * heavy_tail(random, 1, 30)), 120) if goods else 0
    stamps = sorted(random.randrange(minutes * 60) for _ in range(buyers))
    return Broadcast(
        started_at=started,
        minutes=minutes,
        viewers=viewers + buyers,
        new_followers=int(viewers * 0.02 * random.random()),
        lost_followers=int(viewers * 0.004 * random.random()),
        comments=int(viewers * 0.5 * random.random()),
        spend_cents=random.randrange(100, 30_000) if random.random() < 0.1 else 0,
        end_known=random.random() < 0.97,
        orders=tuple(
            line
            for place, second in enumerate(stamps)
            for line in _order(
                person, (day, place), started + timedelta(seconds=second), "直播", goods=goods, random=random
            )
        ),
    )


def _orders_aside(person: Person, span: Span, goods: Sequence[Good], random: Random) -> tuple[Order, ...]:
    """Orders that came from short videos and product cards, one of them on the last day."""
    moments = [_moment(span, random, range(6, 23)) for _ in range(random.randrange(2, 5 + int(person.skill * 4)))]
    moments.append(span.closes - timedelta(seconds=random.randrange(3_600, 80_000)))
    return tuple(
        line
        for place, moment in enumerate(sorted(moments))
        for line in _order(person, (99, place), moment, random.choice(("短视频", "商品卡")), goods=goods, random=random)
    )


def _order(
    person: Person, place: tuple[int, int], submitted: datetime, channel: str, *, goods: Sequence[Good], random: Random
) -> tuple[Order, ...]:
    """One order of one good, now and then of two; place is (day, number on that day) and makes the number unique."""
    number = 6_900_000_000_000_000_000 + person.number * 10**13 + place[0] * 10**11 + place[1] * 10**7
    number += random.randrange(10**5) * 100
    paid = submitted + timedelta(seconds=random.randrange(3, 240)) if random.random() > 0.06 else None
    asked = paid + timedelta(days=random.randrange(1, 12)) if paid and random.random() < 0.12 else None
    refunded = asked + timedelta(days=random.randrange(1, 9)) if asked and random.random() < 0.75 else None
    chosen = random.sample(list(goods), 2 if random.random() < 0.08 else 1)
    quantities = [random.choice((1, 1, 1, 1, 2, 3)) for _ in chosen]
    return tuple(
        Order(
            number=str(number),
            line=str(number + n),
            good=good,
            quantity=quantity,
            cents=good.cents * quantity,
            submitted_at=submitted,
            paid_at=paid,
            refund_asked_at=asked if n == 0 else None,
            refunded_at=refunded if n == 0 else None,
            channel=channel,
        )
        for n, (good, quantity) in enumerate(zip(chosen, quantities, strict=True))
    )


def _moment(span: Span, random: Random, hours: range) -> datetime:
    return span.begins + timedelta(
        days=random.randrange(span.days), hours=random.choice(hours), seconds=random.randrange(3600)
    )
