"""How many people one user reads whole within an hour, one by one and in files."""

from uuid import UUID

from services.api.errors import TooManyAttemptsError
from services.api.personal_data import store
from services.shared.audit.actions import Action
from services.shared.database.pool import Connection

SECONDS = 3600
# A clerk who rings up everyone of a city in a day stays below it; whoever reads a whole contest out does not.
MOST_REVEALED = 100
# The lists and messages of an evening; the file that goes beyond it is the last one for an hour.
MOST_EXPORTED = 1000


async def check_reveals(connection: Connection, user_id: UUID | None) -> None:
    """Before one more person is read; raises TooManyAttemptsError."""
    await _check(connection, user_id, Action.REVEAL_PERSONAL_DATA, MOST_REVEALED)


async def check_exports(connection: Connection, user_id: UUID | None) -> None:
    """Before one more file with whole numbers is made; raises TooManyAttemptsError."""
    await _check(connection, user_id, Action.EXPORT_PERSONAL_DATA, MOST_EXPORTED)


async def _check(connection: Connection, user_id: UUID | None, action: Action, most: int) -> None:
    seen, again_at = await store.count_seen(connection, user_id, action, SECONDS)
    if seen >= most:
        raise TooManyAttemptsError(again_at)
