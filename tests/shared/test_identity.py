"""Ids sort in the order they were made, and are UUIDs of version 7 that tell when."""

import time
from datetime import UTC, datetime

import pytest

from services.shared import identity
from services.shared.identity import new_id


def test_ids_sort_in_the_order_they_were_made() -> None:
    made = [new_id() for _ in range(10_000)]
    assert made == sorted(set(made))


def test_ids_go_on_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert new_id() > before


def test_an_id_tells_its_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2021, 7, 20, 9, 30, tzinfo=UTC)
    monkeypatch.setattr(identity, "_last_tick", 0)
    monkeypatch.setattr(time, "time_ns", lambda: int(moment.timestamp()) * 1_000_000_000 + 500_000)
    made = new_id()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == int(moment.timestamp()) * 1000
    assert made.int >> 64 & 0xFFF == 2048
