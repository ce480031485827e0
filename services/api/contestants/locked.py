"""The contest locked and the contestant read, before anything is decided."""

from uuid import UUID

from services.api.access import Decision
from services.api.contestants import store
from services.api.contestants.person import Person
from services.api.context import Context
from services.api.errors import NotAllowedError, NotFoundError
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection


async def lock_person(context: Context, connection: Connection, mutation: str, key: UUID | None) -> Person:
    """Locks the contest of a contestant; what is answered holds until the transaction ends.

    Raises NotFoundError for somebody whom the viewer does not see, NotAllowedError where the mutation is not theirs.
    """
    scope = context.rows("Contestant")
    contest_id = await store.find_contest_of(connection, scope, key) if key else None
    now = await lock_contest(connection, contest_id) if contest_id else None
    person = await store.find_person(connection, context.resources.vault, scope, key, now) if key and now else None
    if person is None:
        raise NotFoundError
    if not context.may(mutation).covers(person.contest_id, person.spot.city_id, person.id):
        raise NotAllowedError
    return person


def acts_as(context: Context, decision: Decision, person: Person) -> bool:
    """Whether the viewer acts on somebody in one of these roles."""
    return context.viewer.scope(decision).covers(person.contest_id, person.spot.city_id, person.id)
