"""The whole sample from one seed: who takes part, the cities' rosters, and what the platforms export for everybody.

Pure: values in, files as (path, bytes) out. `livecup demo` sends them through the API like any client.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from services.sample.contest import Contest, load
from services.sample.douyin import creator_files, live_file
from services.sample.goods import Good, load_goods
from services.sample.headings import DOUYIN_ORDERS, DOUYIN_ORDERS_75, KUAISHOU_ORDERS, KUAISHOU_ORDERS_61
from services.sample.kuaishou import platform_files, template_files
from services.sample.orders import ShopLine, douyin_orders, douyin_workbook, kuaishou_orders
from services.sample.people import Person, Plan, load_plan, people
from services.sample.rosters import roster
from services.sample.season import Order, Season, Span, season
from services.sample.seed import chance
from services.sample.tables import File, archive
from services.shared.beijing import BEIJING
from services.shared.vocabulary import Platform

FOLDERS = {Platform.DOUYIN: "抖音", Platform.KUAISHOU: "快手"}
_STRANGER = {Platform.DOUYIN: "7599999999999999991", Platform.KUAISHOU: "2999999991"}  # a creator who is no contestant


class Export(NamedTuple):
    """The files of one city as they were exported at one moment, packed."""

    city: str
    exported_at: datetime
    archive: File


@dataclass(frozen=True, slots=True)
class Sample:
    """A contest with its people; the files are made when they are asked for."""

    contest: Contest
    plan: Plan
    goods: Sequence[Good]
    people: Sequence[Person]
    seed: int

    def rosters(self) -> Iterator[File]:
        """One file per city and division, in the contest's order."""
        for city in self.contest.cities:
            for division in self.contest.divisions:
                chosen = [one for one in self.people if (one.city, one.division) == (city.name, division.key)]
                if chosen:
                    random = chance(self.seed, "roster", city.name, division.key)
                    yield roster(city, division, chosen, random, self.contest.title)

    def exports(self) -> Iterator[Export]:
        """One archive per city and moment of export, in the contest's order, a city's earlier one first."""
        for city in self.contest.cities:
            yield from self.exports_of(city.name)

    def exports_of(self, city: str) -> Iterator[Export]:
        """The archives of one city."""
        place = [one.name for one in self.contest.cities].index(city)
        seasons = [season(one, self._span(), self.goods, self.seed) for one in self.people if one.city == city]
        present = [one for one in seasons if not one.silent]
        for moment in self.plan.exports:
            here = moment.astimezone(BEIJING)
            files = city_files(present, here, place, last=moment == self.plan.exports[-1])
            yield Export(city, here, File(f"{city}_{here:%Y-%m-%d}.zip", archive(files, here)))

    def _span(self) -> Span:
        first = self.contest.rounds[0]
        return Span(self.plan.begins.astimezone(BEIJING), first.closes_at.astimezone(BEIJING))


def sample(contest_file: Path, seed: int, *, full: bool = False) -> Sample:
    """The sample of a contest that has sample.toml and goods.csv beside its contest.toml."""
    contest = load(contest_file)
    plan = load_plan(contest_file.with_name("sample.toml"))
    goods = load_goods(contest_file.with_name("goods.csv"))
    return Sample(contest, plan, goods, people(contest, plan, seed, full=full), seed)


def city_files(seasons: Sequence[Season], moment: datetime, city_place: int, *, last: bool) -> Iterator[File]:
    """What a city packs: a folder for each account, and beside them the files of the shops it works with."""
    shared_compass = city_place % 4 == 3
    for one in seasons:
        folder = f"{FOLDERS[one.person.platform]}-{one.person.handle}"
        for file in account_files(one, moment, shared_compass=shared_compass, last=last):
            yield File(f"{folder}/{file.path}", file.content)
    douyin = [one for one in seasons if one.person.platform is Platform.DOUYIN]
    if shared_compass and douyin:
        yield live_file(douyin, moment)
    lines = shop_lines(one for one in douyin if not _own_shop(one))
    if lines:
        yield douyin_orders("战友优选抖店订单", lines, moment, DOUYIN_ORDERS, "utf-8-sig")
    lines = shop_lines(one for one in seasons if one.person.platform is Platform.KUAISHOU and not _own_shop(one))
    if lines:
        yield kuaishou_orders(
            "战友优选快手小店订单", lines, moment, KUAISHOU_ORDERS if city_place % 3 else KUAISHOU_ORDERS_61
        )


def account_files(one: Season, moment: datetime, *, shared_compass: bool, last: bool) -> Iterator[File]:
    """What lies in one account's folder. A shop that sold nothing is exported once, at the end: empty, it says 0."""
    if one.person.platform is Platform.DOUYIN:
        yield from creator_files(one, moment)
        if not shared_compass:
            yield live_file([one], moment)
    else:
        yield from template_files(one, moment)
        if one.person.number % 4 == 2 and not last:
            yield from platform_files(one, moment)
    if _own_shop(one) and (one.orders or last):
        yield _shop_file(one, moment)


def _own_shop(one: Season) -> bool:
    return one.person.number % 3 == 0


def _shop_file(one: Season, moment: datetime) -> File:
    lines = shop_lines([one])
    if one.person.platform is Platform.KUAISHOU:
        return kuaishou_orders("快手小店订单", lines, moment, KUAISHOU_ORDERS)
    if one.person.number % 6 == 0:
        return douyin_workbook("抖店订单", lines, moment)
    return douyin_orders("抖店订单", lines, moment, DOUYIN_ORDERS_75, "gb18030")


def shop_lines(seasons: Iterable[Season]) -> list[ShopLine]:
    return [_credited(one.person, order) for one in seasons for order in one.orders]


def _credited(person: Person, order: Order) -> ShopLine:
    """Some who buy from a product card came through somebody outside the contest or, on Douyin, through nobody: `0`."""
    luck = int(order.line) // 100 % 20 if order.channel == "商品卡" else -1
    uid = person.uid
    if luck == 0 and person.platform is Platform.DOUYIN:
        uid = "0"
    elif luck == 1:
        uid = _STRANGER[person.platform]
    return ShopLine(order, uid, person.name if uid == person.uid else "-")
