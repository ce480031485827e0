"""Checks a bundle on any machine: its rows go into an empty database of our own that lasts as long as the check.

There the run is computed again by the very code that computed it; its bytes are those of `result.txt`, or they are not.
"""

import hashlib
import tempfile
import zipfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import asyncpg

from services.scorer.bundles import store
from services.scorer.bundles.bundle import (
    HEAD,
    PUBLIC_KEY,
    RESULT,
    RULES,
    SIGNATURE,
    TABLES,
    TEXTS,
    BrokenBundleError,
    Head,
    read_head,
)
from services.scorer.bundles.exports import found_below, reading
from services.scorer.rereading.compare import Fault
from services.scorer.rereading.find_changes import ChangedInput, find_changes
from services.scorer.scoring_runs.verify import NotScoredError, Verdict, verify
from services.scorer.uploads.children import ParserPool
from services.shared.archives.format import read_pem
from services.shared.database.embedded import EmbeddedServers
from services.shared.database.migrate import migrate
from services.shared.database.pool import Connection, Pool, connect, open_pool
from services.shared.publications.signature import is_signed


@dataclass(frozen=True, slots=True)
class BundleVerdict:
    """What was found; `broken` names the part of the bundle that is not what the rest says, the first of them."""

    head: Head
    verdict: Verdict
    broken: str | None
    public_key: str  # hexadecimal
    changes: Sequence[ChangedInput] = ()  # where there were files to compare with

    @property
    def holds(self) -> bool:
        verdict, changed = self.verdict, any(one.fault is not Fault.ABSENT for one in self.changes)
        computed = verdict.computed_digest == self.head.told_digest and verdict.stored_digest == self.head.digest
        return computed and verdict.first_difference is None and self.broken is None and not changed


async def verify_bundle(path: Path, exports: Path | None = None, database_url: str | None = None) -> BundleVerdict:
    """Compares with the files in the folder `exports` too. Raises BrokenBundleError.

    `database_url` is an empty database for this alone; without it we make one.
    """
    async with opened(path, database_url) as (bundle, pool):
        head = read_head(_part(bundle, HEAD))
        try:
            verdict = await verify(pool, head.run_id, in_order=head.marked_digest is None)
        except NotScoredError:
            raise BrokenBundleError(f"{TABLES}scoring_runs.csv") from None
        changes = await _compared(pool, head, exports) if exports is not None else ()
        key = read_pem(_part(bundle, PUBLIC_KEY)) or b""
        return BundleVerdict(head, verdict, _broken(bundle, head, verdict, key), key.hex(), changes)


async def _compared(pool: Pool, head: Head, exports: Path) -> Sequence[ChangedInput]:
    async with ParserPool(1) as parsers:
        with found_below(exports) as places:
            return await find_changes(pool, head.run_id, reading(places, pool, parsers), recorded=False)


def _broken(bundle: zipfile.ZipFile, head: Head, verdict: Verdict, key: bytes) -> str | None:
    """The parts that say a second time what stands in the tables."""
    result, rules = _part(bundle, RESULT), _part(bundle, RULES)
    if hashlib.sha256(result).hexdigest() != verdict.computed_digest:
        return RESULT
    if f"rules {hashlib.sha256(rules).hexdigest()}\n".encode() not in result:
        return RULES
    if head.told_digest != verdict.computed_digest or head.digest != verdict.stored_digest:
        return HEAD
    if not is_signed(_part(bundle, HEAD), _part(bundle, SIGNATURE), key):
        return SIGNATURE
    told = (name for name in bundle.namelist() if name.startswith(TEXTS))
    return next((name for name in told if not _told(bundle, name, result)), None)


def _told(bundle: zipfile.ZipFile, name: str, result: bytes) -> bool:
    """Whether the result was made from a file that says this."""
    digest = name.removeprefix(TEXTS).removesuffix(".csv")
    hashed = hashlib.sha256()
    try:
        with bundle.open(name) as file:
            while piece := file.read(1 << 20):
                hashed.update(piece)
    except zipfile.BadZipFile:
        return False
    return hashed.hexdigest() == digest and f"upload {digest}\n".encode() in result


@asynccontextmanager
async def opened(path: Path, database_url: str | None = None) -> AsyncIterator[tuple[zipfile.ZipFile, Pool]]:
    """A bundle with a database that holds its rows and nothing else. Raises BrokenBundleError."""
    try:
        bundle = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile):
        raise BrokenBundleError(path.name) from None
    with bundle, nullcontext(database_url) if database_url else _a_database() as url:
        await _load(bundle, url)
        pool = await open_pool(url)
        try:
            yield bundle, pool
        finally:
            await pool.close()


@contextmanager
def _a_database() -> Iterator[str]:
    folder = tempfile.TemporaryDirectory(prefix="livecup-bundle-")
    with folder as name, EmbeddedServers(Path(name), durable=False) as servers:
        yield servers.owner_database_url


async def _load(bundle: zipfile.ZipFile, url: str) -> None:
    connection = await connect(url)
    try:
        await migrate(connection)
        for name in bundle.namelist():
            if name.startswith(TABLES):
                await _load_table(connection, bundle, name)
    finally:
        await connection.close()


async def _load_table(connection: Connection, bundle: zipfile.ZipFile, name: str) -> None:
    table = name.removeprefix(TABLES).removesuffix(".csv")
    with bundle.open(name) as rows:
        columns = rows.readline().decode().rstrip("\r\n").split(",")
    try:
        with bundle.open(name) as rows:
            await store.read_csv(connection, table, columns, _pieces(rows))
    except (asyncpg.PostgresError, zipfile.BadZipFile):
        raise BrokenBundleError(name) from None


def _part(bundle: zipfile.ZipFile, name: str) -> bytes:
    try:
        return bundle.read(name)
    except (KeyError, zipfile.BadZipFile):
        raise BrokenBundleError(name) from None


async def _pieces(rows: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := rows.read(1 << 20):
        yield piece
