"""Given lists in PostgreSQL: of the people on them blind indexes alone."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from services.scorer.given_lists.parse import ParsedGivenList
from services.shared.contests.store import advance_version, lock_contest
from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.personal_data import Vault
from services.shared.problems import Problem
from services.shared.vocabulary import RosterImportState

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class GivenList:
    """A list as it was asked for."""

    id: UUID
    contest_id: UUID
    upload_id: UUID
    name: str  # of the file


async def find_waiting(pool: Pool, list_id: UUID) -> GivenList | None:
    """A list that waits to be read; None when it has been."""
    row = await pool.fetchrow(queries.find_waiting, list_id)
    return GivenList(**row) if row else None


async def end_import(connection: Connection, vault: Vault, asked: GivenList, parsed: ParsedGivenList) -> None:
    """Keeps the people and what is wrong with the other lines."""
    await lock_contest(connection, asked.contest_id)  # reviews go by its given lists
    indexes = {index: line for line in parsed.lines for index in vault.indexes(line.id_number)}
    rows = await connection.fetch(queries.find_indexes, asked.contest_id, list(indexes))
    # Who is a contestant stands under the key of the contestant's own index: both move to the next one together.
    known = {indexes[row["id_number_index"]]: row["id_number_index"] for row in rows}
    people = [(asked.id, known.get(line) or vault.index(line.id_number), line.line) for line in parsed.lines]
    await connection.executemany(queries.insert_person, people)
    state = RosterImportState.DONE if people else RosterImportState.REFUSED
    problems = [problem.as_row() for problem in parsed.problems]
    await connection.execute(queries.end_import, asked.id, state, len(people), problems)
    await advance_version(connection, asked.contest_id)


async def fail_import(connection: Connection, list_id: UUID, problem: Problem) -> None:
    """Ends the reading of a list that failed by our own fault."""
    await connection.execute(queries.fail_import, list_id, [problem.as_row()])
