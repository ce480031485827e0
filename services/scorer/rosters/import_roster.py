"""The job that takes a recommendation table (推荐表) in: read in a child, decided line by line, written as one.

Every refused line is named with its reason. With one, nobody is written, unless the good lines alone were asked for;
a dry run finds out the same and writes nothing.
"""

from dataclasses import replace

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.jobs.store import Job, finish
from services.scorer.rosters import store
from services.scorer.rosters.admit import Admitted, Known, Place, admit, closed_because, find_place, newcomer
from services.scorer.rosters.parse import ParsedRoster
from services.scorer.rosters.recorded import record_import
from services.scorer.rosters.store import Candidate, Importer, Outcome, RosterImport
from services.scorer.uploads.forget import forget_file
from services.scorer.uploads.original import opened
from services.scorer.uploads.refused import Refused
from services.shared.audit.store import Actor, record
from services.shared.changes import publish
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection
from services.shared.jobs import send_waiting
from services.shared.problems import Problem
from services.shared.registration import store as registration
from services.shared.registration.doubled import keep_double_entry
from services.shared.registration.rules import Spot
from services.shared.vocabulary import EntryWay, ImportPolicy, RosterImportState, Severity, SubmissionState


async def import_roster(scorer: Scorer, job: Job) -> None:
    """Brings a roster import to its end: DONE, or REFUSED where nothing of the file was taken."""
    asked = await store.begin_import(scorer.pool, job.subject_id)
    parsed: ParsedRoster | None = None
    if asked is not None:
        await publish(scorer.redis, asked.id, state=RosterImportState.RUNNING)
        parsed = await _parse(scorer, asked)
    fault(FaultPoint.ROSTER_PARSED)
    state = RosterImportState.DONE
    async with scorer.pool.acquire() as connection, connection.transaction():
        if asked is not None and parsed is not None:
            outcome = await _import(scorer, connection, asked, parsed)
            await store.end_import(connection, asked.id, outcome)
            state = outcome.state
        await finish(connection, job)
        fault(FaultPoint.ROSTER_BEFORE_COMMIT)
    fault(FaultPoint.ROSTER_AFTER_COMMIT)
    if asked is not None and not asked.dry_run and state is RosterImportState.DONE:
        await forget_file(scorer, asked.upload_id)
    await send_waiting(scorer.pool, scorer.redis)
    await publish(scorer.redis, job.subject_id, state=state)


async def _parse(scorer: Scorer, asked: RosterImport) -> ParsedRoster:
    try:
        async with opened(scorer, asked.upload_id) as path:
            return await scorer.parsers.parse_roster(path, asked.name)
    except Refused as refused:
        return ParsedRoster(problems=[refused.problem])


async def _import(scorer: Scorer, connection: Connection, asked: RosterImport, parsed: ParsedRoster) -> Outcome:
    known, whole = await _look_up(scorer, connection, asked, parsed)
    if known is None:
        return Outcome(RosterImportState.REFUSED, [*whole, *parsed.problems])
    admitted = admit(parsed.lines, known)
    problems = sorted([*parsed.problems, *admitted.problems], key=lambda problem: problem.line or 0)
    outcome = Outcome(
        RosterImportState.REFUSED if whole else RosterImportState.DONE,
        [*whole, *problems],
        known,
        store.counts(parsed, admitted),
        [{"line": u.line.line, "number": u.person.number, "fields": list(u.fields)} for u in admitted.updated],
    )
    if asked.dry_run:
        return outcome
    await _keep_elsewhere(connection, asked, known, admitted)  # also when nobody is written
    if outcome.counts["refused"] and asked.policy is ImportPolicy.ALL_OR_NOTHING:
        return replace(outcome, state=RosterImportState.REFUSED)
    await _write(scorer, connection, asked, known, admitted)
    return outcome


async def _keep_elsewhere(connection: Connection, asked: RosterImport, known: Known, admitted: Admitted) -> None:
    """Who stands elsewhere already is for the organisers to decide."""
    kept = [
        entry
        for person in admitted.elsewhere
        for entry in await keep_double_entry(connection, asked.contest_id, person, known.spot, asked.created_by)
    ]
    if kept:
        importer = await store.find_importer(connection, asked)
        await record(connection, Actor(asked.created_by, importer.login), *kept)


async def _write(scorer: Scorer, connection: Connection, asked: RosterImport, known: Known, admitted: Admitted) -> None:
    added = await store.write(connection, scorer.vault, asked, known, admitted)
    importer = await store.find_importer(connection, asked)
    await record_import(connection, asked, importer, known, admitted=admitted, added=added)


async def _look_up(
    scorer: Scorer, connection: Connection, asked: RosterImport, parsed: ParsedRoster
) -> tuple[Known | None, list[Problem]]:
    """What the contest knows of the file's city, division, people and accounts, and why the file is not taken now.

    A file that cannot be placed, or is not taken, is known nothing of; but a dry run tells what its lines would do.
    """
    now = await lock_contest(connection, asked.contest_id)
    cities = await store.contest_cities(connection, asked.contest_id)
    divisions = await store.contest_divisions(connection, asked.contest_id)
    city = find_place(parsed.city_text, cities)
    named = find_place(parsed.division_text, [each.place for each in divisions])
    found = next((each for each in divisions if each.place == named), None)
    missing = _missing(parsed, await store.find_importer(connection, asked), city, found)
    if now is None or city is None or found is None or missing or _refused_whole(parsed):
        return None, missing
    contest_id, spot = asked.contest_id, Spot(city.id, found.division.id, EntryWay.RECOMMENDED)
    known = Known(
        now,
        city,
        spot,
        found.division,
        await registration.find_window(connection, contest_id, EntryWay.RECOMMENDED),
        await registration.find_list_state(connection, city.id),
        await registration.find_people(connection, scorer.vault, contest_id, (p.id_number for p in parsed.lines)),
        await registration.find_holders(connection, contest_id, (newcomer(line).account for line in parsed.lines)),
        await registration.find_room(connection, city.id, found.division.id),
        cities,
    )
    closed = closed_because(known)
    if closed is None:
        return known, []
    opened = replace(known, list_state=SubmissionState.REOPENED)
    return (opened if asked.dry_run and closed_because(opened) is None else None), [closed]


def _missing(parsed: ParsedRoster, importer: Importer, city: Place | None, found: Candidate | None) -> list[Problem]:
    """What the lines above the table name that the contest does not have, or that is not the importer's."""
    missing = []
    if parsed.city_text and not importer.may(city):
        missing.append(Problem("ROSTER_CITY_NOT_YOURS", {"city": parsed.city_text}))
    elif parsed.city_text and city is None:
        missing.append(Problem("ROSTER_CITY_UNKNOWN", {"city": parsed.city_text}))
    if parsed.division_text and found is None:
        missing.append(Problem("ROSTER_DIVISION_UNKNOWN", {"division": parsed.division_text}))
    return missing


def _refused_whole(parsed: ParsedRoster) -> bool:
    """Whether a problem is the file's own, not one line's."""
    return any(problem.severity is Severity.ERROR and problem.line is None for problem in parsed.problems)
