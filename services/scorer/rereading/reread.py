"""Reads the files of a run once more and names the rows that are not as their files say.

A result that does not hold shows that something was changed; this shows what: file, sheet, line and column.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

from services.scorer.context import Scorer
from services.scorer.rereading import store
from services.scorer.rereading.compare import ChangedFact, Fault, Told, compare, left_out
from services.scorer.rereading.store import CountedFile
from services.scorer.scoring_runs.store import find_run
from services.scorer.uploads.parse import ParsedFile
from services.scorer.uploads.read import find_accounts, judge, parse
from services.scorer.uploads.windows import Times
from services.shared.database.pool import Connection, Pool
from services.shared.file_vocabulary import Source

Read = Callable[[CountedFile], Awaitable[ParsedFile | None]]
"""Gives what a file says; None where it is not there."""

_NO_TIMES = Times([], [])  # what lies outside a round's times is of no interest here


async def reread(pool: Pool, run_id: UUID, read: Read) -> AsyncIterator[ChangedFact]:
    """What differs: rows that no file has brought, then file by file."""
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        run = await find_run(connection, run_id)
        if run is None:
            return
        for invented in await store.unheard_of(connection, run.extent):
            yield invented
        for file in await store.list_files(connection, run.extent):
            async for changed in _compare(pool, connection, run.extent.sequence, file, await read(file)):
                yield changed


async def _compare(
    pool: Pool, connection: Connection, sequence: int, file: CountedFile, parsed: ParsedFile | None
) -> AsyncIterator[ChangedFact]:
    if parsed is None:
        yield ChangedFact(Fault.ABSENT, file.upload.id)
        return
    if parsed.frame is None or parsed.source is None or parsed.content_digest != file.content_digest:
        yield ChangedFact(Fault.UNREADABLE, file.upload.id)
        return
    accounts = await find_accounts(pool, [(file.upload, parsed)])
    owned = judge(file.upload, parsed, accounts, _NO_TIMES).owned
    told = Told(file.upload.id, parsed.source, parsed.frame, owned.frame if owned else None)
    stored = await store.stored_rows(connection, told.source, told.upload_id, sequence)
    for changed in compare(told, stored):
        yield changed
    expected = await store.spoken_of(connection, told.upload_id, sequence)
    for changed in await _missing(connection, sequence, told, list(left_out(told, stored, expected))):
        yield changed


async def _missing(connection: Connection, sequence: int, told: Told, missing: list[ChangedFact]) -> list[ChangedFact]:
    """Without order lines that count by another file: one line counts once in a contest."""
    if not missing or told.source is not Source.ORDERS:
        return missing
    numbers = {(sheet, line): row["order_line"] for (sheet, line, _), row in told.rows().items()}
    lines = [numbers[one.sheet, one.line] for one in missing]
    counted = await store.counted_elsewhere(connection, lines, told.upload_id, sequence)
    return [one for one in missing if numbers[one.sheet, one.line] not in counted]


async def kept_original(scorer: Scorer, file: CountedFile) -> ParsedFile | None:
    """Reads a file where it lies sealed."""
    parsed = await parse(scorer, file.upload)
    return None if any(problem.code == "ORIGINAL_DELETED" for problem in parsed.problems) else parsed
