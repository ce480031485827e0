"""What a download holds, and who makes it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from services.api.access import Viewer
from services.api.context import Resources


class DownloadKind(StrEnum):
    """What can be fetched by a one-time address; `renderers.py` says by whom it is made."""

    DOCUMENT = "DOCUMENT"  # subject: the document
    CITY_LIST = "CITY_LIST"  # a city's list as a workbook
    MARKED_COPY = "MARKED_COPY"  # subject: the copy
    ARCHIVE = "ARCHIVE"  # subject: the archive
    CERTIFICATE = "CERTIFICATE"  # subject: the certificate
    MESSAGE_FILE = "MESSAGE_FILE"  # messages for sending by SMS


@dataclass(frozen=True, slots=True)
class Download:
    """One address that was handed out: of what kind, about which row, with what else it takes to make the file.

    `viewer`: who fetches it, with the rights they have now.
    """

    kind: DownloadKind
    subject_id: UUID
    parameters: Mapping[str, Any]
    viewer: Viewer


class File(NamedTuple):
    """A file for somebody's eyes; the name is ours and holds nothing personal."""

    body: bytes
    name: str
    media_type: str


class Stream(NamedTuple):
    """A file that comes piece by piece, because it may be large."""

    pieces: AsyncIterator[bytes]
    name: str
    media_type: str
    size: int


# Makes the file, in the moment it is fetched; raises RefusalError when it is there no longer.
Renderer = Callable[[Resources, Download], Awaitable[File | Stream]]
