"""What a contest does one way or another: columns of it that an organiser sets with a reason, from now on."""

from typing import Protocol

import strawberry

from services.api.checks import check_reason
from services.api.contests import store
from services.api.contests.types import Contest
from services.api.context import Context
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value


class Asked(Protocol):
    """The input of such a mutation."""

    contest_id: strawberry.ID
    reason: str


async def set_contest(context: Context, mutation: str, action: Action, asked: Asked, **settings: Value) -> Contest:
    """Writes these columns and records what changed; answers the contest as it is then."""
    check_reason(asked.reason)
    key = await context.acting_in(mutation, asked.contest_id)
    async with context.changing(key) as connection:
        before = await store.write_settings(connection, key, settings)
        changes = {name: (before[name], value) for name, value in settings.items() if before[name] != value}
        await context.record(connection, Entry(action, "Contest", key, key, changes=changes, reason=asked.reason))
    changed: Contest = await context.load("Contest", key)
    return changed
