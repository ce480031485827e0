"""From where on figures are flagged: the usual numbers, and how far a contest may set its own.

They are wide on purpose. A flag costs an honest contestant a question and a judge an hour, so the usual numbers leave
alone what ordinary accounts show; docs/flags.md says for each why it is where it is.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from services.shared.file_vocabulary import FlagThreshold


class Usual(NamedTuple):
    """The number where a contest says nothing, and the smallest and largest that it may say."""

    value: Decimal
    least: Decimal
    most: Decimal


def _count(value: int, least: int = 1) -> Usual:
    return Usual(Decimal(value), Decimal(least), Decimal(1_000_000_000))


def _share(value: str) -> Usual:
    return Usual(Decimal(value), Decimal(0), Decimal(1))


USUAL: Mapping[FlagThreshold, Usual] = {
    FlagThreshold.JUMP_PLAYS: _count(10_000),
    FlagThreshold.JUMP_ENGAGEMENT: _share("0.001"),
    FlagThreshold.SESSION_ORDERS: _count(20),
    FlagThreshold.ORDERS_PER_VIEWER: Usual(Decimal("0.3"), Decimal(0), Decimal(1000)),
    FlagThreshold.REFUND_ORDERS: _count(30),
    FlagThreshold.REFUND_SHARE: _share("0.6"),
    FlagThreshold.SAME_ROWS: _count(3),
    FlagThreshold.SAME_ROWS_PLAYS: _count(100),
    FlagThreshold.FALL_COUNT: _count(500),
    FlagThreshold.FALL_SHARE: _share("0.05"),
    FlagThreshold.OUTSIDE_ORDERS: _count(20),
    FlagThreshold.OUTSIDE_SHARE: _share("0.5"),
    FlagThreshold.OUTSIDE_MINUTES: _count(60, least=0),
}

Thresholds = Mapping[FlagThreshold, Decimal]


def thresholds(own: Mapping[str, str]) -> Thresholds:
    """All of them, those that the contest has set (`contests.flag_thresholds`) in place of the usual ones."""
    return {name: Decimal(own[name]) if name in own else usual.value for name, usual in USUAL.items()}
