"""What an import tells the audit, under the name of whoever uploaded the table: one entry for each person."""

from collections.abc import Sequence

from services.scorer.rosters.admit import Admitted, Known, Update
from services.scorer.rosters.store import Importer, RosterImport
from services.shared.audit.actions import Action
from services.shared.audit.store import HIDDEN, Actor, Entry, Value, record
from services.shared.database.pool import Connection
from services.shared.registration.rules import Person, moved
from services.shared.registration.store import Added, access_ended
from services.shared.vocabulary import Eligibility


async def record_import(
    connection: Connection,
    asked: RosterImport,
    importer: Importer,
    known: Known,
    *,
    admitted: Admitted,
    added: Sequence[Added],
) -> None:
    """Adds an entry for everybody who came in or was brought up to date."""
    before = {person.id: person for person, _ in admitted.revived}
    told: list[tuple[Action, Added, dict[str, tuple[Value, Value]]]] = [
        (Action.RECOMMEND_CONTESTANT, person, _came_in(person, before.get(person.id), known)) for person in added
    ]
    told += [
        (Action.UPDATE_BY_ROSTER, Added(update.person.id, update.person.number), _changes(update))
        for update in admitted.updated
    ]
    entries = [
        Entry.of_contestant(
            action,
            person.id,
            asked.contest_id,
            known.spot.city_id,
            {"rosterImport": (None, str(asked.id)), **changes},
        )
        for action, person, changes in told
    ]
    ended = [entry for person in added for entry in access_ended(asked.contest_id, known.spot.city_id, person)]
    await record(connection, Actor(asked.created_by, importer.login), *entries, *ended)


def _came_in(added: Added, before: Person | None, known: Known) -> dict[str, tuple[Value, Value]]:
    """Whoever comes back has a number already, and may have stood elsewhere."""
    if before is None:
        return {"number": (None, added.number)}
    return {"withdrawn": (True, False), **moved(before.spot, known.spot)}


def _changes(update: Update) -> dict[str, tuple[Value, Value]]:
    """Before and after of the number of followers; of the rest, which is personal, that it changed."""
    before, after = update.person.followers, update.line.followers
    changes: dict[str, tuple[Value, Value]] = {
        name: (before, after) if name == "followers" else (HIDDEN, HIDDEN) for name in update.fields
    }
    if update.person.eligibility is Eligibility.RETURNED:
        changes["eligibility"] = (Eligibility.RETURNED.value, Eligibility.PENDING.value)
    return changes
