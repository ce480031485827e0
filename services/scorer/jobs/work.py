"""Every kind of job with what does it, and with what makes its failure visible."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.scorer.archives.archive_contest import archive_contest
from services.scorer.archives.store import fail_archive
from services.scorer.certificates.print_certificates import print_certificates
from services.scorer.comparisons.compare_runs import compare_runs
from services.scorer.comparisons.store import fail_comparison
from services.scorer.context import Scorer
from services.scorer.documents.check_document import check_document
from services.scorer.documents.store import fail_document
from services.scorer.fetch.fetch_upload import fetch_upload
from services.scorer.flags.find_flags import find_flags
from services.scorer.given_lists.import_given_list import import_given_list
from services.scorer.given_lists.store import fail_import as fail_given_list
from services.scorer.jobs.store import Job
from services.scorer.marked_copies.mark_upload import mark_upload
from services.scorer.marked_copies.store import fail as fail_copy
from services.scorer.pipeline import run_scoring
from services.scorer.publications.announce_publication import announce_publication
from services.scorer.publications.prepare_publication import prepare_publication
from services.scorer.publications.store import fail_preparing
from services.scorer.renditions.render_publication import render_publication
from services.scorer.rosters.import_roster import import_roster
from services.scorer.rosters.store import fail_import
from services.scorer.scoring_runs.store import fail_run
from services.scorer.uploads.claim import claim_lines
from services.scorer.uploads.ingest import ingest_upload
from services.scorer.uploads.store import fail_upload
from services.scorer.uploads.withdraw import withdraw_upload
from services.shared.database.pool import Connection
from services.shared.jobs import JobKind
from services.shared.problems import Problem


@dataclass(frozen=True, slots=True)
class Work:
    """`do` commits its effect together with the end of the job. `fail` marks the subject, in the caller's transaction;
    none where the subject stays as good as it was."""

    do: Callable[[Scorer, Job], Awaitable[None]]
    fail: Callable[[Connection, UUID, Problem], Awaitable[None]] | None


WORK: Mapping[JobKind, Work] = {
    JobKind.FETCH_UPLOAD: Work(fetch_upload, fail_upload),
    JobKind.INGEST_UPLOAD: Work(ingest_upload, fail_upload),
    JobKind.CLAIM_LINES: Work(claim_lines, None),
    JobKind.WITHDRAW_UPLOAD: Work(withdraw_upload, None),
    JobKind.IMPORT_ROSTER: Work(import_roster, fail_import),
    JobKind.IMPORT_GIVEN_LIST: Work(import_given_list, fail_given_list),
    JobKind.CHECK_DOCUMENT: Work(check_document, fail_document),
    JobKind.DETECT_FLAGS: Work(find_flags, None),
    JobKind.MARK_UPLOAD: Work(mark_upload, fail_copy),
    JobKind.PREPARE_PUBLICATION: Work(prepare_publication, fail_preparing),
    JobKind.ANNOUNCE_PUBLICATION: Work(announce_publication, None),
    JobKind.RUN_SCORING: Work(run_scoring, fail_run),
    JobKind.COMPARE_RUNS: Work(compare_runs, fail_comparison),
    JobKind.RENDER_PUBLICATION: Work(render_publication, None),
    JobKind.ARCHIVE_CONTEST: Work(archive_contest, fail_archive),
    JobKind.PRINT_CERTIFICATES: Work(print_certificates, None),
}
