"""A contest of three cities with a qualifier and a final that is announced later: documents, people, figures."""

from datetime import datetime
from pathlib import Path

from services.cli.transfer import Parcel
from services.shared.beijing import BEIJING
from tests.journeys.test_one_export_file import ROSTER, works_list
from tests.lists import id_number
from tests.scorer.uploads.files import SESSIONS, xlsx_bytes

# Who takes part, with the plays of their one work in the qualifier: ten plays are a point.
CITIES = {
    "恩施州": {"恩一": 900, "恩二": 800, "恩三": 700, "恩四": 600, "恩五": 500, "恩六": 100},
    "宜昌市": {"宜一": 850, "宜二": 750, "宜三": 650, "宜四": 400},
    "神农架": {"神一": 990, "神二": 300},  # the best of all, in a city that is too small for a team
}
# What they sold in the final, as the screen said after an hour, and as the platform's exports say in the end.
TYPED = {"恩一": "3000", "恩二": "1000", "宜一": "4000", "宜二": "2000"}
SOLD = {
    "恩一": "5000", "恩二": "2500", "恩三": "2000", "恩四": "1562.50", "恩五": "500",
    "宜一": "4000", "宜二": "3000", "宜三": "1500", "宜四": "1500",
}  # fmt: skip

QUALIFIER = """
title = "选手全员赛规则"
round = "qualifier"
places = { metric = 2, item = 2, total = 2 }

[items.SHORT_VIDEO]
title = "短视频"
weight = 100
metrics = [{ metric = "plays", share = 100, scale = "out-of", of = 1000, missing = "zero" }]

[finalists]
places = 5
minimum = 4
tie_at_cut = "person decides"
team = { leader = 1, assistant = 1 }
"""

FINAL = """
title = "总决赛规则"
round = "final"
places = { metric = 2, item = 2, total = 2 }
one_award_per_person = true

[entry]
finalists_of = "qualifier"

[items.EARLIER]
title = "全员赛成绩"
weight = 20

[[items.EARLIER.metrics]]
metric = "earlier_total"
of_round = "qualifier"
share = 100
scale = "out-of"
of = 100
missing = "zero"

[items.SALES]
title = "现场带货"
weight = 80

[[items.SALES.metrics]]
metric = "paid_sales"
source = "live_sessions"
share = 100
scale = "ratio"
field = "round"
missing = "zero"

[teams]
score = "sum"
best_n = 4

[[awards]]
key = "FIRST"
title = "一等奖"
of = "person"
places = 1
tie_at_cut = "none"

[[awards]]
key = "SECOND"
title = "二等奖"
of = "person"
places = 2
tie_at_cut = "none"

[[awards]]
key = "SELLER"
title = "带货之星"
of = "person"
by = "item SALES"
places = 1
tie_at_cut = "none"

[[awards]]
key = "THIRD"
title = "三等奖"
of = "person"
places = 2
tie_at_cut = "person decides"

[[awards]]
key = "TEAM"
title = "团体优胜奖"
of = "team"
places = 1
tie_at_cut = "none"
"""

_CONTEST = """
slug = "two-rounds"
title = "两轮的赛事"
ownerless_orders = "UNCLAIMED"
quotas = "quotas.csv"
teams_until = 2099-01-01T00:00:00+08:00
hosts = [{ name = "主办单位", role = "HOST" }, { name = "承办单位", role = "UNDERTAKER" }]
divisions = [{ key = "veteran", name = "退役军人", cap = 20, entry_ways = ["RECOMMENDED"] }]
cities = [{ name = "恩施州" }, { name = "宜昌市" }, { name = "神农架" }]
entry_windows = { RECOMMENDED = { opens_at = 2021-06-07T00:00:00+08:00, closes_at = 2099-01-01T00:00:00+08:00 } }

[[rounds]]
key = "qualifier"
title = "选手全员赛"
opens_at = 2021-07-20T00:00:00+08:00
closes_at = 2021-09-01T00:00:00+08:00
exported_from = 2021-07-20T00:00:00+08:00
exported_until = 2021-09-06T00:00:00+08:00
uploads_until = 2099-01-01T00:00:00+08:00
rules = "qualifier.toml"

[[rounds]]
key = "final"
title = "总决赛"
opens_at = 2099-09-08T00:00:00+08:00
closes_at = 2099-09-10T00:00:00+08:00
exported_from = 2099-09-08T00:00:00+08:00
exported_until = 2099-09-13T00:00:00+08:00
uploads_until = 2099-09-13T00:00:00+08:00
"""


def handle(name: str) -> str:
    """`恩一` → `en1`"""
    city = {"恩": "en", "宜": "yi", "神": "shen"}[name[0]]
    return f"{city}{'一二三四五六'.index(name[1]) + 1}"


def city_of(name: str) -> str:
    return next(city for city, people in CITIES.items() if name in people)


def write_contest(folder: Path) -> Path:
    """contest.toml with what it names; and a roster for each city."""
    for name, text in (
        ("contest.toml", _CONTEST),
        ("quotas.csv", "\n".join(["city,veteran", *(f"{city},{len(people)}" for city, people in CITIES.items())])),
        ("qualifier.toml", QUALIFIER),
        *((f"{city}_推荐表.csv", _roster(city)) for city in CITIES),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "contest.toml"


def _roster(city: str) -> str:
    everybody = [name for people in CITIES.values() for name in people]
    head = ROSTER.partition("1,武汉市")[0].replace("恩施州", city)
    return head + "".join(
        f"{place},{city},{name},{id_number(everybody.index(name))},138123400{everybody.index(name):02},"
        f"抖音: {handle(name)},300,无,\n"
        for place, name in enumerate(CITIES[city], start=1)
    )


def plays_export(folder: Path, name: str) -> Parcel:
    """Somebody's works list of the qualifier."""
    path = works_list(folder / f"{name}-作品.xlsx", ("2021-08-01 08:00:00", "公开", CITIES[city_of(name)][name]))
    return Parcel(path, path.name, account_hint=f"抖音-{handle(name)}", exported_at="2021-09-01T20:00:00+08:00")


def sales_export(folder: Path, name: str, started: datetime) -> Parcel:
    """Somebody's 直播间列表 of the final, as it is exported now."""
    cells = dict.fromkeys(SESSIONS[0], "-") | {
        "主播抖音号": handle(name),
        "直播开始时间": f"{started:%Y/%m/%d %H:%M:%S}",
        "直播时长(分钟)": "1",
        "直播间成交金额": SOLD[name],
        "直播间用户支付金额": SOLD[name],
    }
    path = folder / f"{name}-直播.xlsx"
    path.write_bytes(xlsx_bytes([SESSIONS[0], list(cells.values())]))
    return Parcel(path, path.name, exported_at=datetime.now(BEIJING).isoformat())


def typed_row(name: str, started: datetime, paid: str) -> dict[str, list[dict[str, str]]]:
    """What somebody reads off the screen about a session."""
    read = {"开播时间": f"{started:%Y-%m-%d %H:%M:%S}", "用户支付金额": paid}
    return {"figures": [{"column": column, "value": value} for column, value in read.items()]}
