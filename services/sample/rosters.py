"""The cities' recommendation tables (推荐表, annex 2): one file per city and division."""

from collections.abc import Sequence
from random import Random

from services.sample.contest import City, Division
from services.sample.headings import ROSTER
from services.sample.people import Person
from services.sample.tables import File, Row, delimited, xlsx
from services.shared.vocabulary import Platform

_EXAMPLE = (
    "*示例",
    "武汉市",
    "张三",
    "420106199001010000",
    "13800000000",
    "抖音: zhangsan",
    "50 万",
    "省级助农主播",
    "",
)
_PLATFORMS = {Platform.DOUYIN: "抖音", Platform.KUAISHOU: "快手"}


def roster(city: City, division: Division, people: Sequence[Person], random: Random, title: str) -> File:
    """One roster, written the way this city writes: its name for itself, its colons and its container."""
    city_name = random.choice((city.name, *city.aliases))
    as_csv = random.random() < 0.35
    rows: list[Row] = [
        [f"{title}选手推荐表"],
        [f"推荐单位：{city.name}退役军人事务局", None, None, "联系人：李干事 19900009999"],
        [f"参赛组别：{division.name}"],
        ROSTER,
        _EXAMPLE,
        *(_line(place, city_name, person, random) for place, person in enumerate(people, start=1)),
    ]
    name = f"{city.name}_{division.name}_推荐表"
    if as_csv:
        return File(f"{name}.csv", delimited(rows, random.choice(("utf-8-sig", "gb18030"))))
    return File(f"{name}.xlsx", xlsx({"推荐表": rows}))


def _line(place: int, city_name: str, person: Person, random: Random) -> Row:
    colon = random.choice((": ", "：", ":", " ： "))
    remark = random.choice(("", "", "", "持有技能等级证书"))
    return [
        place,
        city_name,
        person.name,
        person.id_number,
        person.phone,
        f"{_PLATFORMS[person.platform]}{colon}{person.handle}",
        followers(person.followers, random),
        person.experience,
        remark,
    ]


def followers(count: int, random: Random) -> str:
    """The ways people write a number of followers: `8600`, `3,500`, `1.2万`, `50 万`."""
    if count < 10_000:
        return random.choice((str(count), f"{count:,}"))
    return f"{count // 10_000}.{count % 10_000 // 1_000}{random.choice(('万', ' 万', 'w'))}"
