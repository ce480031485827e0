"""Whatever legal way a value is written in, in whatever container, the same value is read."""

import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from services.scorer.uploads.values import BEIJING
from tests.scorer.uploads.files import ENCODINGS, csv_bytes, parsed, xlsx_bytes

Written = tuple[str, Any]  # as the file has it, and what it says
WIDE = str.maketrans("0123456789.,%+-:/¥", "０１２３４５６７８９．，％＋－：／￥")
MISSING = ["", " ", "-", "--", "—", "/", "N/A"]
containers = st.sampled_from([*ENCODINGS, "xlsx"])


def written(value: Any, ways: list[Callable[[Any], str]]) -> SearchStrategy[Written]:
    """One of the ways to write a value, in narrow or wide characters, with space around it or not."""
    plain = st.sampled_from(ways).map(lambda way: way(value))
    return plain.flatmap(lambda text: st.sampled_from([text, text.translate(WIDE), f" {text}\t"])).map(
        lambda t: (t, value)
    )


def or_missing(strategy: SearchStrategy[Written]) -> SearchStrategy[Written]:
    return strategy | st.sampled_from(MISSING).map(lambda mark: (mark, None))


def tens_of_thousands(number: int) -> str:
    return f"{Decimal(number) / 10_000:f}万" if number % 100 == 0 else str(number)


COUNTS: list[Callable[[int], str]] = [str, "{:,}".format, "{}.0".format, "{}.00".format, tens_of_thousands]
counts = or_missing(st.integers(0, 10**12).flatmap(lambda number: written(number, COUNTS)))
signed = or_missing(st.integers(-(10**9), 10**9).flatmap(lambda number: written(number, [str, "{:,}".format])))

fractions = or_missing(
    st.integers(0, 10**6)
    .map(lambda millionths: Decimal(millionths).scaleb(-6))
    .flatmap(lambda ratio: written(ratio, ["{:f}".format, lambda ratio: f"{ratio.scaleb(2):f}%"]))
)
percentages = or_missing(
    st.integers(0, 10_000)
    .map(lambda part: Decimal(part).scaleb(-4))
    .flatmap(
        lambda ratio: written(ratio, [lambda ratio: f"{ratio.scaleb(2):f}%", lambda ratio: f"{ratio.scaleb(2):f} %"])
    )
)

MONEY: list[Callable[[Decimal], str]] = ["{:f}".format, "{:,}".format, "¥{:,}".format, "{:f}元".format, "¥ {:f}".format]
amounts = st.decimals(0, 10**9, places=2).flatmap(lambda amount: written(amount, MONEY))

SECONDS: list[Callable[[int], str]] = [
    str,
    "{}s".format,
    "{}秒".format,
    lambda number: f"{number // 60}分{number % 60}秒",
    lambda number: f"{number // 3600}小时{number // 60 % 60}分{number % 60}秒",
    lambda number: f"{number // 3600}:{number // 60 % 60:02}:{number % 60:02}",
]
durations = or_missing(st.integers(0, 10**5).flatmap(lambda number: written(number, SECONDS)))

TIMES: list[Callable[[datetime], str]] = [
    "{:%Y-%m-%d %H:%M:%S}".format,
    "{:%Y/%m/%d %H:%M:%S}".format,
    "{:%Y.%m.%d %H:%M:%S}".format,
    "{:%Y年%m月%d日 %H:%M:%S}".format,
    "{:%Y-%m-%dT%H:%M:%S}".format,
    "{:%Y%m%d%H%M%S}".format,
    lambda time: f"{time.year}/{time.month}/{time.day} {time.hour}:{time.minute:02}:{time.second:02}",
]
seconds = st.integers(0, 5 * 366 * 86_400).map(lambda number: datetime(2021, 1, 1) + timedelta(seconds=number))  # noqa: DTZ001
times = seconds.flatmap(lambda time: written(time, TIMES))
DAYS: list[Callable[[date], str]] = [
    "{:%Y-%m-%d}".format,
    "{:%Y/%m/%d}".format,
    "{:%Y%m%d}".format,
    "{:%Y年%m月%d日}".format,
]
days = st.dates(date(2021, 1, 1), date(2026, 10, 1)).flatmap(lambda day: written(day, DAYS))


def read(table: list[list[str]], container: str, columns: list[str]) -> list[tuple[Any, ...]]:
    content = xlsx_bytes(table) if container == "xlsx" else csv_bytes(table, container)
    with tempfile.TemporaryDirectory() as folder:
        found = parsed(Path(folder), content)
    assert found.frame is not None, found.problems
    return found.frame.select(columns).rows()


@settings(max_examples=60, deadline=None)
@given(st.data(), containers)
def test_works(data: st.DataObject, container: str) -> None:
    cells = times, counts, counts, signed, fractions, durations
    told = data.draw(st.lists(st.tuples(*cells), min_size=1, max_size=5, unique_by=lambda row: row[0][1]))
    names = ["发布时间", "播放量", "点赞数", "涨粉量", "完播率", "平均播放时长", "作品名称"]
    table = [names, *([*(text for text, _ in row), "题"] for row in told)]
    columns = ["published_at", "plays", "likes", "follower_gain", "completion_rate", "average_play_seconds"]
    expected = [tuple(value for _, value in row) for row in told]
    got = [(time.replace(tzinfo=None) + BEIJING, *rest) for time, *rest in read(table, container, columns)]
    assert got == expected


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(days, signed, percentages), min_size=1, max_size=5, unique_by=lambda row: row[0][1]), containers
)
def test_account_days(told: list[tuple[Written, ...]], container: str) -> None:
    table = [["日期", "净增粉丝", "封面点击率"], *([text for text, _ in row] for row in told)]
    expected = [
        (day, measure, Decimal(value))
        for (_, day), (_, gained), (_, rate) in told
        for measure, value in (("NET_FOLLOWERS", gained), ("COVER_CLICK_RATE", rate))
        if value is not None
    ]
    assert sorted(read(table, container, ["day", "measure", "value"])) == sorted(expected)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(times, amounts, counts), min_size=1, max_size=5), containers)
def test_orders(told: list[tuple[Written, ...]], container: str) -> None:
    names = ["订单号", "订单创建时间", "订单支付时间", "实付款", "成交数量", "售后状态"]
    table = [
        names,
        *(
            [f"'24260000123{n}", time, time, paid, count, ""]
            for n, ((time, _), (paid, _), (count, _)) in enumerate(told)
        ),
    ]
    expected = [(paid, count) for _, (_, paid), (_, count) in told]
    assert read(table, container, ["amount", "quantity"]) == expected
