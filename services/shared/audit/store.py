"""The record of everything: an entry is written in the transaction of what it tells of, and sealed a moment later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from services.shared.audit.actions import Action
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id

queries = load(Path(__file__).with_name("queries.sql"))

# Stands for a value that is never shown: that it changed is told, not what it was.
HIDDEN = "***"
PERSONAL = frozenset({"id_number", "phone", "password", "assistant", "assistant_phone"})
# What says who somebody is. The record outlives the erasure of a person, so these are hidden too where it tells of one;
# an official's name may stay. A file is usually called by the account that it was exported from.
IDENTIFYING = frozenset({"name", "handle", "uid", "experience", "remark", "url"})
OF_A_PERSON = frozenset({"Contestant", "Account", "AccountAlias", "DoubleEntry", "Upload", "UidClaim", "Link"})

Value = str | int | bool | None | list[str]


def stored(moment: datetime | None) -> str | None:
    """A moment as a Value."""
    return moment.isoformat() if moment else None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from which address; a command on the server acts without a user, under its own name."""

    user_id: UUID | None
    login: str
    address: str = ""


SCORER = Actor(None, "scorer")  # what its jobs do


def hidden_of(subject_type: str) -> frozenset[str]:
    """The fields of a GraphQL type that are never recorded in clear."""
    return PERSONAL | IDENTIFYING if subject_type in OF_A_PERSON else PERSONAL


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done to one subject.

    `subject_type` is the GraphQL type; `changes` gives before and after of each field that changed, JSON values alone;
    those of `hidden_of` are HIDDEN, else ValueError.
    """

    action: Action
    subject_type: str
    subject_id: UUID | None
    contest_id: UUID | None = None
    city_id: UUID | None = None
    contestant_id: UUID | None = None
    changes: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)
    reason: str = ""

    @classmethod
    def of_contestant(  # noqa: PLR0917  who, and where they are
        cls,
        action: Action,
        contestant_id: UUID,
        contest_id: UUID,
        city_id: UUID | None,
        changes: Mapping[str, tuple[Value, Value]] | None = None,
        reason: str = "",
    ) -> "Entry":
        """Done to a contestant of a city."""
        place = contest_id, city_id, contestant_id
        return cls(action, "Contestant", contestant_id, *place, changes or {}, reason)

    def __post_init__(self) -> None:
        for name in hidden_of(self.subject_type) & self.changes.keys():
            if not set(self.changes[name]) <= {HIDDEN, None}:
                raise ValueError(f"{name} may not be recorded in clear")


async def record(connection: Connection, actor: Actor, *entries: Entry) -> None:
    """Adds entries; call it in the transaction that does what they tell of."""
    ids = sorted(new_id() for _ in entries)  # in the order given, also within a millisecond
    rows = [
        (
            entry_id,
            entry.contest_id,
            entry.city_id,
            entry.contestant_id,
            actor.user_id,
            actor.login,
            actor.address,
            entry.action,
            entry.subject_type,
            entry.subject_id,
            {name: list(pair) for name, pair in entry.changes.items()},
            entry.reason,
        )
        for entry_id, entry in zip(ids, entries, strict=True)
    ]
    await connection.executemany(queries.insert_entry, rows)
