"""Standings in PostgreSQL: a page is one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from services.api.access import RunScope, Scope
from services.api.contestants.types import Contestant, Places
from services.api.context import Context, Executor
from services.api.nodes import Page, key_of
from services.api.rankings.types import Standing
from services.api.rows import Row
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))

StandingKey = tuple[UUID, UUID]  # run, contestant


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which standings: of a round in a run (none: the adopted one), of a city or division (none: any)."""

    round_id: UUID
    run_id: UUID | None
    city_id: UUID | None = None
    division_id: UUID | None = None
    search: str | None = None


class ShownRun(NamedTuple):
    """A run that the viewer may see."""

    id: UUID
    contest_id: UUID


@dataclass(frozen=True, slots=True)
class StandingsFound:
    """A page of standings with the run they are of, and the contest's version when they were read."""

    run_id: UUID
    contest_id: UUID
    version: int
    standings: list[Standing]
    matching: int


async def list_standings(
    database: Executor, scope: RunScope, wanted: Wanted, page: Page, *, count: bool, explain: bool
) -> StandingsFound | None:
    """None when there is no such run for this viewer; the number that match is 0 unless asked for."""
    rows = await database.fetch(
        queries.list_standings,
        *scope.rows,
        wanted.round_id,
        wanted.run_id,
        wanted.city_id,
        wanted.division_id,
        page.after,
        page.limit + 1,
        count,
        explain,
        wanted.search,
        *scope.organised,
    )
    if not rows:
        return None
    places, first = Places(), rows[0]
    standings = [Standing.of(row, Contestant.of(row, places)) for row in rows if row["id"]]
    return StandingsFound(first["run_id"], first["run_contest_id"], first["version"], standings, first["matching"] or 0)


async def find_standings(database: Executor, scope: RunScope, keys: Sequence[StandingKey]) -> list[Standing | None]:
    runs, contestants = [run for run, _ in keys], [contestant for _, contestant in keys]
    rows = await database.fetch(queries.find_standings, *scope.rows, runs, contestants, *scope.organised)
    places = Places()
    found = {(row["run_id"], row["id"]): Standing.of(row, Contestant.of(row, places)) for row in rows}
    return [found.get(key) for key in keys]


async def find_shown_run(context: Context, round_id: str, run_id: str | None) -> ShownRun | None:
    """The run of a round, the adopted one where none is named; None when there is no such run for this viewer."""
    round_key, run = key_of(round_id, "Round"), key_of(run_id, "ScoringRun")
    if round_key is None or (run_id and run is None):
        return None
    scope = context.runs("Standing")
    row = await context.pool.fetchrow(queries.find_shown_run, *scope.rows, round_key, run, *scope.organised)
    return ShownRun(*row) if row else None


async def list_teams(database: Executor, scope: Scope, run_id: UUID, page: Page) -> tuple[list[Row], int]:
    rows = await database.fetch(queries.list_teams, *scope, run_id, page.after, page.limit + 1)
    return [row for row in rows if row["run_id"]], rows[0]["all_teams"]


async def find_adopted_runs(database: Executor, scope: RunScope, rounds: Sequence[UUID]) -> Mapping[UUID, UUID]:
    rows = await database.fetch(queries.find_adopted_runs, rounds, *scope.organised)
    return {row["round_id"]: row["id"] for row in rows}


async def find_explanations(database: Executor, keys: Sequence[StandingKey]) -> list[Mapping[str, Any]]:
    """Of standings that the viewer has been shown."""
    runs, contestants = [run for run, _ in keys], [contestant for _, contestant in keys]
    rows = await database.fetch(queries.find_explanations, runs, contestants)
    found = {(row["run_id"], row["contestant_id"]): row["explanation"] for row in rows}
    return [found[key] for key in keys]
