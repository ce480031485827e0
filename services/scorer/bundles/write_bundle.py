"""Takes a scoring run out of the database, for whoever wants to compute it again elsewhere.

Who was erased since stands in it under a mark. That the marked result is the one that was published cannot be computed
without the handle, which is not ours to hand out: the installation has computed it, and says so under its signature.
"""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from services.scorer.bundles import store
from services.scorer.bundles.bundle import (
    HEAD,
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
    """What it takes to take a run out; without `read` the texts of its files stay out."""

    vault: Vault
    key: SigningKey
    read: Read | None = None


async def write_bundle(pool: Pool, run_id: UUID, path: Path, vault: Vault, read: Read | None = None) -> Head:
    """Writes it from one snapshot. Raises NotScoredError and ChangedResultError."""
    async with pool.acquire() as connection:
        taking = Taking(vault, await signing_key(connection, vault), read)
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
        if taking.read is not None:
            async for digest, pieces in texts(connection, run.extent, taking.read):
                with bundle.open(member(f"{TEXTS}{digest}.csv"), "w", force_zip64=True) as out:
                    for piece in pieces:
                        out.write(piece)
    return head


async def _computed(connection: Connection, run_id: UUID, vault: Vault) -> tuple[Run, bytes | None, Sequence[UUID]]:
    """The run, its result file, none where that is not the stored one, and who is in it."""
    run, result = await recompute(connection, run_id, vault)
    everybody = sorted(one.contestant_id for one in result.scored)
    return run, result.file if result.digest == run.digest else None, everybody
