"""The job that looks for signs of trouble in figures that have changed. It never touches a score."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from services.scorer.context import Scorer
from services.scorer.flags import store
from services.scorer.flags.detect import Sign, detect
from services.scorer.flags.reconcile import Changes, reconcile
from services.scorer.jobs.store import Job, finish
from services.shared.audit.actions import Action
from services.shared.audit.store import SCORER, Entry, record
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection
from services.shared.flags.store import look_later, look_once_more
from services.shared.flags.thresholds import Thresholds

# So many contestants' figures lie in memory at a time.
_PEOPLE_AT_ONCE = 200


async def find_flags(scorer: Scorer, job: Job) -> None:
    """Looks at everybody of the contest who is due; while an archive comes in, later and at all of them at once."""
    contest_id = job.subject_id
    async with scorer.pool.acquire() as connection, connection.transaction():
        if await store.archive_comes_in(connection, contest_id):
            await finish(connection, job)
            await look_later(connection, contest_id)
            return
        due = await store.take_due(connection, contest_id)
        limits = await store.find_thresholds(connection, contest_id)
        rounds = await store.list_rounds(connection, contest_id)
        found = [(one, await _signs(connection, one, due, limits)) for one in rounds] if due else []
        await advance_version(connection, contest_id)
        for round_, signs in found:
            changes = reconcile(await store.known_flags(connection, contest_id, round_, due), signs)
            opened = await store.write(connection, contest_id, round_, changes)
            await record(connection, SCORER, *_entries(contest_id, opened, changes))
        await finish(connection, job)
        # Whoever became due meanwhile asked for a job that was running; from here on a new one is queued.
        if await store.is_due(connection, contest_id):
            await look_once_more(connection, contest_id)


async def _signs(connection: Connection, round_: store.Round, due: Sequence[UUID], limits: Thresholds) -> list[Sign]:
    signs: list[Sign] = []
    for start in range(0, len(due), _PEOPLE_AT_ONCE):
        seen = await store.look(connection, round_, due[start : start + _PEOPLE_AT_ONCE], limits)
        signs += [await store.with_rows(connection, round_, sign, limits) for sign in detect(seen, limits)]
    return signs


def _entries(contest_id: UUID, opened: Sequence[tuple[UUID, Sign]], changes: Changes) -> Iterator[Entry]:
    found = ((Action.FLAG_FOUND, flag_id, sign, (None, "OPEN")) for flag_id, sign in opened)
    gone = ((Action.FLAG_GONE, flag.id, flag.sign, ("OPEN", "GONE")) for flag in changes.gone)
    for action, flag_id, sign, state in (*found, *gone):
        yield Entry(
            action,
            "Flag",
            flag_id,
            contest_id,
            contestant_id=sign.contestant_id,
            changes={"code": (None, sign.code), "state": state},
        )
