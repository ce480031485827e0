"""Doing jobs without a queue, and looking at what came of them."""

from typing import Any
from uuid import UUID

from services.scorer.context import Scorer
from services.scorer.jobs.perform import perform
from services.shared.database.pool import Pool

# Every table whose rows a job writes, without what may differ between two times: ids of our own and the clock.
_END_STATE = {
    "uploads": "select name, state, kind, accepted_sequence, content_digest, rows_read, rows_new, rows_replaced,"
    " rows_unchanged, rows_outside, rows_unclaimed, files_total, files_done, withdrawn_sequence from uploads",
    "problems": "select uploads.name, position, code, upload_problems.line from upload_problems"
    " join uploads on uploads.id = upload_id",
    "works": "select contestant_id, published_at, ordinal, from_sequence, to_sequence, plays from works",
    "account_days": "select contestant_id, day, measure, from_sequence, to_sequence, value from account_days",
    "live_sessions": "select contestant_id, started_at, from_sequence, to_sequence, gross_sales from live_sessions",
    "orders": "select contestant_id, order_line, from_sequence, to_sequence, amount from orders",
    "order_days": "select * from order_days",
    "coverage": "select contestant_id, source, from_sequence, to_sequence, rows from coverage",
    "contests": "select sequence from contests",
    "runs": "select number, state, sequence, digest, contestants from scoring_runs",
    "scores": "select contestant_id, position, rank, total, explanation::text from scores",
    "finalists": "select contestant_id, place, position from finalists",
    "comparisons": "select state, summary::text, error::text from comparisons",
    "publications": "select revision, state from publications",
    "publication snapshots": "select digest, head::text from current_snapshots",
    "publication rows": "select contestant_id, position, searched, line::text from publication_rows",
    "renditions": "select language, format from renditions",
    "comparison rows": "select contestant_id, position, items::text, causes::text from comparison_rows",
    "contestants": "select number, name, city_id from contestants",
    "imports": "select state, lines_new, lines_refused from roster_imports",
    "given lists": "select state, people, line, id_number_index from given_lists"
    " left join given_list_people on list_id = given_lists.id",
    "jobs": "select kind, state from jobs",
    "archives": "select state, with_originals, parts_done = parts_total from archives",
    "audit": "select login, action, subject_type, case when action <> 'ARCHIVE_READY' then changes::text end"
    " from audit_entries",  # an archive says when it was made: no two have one digest
}


async def do(scorer: Scorer, subject_id: UUID) -> None:
    """Performs what waits about a subject, as a delivered message would."""
    job = await scorer.pool.fetchrow(
        "select id, attempt from jobs where subject_id = $1 order by created_at desc, id desc limit 1", subject_id
    )
    assert job is not None
    await perform(scorer, job["id"], job["attempt"])


async def row(pool: Pool, table: str, row_id: UUID) -> Any:
    """One row by its id."""
    found = await pool.fetchrow(f"select * from {table} where id = $1", row_id)
    assert found is not None
    return found


async def tuples(pool: Pool, query: str, *arguments: object) -> list[tuple[Any, ...]]:
    """The rows of a query as plain tuples."""
    return [tuple(found) for found in await pool.fetch(query, *arguments)]


async def codes(pool: Pool, upload_id: UUID) -> list[str]:
    """The codes of an upload's problems."""
    rows = await pool.fetch("select code from upload_problems where upload_id = $1 order by position", upload_id)
    return [found["code"] for found in rows]


async def end_state(pool: Pool) -> dict[str, list[str]]:
    """Everything that jobs have written, comparable between two databases with the same contest."""
    return {name: sorted(str(tuple(r)) for r in await pool.fetch(query)) for name, query in _END_STATE.items()}
