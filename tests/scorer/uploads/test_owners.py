"""Whose a row is: by what it names, by what the uploader said, or nobody's, with the reason."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import polars as pl
import pytest

from services.scorer.uploads.owners import Account, Ownership, UnclaimedUid, own
from services.shared.formats.catalogue import catalogue
from services.shared.identity import new_id
from services.shared.vocabulary import Platform, Severity

ZHANG = Account(new_id(), new_id(), Platform.KUAISHOU, "zhangsan", "1001")
PAID_AT = datetime(2021, 7, 25, tzinfo=UTC)
LI = Account(new_id(), new_id(), Platform.KUAISHOU, "lisi", None)


def orders(*uids: str | None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "platform": ["KUAISHOU"] * len(uids),
            "handle": [None] * len(uids),
            "uid": list(uids),
            "sheet": ["订单1"] * len(uids),
            "line": list(range(2, 2 + len(uids))),
            "amount": [Decimal("10.00")] * len(uids),
            "paid_at": [PAID_AT, *[None] * (len(uids) - 1)],
        },
        schema_overrides={"handle": pl.String, "uid": pl.String, "paid_at": pl.Datetime("us", "UTC")},
    )


def owned(frame: pl.DataFrame, stated: Account | None) -> tuple[dict[UUID, int], int, list[tuple[str, Severity]]]:
    ownership = Ownership([ZHANG, LI], stated, catalogue().of("KUAISHOU_ORDERS"), ownerless_to_stated=False)
    found = own(frame, ownership)
    return found.contestants, found.unclaimed, [(problem.code, problem.severity) for problem in found.problems]


@pytest.mark.parametrize(
    ("uids", "stated", "contestants", "problems"),
    [
        (("1001", "1001"), None, {ZHANG.contestant_id: 2}, []),
        (("1001", None), None, {ZHANG.contestant_id: 1}, [("OWNERLESS_LINES", Severity.WARNING)]),
        (("1001", "1009"), None, {ZHANG.contestant_id: 1}, [("UNCLAIMED_LINES", Severity.WARNING)]),
        ((None, None), None, {}, [("ACCOUNT_NEEDED", Severity.ERROR)]),
        ((None, None), LI, {LI.contestant_id: 2}, []),
        (("1001", None), LI, {LI.contestant_id: 1}, [("WRONG_CREATOR_ID", Severity.ERROR)]),
    ],
)
def test_an_order_line_goes_to_whom_it_names_or_to_the_stated_account(
    uids: tuple[str | None, ...],
    stated: Account | None,
    contestants: dict[UUID, int],
    problems: list[tuple[str, Severity]],
) -> None:
    assert owned(orders(*uids), stated) == (contestants, len(uids) - sum(contestants.values()), problems)


def test_what_waits_for_a_number_is_its_lines_and_what_was_paid() -> None:
    ownership = Ownership([ZHANG], None, catalogue().of("KUAISHOU_ORDERS"), ownerless_to_stated=False)
    found = own(orders("1009", "1001", "1009", None, "1010"), ownership)
    assert found.uids == [
        UnclaimedUid("KUAISHOU", "1009", 2, Decimal("10.00")),
        UnclaimedUid("KUAISHOU", "1010", 1, Decimal("0.00")),
    ]


def test_what_waits_is_kept_too_where_the_file_does_not_say_its_platform() -> None:
    anywhere = replace(catalogue().of("KUAISHOU_ORDERS"), platform=None)
    frame = orders("1009").with_columns(platform=pl.lit(None, pl.String))
    assert [one.platform for one in own(frame, Ownership([ZHANG], None, anywhere, ownerless_to_stated=False)).uids] == [
        None
    ]
    stated = own(frame, Ownership([ZHANG, LI], LI, anywhere, ownerless_to_stated=False))
    assert [one.platform for one in stated.uids] == ["KUAISHOU"]  # the stated account's
