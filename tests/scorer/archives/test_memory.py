"""What an archive takes of memory does not grow with what it holds."""

import tracemalloc
import zipfile
from pathlib import Path
from uuid import UUID

from services.scorer.archives.write_archive import write_archive
from services.scorer.context import Scorer
from services.shared.database.pool import Pool
from services.shared.storage import FileStore
from tests.scorer.archives.test_archive import a_contest_with_results

_MIB = 2**20
_DAYS = """insert into account_days
    (contestant_id, day, measure, upload_id, from_sequence, exported_at, value, sheet, line)
select c.id, '2000-01-01'::date + n, 'FOLLOWERS', u.id, 1, u.exported_at, n, '', n
from contestants c, uploads u, generate_series($2::int, $3::int) n where c.contest_id = $1 and u.contest_id = $1"""
_PROBLEMS = """insert into upload_problems (upload_id, position, severity, code, parameters)
select u.id, n, 'WARNING', 'VALUE_MISSING', jsonb_build_object('value', repeat('x', 200))
from uploads u, generate_series($2::int, $3::int) n where u.contest_id = $1"""
_ENTRIES = """with made as (
    insert into audit_entries (id, contest_id, login, address, action, subject_type, changes, reason)
    select gen_random_uuid(), $1, 'x', '', 'SIGN_IN', 'User', '{}', repeat('x', 200)
    from generate_series($2::int, $3::int) returning id
)
insert into audit_seals (position, entry_id, digest)
select $2 + row_number() over (), id, sha256(id::text::bytea) from made"""


async def grow(database: Pool, contest_id: UUID, first: int, last: int) -> None:
    """Rows that the rules do not ask for, and entries of the record."""
    for statement in (_DAYS, _PROBLEMS, _ENTRIES):
        await database.execute(statement, contest_id, first, last)


async def peak_of(scorer: Scorer, contest_id: UUID, path: Path) -> tuple[int, int]:
    """The most that was held while an archive was written, and how large what it holds is."""

    async def told(_: int, __: int) -> None:
        return

    tracemalloc.start()
    try:
        await write_archive(scorer, contest_id, path, told)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(one.file_size for one in archive.infolist())
        for name in archive.namelist():
            if name.startswith("runs/"):
                with archive.open(name) as file, zipfile.ZipFile(file) as bundle:
                    unpacked += sum(one.file_size for one in bundle.infolist())
    return peak, unpacked


async def test_an_archive_takes_no_more_memory_for_a_larger_contest(
    scorer: Scorer, database: Pool, files: FileStore, tmp_path: Path
) -> None:
    contest = await a_contest_with_results(scorer, database, files)
    await grow(database, contest.id, 1, 2_000)
    small, little = await peak_of(scorer, contest.id, tmp_path / "small.zip")
    await grow(database, contest.id, 2_001, 40_000)
    large, much = await peak_of(scorer, contest.id, tmp_path / "large.zip")
    assert much - little > 30 * _MIB
    assert large - small < 4 * _MIB
