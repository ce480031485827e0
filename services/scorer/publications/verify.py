"""Checks what was published against its signature: the canonical form, and everything that is shown instead of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag

from services.scorer.publications import store
from services.scorer.publications.compose import Row, searched
from services.shared.database.pool import Connection, Pool
from services.shared.personal_data import Vault
from services.shared.publications.signature import is_signed
from services.shared.publications.snapshot import NoticeDays, NoticeWindow, Snapshot, digest_of, read_snapshot
from services.shared.publications.store import signing_key
from services.shared.vocabulary import PublicationStage, PublicationState


@dataclass(frozen=True, slots=True)
class Tampered:
    """A revision that is not what was signed: `what` is the first part that differs, or the number of a contestant."""

    revision: int
    what: str


async def verify_publications(pool: Pool, run_id: UUID, vault: Vault) -> list[Tampered]:
    """What differs in the revisions that publish a run, those that wait for approval included."""
    found = []
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        written = await store.list_written(connection, run_id)
        ours = await _our_key(connection, vault) if written else None
        for row in written:
            what = _difference(row, await store.list_rows(connection, row["id"]), ours)
            if what is not None:
                found.append(Tampered(row["revision"], what))
    return found


async def _our_key(connection: Connection, vault: Vault) -> bytes | None:
    """The public half of what is sealed; none where somebody without the vault has put something else there."""
    try:
        return (await signing_key(connection, vault)).public
    except InvalidTag:
        return None


def _unproven(row: Row, ours: bytes | None) -> str | None:
    """What does not prove the canonical form."""
    if digest_of(row["canonical"]) != row["digest"]:
        return "digest"
    if row["state"] == PublicationState.PREPARED:
        return None  # signed with its approval
    if row["public_key"] != ours:
        return "signing key"
    return None if is_signed(row["canonical"], row["signature"], row["public_key"]) else "signature"


def _difference(row: Row, lines: Iterable[Row], ours: bytes | None) -> str | None:
    canonical = row["canonical"]
    if unproven := _unproven(row, ours):
        return unproven
    snapshot = read_snapshot(canonical)
    head = orjson.loads(canonical)
    standings = head.pop("standings")
    if snapshot.run.digest != row["run_digest"]:
        return "run"
    if row["head"] != head or not _states(row, snapshot):
        return "head"
    stored = {line["position"]: (line["number"], line["searched"], line["line"]) for line in lines}
    for standing, line in zip(snapshot.standings, standings, strict=True):
        if stored.pop(standing.position, None) != (standing.number, searched(standing), line):
            return str(standing.number)
    return str(next(iter(stored.values()))[0]) if stored else None


def _states(row: Row, snapshot: Snapshot) -> bool:
    """Whether the row says of itself what the snapshot does."""
    notice = snapshot.notice
    window = (notice.begins, notice.ends) if isinstance(notice, NoticeWindow) else (None, None)
    days = notice.days if isinstance(notice, NoticeDays) else None
    contacts = [{"name": one.name, "phone": one.phone, "role": one.role.value} for one in snapshot.contacts]
    return (
        (row["revision"], PublicationStage(row["stage"]), row["title"], row["publish_at"], row["contacts"])
        == (snapshot.revision, snapshot.stage, snapshot.title, snapshot.publish_at, contacts)
        and (row["notice_from"], row["notice_until"], row["notice_days"]) == (*window, days)
        and row["corrected_revision"] == (snapshot.corrects.revision if snapshot.corrects else None)
    )
