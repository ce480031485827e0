"""Numbers and moments as people there write them."""

import pytest

from services.api.layout.numbers import day, exact, moment, size, until
from services.shared.words import Language

ZH, EN = Language.ZH, Language.EN


@pytest.mark.parametrize(
    ("value", "all_digits"),
    [("0", "0"), ("9999", "9,999"), ("-25000", "-25,000"), ("123456789", "123,456,789"), ("12345.60", "12,345.60")],
)
def test_numbers(value: str, all_digits: str) -> None:
    assert exact(value) == all_digits


def test_moments_are_beijing_time_and_midnight_ends_the_day_before() -> None:
    assert moment("2021-07-20T00:00:00+00:00", ZH) == "2021年7月20日 08:00"
    assert moment("2021-07-20T08:00:00+08:00", EN) == "20 July 2021, 08:00"
    assert day("2021-07-20T18:00:00+00:00", ZH) == "2021年7月21日"
    assert until("2021-09-01T00:00:00+08:00", ZH) == "2021年8月31日 24:00"
    assert until("2021-09-01T00:00:00+08:00", EN) == "31 August 2021, 24:00"
    assert until("2021-09-01T17:30:00+08:00", ZH) == "2021年9月1日 17:30"


def test_sizes() -> None:
    assert [size(count) for count in (1, 12_345, 3_400_000)] == ["1 KB", "12 KB", "3.4 MB"]
