"""What typeFigures takes, and what must be true of it."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from services.api.checks import check_reason, check_text
from services.api.errors import InvalidInputError
from services.shared.file_vocabulary import Source

MOST_ROWS, MOST_FIGURES = 200, 50
LONGEST_VALUE = 500


@strawberry.input(description="One figure. (一项数据)")
class FigureInput:
    column: str = strawberry.field(description="Heading in our template, or its name: 播放量, plays. (列)")
    value: str = strawberry.field(description="As one would type it into the template. (值)")


@strawberry.input(description="One work, day or live session. (一行数据)")
class TypedRowInput:
    figures: list[FigureInput] = strawberry.field(description="What is known; the rest stays missing. (数据)")


@strawberry.input(description="Figures that no file brings. (人工录入)")
class TypeFiguresInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    account_id: strawberry.ID = strawberry.field(description="The account they are of. (账号)")
    source: Source = strawberry.field(description="Works, account days or live sessions. (数据类别)")
    rows: list[TypedRowInput] = strawberry.field(description="At most 200. (数据行)")
    reason: str = strawberry.field(description="Why there is no file, and where they were read. (原因)")
    exported_at: datetime | None = strawberry.field(
        default=None, description="When they were read on the platform; now, when left out. (读取时间)"
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key types nothing twice. (幂等键)"
    )


def check_typed(typed: TypeFiguresInput, now: datetime) -> None:
    """Raises InvalidInputError for the first thing that is wrong."""
    check_reason(typed.reason)
    if typed.source is Source.ORDERS:
        raise InvalidInputError("ORDERS_NOT_TYPED", field="source")
    if typed.exported_at is not None and typed.exported_at > now:
        raise InvalidInputError("EXPORTED_IN_FUTURE", field="exportedAt")
    check_rows(typed.rows)


def check_rows(rows: Sequence[TypedRowInput]) -> None:
    """Raises InvalidInputError for the first thing that is wrong in what was typed."""
    _check_count("rows", len(rows), MOST_ROWS)
    for number, row in enumerate(rows):
        _check_count(f"rows.{number}.figures", len(row.figures), MOST_FIGURES)
        for place, figure in enumerate(row.figures):
            check_text(f"rows.{number}.figures.{place}.value", figure.value, LONGEST_VALUE)


def _check_count(field: str, count: int, most: int) -> None:
    if not count:
        raise InvalidInputError("TEXT_EMPTY", field=field)
    if count > most:
        raise InvalidInputError("LIST_TOO_LONG", field=field, most=most)
