"""What was changed of a run's inputs behind the application's back, named as people name it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from redis.asyncio import Redis

from services.scorer.context import Scorer
from services.scorer.rereading import store
from services.scorer.rereading.compare import ChangedFact, Fault
from services.scorer.rereading.reread import Read, kept_original, reread
from services.scorer.scoring_runs.store import find_run
from services.scorer.uploads.children import ParserPool
from services.scorer.workspace import Workspace
from services.shared.database.pool import Pool
from services.shared.personal_data import open_vault
from services.shared.settings import Settings
from services.shared.storage import open_files

MOST = 20


@dataclass(frozen=True, slots=True)
class ChangedInput:
    """One row. `table` is that of the database; `file`, `sheet`, `line` where it comes from, if from a file."""

    table: str
    fault: Fault
    contestant: str | None  # number
    file: str | None = None
    sheet: str = ""
    line: int = 0
    column: str = ""
    stored: str = ""
    expected: str = ""


async def find_changes(pool: Pool, run_id: UUID, read: Read, *, recorded: bool = True) -> list[ChangedInput]:
    """The first of them; files that are not there to be compared with come last. `recorded`: the record of who did what
    is there, to compare penalties and marks with."""
    facts = [changed async for changed in reread(pool, run_id, read)]
    facts.sort(key=lambda one: one.fault is Fault.ABSENT)
    async with pool.acquire() as connection:
        run = await find_run(connection, run_id)
        decided = await store.unrecorded(connection, run.extent) if run and recorded else []
        people = {
            who for who in (*(one.contestant_id for one in facts), *(one.contestant_id for one in decided)) if who
        }
        names = await store.names_of(connection, list(people), list({one.upload_id for one in facts}))
    people_first = [_decided(one, names) for one in decided]
    return [*people_first, *(_fact(one, names) for one in facts)][:MOST]


def _decided(one: store.Unrecorded, names: dict[UUID, str]) -> ChangedInput:
    fault = Fault.REMOVED if one.stored is None else Fault.CHANGED if one.recorded else Fault.ADDED
    whose = names.get(one.contestant_id) if one.contestant_id else None
    return ChangedInput(one.table_name, fault, whose, stored=one.stored or "", expected=one.recorded or "")


def _fact(one: ChangedFact, names: dict[UUID, str]) -> ChangedInput:
    table = one.source.lower() if one.source else "uploads"
    whose = names.get(one.contestant_id, str(one.contestant_id)) if one.contestant_id else None
    place = names.get(one.upload_id, str(one.upload_id)), one.sheet, one.line
    return ChangedInput(table, one.fault, whose, *place, one.column, one.stored, one.in_file)


@asynccontextmanager
async def originals(settings: Settings, pool: Pool) -> AsyncIterator[Read]:
    """Reads the originals that this installation keeps."""
    async with a_scorer(settings, pool) as scorer:
        yield partial(kept_original, scorer)


@asynccontextmanager
async def a_scorer(settings: Settings, pool: Pool) -> AsyncIterator[Scorer]:
    """For a command on the server that reads files as a job does."""
    async with ParserPool(1) as parsers:
        with TemporaryDirectory(prefix="livecup-originals-") as folder:
            work, redis = Workspace(Path(folder)), Redis()  # what is only read tells nobody: it never connects
            try:
                opened = open_files(settings), open_vault(settings)
                yield Scorer(settings, pool, redis, *opened, parsers, work)
            finally:
                work.close()
                await redis.aclose()
