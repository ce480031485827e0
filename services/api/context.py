"""What a resolver has at hand during one operation."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from graphql import FieldNode
from redis.asyncio import Redis
from strawberry.dataloader import DataLoader
from strawberry.types import Info as StrawberryInfo

from services.api.access import PUBLIC, RunScope, Scope, Viewer
from services.api.attempts import Attempts
from services.api.decisions.mutations import MUTATIONS
from services.api.decisions.rows import ROWS
from services.api.decisions.viewers import ORGANISERS
from services.api.errors import NotAllowedError, NotFoundError, SessionEndedError
from services.api.nodes import key_of
from services.shared.audit.store import Actor, Entry, record
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection, Pool
from services.shared.jobs import send_waiting
from services.shared.personal_data import Vault
from services.shared.settings import Settings
from services.shared.storage import FileStore
from services.shared.words import Language

if TYPE_CHECKING:
    from services.api.users.sessions import Sessions

# What changes only together with the contest's version.
VERSIONED = frozenset({"Standing.score"})

# Answers many keys with one read: what belongs to each key, in the order of the keys.
Loader = Callable[["Context", Sequence[Any]], Awaitable[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Resources:
    """What all operations of this process share."""

    settings: Settings
    pool: Pool
    redis: Redis
    files: FileStore
    vault: Vault
    sessions: "Sessions"
    attempts: Attempts
    loaders: Mapping[str, Loader]
    # argon2 takes 64 MiB and tens of milliseconds each time: only so many at once.
    hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(4))
    # A public paper lies in memory until it is sent: only so many at once.
    papers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(16))


@dataclass(slots=True)
class Context:
    """One operation of one viewer."""

    resources: Resources
    viewer: Viewer = PUBLIC
    language: Language = Language.ZH
    token: str | None = None
    connection_params: dict[str, object] | None = None  # of a websocket
    cookie: str | None = None  # the session token to set, "" to clear it
    follows: tuple[UUID, int] | None = None  # contest and its version, when the answer follows from them alone
    address: str = ""  # of the client, as far as the proxy is trusted
    recorded: bool = False  # whether the mutation under way has written to the audit
    _strayed: bool = False
    _batches: dict[str, "DataLoader[Any, Any]"] = field(default_factory=dict)

    @property
    def pool(self) -> Pool:
        return self.resources.pool

    @property
    def actor(self) -> Actor:
        """Who acts, for the audit."""
        return Actor(self.viewer.user_id, self.viewer.login, self.address)

    async def record(self, connection: Connection, *entries: Entry, actor: Actor | None = None) -> None:
        """Adds to the audit what this operation does, in the transaction that does it.

        `actor` names who acts where nobody is signed in yet.
        """
        await record(connection, actor or self.actor, *entries)
        self.recorded = True

    def nothing_to_record(self) -> None:
        """The mutation found its work done already and has changed nothing: there is nothing to record."""
        self.recorded = True

    async def count_attempt(self, what: str, *, most: int, seconds: int) -> None:
        """Counts one attempt of this client's address; raises TooManyAttemptsError when it has had too many."""
        await self.resources.attempts.count(what, self.address, most=most, seconds=seconds)

    def rows(self, subject: str) -> Scope:
        """Which rows of a type the viewer may see."""
        return self.viewer.scope(ROWS[subject])

    def runs(self, subject: str) -> RunScope:
        """The same of a type that shows results of runs."""
        return RunScope(self.rows(subject), self.viewer.scope(ORGANISERS)[:2])

    def may(self, mutation: str) -> Scope:
        """Where the viewer may perform a mutation: somewhere, or its resolver would not have been asked."""
        return self.viewer.scope(MUTATIONS[mutation])

    async def acting_on(self, mutation: str, type_name: str, text: str) -> Any:
        """What an input names, if the viewer may do this to it; raises NotFoundError, NotAllowedError."""
        found = await self.load(type_name, key_of(text, type_name))
        if found is None:
            raise NotFoundError
        if not self.may(mutation).covers(found.uuid if type_name == "Contest" else found.contest_id):
            raise NotAllowedError
        return found

    async def acting_in(self, mutation: str, contest: str) -> UUID:
        """The same of a contest, of which the key is enough."""
        found: UUID = (await self.acting_on(mutation, "Contest", contest)).uuid
        return found

    @asynccontextmanager
    async def changing(self, contest_id: UUID) -> AsyncIterator[Connection]:
        """A transaction in which the contest is locked and gets its next version."""
        async with self.pool.acquire() as connection, connection.transaction():
            await advance_version(connection, contest_id)
            yield connection

    async def load(self, name: str, key: object) -> Any:
        """One of many: reads that are asked for at the same time are answered by one statement. None for no key."""
        if key is None:
            return None
        if name not in VERSIONED:
            self.follows, self._strayed = None, True
        batch = self._batches.get(name)
        if batch is None:
            # Nothing is kept: on a websocket one context serves many operations.
            batch = self._batches[name] = DataLoader(partial(self._read, name), cache=False)
        return await batch.load(key)

    async def _read(self, name: str, keys: list[Any]) -> list[Any]:
        unique = list(dict.fromkeys(keys))
        found = dict(zip(unique, await self.resources.loaders[name](self, unique), strict=True))
        return [found[key] for key in keys]

    async def still_signed_in(self, *, fresh: bool = True) -> None:
        """For what lasts: asks whether the session still holds, and takes over what it may do now.

        `fresh` asks PostgreSQL in any case; raises SessionEndedError.
        """
        if self.token is not None:
            viewer = await self.resources.sessions.viewer(self.token, fresh=fresh)
            if viewer is None:
                raise SessionEndedError
            self.viewer = viewer

    async def send_jobs(self) -> None:
        """Tells the scorer of what has been committed; call it after the transaction."""
        await send_waiting(self.resources.pool, self.resources.redis)

    def follow(self, info: "Info", contest_id: UUID, version: int) -> None:
        """The answer holds as long as the contest has this version, if nothing else was asked for beside it."""
        selections = info.operation.selection_set.selections
        if len(selections) == 1 and isinstance(selections[0], FieldNode) and not self._strayed:
            self.follows = contest_id, version


class Info(StrawberryInfo[Context, None]):
    """The resolver's view of the operation."""

    def asks_for(self, name: str) -> bool:
        """Whether a field of this name can occur in the operation: never wrongly no."""
        document = self.operation.loc
        return document is None or name in document.source.body


Executor = Connection | Pool
