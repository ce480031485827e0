"""The job that takes an accepted upload, or an archive with its files, out of force.

Nothing is deleted: rows get the sequence number from which on they no longer count, so earlier runs stay as they were.
Order lines that others left out because of it are looked at again.
"""

from services.scorer.context import Scorer
from services.scorer.faults import FaultPoint, fault
from services.scorer.jobs.store import Job, finish
from services.scorer.uploads import store
from services.shared.audit.actions import Action
from services.shared.audit.store import SCORER, Entry, record
from services.shared.changes import publish
from services.shared.file_vocabulary import UploadState
from services.shared.flags.store import look_at
from services.shared.jobs import JobKind, enqueue, send_waiting


async def withdraw_upload(scorer: Scorer, job: Job) -> None:
    """Withdraws the upload whose `withdrawn_reason` the API has written; all of its files at one sequence number."""
    upload = await store.find_withdrawable(scorer.pool, job.subject_id)
    async with scorer.pool.acquire() as connection, connection.transaction():
        if upload is not None:
            sequence = await store.lock_sequence(connection, upload.contest_id) + 1
            withdrawn = await store.withdraw(connection, upload.id, sequence)
            contestants = await store.close_facts(connection, withdrawn, sequence)
            await store.sum_order_days(connection, upload.contest_id, contestants, sequence)
            await look_at(connection, upload.contest_id, contestants)
            for left_out in await store.find_left_out(connection, upload.contest_id):
                await enqueue(connection, JobKind.CLAIM_LINES, left_out)
            await store.advance_contest(connection, upload.contest_id, sequence)
            entries = (
                Entry(Action.UPLOAD_WITHDRAWN, "Upload", one, upload.contest_id, changes={"sequence": (None, sequence)})
                for one in withdrawn
            )
            await record(connection, SCORER, *entries)
        await finish(connection, job)
        fault(FaultPoint.WITHDRAW_BEFORE_COMMIT)
    fault(FaultPoint.WITHDRAW_AFTER_COMMIT)
    await send_waiting(scorer.pool, scorer.redis)
    await publish(scorer.redis, job.subject_id, state=UploadState.WITHDRAWN)
