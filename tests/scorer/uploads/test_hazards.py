"""The hazards seen in real files, each as a named case: read rightly, or refused with the line and a sentence."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from services.scorer.uploads.parse import ParsedFile
from services.shared.vocabulary import Severity
from tests.scorer.uploads.files import (
    ACCOUNT_DAYS,
    KUAISHOU_ORDERS,
    ORDERS,
    SESSIONS,
    TEMPLATE_WORKS,
    WORK_DAYS,
    WORKS,
    codes,
    csv_bytes,
    parsed,
    with_cell,
    xlsx_bytes,
)


def cell(found: ParsedFile, column: str, row: int = 0) -> object:
    assert found.frame is not None, found.problems
    return found.frame[column][row]


@pytest.mark.parametrize("marker", ["-", "--", "—", "/", "N/A", "", "  ", "－"])
def test_missing_is_never_zero(marker: str, tmp_path: Path) -> None:
    assert cell(parsed(tmp_path, csv_bytes(with_cell(WORKS, 1, "播放量", marker))), "plays") is None


@pytest.mark.parametrize(("written", "gain"), [("－２１", -21), ("＋５", 5), ("-1.2万", -12_000), ("-1,234", -1234)])
def test_signs_as_people_write_them(written: str, gain: int, tmp_path: Path) -> None:
    assert cell(parsed(tmp_path, csv_bytes(with_cell(WORKS, 1, "粉丝增量", written))), "follower_gain") == gain


@pytest.mark.parametrize("written", ["¥1,299.90", "￥1299.9", "￥１，２９９．９０", "1299.90元", " 1,299.90 "])
def test_money_as_people_write_it(written: str, tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(with_cell(KUAISHOU_ORDERS, 1, "实付款", written)))
    assert cell(found, "amount") == Decimal("1299.90")


@pytest.mark.parametrize(("written", "rate"), [("８．７５％", "0.0875"), ("8.75 %", "0.0875"), ("０．５", "0.5")])
def test_ratios_in_wide_characters(written: str, rate: str, tmp_path: Path) -> None:
    assert cell(parsed(tmp_path, csv_bytes(with_cell(WORKS, 1, "完播率", written))), "completion_rate") == Decimal(rate)


@pytest.mark.parametrize("written", ["20260730", "2026/7/30", "2026-07-30 00:00:00", "2026年7月30日"])
def test_days_however_written(written: str, tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(with_cell(ACCOUNT_DAYS, 1, "日期", written)))
    assert found.content_digest == parsed(tmp_path, csv_bytes(ACCOUNT_DAYS)).content_digest


@pytest.mark.parametrize("name", ["点赞", "点赞数", " 点赞 量"])
@pytest.mark.parametrize("table", [WORKS, TEMPLATE_WORKS, WORK_DAYS], ids=["works", "template", "days of a work"])
def test_headings_that_mean_the_same_are_the_same_in_every_kind(
    name: str, table: list[list[object]], tmp_path: Path
) -> None:
    named = [
        [{"点赞量": name, "涨粉量": "粉丝增量", "粉丝增量": "涨粉数"}.get(str(each), each) for each in table[0]],
        *table[1:],
    ]
    assert parsed(tmp_path, csv_bytes(named)).content_digest == parsed(tmp_path, csv_bytes(table)).content_digest


def test_a_truncated_heading_is_no_known_one(tmp_path: Path) -> None:
    table = [[{"直播间退款金额": "直播间退款金"}.get(str(name), name) for name in SESSIONS[0]], *SESSIONS[1:]]
    found = parsed(tmp_path, csv_bytes(table))
    assert (found.unknown_columns, cell(found, "refunds")) == (["直播间退款金"], None)


@pytest.mark.parametrize(
    ("written", "plays"),
    [
        ("1.2万", 12_000),
        ("3.5w", 35_000),
        ("1.1亿", 110_000_000),
        ("1,234", 1234),
        ("１２３４", 1234),
        ("18573.0", 18573),
    ],
)
def test_counts_as_people_write_them(written: str, plays: int, tmp_path: Path) -> None:
    assert cell(parsed(tmp_path, csv_bytes(with_cell(WORKS, 1, "播放量", written))), "plays") == plays


@pytest.mark.parametrize(
    ("written", "rate"), [("1", "1"), ("0.0875", "0.0875"), ("8.75%", "0.0875"), ("0.04393649", "0.043936")]
)
def test_a_ratio_of_works_is_a_fraction_whatever_its_size(written: str, rate: str, tmp_path: Path) -> None:
    assert cell(parsed(tmp_path, csv_bytes(with_cell(WORKS, 1, "完播率", written))), "completion_rate") == Decimal(rate)


def test_a_ratio_beyond_one_is_refused(tmp_path: Path) -> None:
    assert codes(parsed(tmp_path, csv_bytes(with_cell(WORKS, 1, "完播率", "8.75")))) == [
        ("RATIO_OUT_OF_RANGE", 2, "完播率")
    ]


def test_a_percentage_needs_its_sign(tmp_path: Path) -> None:
    table = [["日期", "封面点击率"], ["2026-07-30", "83.33%"], ["2026-07-31", "83.33"]]
    assert codes(parsed(tmp_path, csv_bytes(table))) == [("RATIO_WITHOUT_SIGN", 3, "封面点击率")]


def test_5s_completion_is_not_completion(tmp_path: Path) -> None:
    table = [[{"5s完播率": "5秒完播率", "2s跳出率": "2秒 跳出率"}.get(name, name) for name in WORKS[0]], *WORKS[1:]]
    found = parsed(tmp_path, csv_bytes(table))
    assert (cell(found, "completion_rate"), cell(found, "completion_rate_5s")) == (
        Decimal("0.043936"),
        Decimal("0.343382"),
    )


@pytest.mark.parametrize(
    ("written", "seconds"), [("9.53", "9.53"), ("19.42s", "19.42"), ("18秒", "18"), ("1分5秒", "65"), ("00:18", "18")]
)
def test_play_times(written: str, seconds: str, tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(with_cell(WORKS, 1, "平均播放时长", written)))
    assert cell(found, "average_play_seconds") == Decimal(seconds)


@pytest.mark.parametrize(("written", "minutes"), [("960", "960"), ("2小时3分17秒", "123.28"), ("45分钟", "45")])
def test_lengths_of_broadcasts_are_minutes(written: str, minutes: str, tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(with_cell(SESSIONS, 1, "直播时长(分钟)", written)))
    assert cell(found, "minutes") == Decimal(minutes)


@pytest.mark.parametrize(
    "written",
    ["2026-05-14 23:18:00", "2026-05-14 23:18", "2026/5/14 23:18", "2026.5.14 23:18:00", "2026年5月14日 23:18",
     "20260514231800", "２０２６-05-14　23:18"],
)  # fmt: skip
def test_times_are_beijing_time_however_written(written: str, tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(with_cell(WORKS, 1, "发布时间", written)))
    assert cell(found, "published_at") == datetime(2026, 5, 14, 15, 18, tzinfo=UTC)


def test_excel_date_cells_are_beijing_time_too(tmp_path: Path) -> None:
    written = datetime(2026, 5, 14, 23, 18)  # noqa: DTZ001 (Excel knows no zones)
    found = parsed(tmp_path, xlsx_bytes(with_cell(WORKS, 1, "发布时间", written)))
    assert found.content_digest == parsed(tmp_path, csv_bytes(WORKS)).content_digest
    day = datetime(2026, 7, 30)  # noqa: DTZ001
    days = parsed(tmp_path, xlsx_bytes(with_cell(ACCOUNT_DAYS, 1, "日期", day)))
    assert days.content_digest == parsed(tmp_path, csv_bytes(ACCOUNT_DAYS)).content_digest


@pytest.mark.parametrize("written", ["2026-05-02 ~ 2026-07-31", "2026-13-01 10:00", "昨天", "2026-05-14T15:18:00Z"])
def test_what_is_no_time_is_refused(written: str, tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(with_cell(WORKS, 1, "发布时间", written)))
    assert codes(found) == [("VALUE_NOT_UNDERSTOOD", 2, "发布时间")]
    assert found.frame is None


def test_float_noise_is_no_content(tmp_path: Path) -> None:
    clean, noisy, as_text = (
        parsed(tmp_path, xlsx_bytes(with_cell(SESSIONS, 1, "直播间用户支付金额", value)))
        for value in (59847.17, 59847.170000000006, "59847.170000000006")
    )
    assert clean.content_digest == noisy.content_digest == as_text.content_digest
    assert cell(noisy, "paid_sales") == Decimal("59847.17")


def test_numbers_as_cells_are_the_same_content_as_numbers_as_text(tmp_path: Path) -> None:
    table = with_cell(with_cell(WORKS, 1, "播放量", 18573), 1, "完播率", 0.043936)
    assert parsed(tmp_path, xlsx_bytes(table)).content_digest == parsed(tmp_path, csv_bytes(WORKS)).content_digest


@pytest.mark.parametrize("written", ["\t6917926768823643751", "'6917926768823643751", "6917926768823643751.0"])
def test_what_surrounds_an_id_is_no_part_of_it(written: str, tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(with_cell(ORDERS, 1, "主订单编号", written)))
    assert cell(found, "order_number") == "6917926768823643751"


def test_a_numeric_cell_of_more_than_15_digits_has_lost_digits(tmp_path: Path) -> None:
    found = parsed(tmp_path, xlsx_bytes(with_cell(ORDERS, 2, "子订单编号", 6917926768823643762)))
    assert codes(found) == [("ID_LOST_DIGITS", 3, "子订单编号")]


def test_numeric_ids_are_found_wherever_the_table_stands(tmp_path: Path) -> None:
    table = [["", *row] for row in with_cell(ORDERS, 3, "达人ID", 7592255573464597541)]
    found = parsed(tmp_path, xlsx_bytes(table, first_row=4))
    assert codes(found) == [("ID_LOST_DIGITS", 8, "达人ID")]


def test_a_text_id_that_a_number_could_hold_is_no_lost_one(tmp_path: Path) -> None:
    found = parsed(tmp_path, xlsx_bytes(with_cell(ORDERS, 2, "子订单编号", "6917926768823640064")))
    assert found.problems == []


@pytest.mark.parametrize("written", ["6.91793E+18", "6.91792676882364e18"])
def test_scientific_notation_has_lost_digits(written: str, tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(with_cell(ORDERS, 1, "主订单编号", written)))
    assert codes(found) == [("ID_LOST_DIGITS", 2, "主订单编号")]


def test_a_csv_that_excel_saved_has_lost_digits(tmp_path: Path) -> None:
    table: list[list[object]] = [[*row] for row in ORDERS]
    for row in (1, 2, 3):
        table = with_cell(table, row, "主订单编号", f"69179267688236{row}0000")
    assert [code for code, _, _ in codes(parsed(tmp_path, csv_bytes(table)))] == ["ID_LOST_DIGITS"] * 3


def test_a_bad_byte_names_its_place(tmp_path: Path) -> None:
    good = csv_bytes(WORKS)
    place = good.index("秭归".encode()) + 1
    found = parsed(tmp_path, good[:place] + b"\xff" + good[place + 1 :])
    assert [problem.code for problem in found.problems] == ["BAD_BYTE"]
    assert found.problems[0].parameters == {"offset": place, "line": 4}


def test_title_rows_above_and_an_explanation_row_under_the_headings(tmp_path: Path) -> None:
    explanation = ["作品的名称", "发布的时间", *["说明"] * 14]
    table = [["作品数据导出"], [], WORKS[0], explanation, *WORKS[1:]]
    for content in (csv_bytes(table), xlsx_bytes(table)):
        found = parsed(tmp_path, content)
        assert found.content_digest == parsed(tmp_path, csv_bytes(WORKS)).content_digest
        assert found.frame is not None and found.frame["line"].to_list() == [5, 6]
        assert codes(found) == [("EXPLANATION_SKIPPED", 4, None)]


def test_a_first_row_that_cannot_be_read_is_no_explanation(tmp_path: Path) -> None:
    badly_written = ["真作品", "2026-13-45", *["-"] * 2, "五百", *["-"] * 11]
    found = parsed(tmp_path, csv_bytes([WORKS[0], badly_written, *WORKS[1:]]))
    assert codes(found) == [("VALUE_NOT_UNDERSTOOD", 2, "发布时间"), ("VALUE_NOT_UNDERSTOOD", 2, "播放量")]
    unpaid = with_cell(with_cell(ORDERS, 1, "订单应付金额", "二十"), 1, "支付完成时间", "昨天")
    assert ("VALUE_NOT_UNDERSTOOD", 2, "订单应付金额") in codes(parsed(tmp_path, csv_bytes(unpaid)))


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_caption_full_of_other_delimiters_does_not_hide_the_columns(mark: str, tmp_path: Path) -> None:
    caption = "#秭归 脐橙 " + "".join(other * 40 for other in ",;\t" if other != mark)
    found = parsed(tmp_path, csv_bytes(with_cell(WORKS, 1, "作品名称", caption), delimiter=mark))
    assert cell(found, "plays") == 18573, found.problems


def test_repeated_headings_totals_and_empty_rows_are_no_rows(tmp_path: Path) -> None:
    total = ["合计", "", *["9"] * 14]
    table = [WORKS[0], WORKS[1], [], WORKS[0], WORKS[2], total]
    found = parsed(tmp_path, csv_bytes(table))
    assert (found.rows, found.content_digest) == (2, parsed(tmp_path, csv_bytes(WORKS)).content_digest)
    whole = [*SESSIONS, ["整体", "-", "-", "-", *["1"] * 17]]
    assert parsed(tmp_path, csv_bytes(whole)).rows == 2


def test_a_work_called_total_is_a_work(tmp_path: Path) -> None:
    assert parsed(tmp_path, csv_bytes(with_cell(WORKS, 1, "作品名称", "合计"))).rows == 2


def test_headings_drift(tmp_path: Path) -> None:
    names = {"订单应付金额": " 订单应付金额 （元）", "商品ID": "商品ＩＤ", "主订单编号": "\ufeff主订单编号"}
    table = [[*(names.get(str(name), name) for name in ORDERS[0]), "新出现的列"], *ORDERS[1:]]
    found = parsed(tmp_path, xlsx_bytes(table))
    assert (found.problems, found.unknown_columns) == ([], ["新出现的列"])
    assert found.content_digest == parsed(tmp_path, csv_bytes(ORDERS)).content_digest


def test_columns_in_another_order_and_by_other_names(tmp_path: Path) -> None:
    table = [list(reversed(row)) for row in WORKS]
    table[0][table[0].index("审核状态")] = "发布状态"
    assert parsed(tmp_path, csv_bytes(table)).content_digest == parsed(tmp_path, csv_bytes(WORKS)).content_digest


def test_a_heading_that_stands_twice_is_refused(tmp_path: Path) -> None:
    table = [[*row, row[4]] for row in WORKS]
    assert codes(parsed(tmp_path, csv_bytes(table))) == [("HEADING_REPEATED", 1, None)]


def test_a_title_with_an_unquoted_comma_is_refused_with_its_line(tmp_path: Path) -> None:
    content = csv_bytes(WORKS).replace("秭归脐橙".encode(), "秭归,脐橙".encode())
    assert codes(parsed(tmp_path, content)) == [("ROW_TOO_LONG", 3, None)]


@pytest.mark.parametrize("commas", [1, 2, 3, 4, 9])
def test_a_line_with_too_many_cells_is_seen_where_not_all_columns_are_read(commas: int, tmp_path: Path) -> None:
    content = csv_bytes(ORDERS).replace("恩施玉露".encode(), b"a,b" + b",c" * (commas - 1))
    found = parsed(tmp_path, content)
    assert [(each.code, each.line, each.parameters) for each in found.problems] == [
        ("ROW_TOO_LONG", 2, {"cells": 15 + commas, "headings": 15})
    ]


def test_a_shifted_line_whose_last_cells_are_empty_tells_nothing_of_what_stands_in_it(tmp_path: Path) -> None:
    """The platform's last columns are often empty, so the one cell too many is."""
    table = [[*ORDERS[0], "物流SN码"], *([*row, ""] for row in ORDERS[1:])]
    found = parsed(tmp_path, csv_bytes(table).replace("恩施玉露".encode(), b"a,b"))
    assert codes(found) == [("ROW_TOO_LONG", 2, None)]
    padded: list[list[object]] = [[*ORDERS[0]], *([*row, ""] for row in with_cell(ORDERS, 1, "商品数量", "几件")[1:])]
    assert codes(parsed(tmp_path, csv_bytes(padded))) == [("VALUE_NOT_UNDERSTOOD", 2, "商品数量")]


def test_a_quotation_mark_that_never_closes_is_seen_where_not_all_columns_are_read(tmp_path: Path) -> None:
    plain = csv_bytes(with_cell(ORDERS, 1, "订单应付金额", "1234"))
    content = plain.replace("恩施玉露".encode(), '"恩施玉露'.encode())
    assert [problem.code for problem in parsed(tmp_path, content).problems] == ["QUOTE_NOT_CLOSED"]


@pytest.mark.parametrize("title", ['5"屏', '茶"', 'a"b"c', 'a""b'])
def test_a_quotation_mark_inside_of_a_cell_is_read_as_excel_reads_it(title: str, tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(WORKS).replace("秭归脐橙".encode(), title.encode()))
    assert cell(found, "title", 1) == title
    assert cell(found, "title", 0) == WORKS[1][0]


@pytest.mark.parametrize("written", ["9999-12-31 23:59:59.9", "0000-00-00 00:00:00", "24:00:00"])
def test_times_that_no_calendar_has_are_no_times(written: str, tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(with_cell(WORKS, 1, "发布时间", written)))
    assert codes(found) == [("VALUE_NOT_UNDERSTOOD", 2, "发布时间")]


def test_commas_after_the_last_heading_do_no_harm(tmp_path: Path) -> None:
    table = [WORKS[0], *([*row, "", ""] for row in WORKS[1:])]
    assert parsed(tmp_path, csv_bytes(table)).content_digest == parsed(tmp_path, csv_bytes(WORKS)).content_digest


def test_a_quotation_mark_that_never_closes_is_refused_with_a_line(tmp_path: Path) -> None:
    content = csv_bytes(WORKS).replace("秭归脐橙".encode(), '"秭归脐橙'.encode())
    assert [problem.code for problem in parsed(tmp_path, content).problems] == ["QUOTE_NOT_CLOSED"]


@pytest.mark.parametrize(
    ("times", "ordinals", "code"),
    [
        (("2021/7/25 10:15", "2021/7/26 0:00"), [-1, -1], ["SECONDS_LOST"]),
        (("2021/7/25 10:15", "2021/7/26 00:00:07"), [0, 0], []),
        (("2021-07-25 10:15:00", "2021-07-26 00:00:00"), [0, 0], []),
        (("2021/7/25 10:15", "2021/7/25 10:15"), [-1, -2], ["SECONDS_LOST"]),
    ],
)
def test_a_list_saved_again_without_seconds_says_so(
    times: tuple[str, str], ordinals: list[int], code: list[str], tmp_path: Path
) -> None:
    table = [WORKS[0], *([title, at, *WORKS[1][2:]] for title, at in zip("甲乙", times, strict=True))]
    found = parsed(tmp_path, csv_bytes(table))
    assert found.frame is not None
    assert sorted(found.frame["ordinal"], reverse=True) == ordinals
    assert [each.code for each in found.problems] == code


@pytest.mark.parametrize("remark", [["制表：李倩"], ["", "", "", "仅供内部使用"], ["审核", *[""] * 15]])
def test_remarks_at_the_end_are_skipped_and_named(remark: list[str], tmp_path: Path) -> None:
    for data in (csv_bytes([*WORKS, [], remark]), xlsx_bytes([*WORKS, [], remark])):
        found = parsed(tmp_path, data)
        assert found.rows == 2
        assert [(each.code, each.line, each.severity) for each in found.problems] == [
            ("REMARK_SKIPPED", 5, Severity.WARNING)
        ]


@pytest.mark.parametrize(
    "row", [["甲", "", "", "", "100"], ["", "", "", "", "100"], ["", "2026-05-16 23:18:00"], ["甲", "坏"]]
)
def test_a_badly_written_last_row_is_no_remark(row: list[str], tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes([*WORKS, [*row, *[""] * (16 - len(row))]]))
    assert found.rows == 3
    assert "REMARK_SKIPPED" not in [each.code for each in found.problems]


def test_a_file_without_a_row_is_taken_and_says_so(tmp_path: Path) -> None:
    found = parsed(tmp_path, xlsx_bytes([WORKS[0]]))
    assert not found.refused
    assert [(each.code, each.severity) for each in found.problems] == [("NO_ROWS", Severity.WARNING)]


def test_a_remark_alone_is_no_file_without_rows(tmp_path: Path) -> None:
    assert parsed(tmp_path, csv_bytes([WORKS[0], ["甲", *[""] * 15]])).refused
