"""What a person with the files and a pocket calculator would find: a Douyin contestant's figures, by plain arithmetic.

Written against the sample rules' text, not against our code: it shares nothing with the services.
"""

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from python_calamine import CalamineWorkbook

Row = dict[str, str]
OPENS, CLOSES = datetime(2021, 7, 20), datetime(2021, 9, 1)  # noqa: DTZ001  the files say Beijing time without saying so


def rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def table(name: str, content: bytes) -> list[Row]:
    """The rows of a one-sheet workbook or of a csv in UTF-8 or GB18030, every cell as text."""
    if name.endswith(".xlsx"):
        lines = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        cells = [[_text(cell) for cell in line] for line in lines]
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030")
        cells = [[cell.strip("\t ") for cell in line] for line in csv.reader(io.StringIO(text, newline=""))]
    return [dict(zip(cells[0], line, strict=True)) for line in cells[1:]]


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell == int(cell) else repr(cell)
    return str(cell).strip("\t ")


def files_of(archives: list[Path], handle: str) -> Iterator[tuple[str, bool, list[Row]]]:
    """(file name, whether it is the contestant's own, rows) of a contestant's folder and of all shops' orders, the
    earlier export first."""
    for archive in sorted(archives, key=lambda path: path.name[-14:]):
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                if name.startswith(f"抖音-{handle}/") or "抖店订单" in name:
                    own = name.startswith(f"抖音-{handle}/")
                    yield name.rpartition("/")[2], own, table(name, opened.read(name))


def inside(text: str) -> bool:
    """Whether a time or a day of the files lies in the window."""
    return OPENS <= when(text) < CLOSES


def when(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("/", "-"))


class Figures:
    """Everything the files say of one contestant; a later export replaces what an earlier one said."""

    def __init__(self, archives: list[Path], handle: str, uid: str) -> None:
        works: dict[str, Row] = {}
        lives: dict[str, Row] = {}
        lines: dict[str, Row] = {}
        self.days: dict[str, dict[str, Decimal]] = defaultdict(dict)
        self.has_orders = False  # a shop file without a line of theirs says 0, no shop file says nothing
        for name, own, rows in files_of(archives, handle):
            self.has_orders |= own and "抖店订单" in name
            for row in rows:
                if name.startswith("作品列表"):
                    works[row["发布时间"]] = row
                elif name.startswith("直播间列表"):
                    lives[row["直播开始时间"]] = row
                elif "抖店订单" in name and row["达人ID"].removesuffix(".0") == uid:
                    lines[row["子订单编号"]] = row
                elif name.startswith("数据表现"):
                    (measure,) = set(row) - {"日期"}
                    self.days[measure][row["日期"]] = Decimal(row[measure])
        self.works = [
            row
            for row in works.values()
            if inside(row["发布时间"]) and row.get("审核状态", row.get("发布状态")) == "公开"
        ]
        self.lives = [row for row in lives.values() if inside(row["直播开始时间"])]
        self.paid = [
            row for row in lines.values() if row["支付完成时间"] not in {"", "-"} and inside(row["支付完成时间"])
        ]
        self.has_orders |= bool(lines)

    def metrics(self) -> dict[str, Decimal | None]:
        """Each metric of the sample rules; None where the files say nothing of it."""
        return {
            "works_published": self._works_published(),
            "plays": Decimal(sum(sorted((int(work["播放量"]) for work in self.works), reverse=True)[:20])),
            "engagement_per_play": self._engagement(),
            "completion_rate": self._completion(),
            "follower_gain": Decimal(sum(int(work["粉丝增量"]) for work in self.works)),
            "active_days": min(Decimal(40), Decimal(len(self._active_days()))),
            "hours_live": self._hours(),
            "net_follower_gain": self._sum_of_days("净增粉丝"),
            "profile_visits": self._sum_of_days("主页访问"),
            "regularity": rounded(Decimal(len({_monday(live["直播开始时间"]) for live in self.lives})) / 7, 4),
            "net_sales": self._net_sales() if self.has_orders else None,
            "orders": Decimal(len({row["主订单编号"] for row in self.paid})) if self.has_orders else None,
            "buyers": Decimal(sum(int(live["直播间成交人数"]) for live in self.lives)),
            "sales_per_thousand_views": self._sales_per_thousand_views(),
        }

    def _works_published(self) -> Decimal:
        of_day: dict[str, int] = defaultdict(int)
        for work in self.works:
            of_day[work["发布时间"][:10]] += 1
        return Decimal(min(30, sum(min(2, count) for count in of_day.values())))

    def _engagement(self) -> Decimal:
        plays = sum(int(work["播放量"]) for work in self.works)
        engaged = sum(int(work[name]) for work in self.works for name in ("点赞量", "评论量", "分享量", "收藏量"))
        return rounded(Decimal(engaged) / plays, 6) if plays else Decimal(0)

    def _completion(self) -> Decimal:
        known = [work for work in self.works if work["完播率"] != "-"]
        plays = sum(int(work["播放量"]) for work in known)
        seen = sum(Decimal(work["完播率"]) * int(work["播放量"]) for work in known)
        return rounded(Decimal(seen) / plays, 6) if plays else Decimal(0)

    def _active_days(self) -> set[str]:
        started = {live["直播开始时间"][:10].replace("/", "-") for live in self.lives}
        return {work["发布时间"][:10] for work in self.works} | started

    def _hours(self) -> Decimal:
        of_day: dict[str, Decimal] = defaultdict(Decimal)
        for live in self.lives:
            of_day[live["直播开始时间"][:10]] += Decimal(live["直播时长(分钟)"])
        return rounded(sum((min(Decimal(360), minutes) for minutes in of_day.values()), Decimal(0)) / 60, 2)

    def _sum_of_days(self, measure: str) -> Decimal:
        return sum((value for day, value in self.days[measure].items() if inside(day)), Decimal(0))

    def _net_sales(self) -> Decimal:
        kept = [row for row in self.paid if row["售后状态"] not in {"退款成功", "已全额退款"}]
        return sum((Decimal(row["订单应付金额"].replace(",", "")) for row in kept), Decimal(0))

    def _sales_per_thousand_views(self) -> Decimal:
        views = sum(int(live["直播间观看次数"]) for live in self.lives)
        paid = sum((Decimal(live["直播间用户支付金额"]) for live in self.lives), Decimal(0))
        return rounded(paid * 1000 / views, 2) if views else Decimal(0)


def _monday(text: str) -> datetime:
    day = when(text[:10])
    return day - timedelta(days=day.weekday())
