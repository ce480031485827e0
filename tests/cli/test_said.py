"""Sentences of the command line: warnings in sum, states, times, kinds, and what Typer itself would say in English."""

import sys
from pathlib import Path
from typing import Any

import pytest

from services.cli.bind_uids import read_bindings
from services.cli.errors import CommandError, cause
from services.cli.kinds import read_kind
from services.cli.main import main
from services.cli.output import beijing, when
from services.cli.problems import folded, place, summarise
from services.cli.roster import outcome, roster_files
from services.cli.uploaded import counted, state_of


def a_warning(file: str, code: str, **parameters: str) -> dict[str, Any]:
    return {
        "file": file,
        "code": code,
        "severity": "WARNING",
        "message": f"{code} in {file}",
        "sheet": None,
        "line": 2,
        "column": None,
        "parameters": [{"name": name, "value": value} for name, value in parameters.items()],
    }


def test_warnings_are_summed_by_what_they_are_about() -> None:
    found = summarise(
        [
            a_warning("a.zip: 1.xlsx", "UNCLAIMED_LINES", account="11", count="900"),
            a_warning("a.zip: 2.xlsx", "UNCLAIMED_LINES", account="11", count="60"),
            a_warning("b.zip: 1.xlsx", "UNCLAIMED_LINES", account="22", count="3"),
            a_warning("b.zip: 1.xlsx", "LINE_REPEATED"),
            a_warning("b.zip: 1.xlsx", "OWNERLESS_LINES", count="17"),
        ]
    )
    assert [(one["code"], one["lines"], one["files"]) for one in found] == [
        ("UNCLAIMED_LINES", 963, 3),
        ("OWNERLESS_LINES", 17, 1),
        ("LINE_REPEATED", 1, 1),
    ]
    assert found[0]["message"].startswith("达人ID 尚未绑定参赛账号的订单 963 行（2 个达人ID，3 个文件），暂不计入。")
    assert "./livecup bind-uids" in found[0]["message"]
    assert found[2]["message"] == "b.zip: 1.xlsx 第 2 行：LINE_REPEATED in b.zip: 1.xlsx"


def test_what_is_wrong_with_many_lines_of_a_column_is_said_once() -> None:
    rates = [
        {**a_warning("a.csv", "RATIO_WITHOUT_SIGN"), "line": line, "column": "封面点击率"} for line in (2, 3, 4, 9)
    ]
    ids = [{**rates[0], "code": "ID_LOST_DIGITS", "line": line, "message": f"丢失 {line}"} for line in (5, 6)]
    alone = [{**a_warning("a.csv", "LINES_CONTRADICT"), "line": line, "message": f"与第 {line}0 行"} for line in (7, 8)]
    said = [one for _, one in folded(("a.csv", one) for one in [*rates, *ids, *alone])]
    assert [(place(one), one["message"]) for one in said] == [
        ("第 2–4、9 行 封面点击率", "RATIO_WITHOUT_SIGN in a.csv（4 行）"),
        ("第 5–6 行 封面点击率", "丢失 5（共 2 行，这里说的是第 5 行）"),
        ("第 7 行", "与第 70 行"),
        ("第 8 行", "与第 80 行"),
    ]


def an_upload(state: str, accepted: int = 0, duplicate: int = 0, refused: int = 0, *, before: bool = False) -> Any:
    total = accepted + duplicate + refused
    files = {"total": total, "accepted": accepted, "duplicate": duplicate, "refused": refused}
    return {"state": state, "files": files, "before": before}


@pytest.mark.parametrize(
    ("upload", "counts", "said"),
    [
        (an_upload("ACCEPTED"), (1, 0, 0), "已计入"),
        (an_upload("ACCEPTED", before=True), (0, 1, 0), "已计入（此前已上传）"),
        (an_upload("DUPLICATE"), (0, 1, 0), "重复，只计一次"),
        (an_upload("REFUSED"), (0, 0, 1), "未计入"),
        (an_upload("ACCEPTED", 8, 1, 2), (8, 1, 2), "部分计入"),
        (an_upload("ACCEPTED", 0, 9, 0), (0, 9, 0), "重复，只计一次"),
        (an_upload("ACCEPTED", 0, 0, 2), (0, 0, 2), "未计入"),
        (an_upload("ACCEPTED", 8, 0, 2, before=True), (0, 8, 2), "部分计入（此前已上传）"),
    ],
)
def test_what_became_of_an_upload(upload: Any, counts: tuple[int, int, int], said: str) -> None:
    assert (counted(upload), state_of(upload)) == (counts, said)


@pytest.mark.parametrize(
    ("state", "refused", "dry_run", "said"),
    [
        ("DONE", 0, False, "已导入"),
        ("DONE", 3, False, "部分导入，3 行未导入"),
        ("DONE", 10, False, "未导入"),
        ("DONE", 0, True, "仅检查，可以导入"),
        ("DONE", 3, True, "仅检查，3 行有误"),
        ("REFUSED", 10, True, "仅检查，整表未导入，10 行有误"),
        ("FAILED", 0, False, "失败"),
    ],
)
def test_what_became_of_a_roster(state: str, refused: int, dry_run: bool, said: str) -> None:
    assert outcome({"state": state, "lines": {"read": 10, "refused": refused}}, dry_run=dry_run) == said


def test_folders_of_rosters_are_taken_file_by_file(tmp_path: Path) -> None:
    for name in ("b.xlsx", "a.csv", "~$b.xlsx", "readme.txt"):
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in roster_files([tmp_path])] == ["a.csv", "b.xlsx"]
    assert roster_files([tmp_path / "readme.txt"]) == [tmp_path / "readme.txt"]
    with pytest.raises(CommandError, match="没有找到推荐表"):
        (tmp_path / "empty").mkdir()
        roster_files([tmp_path / "empty"])


@pytest.mark.parametrize("text", ["DOUYIN_WORKS", "douyin_works", "抖音《作品列表》", "抖音作品列表", "作品列表"])
def test_a_kind_is_known_by_its_code_and_its_chinese_name(text: str) -> None:
    assert read_kind(text) == "DOUYIN_WORKS"


def test_an_unknown_kind_names_them_all_and_a_roster_its_command() -> None:
    with pytest.raises(CommandError, match=r"KUAISHOU_ORDERS  快手小店订单"):
        read_kind("作品")
    with pytest.raises(CommandError, match=r"\./livecup roster"):
        read_kind("推荐表")


def test_times_are_read_in_beijing_without_microseconds() -> None:
    assert when("2026-12-05T19:17:44.123456+00:00") == "2026-12-06 03:17 北京时间"
    assert beijing("2021-09-01T00:00:00+08:00") == "2021-09-01 00:00"


def test_the_systems_causes_are_told_in_chinese_too() -> None:
    assert cause(FileNotFoundError(2, "No such file or directory")) == "文件不存在 / No such file or directory"
    assert cause(OSError("strange")) == "系统错误 / strange"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_bindings_are_read_as_excel_and_wps_write_them(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "uids.csv"
    file.write_bytes("平台,账号,达人ID\r\n抖音,zhangsan,'759\r\n\r\n快手,lisi,12\r\n".encode(encoding))
    assert [(one.line, one.platform, one.handle, one.uid) for one in read_bindings(file)] == [
        (2, "DOUYIN", "zhangsan", "759"),
        (4, "KUAISHOU", "lisi", "12"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("微博,lisi,1", "第 2 行的平台“微博”不认识"),
        ("抖音,lisi,1,2", "第 2 行有 4 格"),
        ("抖音,lisi,x1", "达人ID“x1”不是数字"),
    ],
)
def test_each_thing_wrong_with_a_binding_has_its_own_reason(line: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "uids.csv"
    file.write_text(f"平台,账号,达人ID\n{line}\n", encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        read_bindings(file)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nosuch"], "没有命令 nosuch。"),
        (["contest", "nosuch"], "没有命令 nosuch。"),
        (["upload"], "请写明要上传的文件或文件夹，或用 --url 写明网址。"),
        (["uploads", "show"], "缺少参数 upload。"),
        (["withdraw", "x"], "缺少选项 --reason。"),
        (["rankings", "--frist", "3"], "没有选项 --frist，是不是"),
        (["rankings", "--first", "x"], "--first 的内容不对：应是整数。"),
        (["rankings", "--first", "0"], "--first 的内容不对：不能小于 1。"),
        (["rankings", "--city"], "--city 后面要有内容。"),
        (["rankings", "more"], "多出了 more。"),
        (["adopt", "--reason", " "], "请用 --reason 写明采用的原因。"),
        (["user", "create", "zhang", "--role", "站长"], "没有身份“站长”。可写：主办方 ORGANISER"),
    ],
)
def test_a_command_typed_wrongly_is_told_so_in_chinese_first(
    words: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["livecup", *words])
    with pytest.raises(SystemExit) as exited:
        main()
    assert exited.value.code in (1, 2)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"✗ {said}")
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("words", [["--help"], ["contest", "--help"], ["score", "--help"]])
def test_help_has_chinese_headings(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["livecup", *words])
    with pytest.raises(SystemExit) as exited:
        main()
    assert not exited.value.code
    out = capsys.readouterr().out
    for heading in ("用法 / usage", "选项 / options", "显示帮助"):
        assert heading in out
    assert "Show this message" not in out
