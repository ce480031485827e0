"""The job that takes a recommendation table (推荐表) in: read in a child, decided line by line, written as one.

Every refused line is named with its reason and the good ones count; a dry run finds out the same and writes nothing.
"""

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.jobs.store import Job, finish
from services.scorer.rosters import store
from services.scorer.rosters.admit import Admitted, Known, Place, admit, find_place
from services.scorer.rosters.parse import ParsedRoster
from services.scorer.rosters.store import Division, Places, RosterImport
from services.shared.changes import publish
from services.shared.database.pool import Connection
from services.shared.jobs import send_waiting
from services.shared.problems import Problem
from services.shared.vocabulary import RosterImportState, Severity


async def import_roster(scorer: Scorer, job: Job) -> None:
    """Brings a roster import to its end: DONE, or REFUSED where nothing of the file can be taken."""
    asked = await store.begin_import(scorer.pool, job.subject_id)
    parsed: ParsedRoster | None = None
    if asked is not None:
        await publish(scorer.redis, asked.id, state=RosterImportState.RUNNING)
        parsed = await scorer.parsers.parse_roster(scorer.files.path(f"uploads/{asked.upload_id}"), asked.name)
    fault(FaultPoint.ROSTER_PARSED)
    state = RosterImportState.DONE
    async with scorer.pool.acquire() as connection, connection.transaction():
        if asked is not None and parsed is not None:
            state = await _import(scorer, connection, asked, parsed)
        await finish(connection, job)
        fault(FaultPoint.ROSTER_BEFORE_COMMIT)
    fault(FaultPoint.ROSTER_AFTER_COMMIT)
    await send_waiting(scorer.pool, scorer.redis)
    await publish(scorer.redis, job.subject_id, state=state)


async def _import(
    scorer: Scorer, connection: Connection, asked: RosterImport, parsed: ParsedRoster
) -> RosterImportState:
    now = await store.lock_contest(connection, asked.contest_id)
    known, missing = await _look_up(scorer, connection, asked, parsed)
    if known is None:
        problems = [*parsed.problems, *missing]
        state = RosterImportState.REFUSED
        await store.end_import(connection, asked.id, state, places=None, counts={}, problems=problems)
        return state
    admitted = admit(parsed.lines, known)
    if not asked.dry_run:
        places = Places(known.city.id, known.division.id)
        await store.write(connection, scorer.vault, asked.contest_id, places, admitted, now=now)
        if admitted.new:
            await store.claim_strangers_lines(connection, asked.contest_id)
    await _end(connection, asked, parsed, known, admitted)
    return RosterImportState.DONE


async def _look_up(
    scorer: Scorer, connection: Connection, asked: RosterImport, parsed: ParsedRoster
) -> tuple[Known | None, list[Problem]]:
    """What the contest knows of the file's city, division, people and accounts; or why the file cannot be placed."""
    cities = await store.contest_cities(connection, asked.contest_id)
    divisions = await store.contest_divisions(connection, asked.contest_id)
    city = find_place(parsed.city_text, cities)
    named = find_place(parsed.division_text, [division.place for division in divisions])
    division = next((each for each in divisions if each.place == named), None)
    missing = _missing(parsed, city, division)
    if city is None or division is None or missing or _refused_whole(parsed):
        return None, missing
    return Known(
        city,
        division.place,
        await store.find_people(connection, scorer.vault, asked.contest_id, parsed.lines),
        await store.find_handles(connection, asked.contest_id, parsed.lines),
        await store.room(connection, city, division),
        cities,
    ), []


def _missing(parsed: ParsedRoster, city: Place | None, division: Division | None) -> list[Problem]:
    """What the lines above the table name that the contest does not have, or not for recommended people."""
    missing = []
    if parsed.city_text and city is None:
        missing.append(Problem("ROSTER_CITY_UNKNOWN", {"city": parsed.city_text}))
    if parsed.division_text and division is None:
        missing.append(Problem("ROSTER_DIVISION_UNKNOWN", {"division": parsed.division_text}))
    if division is not None and not division.takes_recommended:
        missing.append(Problem("ROSTER_DIVISION_SELF_REGISTERED", {"division": division.place.names[0]}))
    return missing


def _refused_whole(parsed: ParsedRoster) -> bool:
    """Whether a problem is the file's own, not one line's."""
    return any(problem.severity is Severity.ERROR and problem.line is None for problem in parsed.problems)


async def _end(
    connection: Connection, asked: RosterImport, parsed: ParsedRoster, known: Known, admitted: Admitted
) -> None:
    problems = sorted([*parsed.problems, *admitted.problems], key=lambda problem: problem.line or 0)
    counts = {
        "read": parsed.read,
        "new": len(admitted.new),
        "updated": len(admitted.updated),
        "unchanged": admitted.unchanged,
        "refused": parsed.refused + len(admitted.problems),
    }
    places, state = Places(known.city.id, known.division.id), RosterImportState.DONE
    await store.end_import(connection, asked.id, state, places=places, counts=counts, problems=problems)
