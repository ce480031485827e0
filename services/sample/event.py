"""The final of the sample: everybody of the teams is live on each of its days. What a screen says meanwhile, and what
the platforms export afterwards, packed by city."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from services.sample.douyin import live_file
from services.sample.generate import FOLDERS, Export, Sample, shop_lines
from services.sample.goods import yuan
from services.sample.headings import DOUYIN_ORDERS, KUAISHOU_ORDERS
from services.sample.kuaishou import session_file
from services.sample.orders import douyin_orders, kuaishou_orders
from services.sample.season import Broadcast, Season, Span, event
from services.sample.tables import File, archive
from services.shared.beijing import BEIJING
from services.shared.vocabulary import Platform


def event_of(sample: Sample, handles: Collection[str]) -> list[Season]:
    """What those people did at the final, in the sample's order."""
    round_ = sample.contest.rounds[-1]
    span = Span(sample.plan.begins.astimezone(BEIJING), round_.closes_at.astimezone(BEIJING))
    days = range((round_.opens_at - span.begins).days, span.days)
    return [event(one, span, days, sample.goods, sample.seed) for one in sample.people if one.handle in handles]


def event_exports(sample: Sample, seasons: Sequence[Season]) -> Iterator[Export]:
    """One archive per city, in the contest's order, as of the moment that sample.toml names."""
    moment = sample.plan.final_exported.astimezone(BEIJING)
    for city in sample.contest.cities:
        here = [one for one in seasons if one.person.city == city.name]
        if here:
            packed = archive(_city_files(here, moment), moment)
            yield Export(city.name, moment, File(f"{city.name}_总决赛_{moment:%Y-%m-%d}.zip", packed))


def _city_files(seasons: Sequence[Season], moment: datetime) -> Iterator[File]:
    """Everybody's sessions, and the orders of the shop on each platform."""
    for one in seasons:
        platform = one.person.platform
        file = live_file([one], moment) if platform is Platform.DOUYIN else session_file(one, moment)
        yield File(f"{FOLDERS[platform]}-{one.person.handle}/{file.path}", file.content)
    by_platform = {chosen: [one for one in seasons if one.person.platform is chosen] for chosen in Platform}
    if lines := shop_lines(by_platform[Platform.DOUYIN]):
        yield douyin_orders("总决赛抖店订单", lines, moment, DOUYIN_ORDERS, "utf-8-sig")
    if lines := shop_lines(by_platform[Platform.KUAISHOU]):
        yield kuaishou_orders("总决赛快手小店订单", lines, moment, KUAISHOU_ORDERS)


def on_screen(broadcast: Broadcast, moment: datetime) -> dict[str, str]:
    """What a session's screen says at the moment, by the columns of our template."""
    paid = [order for order in broadcast.orders if order.paid_at and order.paid_at <= moment]
    minutes = min(int((moment - broadcast.started_at).total_seconds()) // 60, broadcast.minutes)
    return {
        "开播时间": f"{broadcast.started_at:%Y-%m-%d %H:%M:%S}",
        "直播时长(分钟)": str(minutes),
        "观看人数": str(broadcast.viewers * minutes // broadcast.minutes),
        "净成交金额": yuan(sum(order.cents for order in paid)),
        "成交订单数": str(len({order.number for order in paid})),
    }
