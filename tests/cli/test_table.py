"""Tables at the widths people have: nothing is cut off, and what matters stays."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from services.cli import table as tables
from services.cli.finalists import finalists_table, reserve_lines
from services.cli.rankings import standings_table
from services.cli.table import Column, table


def drawn(monkeypatch: pytest.MonkeyPatch, width: int, *make: object) -> list[str]:
    """The lines of the table that a function and its arguments make, at a width."""
    monkeypatch.setattr(tables, "results", Console(width=width))
    function, *given = make
    assert callable(function)
    out = io.StringIO()
    Console(file=out, width=width).print(function(*given))
    return out.getvalue().splitlines()


def a_standing(number: int) -> dict[str, object]:
    return {
        "rank": number,
        "cityRank": 12,
        "divisionRank": 340,
        "total": "93.10",
        "items": [{"title": title, "points": "27.52"} for title in ("短视频制作", "个人直播账号运营", "直播带货")],
        "number": number,
        "name": "欧阳国庆",
        "city": {"name": "恩施土家族苗族自治州"},
        "division": {"name": "全媒体运营师学员"},
        "platform": "DOUYIN",
        "account": "a_handle_of_twenty_letters",
    }


@pytest.mark.parametrize("width", [80, 100, 160])
def test_standings_fit_and_keep_who_and_how_many_points(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = drawn(monkeypatch, width, standings_table, [a_standing(number) for number in (9, 2999)])
    assert max(cell_len(line.rstrip()) for line in lines) <= width
    text = "\n".join(lines)
    assert "…" not in text
    for kept in ("2999 欧阳国庆", "27.52", "93.10", "2999"):
        assert kept in text
    assert ("抖音 a_handle_of_twenty_letters" in text) == (width == 160)


def test_no_number_of_the_standings_is_torn_apart_however_many_items_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    for items in range(1, 7):
        standing = a_standing(2999) | {"items": [{"title": "短视频制作", "points": "27.52"}] * items, "total": "100.00"}
        lines = drawn(monkeypatch, 80, standings_table, [standing])
        assert max(cell_len(line.rstrip()) for line in lines) <= 80
        (told,) = [line.split() for line in lines if "100.00" in line]
        assert told[:3] == ["2999", "2999", "欧阳国庆"]
        assert told[-items - 1 :] == ["27.52"] * items + ["100.00"]


@pytest.mark.parametrize("width", [80, 100, 160])
def test_every_letter_of_a_long_cell_is_shown(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    prose = "表头不属于任何可接收的文件。" * 20
    columns = [Column("", whole=True), Column("文件", "file"), Column("行", number=True), Column("问题", "problem")]
    lines = drawn(monkeypatch, width, table, columns, [("✗", "抖音-zhangsan/[作品]列表导出.xlsx", "123456", prose)])
    assert max(cell_len(line.rstrip()) for line in lines) <= width
    shown = "".join("".join(lines).split())
    assert shown.count("表") >= prose.count("表") + 1
    assert "123456" in shown


def test_a_line_ends_a_city_and_the_reserves_stand_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def a_line(number: int) -> dict[str, object]:
        account = {"platform": "DOUYIN", "handle": "a_handle_of_twenty_letters"}
        standing = {"contestant": {**a_standing(number), "account": account}, "cityRank": 1, "total": "80.00"}
        return {"position": 1, "place": "STREAMER", "standing": standing, "reason": {"message": "第一名。"}}

    city = {
        "city": {"name": "神农架"},
        "streamers": [a_line(1)],
        "tied": [],
        "reserves": [a_line(7), a_line(3)],
        "shortage": 3,
    }
    text = "\n".join(drawn(monkeypatch, 100, finalists_table, [city]))
    assert "缺 3 人" in text
    assert "第一名。" in text
    assert list(reserve_lines([city])) == ["  神农架：7 欧阳国庆、3 欧阳国庆"]
