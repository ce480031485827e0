"""The recommendation table as cities send it: the people on it, and each refused line with its reason."""

from pathlib import Path

import pytest

from services.scorer.rosters.parse import ParsedRoster, parse_roster
from services.scorer.uploads.children import ParserPool
from services.shared.personal_data.masks import mask_id_number, mask_phone
from services.shared.vocabulary import Platform
from tests.scorer.uploads.files import csv_bytes, xlsx_bytes

HEADINGS = ["序号", "所在市（州）", "姓名", "身份证号", "手机号", "参赛直播平台及账号（只限填一个）", "粉丝数量",
            "直播经验、亮点战绩、荣誉等（建议详细填写，无直播经历填写无）", "备注"]  # fmt: skip
EXAMPLE = ["*示例", "武汉市", "张三", "420106199001011234", "13800000000", "抖音: zhangsan", "50 万", "无", ""]
ABOVE = [
    ["湖北省退役军人直播大赛推荐表"],
    ["推荐单位：武汉市退役军人事务局", "", "", "联系人：王五 027-8888", "", "参赛组别：退役军人"],
]
FIRST = ["1", "武汉", "李四", "42010619900101123X", "13812345678", "抖音: zhangsan", "50 万", "一年", "党员"]
SECOND = ["2", "武汉", "王五", "420106198502280014", "139 1234 5678", "快手：li_si.01", "1.2w", "无", ""]


def check_digit(first_17: str) -> str:
    weights = [pow(2, 17 - place, 11) for place in range(17)]
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first_17, weights, strict=True)) % 11]


FIRST[3] = FIRST[3][:17] + check_digit(FIRST[3][:17])
SECOND[3] = SECOND[3][:17] + check_digit(SECOND[3][:17])


def read(folder: Path, *lines: list[object], above: list[list[str]] = ABOVE) -> ParsedRoster:
    path = folder / "roster"
    path.write_bytes(xlsx_bytes([*above, HEADINGS, EXAMPLE, *lines]))
    return parse_roster(path, "推荐表.xlsx")


def changed(line: list[str], column: int, value: object) -> list[object]:
    return [*line[:column], value, *line[column + 1 :]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_like_xlsx(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "roster"
    path.write_bytes(csv_bytes([*ABOVE, HEADINGS, EXAMPLE, FIRST, SECOND], encoding))
    assert parse_roster(path, "推荐表.csv") == read(tmp_path, [*FIRST], [*SECOND])


def test_people_and_the_lines_above_them(tmp_path: Path) -> None:
    found = read(tmp_path, [*FIRST], [*SECOND])
    assert (found.problems, found.read, found.refused) == ([], 2, 0)
    assert (found.city_text, found.division_text, found.contact) == (
        "武汉市退役军人事务局",
        "退役军人",
        "王五 027-8888",
    )
    first, second = found.lines
    assert (first.line, first.number, first.city, first.name) == (5, "1", "武汉", "李四")
    assert (first.id_number, first.phone) == (FIRST[3], "13812345678")
    assert (first.platform, first.handle, first.followers) == (Platform.DOUYIN, "zhangsan", 500_000)
    assert (first.experience, first.remark) == ("一年", "党员")
    assert (second.platform, second.handle, second.followers) == (Platform.KUAISHOU, "li_si.01", 12_000)
    assert second.phone == "13912345678"


def test_labels_in_cells_of_their_own(tmp_path: Path) -> None:
    above = [["推荐单位（盖章）", "恩施州退役军人事务局", "参赛组别", "军属"], ["联系人：赵六"]]
    found = read(tmp_path, [*FIRST], above=above)
    assert (found.city_text, found.division_text, found.contact) == ("恩施州退役军人事务局", "军属", "赵六")


@pytest.mark.parametrize(
    ("written", "platform", "handle"),
    [
        ("抖音: zhangsan", Platform.DOUYIN, "zhangsan"),
        ("抖音：zhangsan", Platform.DOUYIN, "zhangsan"),
        ("抖音 zhangsan", Platform.DOUYIN, "zhangsan"),
        ("抖音zhangsan", Platform.DOUYIN, "zhangsan"),
        ("抖音号：123456789", Platform.DOUYIN, "123456789"),
        ("快手：Li-Si_1", Platform.KUAISHOU, "Li-Si_1"),
        ("ＫＵＡＩＳＨＯＵ：ｌｉｓｉ", Platform.KUAISHOU, "lisi"),
    ],
)
def test_accounts_as_people_write_them(written: str, platform: Platform, handle: str, tmp_path: Path) -> None:
    (line,) = read(tmp_path, changed(FIRST, 5, written)).lines
    assert (line.platform, line.handle) == (platform, handle)


@pytest.mark.parametrize(
    ("written", "followers"),
    [("50 万", 500_000), ("500000", 500_000), ("1.2w", 12_000), ("约3万+", 30_000), ("无", None), ("", None), ("0", 0)],
)
def test_followers_as_people_write_them(written: str, followers: int | None, tmp_path: Path) -> None:
    (line,) = read(tmp_path, changed(FIRST, 6, written)).lines
    assert line.followers == followers


@pytest.mark.parametrize(
    ("column", "written", "code"),
    [
        (2, "", "ROSTER_CELL_MISSING"),
        (3, "", "ROSTER_CELL_MISSING"),
        (3, "420106199001011230", "ID_NUMBER_INVALID"),
        (3, "4.20106E+17", "ID_NUMBER_LOST_DIGITS"),
        (3, 420106199001011200, "ID_NUMBER_LOST_DIGITS"),
        (4, "1381234567", "PHONE_INVALID"),
        (5, "zhangsan", "ROSTER_ACCOUNT_NOT_UNDERSTOOD"),
        (5, "抖音：张三的直播间", "ROSTER_ACCOUNT_NOT_UNDERSTOOD"),
        (5, "抖音: zhangsan 快手: lisi", "ROSTER_ACCOUNT_TWO"),
        (6, "很多", "ROSTER_FOLLOWERS_NOT_UNDERSTOOD"),
    ],
)
def test_a_refused_line_is_named_and_the_others_stay(column: int, written: object, code: str, tmp_path: Path) -> None:
    found = read(tmp_path, changed(FIRST, column, written), [*SECOND])
    assert [(problem.code, problem.line, problem.column) for problem in found.problems] == [(code, 5, HEADINGS[column])]
    assert (found.read, found.refused, [line.name for line in found.lines]) == (2, 1, ["王五"])


def test_everything_wrong_with_a_line_is_named_at_once(tmp_path: Path) -> None:
    found = read(tmp_path, changed(changed(FIRST, 4, "1"), 5, "x"))  # type: ignore[arg-type]
    assert [problem.code for problem in found.problems] == ["PHONE_INVALID", "ROSTER_ACCOUNT_NOT_UNDERSTOOD"]


def test_one_person_and_one_account_stand_once(tmp_path: Path) -> None:
    found = read(tmp_path, [*FIRST], changed(SECOND, 3, FIRST[3]), changed(SECOND, 5, "抖音：ZhangSan"))
    assert [(problem.code, problem.line, problem.parameters) for problem in found.problems] == [
        ("ROSTER_PERSON_TWICE", 6, {"first_line": 5}),
        ("ROSTER_ACCOUNT_TWICE", 7, {"first_line": 5}),
    ]
    assert len(found.lines) == 1


def test_problems_never_hold_an_id_number_or_a_phone(tmp_path: Path) -> None:
    found = read(tmp_path, changed(changed(FIRST, 3, "420106199001011230"), 4, "1381234567"))  # type: ignore[arg-type]
    assert "420106" not in repr(found.problems)
    assert "1381234567" not in repr(found.problems)


def test_numbered_empty_lines_and_footnotes_are_nobody(tmp_path: Path) -> None:
    found = read(tmp_path, [*FIRST], ["2", *[""] * 8], ["注：请如实填写"])
    assert (found.read, found.problems) == (1, [])


def test_what_is_missing_above_the_table(tmp_path: Path) -> None:
    found = read(tmp_path, [*FIRST], above=[["推荐表"]])
    assert [problem.code for problem in found.problems] == ["ROSTER_NO_CITY", "ROSTER_NO_DIVISION"]


def test_files_that_are_no_roster(tmp_path: Path) -> None:
    path = tmp_path / "roster"
    path.write_bytes(csv_bytes([["序号", "姓名", "手机号"], ["1", "李四", "138"]]))
    (problem,) = parse_roster(path, "x.csv").problems
    assert (problem.code, problem.parameters) == (
        "ROSTER_HEADINGS_MISSING",
        {"missing": "身份证号、参赛直播平台及账号"},
    )
    path.write_bytes(xlsx_bytes([*ABOVE, HEADINGS, EXAMPLE]))
    assert [problem.code for problem in parse_roster(path, "x.xlsx").problems] == ["ROSTER_EMPTY"]
    path.write_bytes(xlsx_bytes([HEADINGS, FIRST], [HEADINGS, SECOND]))
    assert [problem.code for problem in parse_roster(path, "x.xlsx").problems] == ["ROSTER_SEVERAL_TABLES"]
    path.write_bytes(b"")
    assert [problem.code for problem in parse_roster(path, "x.xlsx").problems] == ["FILE_EMPTY"]


async def test_reading_in_a_child_gives_the_same(tmp_path: Path) -> None:
    here = read(tmp_path, [*FIRST], changed(SECOND, 4, "1"))
    async with ParserPool(children=1) as pool:
        assert await pool.parse_roster(tmp_path / "roster", "推荐表.xlsx") == here


def test_a_remark_full_of_semicolons_does_not_hide_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "推荐表.csv"
    person = [
        "1",
        "武汉市",
        "张三",
        "11010519491231002X",
        "13812341234",
        "抖音: zhangsan",
        "1.5万",
        "主播；" + ";" * 30,
        "",
    ]
    headings = "序号,所在市（州）,姓名,身份证号,手机号,参赛直播平台及账号,粉丝数量,直播经验,备注"
    text = f"推荐单位：武汉市退役军人事务局\n参赛组别：退役军人\n{headings}\n{','.join(person)}\n"
    path.write_text(text, encoding="utf-8")
    assert [line.name for line in parse_roster(path, path.name).lines] == ["张三"]


def test_a_masked_export_is_recognised(tmp_path: Path) -> None:
    found = read(tmp_path, changed(FIRST, 3, mask_id_number(FIRST[3])), changed(SECOND, 4, mask_phone("13912345678")))
    (problem,) = found.problems
    assert (problem.code, problem.parameters, problem.line) == ("ROSTER_MASKED", {"count": 2}, None)
    assert (found.lines, found.read, found.city_text) == ([], 0, "武汉市退役军人事务局")
