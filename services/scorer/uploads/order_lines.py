"""One order line counts once in a contest: for the contestant whose file was accepted first."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

import polars as pl

from services.scorer.uploads import store
from services.shared.database.pool import Connection
from services.shared.problems import Problem
from services.shared.vocabulary import Severity

MOST_PROBLEMS = 20


class Line(NamedTuple):
    """A row of an order file that might count for two contestants."""

    order_line: str
    contestant_id: str
    sheet: str
    line: int


class OrderLines:
    """The lines of a batch's files that several contestants bring. Files are asked about in the order of acceptance:
    what the batch and what was accepted earlier decide together is what they would decide one by one.
    """

    def __init__(self, suspects: Mapping[UUID, list[Line]], held: set[tuple[str, str]]) -> None:
        self._suspects = suspects
        self._held = held
        self._taken: dict[str, str] = {}

    @classmethod
    async def look_up(
        cls, connection: Connection, contest_id: UUID, frames: Mapping[UUID, pl.DataFrame]
    ) -> "OrderLines":
        """Compares the order rows of uploads with each other and with what counts in the locked contest."""
        parts = [
            frame.select(pl.lit(str(upload_id)).alias("upload_id"), *Line._fields)
            for upload_id, frame in frames.items()
            if frame.height
        ]
        if not parts:
            return cls({}, set())
        lines = pl.concat(parts)
        sellers = lines["contestant_id"].unique()
        held: set[tuple[str, str]] = set()
        if await store.others_sell(connection, contest_id, map(UUID, sellers)):
            pairs = lines.select("order_line", "contestant_id").unique()
            held = await store.lines_of_others(connection, contest_id, *pairs.get_columns())
        if not held and len(sellers) == 1:
            return cls({}, held)
        claimed = lines.filter(
            (pl.col("contestant_id").n_unique().over("order_line") > 1)
            | pl.col("order_line").is_in([order_line for order_line, _ in held] or [""])
        )
        suspects: dict[UUID, list[Line]] = defaultdict(list)
        for upload_id, *fields in claimed.iter_rows():
            suspects[UUID(upload_id)].append(Line(*fields))
        return cls(suspects, held)

    def of_others(self, upload_id: UUID) -> list[Line]:
        """The lines of a file that count for somebody else by now."""
        return [line for line in self._suspects.get(upload_id, ()) if self._is_of_another(line)]

    def count(self, upload_id: UUID) -> None:
        """The file is accepted: its lines, but for those of others, are its contestants' from now on."""
        for line in self._suspects.get(upload_id, ()):
            if not self._is_of_another(line):
                self._taken[line.order_line] = line.contestant_id

    def _is_of_another(self, line: Line) -> bool:
        return line[:2] in self._held or self._taken.get(line.order_line, line.contestant_id) != line.contestant_id


def problems_of(lines: list[Line], severity: Severity) -> list[Problem]:
    """What to tell about lines that count for somebody else."""
    told = [
        Problem("ORDER_COUNTED_ELSEWHERE", {"order": each.order_line}, each.sheet or None, each.line, severity=severity)
        for each in lines[:MOST_PROBLEMS]
    ]
    more = len(lines) - len(told)
    return told + ([Problem("MORE_PROBLEMS", {"count": more}, severity=severity)] if more else [])
