"""Rosters and the contestants they bring, in PostgreSQL; ID and phone numbers are stored sealed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from services.scorer.rosters.admit import DUPLICATES, OVER_QUOTA, Admitted, Known, Place, Update, newcomer
from services.scorer.rosters.parse import ParsedRoster
from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.personal_data import Vault
from services.shared.problems import Problem
from services.shared.registration import store as registration
from services.shared.registration.rules import Division
from services.shared.registration.store import Added, By
from services.shared.vocabulary import Eligibility, EntryWay, ImportPolicy, RosterImportState

queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class RosterImport:
    """A roster import as it was asked for."""

    id: UUID
    contest_id: UUID
    upload_id: UUID
    dry_run: bool
    policy: ImportPolicy
    created_by: UUID | None
    name: str  # of the file


@dataclass(frozen=True, slots=True)
class Importer:
    """Who imports, and for which cities."""

    login: str = ""
    everywhere: bool = False
    cities: Sequence[UUID] = ()

    def may(self, city: Place | None) -> bool:
        """Whether a table of that city, or of none of the contest's, is theirs to import."""
        return self.everywhere or (city is not None and city.id in self.cities)


class Candidate(NamedTuple):
    """A division, and everything it is called."""

    place: Place
    division: Division


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an import ends."""

    state: RosterImportState
    problems: Sequence[Problem]
    known: Known | None = None  # of its city and division, once these are clear
    counts: dict[str, int] = field(default_factory=dict)
    changes: Sequence[dict[str, Any]] = ()


async def begin_import(pool: Pool, import_id: UUID) -> RosterImport | None:
    """Takes up an import; None when it has ended."""
    row = await pool.fetchrow(queries.begin_import, import_id)
    return RosterImport(**{**row, "policy": ImportPolicy(row["policy"])}) if row else None


async def find_importer(connection: Connection, asked: RosterImport) -> Importer:
    """Who imports, as far as their rights go by now."""
    row = await connection.fetchrow(queries.find_importer, asked.created_by, asked.contest_id)
    return Importer(**row) if row else Importer()


async def contest_cities(connection: Connection, contest_id: UUID) -> list[Place]:
    """The cities of a contest by name and aliases."""
    rows = await connection.fetch(queries.contest_cities, contest_id)
    return [Place(row["id"], (row["name"], *row["aliases"])) for row in rows]


async def contest_divisions(connection: Connection, contest_id: UUID) -> list[Candidate]:
    """The divisions of a contest by name and key."""
    return [
        Candidate(
            Place(row["id"], (row["name"], row["key"])),
            Division(row["id"], row["name"], frozenset(map(EntryWay, row["entry_ways"]))),
        )
        for row in await connection.fetch(queries.contest_divisions, contest_id)
    ]


async def write(
    connection: Connection, vault: Vault, asked: RosterImport, known: Known, admitted: Admitted
) -> list[Added]:
    """Adds the new people, takes back who had withdrawn, and brings the others up to date; answers who came in."""
    contest_id, by = asked.contest_id, By(asked.created_by)
    added = await registration.add_people(
        connection, vault, contest_id, known.spot, list(map(newcomer, admitted.new)), by=by
    )
    for person, line in admitted.revived:
        added.append(await registration.revive(connection, vault, person, known.spot, newcomer(line), by=by))
    for update in admitted.updated:
        await _update(connection, vault, asked, update)
    if added or admitted.updated:
        await registration.people_changed(connection, contest_id)
    return added


async def _update(connection: Connection, vault: Vault, asked: RosterImport, update: Update) -> None:
    """Whoever had been returned waits for the city's review again."""
    person, told = update.person, newcomer(update.line)
    phone = vault.seal(told.phone, person.id)
    changed = told.followers, told.experience, told.remark
    await connection.execute(queries.update_contestant, person.id, told.name, phone, *changed)
    if person.eligibility is Eligibility.RETURNED:
        sent_again = new_id(), asked.contest_id, person.id, asked.created_by
        await connection.execute(queries.insert_sent_again, *sent_again)
    if "account" in update.fields:
        await registration.change_account(connection, person.id, told.platform, told.handle, told.account)


def counts(parsed: ParsedRoster, admitted: Admitted) -> dict[str, int]:
    """Lines by what becomes of them: duplicates and those over quota are among the refused."""
    lines = {problem.line: problem.code for problem in (*parsed.problems, *admitted.problems) if problem.line}
    codes = Counter(lines.values())
    return {
        "read": parsed.read,
        "new": admitted.coming,
        "updated": len(admitted.updated),
        "unchanged": admitted.unchanged,
        "refused": parsed.refused + len(admitted.problems),
        "duplicate": sum(codes[code] for code in DUPLICATES),
        "over_quota": sum(codes[code] for code in OVER_QUOTA),
    }


async def end_import(connection: Connection, import_id: UUID, outcome: Outcome) -> None:
    """Ends an import with its numbers of lines, its problems, and the fields that it changes."""
    known = outcome.known
    places = (known.spot.city_id, known.spot.division_id) if known else (None, None)
    names = ("read", "new", "updated", "unchanged", "refused", "duplicate", "over_quota")
    numbers = [outcome.counts.get(name, 0) for name in names]
    stored = [problem.as_row() for problem in outcome.problems]
    await connection.execute(
        queries.end_import, import_id, outcome.state, *places, *numbers, stored, list(outcome.changes)
    )


async def fail_import(connection: Connection, import_id: UUID, problem: Problem) -> None:
    """Ends an import that failed by our own fault."""
    await connection.execute(queries.fail_import, import_id, [problem.as_row()])
