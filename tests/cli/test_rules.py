"""`./livecup rules check|explain|try`: a document read, said and tried without a server."""

import json
from pathlib import Path

import pytest
import xlsxwriter

from services.cli.errors import CommandError
from services.cli.rules import check, explain, try_

DOCUMENT = Path(__file__).parents[1] / "shared" / "rules" / "documents" / "everything.toml"
LINES = [
    ["选手", "市州", "组别", "earlier_total", "评委评分", "投放消耗", "SALES.net_sales", "net_sales", "备注"],
    ["张三", "武汉市", "trainee", "80", "92.5", "100", "1", "12,000", "x"],
    ["李四", "武汉市", "veteran", "70", "90", "6000", "1", "15000", ""],
    ["王五", "宜昌市", "trainee", "90", "", "", "1", "8000", ""],
]


def table(folder: Path, kind: str) -> Path:
    path = folder / f"figures.{kind}"
    if kind == "csv":
        text = "\n".join(",".join(f'"{cell}"' for cell in line) for line in LINES)
        path.write_bytes(text.encode("gb18030"))
        return path
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(LINES):
            sheet.write_row(row, 0, line)
    return path


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_small_table_is_scored(tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    try_(DOCUMENT, table(tmp_path, kind), as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert [(one["who"], one["rank"], one["total"], one["city"]) for one in found["standings"]] == [
        ("王五", 1, "94.00", "宜昌市"),
        ("张三", 2, "89.75", "武汉市"),
        ("李四", 3, "0.00", "武汉市"),
    ]
    assert found["standings"][2]["void"] is True
    assert found["unread"] == ["SALES.net_sales", "备注"]


def test_the_way_to_the_points_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try_(DOCUMENT, table(tmp_path, "csv"), details=True)
    said = capsys.readouterr().out
    assert "前轮总分 80，满分 100 折合 40：40 × 80 ÷ 100 = 32.0000 分。" in said
    assert "李四  总分 0.00，第 3 名，成绩作废" in said
    assert "未通过“付费投放不得超过 5000 元”（6000）：成绩作废。" in said
    assert "一等奖：王五" in said


@pytest.mark.parametrize(
    ("line", "message"),
    [("张三,武汉市,十分", "不是数字"), ("张三,武汉市,NaN", "不是数字")],
)
def test_a_table_that_cannot_be_scored(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(f"选手,市州,jury\n{line}\n", encoding="utf-8")
    with pytest.raises(CommandError, match=message):
        try_(DOCUMENT, path)


def test_a_table_without_people(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("市州,jury\n武汉市,90\n", encoding="utf-8")
    with pytest.raises(CommandError, match="缺少列：选手"):
        try_(DOCUMENT, path)


def test_a_document_is_explained_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    explain(DOCUMENT, language=None)
    said = capsys.readouterr().out
    assert said.index("一、总则") < said.index("1. General")
    explain(DOCUMENT, language="en")
    assert "一、总则" not in capsys.readouterr().out
    with pytest.raises(CommandError, match="没有语言"):
        explain(DOCUMENT, language="fr")


def test_what_is_wrong_is_named_by_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check(DOCUMENT)
    assert "可以使用" in capsys.readouterr().out
    bad = tmp_path / "bad.toml"
    bad.write_text(DOCUMENT.read_text(encoding="utf-8").replace("weight=40", "weight=41"), encoding="utf-8")
    with pytest.raises(CommandError, match="第 10 行 / line：各项目的权重"):
        check(bad)
    with pytest.raises(CommandError, match="权重"):
        explain(bad)
