"""The featured product pool as somebody fills and empties it."""

from pathlib import Path

import pytest
import xlsxwriter

from services.cli.errors import CommandError
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.cli.conftest import Typed
from tests.factories import a_contest, a_person

HEADINGS = ["平台", "商品ID", "商品名称", "产地市州"]


def workbook(path: Path, *rows: list[object]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADINGS, *rows]):
            sheet.write_row(number, 0, row)
    return path


async def test_a_table_fills_the_pool(typed: Typed, database: Pool, tmp_path: Path) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    path = tmp_path / "商品.csv"
    path.write_bytes("平台,商品ID,商品名称,产地市州\n抖音,3500000000000000001,恩施玉露,恩施\n\n".encode("gb18030"))
    assert "已有表中的 1 种商品" in await typed(organiser, "product", "add", path)
    book = workbook(
        tmp_path / "商品.xlsx", ["快手", 77, "洪湖莲子", ""], ["抖音", "3500000000000000001", "恩施玉露", "恩施"]
    )
    assert "已有表中的 2 种商品" in await typed(organiser, "product", "add", book)
    listed = await typed(None, "product", "list")
    assert "特色商品 2 种" in listed
    assert "恩施玉露" in await typed(None, "product", "list", "--city", "恩施")
    assert await typed(organiser, "product", "remove", "77", "--reason", "停售") == "已移出 1 种。 / Removed.\n"
    with pytest.raises(CommandError, match="池中没有商品 77"):
        await typed(organiser, "product", "remove", "77", "--reason", "停售")
    with pytest.raises(CommandError, match="文本格式"):
        await typed(organiser, "product", "add", workbook(tmp_path / "长.xlsx", ["抖音", 3.5e18, "茶", ""]))
    path.write_text("平台,名称\n抖音,茶\n", encoding="utf-8")
    with pytest.raises(CommandError, match="缺少列：商品ID、商品名称"):
        await typed(organiser, "product", "add", path)
