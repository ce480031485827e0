"""A bundle: one scoring run with everything it was computed from, as a zip that is checked without our database.

bundle.json              contest, round, run, its id and the digest of its result
result.txt               the canonical result file (`scoring_runs/result_file.py`)
rules.toml               the rules by which it was computed
tables/uploads.csv …     the rows of each table that the run saw, with headings (`queries.sql`); no personal columns
README.md                what this is and how it is checked, in words
"""

import zipfile
from dataclasses import asdict, dataclass
from typing import Any, Protocol
from uuid import UUID

import orjson

FORMAT = "livecup bundle 1"
HEAD, RESULT, RULES, README = "bundle.json", "result.txt", "rules.toml", "README.md"
TABLES = "tables/"

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
    """What `bundle.json` says."""

    contest: str  # slug
    round: str  # key
    run: int  # number
    run_id: UUID
    digest: str
    format: str = FORMAT

    def as_json(self) -> bytes:
        said = {**asdict(self), "run_id": str(self.run_id)}
        return orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def read_head(content: bytes) -> Head:
    """Raises BrokenBundleError for what is none of ours."""
    try:
        said: dict[str, Any] = orjson.loads(content)
        head = Head(**{**said, "run_id": UUID(said["run_id"])})
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
