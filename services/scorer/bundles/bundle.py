"""A bundle: one scoring run with everything it was computed from, as a zip that is checked without our database.

bundle.json              contest, round, run, its id and the digest of its result
bundle.sig               the installation's Ed25519 signature of bundle.json; public-key.pem: its public half
result.txt               the canonical result file (`scoring_runs/result_file.py`)
uploads/DIGEST.csv       what each file says, as it is digested (`uploads/canonical.py`), where the original is there
rules.toml               the rules by which it was computed
tables/uploads.csv …     the rows of each table that the run saw, with headings (`queries.sql`); no personal columns
originals/SHA256         with originals: each file as it came, locked (`originals.py`)
README.md                what this is and how it is checked, in words
"""

import zipfile
from dataclasses import asdict, dataclass
from typing import Any, Protocol
from uuid import UUID

import orjson

FORMAT = "livecup bundle 1"
HEAD, RESULT, RULES, README = "bundle.json", "result.txt", "rules.toml", "README.md"
SIGNATURE, PUBLIC_KEY = "bundle.sig", "public-key.pem"
TABLES, TEXTS, ORIGINALS = "tables/", "uploads/", "originals/"

_EARLIEST = (1980, 1, 1, 0, 0, 0)


class BrokenBundleError(Exception):
    """A file that is no bundle, or lacks a part; `place` says which."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


class Writes(Protocol):
    """A file, or what stands for one."""

    def write(self, piece: bytes, /) -> int: ...


@dataclass(frozen=True, slots=True)
class Head:
    """What `bundle.json` says. `digest` is that of the result as it was adopted and published. Where people in it were
    erased since, result.txt has marks in place of their handles, and `marked_digest` is its own."""

    contest: str  # slug
    round: str  # key
    run: int  # number
    run_id: UUID
    digest: str
    format: str = FORMAT
    marked_digest: str | None = None
    erased: tuple[int, ...] = ()  # contestants by number

    @property
    def told_digest(self) -> str:
        """Of result.txt as it is here."""
        return self.marked_digest or self.digest

    def as_json(self) -> bytes:
        said = {**asdict(self), "run_id": str(self.run_id)}
        return orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def read_head(content: bytes) -> Head:
    """Raises BrokenBundleError for what is none of ours."""
    try:
        said: dict[str, Any] = orjson.loads(content)
        head = Head(**{**said, "run_id": UUID(said["run_id"]), "erased": tuple(said["erased"])})
    except (ValueError, TypeError, KeyError):
        raise BrokenBundleError(HEAD) from None
    if head.format != FORMAT:
        raise BrokenBundleError(HEAD)
    return head


def member(name: str) -> zipfile.ZipInfo:
    """A place in a zip that does not say when it was written: the same content is the same file."""
    info = zipfile.ZipInfo(name, _EARLIEST)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info
