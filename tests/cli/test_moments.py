"""Moments as people type them."""

import pytest

from services.cli.errors import CommandError
from services.cli.moments import end_of, moment


def test_a_moment_without_an_offset_is_beijing_time() -> None:
    assert moment("2021-09-01T20:00") == "2021-09-01T20:00:00+08:00"
    assert moment("2021-09-01T12:00:00+00:00") == "2021-09-01T12:00:00+00:00"
    assert moment(None) is None


@pytest.mark.parametrize(
    "text", ["2021/9/1 8:05", "2021-9-1 08:05", "2021.09.01 8:05:00", "2021/9/1 8：05", "2021-09-01T08:05"]
)
def test_a_moment_is_read_as_files_write_it(text: str) -> None:
    assert moment(text) == "2021-09-01T08:05:00+08:00"


def test_a_day_alone_ends_at_24_00() -> None:
    assert end_of("2021-12-31") == "2022-01-01T00:00:00+08:00"
    assert end_of("2021-12-31T18:00") == "2021-12-31T18:00:00+08:00"
    assert end_of(None) is None


@pytest.mark.parametrize("text", ["2021-13-01", "9999-12-32", "31.12.2021"])
def test_what_is_no_day_is_said(text: str) -> None:
    with pytest.raises(CommandError, match="看不懂时间"):
        end_of(text)
