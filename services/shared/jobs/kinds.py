"""The kinds of work."""

from enum import StrEnum


class JobKind(StrEnum):
    """What is to be done; the subject is the id of the row that it is about."""

    FETCH_UPLOAD = "FETCH_UPLOAD"  # an upload in state QUEUED whose bytes lie at an address
    INGEST_UPLOAD = "INGEST_UPLOAD"  # an upload in state QUEUED
    CLAIM_LINES = "CLAIM_LINES"  # an accepted upload with unclaimed lines, after a uid was bound
    WITHDRAW_UPLOAD = "WITHDRAW_UPLOAD"  # an accepted upload whose withdrawn_reason has been written
    IMPORT_ROSTER = "IMPORT_ROSTER"  # a roster import in state QUEUED
    IMPORT_GIVEN_LIST = "IMPORT_GIVEN_LIST"  # a given list in state QUEUED
    CHECK_DOCUMENT = "CHECK_DOCUMENT"  # a document in state CHECKING
    DETECT_FLAGS = "DETECT_FLAGS"  # a contest in which figures of contestants that are due have changed
    MARK_UPLOAD = "MARK_UPLOAD"  # a marked copy in state QUEUED
    PREPARE_PUBLICATION = "PREPARE_PUBLICATION"  # a publication in state PREPARING
    ANNOUNCE_PUBLICATION = "ANNOUNCE_PUBLICATION"  # an approved publication whose hour is there, or one withdrawn since
    RUN_SCORING = "RUN_SCORING"  # a scoring run in state QUEUED
    COMPARE_RUNS = "COMPARE_RUNS"  # a comparison in state QUEUED
    RENDER_PUBLICATION = "RENDER_PUBLICATION"  # a publication in state PREPARED: its documents
    ARCHIVE_CONTEST = "ARCHIVE_CONTEST"  # an archive in state QUEUED
    PRINT_CERTIFICATES = "PRINT_CERTIFICATES"  # a publication: its certificates that are not printed yet
