"""Takes a scoring run out of the database, for whoever wants to compute it again elsewhere."""

import zipfile
from pathlib import Path
from uuid import UUID

from services.scorer.bundles import store
from services.scorer.bundles.bundle import HEAD, README, RESULT, RULES, TABLES, Head, member
from services.scorer.scoring_runs.verify import recompute
from services.shared.database.pool import Connection, Pool
from services.shared.personal_data import Vault


class ChangedResultError(Exception):
    """What was stored of the run is not what its facts give: that is to be cleared up before anything is taken out."""

    def __init__(self, head: Head) -> None:
        super().__init__(head.run_id)
        self.round, self.run = head.round, head.run


async def write_bundle(pool: Pool, run_id: UUID, path: Path, vault: Vault) -> Head:
    """Writes it from one snapshot. Raises NotScoredError and ChangedResultError."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        return await put_bundle(connection, run_id, path, vault)


async def put_bundle(connection: Connection, run_id: UUID, path: Path, vault: Vault) -> Head:
    """The same within a snapshot of the caller's."""
    run, result = await recompute(connection, run_id, vault)
    head = await store.find_head(connection, run_id)
    if result.digest != run.digest:
        raise ChangedResultError(head)
    everybody = sorted(one.contestant_id for one in result.scored)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(member(HEAD), head.as_json())
        bundle.writestr(member(README), Path(__file__).with_name(README).read_bytes())
        bundle.writestr(member(RESULT), result.file)
        bundle.writestr(member(RULES), run.rules_document.encode())
        for name, table in store.tables(run, everybody).items():
            with bundle.open(member(f"{TABLES}{name}.csv"), "w", force_zip64=True) as out:
                await store.write_csv(connection, table, out)
    return head
