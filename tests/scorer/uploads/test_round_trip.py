"""Whatever works and orders are written, in whatever container, the same ones are read."""

import tempfile
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from services.scorer.uploads.values import BEIJING
from tests.scorer.uploads.files import ENCODINGS, ORDERS, WORKS, csv_bytes, parsed, xlsx_bytes

characters = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\ufeff\u200b\u200e\u200f")
titles = st.text(characters, max_size=30).map(str.strip)
counts = st.none() | st.integers(0, 10**15 - 1)
times = st.datetimes(datetime(2016, 1, 1), datetime(2026, 10, 1)).map(lambda time: time.replace(microsecond=0))  # noqa: DTZ001
works = st.lists(
    st.tuples(titles, times, counts, counts, st.integers(-(10**6), 10**6)), max_size=8, unique_by=lambda w: w[1]
)
amounts = st.decimals(0, 10**9, places=2)
orders = st.lists(
    st.tuples(st.integers(10**14, 10**15 - 1).map(lambda n: n * 10_000 + 3751), times, amounts),
    max_size=8,
    unique_by=lambda order: order[0],
)


def text_of(count: int | None) -> str:
    return "-" if count is None else str(count)


@settings(max_examples=40, deadline=None)
@given(works, st.sampled_from([*ENCODINGS, "xlsx"]))
def test_works(written: list[tuple[str, datetime, int | None, int | None, int]], container: str) -> None:
    table = [WORKS[0]] + [
        [title, str(time), "图文", "公开", text_of(plays), *["-"] * 5, text_of(likes), *["-"] * 4, str(gain)]
        for title, time, plays, likes, gain in written
    ]
    content = xlsx_bytes(table) if container == "xlsx" else csv_bytes(table, container)
    with tempfile.TemporaryDirectory() as folder:
        found = parsed(Path(folder), content)
    assert found.frame is not None, found.problems
    read = found.frame.select("title", "published_at", "plays", "likes", "follower_gain").rows()
    assert [(title, time.replace(tzinfo=None) + BEIJING, *rest) for title, time, *rest in read] == written


@settings(max_examples=25, deadline=None)
@given(orders, st.sampled_from([*ENCODINGS, "xlsx"]))
def test_orders(written: list[tuple[int, datetime, Decimal]], container: str) -> None:
    table = [ORDERS[0]] + [
        [f"\t{number}", f"\t{number}", "茶", "1", "1", f"{amount:,}", "##", "##", str(time),
         str(time + timedelta(seconds=9)), "已完成", "0", "-", "-", "直播"]
        for number, time, amount in written
    ]  # fmt: skip
    content = xlsx_bytes(table) if container == "xlsx" else csv_bytes(table, container)
    with tempfile.TemporaryDirectory() as folder:
        found = parsed(Path(folder), content)
    assert found.frame is not None, found.problems
    assert found.frame.select("order_line", "amount").rows() == [(str(number), amount) for number, _, amount in written]
