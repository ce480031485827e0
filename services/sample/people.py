"""The sample contestants: how many of each city and division, and who they are.

None is a real person: the ID numbers carry 420000, the code of the province as a whole, which no card carries; the
phone numbers are one series.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TypeVar

from services.sample.contest import Contest
from services.sample.seed import chance, heavy_tail
from services.shared.vocabulary import Platform

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹"
_GIVEN = "伟芳娜敏静强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红建国志文海燕春梅立新晓东思远佳慧子涵雨桐"
_EXPERIENCE = (
    "无",
    "退役后从事农产品直播一年，单场最高观看 1.2 万人次",
    "2020年参加全省全媒体运营师培训，取得技能等级证书",
    "在部队任通信兵五年；返乡后帮乡亲卖脐橙，累计成交 30 万元",
    "曾获县级“助农主播”称号",
)

_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Plan:
    """What sample.toml says about how many people there are and how they are called."""

    contestants: int
    at_least: int
    without_quota: Mapping[str, int]  # division → people of the full size beside those the quotas name
    begins: datetime  # the first day the sample tells of, before the round's window: some rows lie outside it
    exports: tuple[datetime, ...]
    final_read: datetime  # when figures are read off the screens of the final
    final_exported: datetime  # when the platforms export what was done there
    short: Mapping[str, Mapping[str, int]]  # city → division → people
    handles: Mapping[str, str]  # city → its part of a handle


@dataclass(frozen=True, slots=True)
class Person:
    """One contestant with one account; skill is what their numbers grow with, 0.3 to 8."""

    number: int
    city: str
    division: str
    name: str
    id_number: str
    phone: str
    platform: Platform
    handle: str
    uid: str
    followers: int
    experience: str
    skill: float


def load_plan(path: Path) -> Plan:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return Plan(**{**document, "exports": tuple(document["exports"])})


def people(contest: Contest, plan: Plan, seed: int, *, full: bool = False) -> list[Person]:
    """Everybody, in the order of cities and divisions; numbers from 1."""
    counts = full_size(contest, plan) if full else small_size(contest, plan)
    return [
        _person(number, city, division, plan.handles[city], chance(seed, "person", city, division, place))
        for number, (city, division, place) in enumerate(_places(counts), start=1)
    ]


def full_size(contest: Contest, plan: Plan) -> dict[tuple[str, str], int]:
    """(city, division) → people: the quotas, and those without a quota spread as the quotas are."""
    counts = {(quota.city, quota.division): quota.places for quota in contest.quotas}
    weights = {city.name: sum(n for (name, _), n in counts.items() if name == city.name) for city in contest.cities}
    for division, total in plan.without_quota.items():
        for city, more in spread(total, weights).items():
            counts[city, division] = counts.get((city, division), 0) + more
    return counts


def small_size(contest: Contest, plan: Plan) -> dict[tuple[str, str], int]:
    """The full size brought down to `plan.contestants`, nobody's share below `plan.at_least` but in short cities."""
    short = {(city, division): n for city, shares in plan.short.items() for division, n in shares.items()}
    weights = {place: n for place, n in full_size(contest, plan).items() if place[0] not in plan.short}
    rest = plan.contestants - sum(short.values()) - plan.at_least * len(weights)
    counts = {place: plan.at_least + n for place, n in spread(rest, weights).items()}
    return {place: (counts | short)[place] for place in full_size(contest, plan)}


def spread(total: int, weights: Mapping[_Key, int]) -> dict[_Key, int]:
    """Whole numbers in proportion to the weights, the sum exact: the largest remainders get one more."""
    whole = sum(weights.values())
    shares = {key: divmod(total * weight, whole) for key, weight in weights.items()}
    missing = total - sum(share for share, _ in shares.values())
    first = sorted(shares, key=lambda key: -shares[key][1])[:missing]
    return {key: share + (key in first) for key, (share, _) in shares.items()}


def _places(counts: Mapping[tuple[str, str], int]) -> Iterator[tuple[str, str, int]]:
    order: Sequence[str] = list(dict.fromkeys(city for city, _ in counts))
    for city, division in sorted(counts, key=lambda place: order.index(place[0])):
        for place in range(1, counts[city, division] + 1):
            yield city, division, place


def _person(number: int, city: str, division: str, city_handle: str, random: Random) -> Person:
    platform = Platform.KUAISHOU if random.random() < 0.3 else Platform.DOUYIN
    skill = heavy_tail(random, 0.3, 8.0)
    return Person(
        number=number,
        city=city,
        division=division,
        name=random.choice(_SURNAMES) + "".join(random.sample(_GIVEN, random.choice((1, 2, 2)))),
        id_number=id_number(number, random.randrange(1962, 2001)),
        phone=f"1990000{number:04d}",
        platform=platform,
        handle=f"zy_{city_handle}_{number:04d}",
        uid=_uid(platform, number, random),
        followers=int(skill * skill * random.randrange(500, 20_000)),
        experience=random.choice(_EXPERIENCE),
        skill=skill,
    )


def id_number(number: int, year: int) -> str:
    """A well-formed number of nobody: the province's own code, 1 January and up, the check digit of GB 11643-1999."""
    day = divmod(number // 1000, 28)
    body = f"420000{year}{day[0] + 1:02d}{day[1] + 1:02d}{number % 1000:03d}"
    check = (1 - 2 * int(body, 13)) % 11
    return body + ("X" if check == 10 else str(check))


def _uid(platform: Platform, number: int, random: Random) -> str:
    """The platform's own number of the account: 19 digits on Douyin, 10 on Kuaishou."""
    if platform is Platform.DOUYIN:
        return str(7_500_000_000_000_000_000 + number * 10**13 + random.randrange(10**13))
    return str(2_000_000_000 + number * 10**5 + random.randrange(10**5))
