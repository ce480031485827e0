"""The tables of a bundle: out of the contest's database as csv, and into an empty one."""

from collections.abc import AsyncIterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from services.scorer.bundles.bundle import Head, Writes
from services.scorer.metrics.store import Extent
from services.scorer.scoring_runs.store import Run
from services.shared.database.pool import Connection
from services.shared.database.sql import load

queries = load(Path(__file__).with_name("queries.sql"))


def tables(run: Run, everybody: Sequence[Any]) -> Mapping[str, tuple[str, tuple[Any, ...]]]:
    """Of each table, in the order of a bundle, the query that gives its rows, and that query's arguments."""
    extent = run.extent
    contest, people, runs = (extent.contest_id,), (everybody,), ([run.id, *extent.carried_runs],)
    exported = extent.exported_from, extent.exported_until
    in_force = *people, extent.sequence, *exported
    return {
        "contests": (queries.contests, contest),
        "cities": (queries.cities, contest),
        "divisions": (queries.divisions, contest),
        "rounds": (queries.rounds, contest),
        "format_aliases": (queries.format_aliases, contest),
        "own_formats": (queries.own_formats, contest),
        "rules": (queries.rules, runs),
        "scoring_runs": (queries.scoring_runs, runs),
        "contestants": (queries.contestants, people),
        "approvals": (queries.approvals, (*people, extent.approved_at)),
        "accounts": (queries.accounts, people),
        "account_aliases": (queries.account_aliases, contest),
        "uploads": (queries.uploads, (*contest, extent.sequence, *exported)),
        "coverage": (queries.coverage, in_force),
        "works": (queries.works, in_force),
        "account_days": (queries.account_days, in_force),
        "live_sessions": (queries.live_sessions, in_force),
        "orders": (queries.orders, in_force),
        "penalties": (queries.penalties, (*people, extent.sequence)),
        "products": (queries.products, (*contest, extent.sequence)),
        "jury_panels": (queries.jury_panels, contest),
        "jury_marks": (queries.jury_marks, (*people, extent.sequence)),
        "scores": (queries.scores, runs),
        "finalists": (queries.finalists, runs),
        "team_scores": (queries.team_scores, runs),
        "awards": (queries.awards, runs),
    }


async def find_head(connection: Connection, run_id: UUID) -> Head:
    """What the bundle of a run says of itself."""
    row = await connection.fetchrow(queries.find_head, run_id)
    assert row is not None  # noqa: S101  it has just been computed again
    return Head(**row)


async def list_erased(connection: Connection, run: Run, everybody: Sequence[UUID]) -> list[int]:
    """Who of them was erased since, by number."""
    rows = await connection.fetch(queries.list_erased, everybody, run.extent.approved_at)
    return [row["number"] for row in rows]


async def list_hidden_files(connection: Connection, extent: Extent) -> frozenset[UUID]:
    """Files of the contest that speak of somebody who was erased."""
    return frozenset(row["id"] for row in await connection.fetch(queries.list_hidden_files, extent.contest_id))


async def write_csv(connection: Connection, table: tuple[str, tuple[Any, ...]], out: Writes) -> None:
    """The rows of a table with their headings."""
    query, arguments = table

    async def write(piece: bytes) -> None:
        out.write(piece)

    await connection.copy_from_query(query, *arguments, output=write, format="csv", header=True)


async def read_csv(connection: Connection, table: str, columns: Sequence[str], source: AsyncIterable[bytes]) -> None:
    """Fills a table of an empty database; what the bundle leaves out is empty there, whatever the schema demands."""
    await connection.execute(queries.say_no_reference)
    for (column,) in await connection.fetch(queries.columns_demanded, table):
        await connection.execute(f'alter table "{table}" alter column "{column}" drop not null')
    await connection.copy_to_table(table, source=source, columns=columns, format="csv", header=True)
