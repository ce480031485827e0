"""Comparisons and what they are made of, in PostgreSQL."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from services.scorer.comparisons.compare import Change, Outcome
from services.scorer.metrics.store import Extent
from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.problems import Problem
from services.shared.vocabulary import Place, Side

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is to be compared: with another run, or with rules that nobody has saved."""

    id: UUID
    contest_id: UUID
    base_run_id: UUID
    other_run_id: UUID | None
    rules_document: str | None


class Located(NamedTuple):
    """An outcome with the city and division of whom it is."""

    outcome: Outcome
    city_id: UUID
    division_id: UUID


@dataclass(frozen=True, slots=True)
class Row:
    """One row of `comparison_rows`: a change with where it comes from."""

    change: Change
    city_id: UUID
    division_id: UUID
    items: Sequence[Mapping[str, str | None]]
    causes: Sequence[Mapping[str, str | None]]
    uploads: Sequence[Mapping[str, str]]


async def begin_comparison(pool: Pool, comparison_id: UUID) -> Comparison | None:
    """Takes up a comparison; None when it has ended."""
    row = await pool.fetchrow(queries.begin_comparison, comparison_id)
    return Comparison(**row) if row else None


async def list_outcomes(connection: Connection, run_id: UUID) -> dict[UUID, Located]:
    rows = await connection.fetch(queries.list_outcomes, run_id)
    return {
        who: Located(Outcome(total, rank, city_rank, division_rank, place and Place(place)), city_id, division_id)
        for who, total, rank, city_rank, division_rank, place, city_id, division_id in rows
    }


async def list_explanations(
    connection: Connection, run_id: UUID, people: Sequence[UUID]
) -> dict[UUID, Mapping[str, Any]]:
    rows = await connection.fetch(queries.list_explanations, run_id, people)
    return {row["contestant_id"]: row["explanation"] for row in rows}


async def list_upload_changes(
    connection: Connection, people: Sequence[UUID], base: Extent, other: Extent
) -> dict[UUID, list[Mapping[str, str]]]:
    """By contestant the files that speak of them on one side only."""
    span = base.sequence, other.sequence, base.exported_from, base.exported_until
    found: dict[UUID, list[Mapping[str, str]]] = {}
    for who, upload, in_other in await connection.fetch(queries.list_upload_changes, people, *span):
        side = Side.OTHER if in_other else Side.BASE
        found.setdefault(who, []).append({"upload": str(upload), "side": side})
    return found


async def count_upload_changes(connection: Connection, base: Extent, other: Extent) -> dict[str, int]:
    """How many files count in the other only (`added`) and how many in the base only (`gone`)."""
    span = base.sequence, other.sequence, base.exported_from, base.exported_until
    (row,) = await connection.fetch(queries.count_upload_changes, base.contest_id, *span)
    return dict(row)


async def write_rows(connection: Connection, comparison_id: UUID, rows: Iterable[Row], first: int) -> None:
    """Adds rows of a comparison in their order, at the positions from `first` on."""
    lines = io.BytesIO()
    for position, row in enumerate(rows, start=first):
        lines.write(_line(comparison_id, position, row))
    lines.seek(0)
    await connection.copy_to_table("comparison_rows", source=lines, columns=_COLUMNS)


async def end_comparison(connection: Connection, comparison_id: UUID, summary: Mapping[str, Any]) -> None:
    await connection.execute(queries.end_comparison, comparison_id, summary)


async def fail_comparison(connection: Connection, comparison_id: UUID, problem: Problem) -> None:
    """Ends a comparison that could not be computed, with the reason."""
    await connection.execute(queries.fail_comparison, comparison_id, problem.as_json())


_SIDES = ["total", "rank", "city_rank", "division_rank", "place"]
_COLUMNS = [
    *("contestant_id", "comparison_id", "position", "city_id", "division_id"),
    *(f"{side}_{name}" for side in ("base", "other") for name in _SIDES),
    *("ranks_moved", "points_moved", "finalist_change", "items", "causes", "uploads"),
]


def _line(comparison_id: UUID, position: int, row: Row) -> bytes:
    """As COPY text: no value but the JSON texts can hold a character that would have to be escaped."""
    change = row.change
    ranks, points = change.ranks_up, change.points_up
    values = [
        *(change.contestant_id, comparison_id, position, row.city_id, row.division_id),
        *(change.base or _NOBODY),
        *(change.other or _NOBODY),
        *(None if ranks is None else abs(ranks), None if points is None else abs(points), change.finalist_change),
    ]
    plain = "\t".join("\\N" if value is None else str(value) for value in values)
    texts = (orjson.dumps(each).replace(b"\\", b"\\\\") for each in (row.items, row.causes, row.uploads))
    return b"\t".join([plain.encode(), *texts]) + b"\n"


_NOBODY = (None,) * len(_SIDES)
