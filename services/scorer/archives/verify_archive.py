"""Checks an archive on any machine, and names every part of it that is not what it should be.

What the signature covers cannot be changed unnoticed. Beyond that each part is checked by itself, so that a forger's
own sums and signature do not hide which part was changed: revisions by their signatures, the record by its chain, and
runs by computing them again.
"""

import hashlib
import zipfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from services.scorer.bundles.bundle import TEXTS, BrokenBundleError
from services.scorer.bundles.verify_bundle import BundleVerdict, verify_bundle
from services.shared.archives.format import FORMAT, INDEX, PUBLIC_KEY, SIGNATURE, SUMS, read_pem, read_sums
from services.shared.audit.export import BrokenExportError, check_lines
from services.shared.publications.signature import is_signed

RECORD = "audit.jsonl"
_PIECE = 1 << 20
Recompute = Callable[[Path], Awaitable[BundleVerdict]]


class BrokenArchiveError(Exception):
    """A file that is no archive, or lacks what says what is in it; `place` says which part."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


class Fault(StrEnum):
    """What is wrong with a part."""

    CHANGED = "CHANGED"  # not what its SHA-256 says
    MISSING = "MISSING"
    EXTRA = "EXTRA"  # the sums do not know it
    INDEX = "INDEX"  # the index says something else than the sums
    KEY = "KEY"  # not the public key that was expected
    UNSIGNED = "UNSIGNED"  # the signature does not fit
    CHAIN = "CHAIN"  # an entry of the record is not what was sealed
    RESULT = "RESULT"  # computed again it gives something else
    UNPROVEN = "UNPROVEN"  # a revision publishes a result that no run in the archive has


@dataclass(frozen=True, slots=True)
class Finding:
    """A part that is not what it should be, and where in it."""

    path: str
    fault: Fault
    place: str = ""


@dataclass(frozen=True, slots=True)
class ArchiveVerdict:
    """`head`: what the index says of the contest; `runs`: how many were computed again."""

    head: dict[str, Any]
    public_key: str  # hexadecimal
    runs: int
    findings: Sequence[Finding]

    @property
    def holds(self) -> bool:
        return not self.findings


def is_archive(path: Path) -> bool:
    """Whether it says of itself that it is one."""
    try:
        with zipfile.ZipFile(path) as file:
            return INDEX in file.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


async def verify_archive(
    path: Path, public_key: str | None = None, recompute: Recompute = verify_bundle
) -> ArchiveVerdict:
    """`public_key`: as announced elsewhere, hexadecimal. Raises BrokenArchiveError."""
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile):
        raise BrokenArchiveError(path.name) from None
    with archive:
        head, key = _head(archive), read_pem(_part(archive, PUBLIC_KEY)) or b""
        findings = [*_sums(archive, head), *_signature(archive, key, public_key), *_record(archive, head)]
        runs = await _runs(archive, recompute)
        findings += [fault for _, fault in runs if fault]
        findings += _revisions(archive, key, {digest for digest, _ in runs})
    del head["files"]
    return ArchiveVerdict(head, key.hex(), len(runs), findings)


def _head(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        head: dict[str, Any] = orjson.loads(_part(archive, INDEX))
        if head["format"] == FORMAT and all({"path", "sha256"} <= each.keys() for each in head["files"]):
            return head
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        pass
    raise BrokenArchiveError(INDEX)


def _sums(archive: zipfile.ZipFile, head: dict[str, Any]) -> Iterator[Finding]:
    try:
        expected = read_sums(_part(archive, SUMS))
    except ValueError:
        raise BrokenArchiveError(SUMS) from None
    there = Counter(archive.namelist())
    for name, times in there.items():
        # Of two parts with one name we read the last; whoever unpacks it may see the first.
        if times > 1 or (name not in expected and name not in {SUMS, SIGNATURE}):
            yield Finding(name, Fault.EXTRA)
    for name, digest in expected.items():
        if name not in there:
            yield Finding(name, Fault.MISSING)
        elif _digest(archive, name) != digest or not _called_so(name, digest):
            yield Finding(name, Fault.CHANGED)
    listed = {one["path"]: one["sha256"] for one in head["files"]} | {
        name: expected.get(name) for name in (INDEX, PUBLIC_KEY)
    }
    for name in sorted(listed.keys() | expected.keys()):
        if listed.get(name) != expected.get(name):
            yield Finding(INDEX, Fault.INDEX, name)


def _called_so(name: str, digest: str) -> bool:
    """Texts of files are called by their digest."""
    return not name.startswith(TEXTS) or name == f"{TEXTS}{digest}.csv"


def _digest(archive: zipfile.ZipFile, name: str) -> str | None:
    """None for what cannot even be unpacked."""
    hashed = hashlib.sha256()
    try:
        with archive.open(name) as file:
            while piece := file.read(_PIECE):
                hashed.update(piece)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError):
        return None
    return hashed.hexdigest()


def _signature(archive: zipfile.ZipFile, key: bytes, expected: str | None) -> Iterator[Finding]:
    if expected is not None and key.hex() != expected.lower():
        yield Finding(PUBLIC_KEY, Fault.KEY)
    if not is_signed(_part(archive, SUMS), _part(archive, SIGNATURE), key):
        yield Finding(SIGNATURE, Fault.UNSIGNED)


def _record(archive: zipfile.ZipFile, head: dict[str, Any]) -> Iterator[Finding]:
    try:
        with archive.open(RECORD) as lines:
            checked = check_lines(lines)
    except KeyError:
        return  # said already
    except (BrokenExportError, zipfile.BadZipFile) as error:
        yield Finding(RECORD, Fault.CHAIN, str(error))
        return
    if checked.bad is not None:
        yield Finding(RECORD, Fault.CHAIN, str(checked.bad.position))
    elif str(checked.head) != head.get("audit_head"):
        yield Finding(RECORD, Fault.CHAIN, str(checked.head))


async def _runs(archive: zipfile.ZipFile, recompute: Recompute) -> list[tuple[str, Finding | None]]:
    """Each run's digest, and what is wrong with it."""
    found: list[tuple[str, Finding | None]] = []
    for name in archive.namelist():
        if name.startswith("runs/") and name.endswith(".zip"):
            with TemporaryDirectory(prefix="livecup-archive-") as folder:
                found.append(await _run(archive, name, folder, recompute))
    return found


async def _run(archive: zipfile.ZipFile, name: str, folder: str, recompute: Recompute) -> tuple[str, Finding | None]:
    try:
        bundle = Path(archive.extract(name, folder))
        verdict = await recompute(bundle)
    except BrokenBundleError as error:
        return "", Finding(name, Fault.RESULT, error.place)
    except (zipfile.BadZipFile, OSError):
        return "", Finding(name, Fault.RESULT)
    head = verdict.head
    if name != f"runs/{head.round}-{head.run}.zip":
        return head.digest, Finding(name, Fault.RESULT, f"{head.round}-{head.run}")
    if verdict.holds:
        return head.digest, None
    return head.digest, Finding(name, Fault.RESULT, verdict.broken or str(verdict.verdict.first_difference))


def _revisions(archive: zipfile.ZipFile, key: bytes, digests: set[str]) -> Iterator[Finding]:
    for name in archive.namelist():
        if not (name.startswith("publications/") and name.endswith("/snapshot.json")):
            continue
        try:
            signed = archive.read(name)
            signature = archive.read(name.replace(".json", ".sig"))
            run = orjson.loads(signed)["run"]["digest"]
        except (KeyError, ValueError, TypeError, zipfile.BadZipFile):
            yield Finding(name, Fault.UNSIGNED)
            continue
        if not is_signed(signed, signature, key):
            yield Finding(name, Fault.UNSIGNED)
        elif run not in digests:
            yield Finding(name, Fault.UNPROVEN, run)


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except (KeyError, zipfile.BadZipFile):
        raise BrokenArchiveError(name) from None
