"""Entries of the record for tests, and the chain as another program computes it with nothing but docs/audit.md."""

import hashlib
import json
from typing import Any
from uuid import UUID

from services.shared.audit.actions import Action
from services.shared.audit.store import Actor, Entry, record
from services.shared.database.pool import Pool
from services.shared.identity import new_id

SOMEBODY = Actor(UUID(int=7), "主办方", "192.0.2.1")


async def recorded(pool: Pool, *reasons: str) -> list[UUID]:
    """One committed entry for each reason; answers their ids in that order."""
    for reason in reasons:
        entry = Entry(
            Action.ADOPT_RUN, "Round", new_id(), new_id(), changes={"b": (None, 'x"\n\t\x1f'), "a": (1, ["甲"])}
        )
        async with pool.acquire() as connection, connection.transaction():
            await record(connection, SOMEBODY, Entry(**{**_fields(entry), "reason": reason}))
    rows = await pool.fetch("select id, reason from audit_entries where reason = any($1)", list(reasons))
    ids = {row["reason"]: row["id"] for row in rows}
    return [ids[reason] for reason in reasons]


def _fields(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__dataclass_fields__}


async def chain_by_the_page(pool: Pool) -> list[bytes]:
    """The digests that docs/audit.md asks for, from the entries in the order of their seals."""
    rows = await pool.fetch(
        "select s.position, to_jsonb(e) as entry,"
        " to_char(e.at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') as at"
        " from audit_seals s join audit_entries e on e.id = s.entry_id order by s.position"
    )
    digests, before = [], bytes(32)
    for row in rows:
        value = {**row["entry"], "at": row["at"], "position": row["position"]}
        text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        before = hashlib.sha256(before + text.encode()).digest()
        digests.append(before)
    return digests
