"""The marked copy of a file: what stands where, what is coloured and said, and what is left out."""

import io
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from services.scorer.marked_copies import mark as module
from services.scorer.marked_copies.mark import mark
from services.scorer.uploads.parse import parse
from services.shared.words import Language
from tests.scorer.uploads.files import EXPORTED, ORDERS, WORKS, csv_bytes, with_cell, xlsx_bytes

Sheets = dict[str, list[list[str]]]


def marked(folder: Path, content: bytes, language: Language = Language.ZH) -> bytes:
    path = folder / "upload"
    path.write_bytes(content)
    return mark(path, parse(path, "upload", EXPORTED, None).problems, language)


def sheets(copy: bytes) -> Sheets:
    book = CalamineWorkbook.from_filelike(io.BytesIO(copy))
    return {
        name: [[str(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        for name in book.sheet_names
    }


def xml(copy: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        return archive.read(f"xl/{name}").decode()


def test_a_bad_cell_is_coloured_and_commented_where_it_stands(tmp_path: Path) -> None:
    table = with_cell(WORKS, 2, "播放量", "很多")
    copy = marked(tmp_path, xlsx_bytes(table, names=["Sheet1"]))
    found = sheets(copy)
    place = table[0].index("播放量")
    assert found["Sheet1"][2][place] == "很多"
    listed = found["问题清单"]
    assert listed[0] == ["工作表", "行", "列", "内容", "问题与改正办法"]
    assert listed[1][:4] == ["Sheet1", "3", "播放量", "很多"]
    assert "看不懂" in listed[1][4]
    comments = xml(copy, "comments1.xml")
    assert f'ref="{chr(65 + place)}3"' in comments
    assert "看不懂" in comments


def test_comments_are_in_the_askers_language(tmp_path: Path) -> None:
    content = csv_bytes(with_cell(WORKS, 1, "播放量", "很多"))
    found = sheets(marked(tmp_path, content, Language.EN))
    assert found["Problems"][0][0] == "Sheet"
    assert found["Data"][0][0] == WORKS[0][0]
    assert "”" not in found["Problems"][1][4]


def test_no_value_of_a_column_that_is_not_read_is_in_the_copy(tmp_path: Path) -> None:
    planted: list[list[object]] = [[*ORDERS[0], "收件人手机号", "没见过的列"]]
    planted += [[*row, "13812345678", "武汉市某路 1 号"] for row in ORDERS[1:]]
    copy = marked(tmp_path, csv_bytes(with_cell(planted, 1, "订单应付金额", "不详")))
    everything = "".join(xml(copy, name) for name in ("sharedStrings.xml", "comments1.xml"))
    assert "13812345678" not in everything
    assert "某路" not in everything
    assert "收件人手机号" in everything
    assert "不详" in everything


def test_nothing_in_the_copy_is_computed(tmp_path: Path) -> None:
    for text in ("=1+1", "@SUM(A1)", "+1", "-1"):
        copy = marked(tmp_path, csv_bytes(with_cell(WORKS, 1, "作品名称", text)))
        assert sheets(copy)["数据"][1][0] == text
        assert "<f>" not in xml(copy, "worksheets/sheet2.xml")
        assert "quotePrefix" in xml(copy, "styles.xml")


def test_of_a_long_table_only_the_lines_with_problems_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_LINES", 1)
    found = sheets(marked(tmp_path, csv_bytes(with_cell(WORKS, 2, "播放量", "很多"))))["数据"]
    assert [bool(row[0]) for row in found] == [True, False, True]


def test_of_what_cannot_be_read_there_is_the_list(tmp_path: Path) -> None:
    found = sheets(marked(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)))
    assert list(found) == ["问题清单"]
    assert len(found["问题清单"]) == 2
