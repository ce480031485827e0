"""Every kind in every container and encoding gives the same rows and digest; cells are read exactly."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from services.scorer.uploads.canonical import SCHEMAS
from services.scorer.uploads.parse import ParsedFile
from services.shared.file_vocabulary import Source, UploadKind
from tests.scorer.uploads.files import (
    ACCOUNT_DAYS,
    ACCOUNT_DAYS_WIDE,
    ENCODINGS,
    KINDS,
    KUAISHOU_ORDERS,
    ORDERS,
    SESSIONS,
    TEMPLATE_ACCOUNT_DAYS,
    TEMPLATE_ORDERS,
    TEMPLATE_SESSIONS,
    TEMPLATE_WORKS,
    WORKS,
    Table,
    codes,
    csv_bytes,
    parsed,
    with_cell,
    xlsx_bytes,
)


def rows(found: ParsedFile) -> list[dict[str, Any]]:
    assert found.frame is not None, found.problems
    return found.frame.to_dicts()


@pytest.mark.parametrize("kind", KINDS)
def test_one_table_in_every_container_and_encoding_is_the_same_content(kind: UploadKind, tmp_path: Path) -> None:
    table = KINDS[kind]
    reference = parsed(tmp_path, xlsx_bytes(table))
    assert (reference.kind, reference.problems) == (kind, [])
    assert reference.frame is not None and reference.source is not None
    assert reference.frame.schema == {**SCHEMAS[reference.source], "sheet": pl.String(), "line": pl.Int32()}
    for encoding in ENCODINGS:
        other = parsed(tmp_path, csv_bytes(table, encoding))
        assert other.content_digest == reference.content_digest, encoding
        assert other.frame is not None
        assert other.frame.drop("sheet").equals(reference.frame.drop("sheet"))
    assert parsed(tmp_path, csv_bytes(table, "utf-16", "\t")).content_digest == reference.content_digest


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_figure_changes_the_digest(kind: UploadKind, tmp_path: Path) -> None:
    table = KINDS[kind]
    changeable = next(
        name
        for name in table[0]
        if name
        in {
            "点赞量",
            "播放量",
            "直播观众数",
            "净增粉丝",
            "直播间成交金额",
            "订单应付金额",
            "实付款",
            "成交金额",
            "金额",
        }
    )
    before, after = (parsed(tmp_path, csv_bytes(each)) for each in (table, with_cell(table, 1, str(changeable), "7")))
    assert before.content_digest != after.content_digest
    assert after.content_digest is not None


def test_works(tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(WORKS))
    assert (found.source, found.rows, found.unknown_columns) == (Source.WORKS, 2, [])
    first, second = rows(found)
    assert first == {
        "handle": None, "platform": "DOUYIN", "ordinal": 0, "genre": "1-3min视频", "visibility": "PUBLIC",
        "published_at": datetime(2026, 5, 14, 15, 18, tzinfo=UTC), "title": '恩施玉露 🍵,\n#助农 @老乡 "新茶"',
        "plays": 18573, "likes": 430, "shares": 47, "comments": 12, "favourites": 399, "profile_visits": 117,
        "follower_gain": 38, "completion_rate": Decimal("0.043936"), "completion_rate_5s": Decimal("0.343382"),
        "cover_click_rate": None, "bounce_rate_2s": Decimal("0.385556"), "average_play_seconds": Decimal("13.689828"),
        "sheet": "", "line": 2,
    }  # fmt: skip
    assert (second["visibility"], second["plays"], second["completion_rate"]) == ("PRIVATE", 0, None)
    assert (second["follower_gain"], second["line"]) == (-2, 3)
    assert found.period == (datetime(2026, 5, 14, 15, 18, tzinfo=UTC), datetime(2026, 5, 14, 23, 0, 5, tzinfo=UTC))


def test_account_days(tmp_path: Path) -> None:
    found = parsed(tmp_path, xlsx_bytes(ACCOUNT_DAYS))
    assert [(row["day"], row["measure"], row["value"], row["line"]) for row in rows(found)] == [
        (date(2026, 7, 30), "NET_FOLLOWERS", Decimal("-21.000000"), 2),
        (date(2026, 7, 31), "NET_FOLLOWERS", Decimal("15.000000"), 3),
    ]
    assert found.period == (datetime(2026, 7, 29, 16, tzinfo=UTC), datetime(2026, 7, 30, 16, tzinfo=UTC))


def test_account_days_in_the_wide_form(tmp_path: Path) -> None:
    assert {row["measure"]: str(row["value"]) for row in rows(parsed(tmp_path, csv_bytes(ACCOUNT_DAYS_WIDE)))} == {
        "WORKS": "2.000000", "PLAYS": "1200.000000", "LIKES": "30.000000", "SHARES": "4.000000",
        "COMMENTS": "5.000000", "COMPLETION_RATE_5S": "0.675200", "BOUNCE_RATE_2S": "0.210000",
        "AVERAGE_PLAY_SECONDS": "19.420000",
    }  # fmt: skip


def test_a_file_without_rows_is_valid_and_says_which_measure_it_is_about(tmp_path: Path) -> None:
    plays, likes = (parsed(tmp_path, xlsx_bytes([["日期", name]])) for name in ("播放量", "作品点赞"))
    assert (plays.kind, plays.rows, plays.period) == (UploadKind.DOUYIN_ACCOUNT_DAYS, 0, None)
    assert [each.code for each in plays.problems] == ["NO_ROWS"]
    assert plays.frame is not None and plays.frame.height == 0
    assert plays.content_digest != likes.content_digest


def test_live_sessions(tmp_path: Path) -> None:
    first, second = rows(parsed(tmp_path, csv_bytes(SESSIONS)))
    assert first["started_at"] == datetime(2026, 9, 7, 0, 55, 37, tzinfo=UTC)
    assert first["ended_at"] == datetime(2026, 9, 7, 16, 55, 49, tzinfo=UTC)
    assert (first["handle"], first["minutes"], first["viewers"], first["views"]) == (
        "jia_01", Decimal("960.00"), 182584, 280286)  # fmt: skip
    assert (first["gross_sales"], first["paid_sales"], first["net_sales"], first["refunds"]) == (
        Decimal("61045.30"), Decimal("59847.17"), Decimal("50512.90"), Decimal("14603.08"))  # fmt: skip
    assert (first["promotion_spend"], second["promotion_spend"]) == (Decimal("120.75"), None)
    assert second["ended_at"] is None


def test_orders(tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(ORDERS, "gb18030"))
    paid, never_paid, refunded = rows(found)
    assert (paid["order_number"], paid["order_line"]) == ("6917926768823643751", "6917926768823643752")
    assert (paid["uid"], never_paid["uid"], refunded["uid"]) == ("7592255573464597541", None, "7592255573464597541")
    assert (paid["amount"], paid["quantity"], paid["channel"]) == (Decimal("1234.00"), 2, "直播")
    assert (paid["paid_at"], never_paid["paid_at"]) == (datetime(2026, 9, 21, 16, 54, 31, tzinfo=UTC), None)
    assert [row["after_sale"] for row in rows(found)] == ["NONE", "NONE", "REFUNDED"]


def test_personal_columns_are_nowhere(tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(ORDERS))
    assert "secret" not in repr(rows(found)) + repr(found.problems)
    assert found.unknown_columns == []


def test_the_75_column_form_of_orders(tmp_path: Path) -> None:
    table = [[*row[:5], "9.90", *row[5:]] for row in ORDERS]
    table[0][5] = "商品金额"
    found = parsed(tmp_path, csv_bytes(table))
    assert (found.kind, found.unknown_columns) == (UploadKind.DOUYIN_ORDERS, [])
    assert found.content_digest == parsed(tmp_path, csv_bytes(ORDERS)).content_digest


def test_a_row_per_order_puts_its_amount_on_the_first_order_line(tmp_path: Path) -> None:
    table = with_cell(ORDERS[:2], 1, "子订单编号", "\t6917926768823643759;6917926768823643752")
    assert [
        (row["order_line"], row["amount"], row["quantity"]) for row in rows(parsed(tmp_path, csv_bytes(table)))
    ] == [
        ("6917926768823643752", Decimal("1234.00"), 2),
        ("6917926768823643759", Decimal("0.00"), 0),
    ]


def test_kuaishou_orders_are_read_from_all_sheets_and_empty_ones_skipped(tmp_path: Path) -> None:
    second = with_cell(KUAISHOU_ORDERS[:2], 1, "订单号", "2426000012345699")
    found = parsed(tmp_path, xlsx_bytes(KUAISHOU_ORDERS, [], second, names=["一", "空", "三"]))
    assert found.problems == []
    assert [(row["sheet"], row["line"], row["order_line"], row["amount"]) for row in rows(found)] == [
        ("一", 2, "2426000012345678", Decimal("1299.90")),
        ("一", 3, "2426000012345679", Decimal("0.00")),
        ("三", 2, "2426000012345699", Decimal("1299.90")),
    ]
    assert rows(found)[1]["uid"] is None


def test_templates(tmp_path: Path) -> None:
    (work,) = rows(parsed(tmp_path, csv_bytes(TEMPLATE_WORKS)))
    assert (work["platform"], work["handle"], work["plays"], work["follower_gain"]) == ("KUAISHOU", "lisi", 12000, -3)
    assert (work["completion_rate"], work["published_at"]) == (
        Decimal("0.087500"), datetime(2026, 8, 1, 1, 30, tzinfo=UTC))  # fmt: skip
    days = rows(parsed(tmp_path, csv_bytes(TEMPLATE_ACCOUNT_DAYS)))
    assert sorted((day["handle"], day["measure"], int(day["value"])) for day in days) == [
        ("jia_01", "NET_FOLLOWERS", 4), ("lisi", "NET_FOLLOWERS", -3), ("lisi", "PLAYS", 12)]  # fmt: skip
    (session,) = rows(parsed(tmp_path, csv_bytes(TEMPLATE_SESSIONS)))
    assert (session["minutes"], session["viewers"], session["net_sales"]) == (Decimal("125.00"), 1024, None)
    (order,) = rows(parsed(tmp_path, csv_bytes(TEMPLATE_ORDERS)))
    assert (order["order_number"], order["order_line"], order["after_sale"]) == ("2426000012345678",) * 2 + ("NONE",)


def test_the_order_of_rows_is_no_content(tmp_path: Path) -> None:
    turned: Table = [ORDERS[0], *reversed(ORDERS[1:])]
    assert parsed(tmp_path, csv_bytes(turned)).content_digest == parsed(tmp_path, csv_bytes(ORDERS)).content_digest


def test_what_was_stated_must_be_true(tmp_path: Path) -> None:
    found = parsed(tmp_path, csv_bytes(WORKS), UploadKind.DOUYIN_ORDERS)
    assert codes(found) == [("KIND_DIFFERS", None, None)]
    assert found.problems[0].parameters == {"stated": "DOUYIN_ORDERS", "found": "DOUYIN_WORKS"}
    assert parsed(tmp_path, csv_bytes(WORKS), UploadKind.DOUYIN_WORKS).problems == []
