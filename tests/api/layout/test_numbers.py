"""Numbers and moments as people there write them."""

import pytest

from services.api.layout.numbers import day, exact, moment, short, size, until
from services.shared.words import Language

ZH, EN = Language.ZH, Language.EN


@pytest.mark.parametrize(
    ("value", "all_digits", "in_chinese"),
    [
        ("0", "0", "0"),
        ("9999", "9,999", "9,999"),
        ("12345", "12,345", "1.2万"),
        ("10000", "10,000", "1万"),
        ("-25000", "-25,000", "-2.5万"),
        ("123456789", "123,456,789", "1.2亿"),
        ("12345.60", "12,345.60", "1.2万"),
        ("86.50", "86.50", "86.50"),
    ],
)
def test_numbers(value: str, all_digits: str, in_chinese: str) -> None:
    assert (exact(value), short(value, ZH), short(value, EN)) == (all_digits, in_chinese, all_digits)


def test_moments_are_beijing_time_and_midnight_ends_the_day_before() -> None:
    assert moment("2021-07-20T00:00:00+00:00", ZH) == "2021年7月20日 08:00"
    assert moment("2021-07-20T08:00:00+08:00", EN) == "20 July 2021, 08:00"
    assert day("2021-07-20T18:00:00+00:00", ZH) == "2021年7月21日"
    assert until("2021-09-01T00:00:00+08:00", ZH) == "2021年8月31日 24:00"
    assert until("2021-09-01T00:00:00+08:00", EN) == "31 August 2021, 24:00"
    assert until("2021-09-01T17:30:00+08:00", ZH) == "2021年9月1日 17:30"


def test_sizes() -> None:
    assert [size(count) for count in (1, 12_345, 3_400_000)] == ["1 KB", "12 KB", "3.4 MB"]
