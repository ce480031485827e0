"""归档: everything of a contest that an auditor needs later, in one zip that is read without this program.

README.md                    what is where and how it is checked, in words
rules/ROUND-vN.toml          every version of the rules; …zh-CN.md, ….en.md: as prose
tables/….csv                 everything that is not a file of its own (`store.TABLES`)
comparisons/ROUND-A-B-N.csv  for whom two runs differ
publications/N/              the snapshot, its signature and its documents
runs/ROUND-N.zip             every run that was adopted or published, as a bundle (`bundles/bundle.py`)
audit.jsonl                  the sealed record of the contest, with the head of its chain
formulas.md                  how each number is computed
index.json, SHA256SUMS …     `archive.py`
"""

import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from services.scorer.archives import store
from services.scorer.archives.archive import Archive
from services.scorer.archives.record import add_record
from services.scorer.bundles.write_bundle import put_bundle
from services.scorer.context import Scorer
from services.shared.archives.format import FORMAT
from services.shared.database.pool import Connection
from services.shared.personal_data import Vault
from services.shared.publications.store import signing_key
from services.shared.rules.check import InvalidRules, parse_rules
from services.shared.rules.prose import prose
from services.shared.words import Language

Told = Callable[[int, int], Awaitable[None]]
"""Hears how many parts are written, of how many."""

FORMULAS = Path(__file__).parents[3] / "docs" / "rules.md"
README = "README.md"


class _Parts:
    """Counts what is written."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._done, self.total = 0, 0

    async def done(self) -> None:
        self._done += 1
        await self._told(self._done, self.total)


async def write_archive(scorer: Scorer, contest_id: UUID, path: Path, told: Told) -> None:
    """Writes it from one snapshot of the database. Raises ChangedResultError."""
    async with scorer.pool.acquire() as connection:
        key = await signing_key(connection, scorer.vault)
        archive = Archive(path)
        archive.add(README, Path(__file__).with_name("guide.md").read_bytes())
        archive.add("formulas.md", FORMULAS.read_bytes())
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            with tempfile.TemporaryDirectory(dir=path.parent) as folder:
                head = await _write(connection, contest_id, archive, scorer.vault, Path(folder), _Parts(told))
        archive.sign(head, key)
        archive.close()


async def _write(  # noqa: PLR0917  where from, where to, and what for
    connection: Connection, contest_id: UUID, archive: Archive, vault: Vault, folder: Path, parts: _Parts
) -> dict[str, Any]:
    runs = await store.list_runs(connection, contest_id)
    revisions = await store.list_publications(connection, contest_id)
    parts.total = len(runs) + len(revisions) + 2
    await _add_rules(connection, contest_id, archive)
    for name, query in store.TABLES.items():
        with archive.opened(f"tables/{name}.csv") as out:
            await store.write_table(connection, query, contest_id, out)
    for one in await store.list_comparisons(connection, contest_id):
        with archive.opened(f"comparisons/{one['round']}-{one['base']}-{one['other']}.csv") as out:
            await store.write_table(connection, store.COMPARISON_ROWS, one["id"], out)
    await parts.done()
    for row in revisions:
        await _add_publication(connection, row["id"], row["revision"], archive)
        await parts.done()
    for run in runs:
        bundle = folder / f"{run['id']}.zip"
        await put_bundle(connection, run["id"], bundle, vault)
        archive.add_file(f"runs/{run['round']}-{run['number']}.zip", bundle, packed=True)
        bundle.unlink()
        await parts.done()
    with archive.opened("audit.jsonl") as out:
        reached = await add_record(connection, contest_id, out)
    await parts.done()
    said = await store.find_head(connection, contest_id)
    return {"format": FORMAT, **dict(said), "audit_head": str(reached)}


async def _add_rules(connection: Connection, contest_id: UUID, archive: Archive) -> None:
    for row in await store.list_rules(connection, contest_id):
        place = f"rules/{row['round']}-v{row['version']}"
        archive.add(f"{place}.toml", row["document"].encode())
        try:
            rules = parse_rules(row["document"])
        except InvalidRules:  # they were valid once, and no run can go by them now
            continue
        for language in Language:
            archive.add(f"{place}.{language.value.lower()}.md", prose(rules, language).encode())


async def _add_publication(connection: Connection, publication_id: UUID, revision: int, archive: Archive) -> None:
    place = f"publications/{revision}"
    signed = await store.find_signed(connection, publication_id)
    archive.add(f"{place}/snapshot.json", signed["canonical"])
    archive.add(f"{place}/snapshot.sig", signed["signature"])
    for made in await store.list_renditions(connection, publication_id):
        content = await store.read_rendition(connection, publication_id, made["language"], made["format"])
        archive.add(f"{place}/{made['language'].lower()}.{made['format'].lower()}", content)
