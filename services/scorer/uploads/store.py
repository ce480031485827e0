"""Uploads, their facts and their base sums in PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import asyncpg

from services.scorer.uploads.facts import Facts
from services.scorer.uploads.owners import Account
from services.scorer.uploads.upload import Compared, NewMember, Outcome, Upload
from services.scorer.uploads.windows import Times
from services.shared.database.pool import Connection, Pool
from services.shared.database.sql import load
from services.shared.file_vocabulary import Source, UploadKind, UploadState
from services.shared.formats.waiting import Waiting
from services.shared.problems import Problem
from services.shared.storage.originals import Original
from services.shared.vocabulary import ImportPolicy, Platform

queries = load(Path(__file__).with_name("queries.sql"))

_COMPARE = {
    Source.WORKS: queries.compare_works,
    Source.ACCOUNT_DAYS: queries.compare_account_days,
    Source.LIVE_SESSIONS: queries.compare_live_sessions,
    Source.ORDERS: queries.compare_orders,
}
_CLOSE = (
    queries.close_works,
    queries.close_account_days,
    queries.close_live_sessions,
    queries.close_orders,
    queries.close_coverage,
)


def _upload(row: asyncpg.Record) -> Upload:
    fields = dict(row)
    stated, ownerless, policy = map(fields.pop, ("kind_stated", "ownerless_orders", "policy"))
    return Upload(
        **fields,
        kind_stated=stated and UploadKind(stated),
        policy=ImportPolicy(policy),
        ownerless_to_stated=ownerless == "FOLDER_ACCOUNT",
    )


async def begin_reading(pool: Pool, upload_id: UUID) -> Upload | None:
    """Takes up an upload that waits; None when it has been dealt with."""
    row = await pool.fetchrow(queries.begin_reading, upload_id)
    return _upload(row) if row else None


async def find_withdrawable(pool: Pool, upload_id: UUID) -> Upload | None:
    """An upload that counts, or waits for headings."""
    row = await pool.fetchrow(queries.find_upload, upload_id)
    return _upload(row) if row else None


async def find_counted_file(connection: Connection | Pool, upload_id: UUID) -> Upload | None:
    """A file of rows that counts."""
    row = await connection.fetchrow(queries.find_counted_file, upload_id)
    return _upload(row) if row else None


async def unread_members(pool: Pool, archive_id: UUID) -> list[Upload]:
    """The files of an archive still to be dealt with, by name."""
    return [_upload(row) for row in await pool.fetch(queries.unread_members, archive_id)]


async def find_accounts(
    connection: Connection | Pool,
    contest_id: UUID,
    ids: Iterable[UUID],
    handle_keys: Iterable[str],
    uids: Iterable[str],
) -> list[Account]:
    """The accounts of a contest that bear one of these names."""
    rows = await connection.fetch(queries.find_accounts, contest_id, list(ids), list(handle_keys), list(uids))
    return [
        Account(row["id"], row["contestant_id"], Platform(row["platform"]), row["handle_key"], row["uid"])
        for row in rows
    ]


async def contest_times(pool: Pool, contest_id: UUID) -> Times:
    """The times of a contest's rounds."""
    rows = await pool.fetch(queries.contest_times, contest_id)
    windows = [(row["opens_at"], row["closes_at"]) for row in rows]
    return Times(windows, [(row["exported_from"], row["exported_until"]) for row in rows])


async def lock_sequence(connection: Connection, contest_id: UUID) -> int:
    """Locks the contest for this transaction and answers the last sequence number that was taken."""
    sequence: int = await connection.fetchval(queries.lock_sequence, contest_id)
    return sequence


async def advance_contest(connection: Connection, contest_id: UUID, sequence: int) -> None:
    """Sets the last sequence number of the locked contest."""
    await connection.execute(queries.advance_contest, contest_id, sequence)


async def counted_contents(
    connection: Connection, contest_id: UUID, digests: Iterable[str]
) -> dict[tuple[UUID | None, str], dict[datetime, UUID]]:
    """Uploads that already count, by stated account and content, then by the time of their export."""
    found: dict[tuple[UUID | None, str], dict[datetime, UUID]] = {}
    for row in await connection.fetch(queries.counted_contents, contest_id, list(digests)):
        found.setdefault((row["account_id"], row["content_digest"]), {})[row["exported_at"]] = row["id"]
    return found


async def told_before(connection: Connection, contestants: Iterable[UUID], source: Source, sequence: int) -> set[UUID]:
    """Contestants of whom files in force tell for a source, up to a sequence number."""
    rows = await connection.fetch(queries.told_before, list(contestants), source, sequence)
    return {row["contestant_id"] for row in rows}


async def compare(
    connection: Connection, source: Source, contestants: Iterable[UUID], uploads: Iterable[UUID], last: int
) -> dict[UUID, Compared]:
    """For each upload, how the rows of these contestants since `last` relate to what earlier files in force tell."""
    rows = await connection.fetch(_COMPARE[source], list(contestants), list(uploads), last)
    return {row["upload_id"]: Compared(row["added"], row["replaced"]) for row in rows}


async def others_sell(connection: Connection, contest_id: UUID, sellers: Iterable[UUID]) -> bool:
    """Whether one of these contestants can have an order line that counts for another."""
    found: bool = await connection.fetchval(queries.others_sell, contest_id, list(sellers))
    return found


async def lines_of_others(
    connection: Connection, contest_id: UUID, order_lines: Iterable[str], contestants: Iterable[str]
) -> set[tuple[str, str]]:
    """Those pairs of an order line and the contestant who brings it in which the line counts for another already."""
    rows = await connection.fetch(queries.find_lines_of_others, contest_id, list(order_lines), list(contestants))
    return {(row["order_line"], str(row["contestant_id"])) for row in rows}


async def save_coverage(connection: Connection, contest_id: UUID, batch: Iterable[Facts]) -> None:
    """Notes whom uploads speak of."""
    records = []
    for facts in batch:
        measures = facts.measures()
        for contestant_id, rows in facts.contestants.items():
            told = facts.source, facts.exported_at, facts.sequence, rows, measures.get(contestant_id, [])
            records.append((contestant_id, facts.upload_id, contest_id, *told))
    await connection.executemany(queries.add_coverage, records)


async def sum_order_days(connection: Connection, contest_id: UUID, contestants: Iterable[UUID], sequence: int) -> None:
    """Brings the base sums of these contestants' orders up to date, as they are in force from `sequence` on."""
    await connection.execute(queries.sort_in_memory)
    await connection.execute(queries.sum_order_days, contest_id, list(contestants), sequence)


async def accept(connection: Connection, accepted: Iterable[tuple[UUID, Outcome, int, Compared]]) -> None:
    """Marks uploads as counting, each with what it held, from its sequence number on."""
    records = []
    for upload_id, one, sequence, compared in accepted:
        told = one.kind, one.content_digest, sequence, *(one.period or (None, None)), one.rows
        left = one.outside, one.unclaimed, list(one.unknown_columns), one.format_key, one.refused
        records.append((upload_id, *told, *compared, *left))
    await connection.executemany(queries.accept_upload, records)


async def mark_duplicate(connection: Connection, upload_id: UUID, outcome: Outcome, duplicate_of: UUID) -> None:
    """Marks an upload whose content another one already brought."""
    told = outcome.kind, outcome.content_digest, duplicate_of, *(outcome.period or (None, None))
    read = outcome.rows, list(outcome.unknown_columns), outcome.format_key
    await connection.execute(queries.duplicate_upload, upload_id, *told, *read)


async def refuse(connection: Connection, upload_id: UUID, outcome: Outcome) -> None:
    """Marks an upload of which nothing counts."""
    told = outcome.kind, outcome.content_digest, outcome.rows, list(outcome.unknown_columns), outcome.format_key
    await connection.execute(queries.refuse_upload, upload_id, *told)


async def let_wait(connection: Connection, upload_id: UUID, waiting: Waiting) -> None:
    """Marks an upload of which nothing counts until somebody says what its headings mean."""
    await connection.execute(queries.let_wait, upload_id, waiting.unknown, waiting.as_json())


async def settled(connection: Connection, read: Mapping[UUID, int]) -> dict[UUID, UploadState]:
    """The states of those uploads that another job has dealt with; the others keep the format version of each."""
    rows = await connection.fetch(queries.settled, list(read), list(read.values()))
    return {row["id"]: UploadState(row["state"]) for row in rows}


async def fail_upload(connection: Connection, upload_id: UUID, problem: Problem) -> None:
    """Marks an upload, and an archive's unread files, as failed by our own fault."""
    failed = [row["id"] for row in await connection.fetch(queries.fail_upload, upload_id)]
    await save_problems(connection, {failed_id: [problem] for failed_id in failed})


async def save_problems(connection: Connection, problems: Mapping[UUID, Sequence[Problem]]) -> None:
    """Replaces the problems of some uploads."""
    await connection.execute(queries.forget_problems, list(problems))
    records = [
        (upload_id, position, one.severity, one.code, one.parameters, one.sheet, one.line, one.column)
        for upload_id, found in problems.items()
        for position, one in enumerate(found)
    ]
    await connection.executemany(queries.insert_problem, records)


async def claim_lines(
    connection: Connection, upload_id: UUID, compared: Compared, *, unclaimed: int, refused: int
) -> None:
    """Adds to a file's numbers the lines that have found their contestants; the others wait, or are refused."""
    await connection.execute(queries.claim_upload, upload_id, compared.added, compared.replaced, unclaimed, refused)


async def add_members(
    connection: Connection, archive: Upload, members: Sequence[NewMember], owners: Mapping[UUID, UUID | None]
) -> None:
    """Makes an archive's files uploads of their own, each of the account that `owners` says."""
    records = [(m.id, archive.id, m.name, m.size, m.sha256, owners[m.id], m.key_sealed) for m in members]
    await connection.executemany(queries.add_member, records)


async def plan_archive(connection: Connection, archive_id: UUID, total: int, done: int) -> None:
    """Notes how many files an archive holds, and how many of them are dealt with already."""
    await connection.execute(queries.plan_archive, archive_id, total, done)


async def progress_archive(connection: Connection, archive_id: UUID) -> None:
    """Counts the files of an archive that have been dealt with."""
    await connection.execute(queries.progress_archive, archive_id)


async def files_done(pool: Pool, archive_id: UUID) -> tuple[int, int]:
    """How many files of an archive have been dealt with, of how many."""
    ((done, total),) = await pool.fetch(queries.files_done, archive_id)
    return done, total


async def end_archive(connection: Connection, archive_id: UUID) -> None:
    """Marks an archive as dealt with and adds up what its files held."""
    await connection.execute(queries.end_archive, archive_id)
    await sum_archive(connection, archive_id)


async def sum_archive(connection: Connection, archive_id: UUID) -> None:
    """Adds up what an archive's files hold by now."""
    await connection.execute(queries.sum_archive, archive_id)


async def stored_lines(connection: Connection, upload_id: UUID, contestants: Iterable[UUID]) -> list[tuple[str, int]]:
    """Sheet and line of the rows of an upload that these contestants have."""
    rows = await connection.fetch(queries.stored_lines, list(contestants), upload_id)
    return [(row["sheet"], row["line"]) for row in rows]


async def withdraw(connection: Connection, upload_id: UUID, sequence: int) -> list[UUID]:
    """Takes an upload, or an archive's files, out of force from `sequence` on; answers which."""
    return [row["id"] for row in await connection.fetch(queries.withdraw_uploads, upload_id, sequence)]


async def covered(connection: Connection, uploads: Sequence[UUID]) -> list[UUID]:
    """The contestants of whom uploads in force speak."""
    return [row["contestant_id"] for row in await connection.fetch(queries.covered_contestants, uploads)]


async def find_left_out(connection: Connection, contest_id: UUID) -> list[UUID]:
    """Files that count without lines which counted for somebody else."""
    return [row["id"] for row in await connection.fetch(queries.find_left_out, contest_id)]


async def close_facts(connection: Connection, uploads: Sequence[UUID], sequence: int) -> list[UUID]:
    """Ends the force of everything that uploads say; answers the contestants they spoke of."""
    contestants = await covered(connection, uploads)
    for query in _CLOSE:
        await connection.execute(query, contestants, uploads, sequence)
    return contestants


async def keep_people(connection: Connection, upload_id: UUID) -> None:
    """Marks an uploaded roster as read."""
    await connection.execute(queries.keep_people, upload_id)


async def files_to_forget(pool: Pool) -> list[Original]:
    """Uploads whose bytes are needed no longer."""
    return [Original(**row) for row in await pool.fetch(queries.files_to_forget)]


async def arrivals(pool: Pool, uploads: Iterable[UUID]) -> dict[UUID, bool]:
    """Those of some uploads whose bytes are to be kept, with whether all of them have come."""
    return {row["id"]: row["complete"] for row in await pool.fetch(queries.arrivals, list(uploads))}


async def bytes_gone(pool: Pool, upload_id: UUID) -> None:
    """Keeps that the bytes of an upload have been deleted."""
    await pool.execute(queries.bytes_gone, upload_id)
