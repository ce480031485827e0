"""Whether somebody may do something with an upload, and whether there may be another."""

from datetime import datetime
from uuid import UUID

from asyncpg import Record

from services.api.access import Scope
from services.api.context import Context
from services.api.errors import ConflictError, NotAllowedError, NotFoundError
from services.api.uploads import store
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.beijing import said
from services.shared.database.pool import Connection as Database
from services.shared.file_vocabulary import UploadKind


async def lock_own(context: Context, connection: Database, scope: Scope, key: UUID | None) -> Record:
    """An upload that the viewer may act on; raises NotFoundError, or NotAllowedError for one that is only seen."""
    row = await store.lock_upload(connection, context, key) if key else None
    if row is None:
        raise NotFoundError
    if not scope.covers(row["contest_id"]):
        # What names many accounts is the organiser's alone; what somebody else sent, a contestant only reads.
        own = row["created_by"] == context.viewer.user_id
        contestant = row["contestant_id"] if own else None
        roster = own and row["kind"] == UploadKind.ROSTER  # of no account, yet of a city of theirs
        if roster and await store.is_of_city(connection, row["contest_id"], scope.cities):
            return row
        if row["kind"] == UploadKind.ARCHIVE or not scope.covers(row["contest_id"], row["city_id"], contestant):
            raise NotAllowedError
    return row


def entry_of(action: Action, row: Record, reason: str = "") -> Entry:
    return Entry(action, "Upload", row["id"], row["contest_id"], row["city_id"], row["contestant_id"], reason=reason)


async def check_open(
    connection: Database,
    contest_id: UUID,
    kind: str | None,
    exported_at: datetime | None = None,
    scope: Scope | None = None,
) -> None:
    """Files of figures are taken while a round takes them; of people always. For verification also one that is too late
    to count: exported when no round's figures are taken any more. Contestants do not learn by it who is proposed.
    """
    if kind in (UploadKind.ROSTER, UploadKind.GIVEN_LIST):
        return
    official = scope is not None and (scope.covers(contest_id) or bool(scope.cities))
    until, is_open = await store.find_uploads_until(connection, contest_id, exported_at, sees_results=official)
    if not is_open:
        raise ConflictError("UPLOADS_CLOSED", until=said(until))
