"""Named points at which a test can have the worker killed, as a power cut would: all of them are listed here.

`LIVECUP_FAULT=ingest.before_commit` kills at the first passage, `…:3` at the third. Nothing is armed otherwise.
"""

import os
import signal
from enum import StrEnum


class FaultPoint(StrEnum):
    """One passage in a job. Every commit has a point before and one after it; stages have one between them."""

    JOB_CLAIMED = "job.claimed"

    INGEST_READING = "ingest.reading"
    INGEST_SEALING = "ingest.sealing"
    INGEST_SEALED = "ingest.sealed"
    INGEST_PARSED = "ingest.parsed"
    INGEST_COPIED = "ingest.copied"
    INGEST_SUMMED = "ingest.summed"
    INGEST_BEFORE_COMMIT = "ingest.before_commit"
    INGEST_AFTER_COMMIT = "ingest.after_commit"

    FETCH_SEALED = "fetch.sealed"
    FETCH_BEFORE_COMMIT = "fetch.before_commit"
    FETCH_AFTER_COMMIT = "fetch.after_commit"

    ARCHIVE_UNPACKED = "archive.unpacked"
    ARCHIVE_BEFORE_MEMBERS_COMMIT = "archive.before_members_commit"
    ARCHIVE_AFTER_MEMBERS_COMMIT = "archive.after_members_commit"
    ARCHIVE_BEFORE_BATCH_COMMIT = "archive.before_batch_commit"
    ARCHIVE_AFTER_BATCH_COMMIT = "archive.after_batch_commit"
    ARCHIVE_BEFORE_COMMIT = "archive.before_commit"
    ARCHIVE_AFTER_COMMIT = "archive.after_commit"

    CLAIM_PARSED = "claim.parsed"
    CLAIM_BEFORE_COMMIT = "claim.before_commit"
    CLAIM_AFTER_COMMIT = "claim.after_commit"

    WITHDRAW_BEFORE_COMMIT = "withdraw.before_commit"
    WITHDRAW_AFTER_COMMIT = "withdraw.after_commit"

    ROSTER_PARSED = "roster.parsed"
    ROSTER_BEFORE_COMMIT = "roster.before_commit"
    ROSTER_AFTER_COMMIT = "roster.after_commit"

    SEAL_BEFORE_COMMIT = "seal.before_commit"
    SEAL_AFTER_COMMIT = "seal.after_commit"

    GIVEN_LIST_PARSED = "given_list.parsed"
    GIVEN_LIST_BEFORE_COMMIT = "given_list.before_commit"
    GIVEN_LIST_AFTER_COMMIT = "given_list.after_commit"

    RUN_STARTED = "run.started"
    RUN_LOADED = "run.load"
    RUN_MEASURED = "run.measure"
    RUN_NORMALISED = "run.normalise"
    RUN_SCORED = "run.score"
    RUN_RANKED = "run.rank"
    RUN_PICKED = "run.pick"
    RUN_SUMMED_UP = "run.summed_up"
    RUN_WRITTEN = "run.write"
    RUN_BEFORE_COMMIT = "run.before_commit"
    RUN_AFTER_COMMIT = "run.after_commit"

    COMPARISON_COMPARED = "comparison.compared"
    COMPARISON_BEFORE_COMMIT = "comparison.before_commit"
    COMPARISON_AFTER_COMMIT = "comparison.after_commit"

    PUBLICATION_COMPOSED = "publication.composed"
    PUBLICATION_BEFORE_COMMIT = "publication.before_commit"
    PUBLICATION_AFTER_COMMIT = "publication.after_commit"

    CONTEST_ARCHIVED = "contest_archive.written"
    CONTEST_ARCHIVE_BEFORE_COMMIT = "contest_archive.before_commit"
    CONTEST_ARCHIVE_AFTER_COMMIT = "contest_archive.after_commit"


_armed: FaultPoint | None = None
_passages_left = 0


def arm(setting: str) -> None:
    """Arms the point a setting names, or none for an empty one; raises ValueError for a point that does not exist."""
    global _armed, _passages_left  # noqa: PLW0603  one process, one fault
    name, _, passage = setting.partition(":")
    _armed = FaultPoint(name) if name else None
    _passages_left = int(passage or 1)


def fault(point: FaultPoint) -> None:
    """Kills this process, without any clean-up, when the point is armed and due."""
    global _passages_left  # noqa: PLW0603
    if point is not _armed:
        return
    _passages_left -= 1
    if _passages_left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
