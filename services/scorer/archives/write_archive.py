"""归档: everything of a contest that an auditor needs later, in one zip that is read without this program.

目录.md                       what is where and how it is checked, in words
index.json                   every other file with its size and SHA-256
rules/ROUND-vN.toml          every version of the rules
runs/ROUND-N.zip             every run that was adopted or published, as a bundle (`bundles/bundle.py`)
publications/N/              the snapshot, its signature and public key, and its documents
tables/….csv                 runs, adoptions, publications, penalties, appeals, comparisons, notices, files
audit.jsonl                  the sealed record of who did what, with the head of its chain
formulas.md                  how each number is computed
"""

import hashlib
import tempfile
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from services.scorer.archives import store
from services.scorer.audit.verify import snapshot
from services.scorer.bundles.bundle import member
from services.scorer.bundles.store import write_csv
from services.scorer.bundles.write_bundle import write_bundle
from services.shared.audit.actions import Action
from services.shared.audit.chain import Head
from services.shared.audit.export import entry_line, head_line
from services.shared.audit.store import Actor, Entry, record
from services.shared.database.pool import Pool
from services.shared.personal_data import Vault

FORMULAS = Path(__file__).parents[3] / "docs" / "rules.md"
GUIDE = "目录.md"
_ACTOR = Actor(None, "livecup archive")


class Archive:
    """A zip that keeps its own index."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self.index: list[dict[str, Any]] = []

    def add(self, name: str, content: bytes) -> None:
        self._zip.writestr(member(name), content)
        digest = hashlib.sha256(content).hexdigest()
        self.index.append({"path": name, "size": len(content), "sha256": digest})

    def add_file(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self._zip.write(path, name)
        self.index.append({"path": name, "size": path.stat().st_size, "sha256": digest})

    def close(self) -> None:
        index = orjson.dumps(self.index, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        self._zip.writestr(member("index.json"), index)
        self._zip.close()


async def write_archive(pool: Pool, contest_id: UUID, path: Path, vault: Vault) -> str:
    """Writes the archive, puts its SHA-256 on record and answers it. Raises ChangedResultError."""
    archive = Archive(path)
    archive.add(GUIDE, Path(__file__).with_name("guide.md").read_bytes())
    archive.add("formulas.md", FORMULAS.read_bytes())
    with tempfile.TemporaryDirectory(prefix="livecup-archive-") as folder:
        await _add_contest(pool, contest_id, archive, vault, Path(folder))
        await _add_record(pool, archive, Path(folder) / "audit.jsonl")
    archive.close()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    async with pool.acquire() as connection, connection.transaction():
        entry = Entry(Action.ARCHIVE_CONTEST, "Contest", contest_id, contest_id, reason=f"SHA-256 {digest}")
        await record(connection, _ACTOR, entry)
    return digest


async def _add_contest(pool: Pool, contest_id: UUID, archive: Archive, vault: Vault, folder: Path) -> None:
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        for row in await store.list_rules(connection, contest_id):
            archive.add(f"rules/{row['round']}-v{row['version']}.toml", row["document"].encode())
        for row in await store.list_publications(connection, contest_id):
            place = f"publications/{row['revision']}"
            archive.add(f"{place}/snapshot.json", row["canonical"])
            archive.add(f"{place}/signature.bin", row["signature"])
            archive.add(f"{place}/public-key.bin", row["public_key"])
            for made in await store.list_renditions(connection, row["id"]):
                archive.add(f"{place}/{made['language'].lower()}.{made['format'].lower()}", made["content"])
        for name, query in store.TABLES.items():
            with (folder / name).open("wb") as out:
                await write_csv(connection, (query, (contest_id,)), out)
            archive.add_file(f"tables/{name}.csv", folder / name)
        runs = await store.list_runs(connection, contest_id)
    for run in runs:
        bundle = folder / f"{run['id']}.zip"
        await write_bundle(pool, run["id"], bundle, vault)
        archive.add_file(f"runs/{run['round']}-{run['number']}.zip", bundle)


async def _add_record(pool: Pool, archive: Archive, path: Path) -> None:
    reached = Head()
    with path.open("wb") as out:
        async with snapshot(pool) as chain:
            async for sealed in chain:
                if sealed.entry is not None:
                    out.write(entry_line(sealed))
                reached = Head(sealed.position, sealed.digest)
        out.write(head_line(reached))
    archive.add_file("audit.jsonl", path)
