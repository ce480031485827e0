"""Takes a scoring run out of the database, for whoever wants to compute it again elsewhere.

Who was erased since stands in it under a mark. That the marked result is the one that was published cannot be computed
without the handle, which is not ours to hand out: the installation has computed it, and says so under its signature.
"""

import zipfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from services.scorer.bundles import store
from services.scorer.bundles.bundle import (
    HEAD,
    ORIGINALS,
    PUBLIC_KEY,
    README,
    RESULT,
    RULES,
    SIGNATURE,
    TABLES,
    TEXTS,
    Head,
    member,
)
from services.scorer.bundles.originals import Locking, originals
from services.scorer.bundles.texts import texts
from services.scorer.rereading.reread import Read
from services.scorer.scoring_runs.store import Run
from services.scorer.scoring_runs.verify import recompute
from services.shared.archives.format import pem_of
from services.shared.database.pool import Connection, Pool
from services.shared.personal_data import Vault
from services.shared.publications.signature import SigningKey
from services.shared.publications.store import signing_key


class ChangedResultError(Exception):
    """What was stored of the run is not what its facts give: that is to be cleared up before anything is taken out."""

    def __init__(self, head: Head) -> None:
        super().__init__(head.run_id)
        self.round, self.run = head.round, head.run


@dataclass(frozen=True, slots=True)
class Taking:
    """What it takes to take a run out; without `read` the texts of its files stay out, without `locking` the files."""

    vault: Vault
    key: SigningKey
    read: Read | None = None
    locking: Locking | None = None


async def write_bundle(  # noqa: PLR0917  of what, where to, and with what
    pool: Pool, run_id: UUID, path: Path, vault: Vault, read: Read | None = None, locking: Locking | None = None
) -> Head:
    """Writes it from one snapshot. Raises NotScoredError and ChangedResultError."""
    async with pool.acquire() as connection:
        taking = Taking(vault, await signing_key(connection, vault), read, locking)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await put_bundle(connection, run_id, path, taking)


async def put_bundle(connection: Connection, run_id: UUID, path: Path, taking: Taking) -> Head:
    """The same within a snapshot of the caller's."""
    run, file, everybody = await _computed(connection, run_id, taking.vault)
    head = await store.find_head(connection, run_id)
    if file is None:
        raise ChangedResultError(head)
    erased = await store.list_erased(connection, run, everybody)
    if erased:
        _, marked = await recompute(connection, run_id)
        file, head = marked.file, replace(head, marked_digest=marked.digest, erased=tuple(erased))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(member(HEAD), head.as_json())
        bundle.writestr(member(SIGNATURE), taking.key.sign(head.as_json()))
        bundle.writestr(member(PUBLIC_KEY), pem_of(taking.key.public))
        bundle.writestr(member(README), Path(__file__).with_name(README).read_bytes())
        bundle.writestr(member(RESULT), file)
        bundle.writestr(member(RULES), run.rules_document.encode())
        for name, table in store.tables(run, everybody).items():
            with bundle.open(member(f"{TABLES}{name}.csv"), "w", force_zip64=True) as out:
                await store.write_csv(connection, table, out)
        async for name, pieces in _files(connection, run, taking):
            with bundle.open(member(name), "w", force_zip64=True) as out:
                for piece in pieces:
                    out.write(piece)
    return head


async def _files(connection: Connection, run: Run, taking: Taking) -> AsyncIterator[tuple[str, Iterator[bytes]]]:
    """What the files of the run say, and the files themselves, as far as wanted."""
    if taking.read is not None:
        async for digest, pieces in texts(connection, run.extent, taking.read):
            yield f"{TEXTS}{digest}.csv", pieces
    if taking.locking is not None:
        async for sha256, pieces in originals(connection, run.extent, taking.locking):
            yield f"{ORIGINALS}{sha256}", pieces


async def _computed(connection: Connection, run_id: UUID, vault: Vault) -> tuple[Run, bytes | None, Sequence[UUID]]:
    """The run, its result file, none where that is not the stored one, and who is in it."""
    run, result = await recompute(connection, run_id, vault)
    everybody = sorted(one.contestant_id for one in result.scored)
    return run, result.file if result.digest == run.digest else None, everybody
