"""Binding the platforms' own numbers to accounts, for good, on the record."""

import re
from collections.abc import Sequence
from uuid import UUID

from services.api.accounts import store
from services.api.context import Context
from services.api.errors import InvalidInputError
from services.shared.audit.actions import Action
from services.shared.audit.store import HIDDEN, Entry
from services.shared.database.pool import Connection

UID = re.compile(r"[1-9][0-9]{0,29}")


def check_uid(field: str, uid: str) -> None:
    if not UID.fullmatch(uid):
        raise InvalidInputError("UID_INVALID", field=field)


async def bind(
    context: Context, connection: Connection, contest_id: UUID, pairs: Sequence[tuple[UUID, str]], reason: str = ""
) -> None:
    """Binds numbers to accounts, all or none; `send_jobs` after the commit has waiting lines looked at again."""
    bound = await store.bind_uids(connection, contest_id, pairs)
    entries = (
        Entry(
            Action.BIND_UID,
            "Account",
            one.account_id,
            contest_id,
            one.city_id,
            one.contestant_id,
            {"uid": (one.before and HIDDEN, HIDDEN)},
            reason,
        )
        for one in bound
    )
    await context.record(connection, *entries)
