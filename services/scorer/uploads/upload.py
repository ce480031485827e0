"""An upload as its uploader described it, and what was found in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.shared.file_vocabulary import UploadKind
from services.shared.formats.waiting import Waiting
from services.shared.problems import Problem
from services.shared.vocabulary import ImportPolicy, Platform


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file as its uploader described it."""

    id: UUID
    contest_id: UUID
    parent_id: UUID | None
    name: str
    size: int
    kind_stated: UploadKind | None
    account_id: UUID | None
    exported_at: datetime
    exported_at_stated: bool
    policy: ImportPolicy
    attested: bool  # whoever sent it vouches for figures of no platform file
    published_at: datetime | None  # of the one work it tells of
    files_total: int
    created_by: UUID | None
    format_version: int  # of what the contest has added to the formats
    waited: bool  # for somebody to say what its headings mean
    from_the_future: bool  # exported after now, says the uploader
    ownerless_to_stated: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file held. `problems` are stored with it whatever becomes of it."""

    kind: UploadKind | None
    content_digest: str | None
    period: tuple[datetime, datetime] | None
    rows: int
    unknown_columns: Sequence[str]
    problems: Sequence[Problem]
    format_key: str | None = None  # of kind OWN
    waiting: Waiting | None = None
    outside: int = 0
    unclaimed: int = 0
    refused: int = 0  # rows left out for what is wrong with them
    measures: Sequence[str] = ()  # of account days that an empty file speaks of


class NewMember(NamedTuple):
    """A file found in an archive, with what its folder says of the account."""

    id: UUID
    name: str
    size: int
    sha256: str
    platform: Platform | None
    handle: str | None
    key_sealed: bytes


class Compared(NamedTuple):
    """Rows of one upload that nobody told of before, and rows that replace earlier figures."""

    added: int
    replaced: int
