"""归档: everything of a contest that an auditor needs later, in one zip that is read without this program.

README.md                    what is where and how it is checked, in words
rules/ROUND-vN.toml          every version of the rules; …zh-CN.md, ….en.md: as prose
tables/….csv                 everything that is not a file of its own (`store.TABLES`)
comparisons/ROUND-A-B-N.csv  for whom two runs differ
publications/N/              the snapshot, its signature and its documents
runs/ROUND-N.zip             every run that was adopted or published, as a bundle (`bundles/bundle.py`)
uploads/DIGEST.csv           what each file that counted in one of them says, as it is digested
originals/SHA256             the files themselves, locked, where that was asked for
audit.jsonl                  the sealed record of the contest, with the head of its chain
formulas.md                  how each number is computed
index.json, SHA256SUMS …     `archive.py`
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from services.scorer.archives import store
from services.scorer.archives.archive import Archive
from services.scorer.archives.record import add_record
from services.scorer.bundles.bundle import ORIGINALS, TEXTS
from services.scorer.bundles.originals import Locking, originals
from services.scorer.bundles.texts import texts
from services.scorer.bundles.write_bundle import Taking, put_bundle
from services.scorer.context import Scorer
from services.scorer.rereading.reread import kept_original
from services.scorer.scoring_runs.store import find_run
from services.shared.archives.format import FORMAT
from services.shared.database.pool import Connection
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
        await self._told(min(self._done, self.total), self.total)


async def write_archive(
    scorer: Scorer, contest_id: UUID, path: Path, told: Told, locking: Locking | None = None
) -> None:
    """Writes it from one snapshot of the database, with the files as they came if `locking`. Raises
    ChangedResultError."""
    async with scorer.pool.acquire() as connection:
        key = await signing_key(connection, scorer.vault)
        with closing(Archive(path)) as archive:
            archive.add(README, Path(__file__).with_name("guide.md").read_bytes())
            archive.add("formulas.md", FORMULAS.read_bytes())
            async with connection.transaction(isolation="repeatable_read", readonly=True), scorer.work.place() as place:
                contest = _Contest(scorer, connection, contest_id, archive, _Parts(told))
                head = await contest.write(place, Taking(scorer.vault, key), locking)
            archive.sign(head, key)


@dataclass(frozen=True, slots=True)
class _Contest:
    """A contest on its way into an archive."""

    scorer: Scorer
    connection: Connection
    id: UUID
    archive: Archive
    parts: _Parts

    async def write(self, place: Path, taking: Taking, locking: Locking | None) -> dict[str, Any]:
        """Everything but what proves it; answers what its index says."""
        runs = await store.list_runs(self.connection, self.id)
        revisions = await store.list_publications(self.connection, self.id)
        self.parts.total = len(runs) + len(revisions) + await store.count_files(self.connection, self.id) + 2
        await self.add_rules()
        await self.add_tables()
        for row in revisions:
            await self.add_publication(row["id"], row["revision"])
        for run in runs:
            await put_bundle(self.connection, run["id"], place, taking)
            self.archive.add_file(f"runs/{run['round']}-{run['number']}.zip", place, packed=True)
            await self.parts.done()
        await self.add_files([run["id"] for run in runs], locking)
        with self.archive.opened("audit.jsonl") as out:
            reached = await add_record(self.connection, self.id, out)
        await self.parts.done()
        said = await store.find_head(self.connection, self.id)
        return {"format": FORMAT, **dict(said), "audit_head": str(reached)}

    async def add_rules(self) -> None:
        for row in await store.list_rules(self.connection, self.id):
            place = f"rules/{row['round']}-v{row['version']}"
            self.archive.add(f"{place}.toml", row["document"].encode())
            try:
                rules = parse_rules(row["document"])
            except InvalidRules:  # they were valid once, and no run can go by them now
                continue
            for language in Language:
                self.archive.add(f"{place}.{language.value.lower()}.md", prose(rules, language).encode())

    async def add_tables(self) -> None:
        for name, query in store.TABLES.items():
            with self.archive.opened(f"tables/{name}.csv") as out:
                await store.write_table(self.connection, query, self.id, out)
        for one in await store.list_comparisons(self.connection, self.id):
            with self.archive.opened(f"comparisons/{one['round']}-{one['base']}-{one['other']}.csv") as out:
                await store.write_table(self.connection, store.COMPARISON_ROWS, one["id"], out)
        await self.parts.done()

    async def add_publication(self, publication_id: UUID, revision: int) -> None:
        place = f"publications/{revision}"
        signed = await store.find_signed(self.connection, publication_id)
        self.archive.add(f"{place}/snapshot.json", signed["canonical"])
        self.archive.add(f"{place}/snapshot.sig", signed["signature"])
        for made in await store.list_renditions(self.connection, publication_id):
            content = await store.read_rendition(self.connection, publication_id, made["language"], made["format"])
            self.archive.add(f"{place}/{made['language'].lower()}.{made['format'].lower()}", content)
        await self.parts.done()

    async def add_files(self, runs: Sequence[UUID], locking: Locking | None) -> None:
        """What the files say that counted in one of these runs, and the files as they came; each once."""
        said, there = set[str](), set[str]()
        for run_id in runs:
            run = await find_run(self.connection, run_id)
            assert run is not None  # noqa: S101  it is in the archive
            async for digest, pieces in texts(self.connection, run.extent, partial(kept_original, self.scorer), said):
                self.add_pieces(f"{TEXTS}{digest}.csv", pieces)
                await self.parts.done()
            if locking is not None:
                async for sha256, pieces in originals(self.connection, run.extent, locking, there):
                    self.add_pieces(f"{ORIGINALS}{sha256}", pieces, packed=True)

    def add_pieces(self, name: str, pieces: Iterator[bytes], *, packed: bool = False) -> None:
        with self.archive.opened(name, packed=packed) as out:
            for piece in pieces:
                out.write(piece)
