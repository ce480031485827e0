"""A zip of many files → its members in a folder, counted as they inflate and never trusted.

Folders name accounts: everything under `抖音-zhangsan/` or `快手：lisi/` is of that account.
"""

import hashlib
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from services.scorer.uploads.container import ALWAYS_ALLOWED, HIGHEST_RATIO, MEGABYTE, inflate
from services.scorer.uploads.refused import Refused
from services.shared.handles import read_account
from services.shared.vocabulary import Platform

MOST_MEMBERS = 20_000
MOST_UNPACKED = 8192 * MEGABYTE

_NEVER_DATA = {"thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive. `name` is its path inside, `path` where its bytes lie now."""

    name: str
    size: int
    sha256: str
    path: Path
    folder_platform: Platform | None = None
    folder_handle: str | None = None


def unpack(archive: Path, into: Path) -> list[Member]:
    """Writes the members into the folder `into`, under names of ours. Raises Refused, then nothing counts."""
    limit = left = min(MOST_UNPACKED, max(ALWAYS_ALLOWED, HIGHEST_RATIO * archive.stat().st_size))
    members: list[Member] = []
    try:
        with zipfile.ZipFile(archive) as opened:
            for name, info in _files(opened):
                members.append(_write(opened, info, name, into / f"{len(members) + 1:05}", left))
                left -= members[-1].size
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refused("ARCHIVE_BROKEN") from None
    except Refused as refused:
        if refused.problem.code == "FILE_INFLATES":
            raise Refused("ARCHIVE_INFLATES", {"limit": limit // MEGABYTE}) from None
        if refused.problem.code == "FILE_TRUNCATED":
            raise Refused("ARCHIVE_BROKEN") from None
        raise
    if not members:
        raise Refused("ARCHIVE_EMPTY")
    return members


def _files(opened: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """The members that are files a person put there, in the archive's order, with their checked names."""
    if len(opened.infolist()) > MOST_MEMBERS:
        raise Refused("ARCHIVE_TOO_MANY", {"limit": MOST_MEMBERS})
    if min((info.header_offset for info in opened.infolist()), default=0) > 0:
        raise Refused("ARCHIVE_BROKEN")  # cut off: what was found is the directory of a workbook inside it
    seen: set[str] = set()
    for info in opened.infolist():
        name = _name(info)
        if _leads_outside(name) or stat.S_ISLNK(info.external_attr >> 16):
            raise Refused("ARCHIVE_BAD_NAME", {"name": name[:100]})
        if name.endswith("/") or _left_behind(PurePosixPath(name).parts):
            continue
        if name in seen:
            raise Refused("ARCHIVE_SAME_NAME", {"name": name[:100]})
        if info.flag_bits & 1:
            raise Refused("ARCHIVE_ENCRYPTED")
        seen.add(name)
        yield name, info


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name; without the UTF-8 flag, Windows in China wrote GB18030 and macOS UTF-8 all the same."""
    name = info.orig_filename
    if not info.flag_bits & 0x800:
        raw = name.encode("cp437")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _leads_outside(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return not parts or name.startswith("/") or ".." in parts or "\0" in name or bool(re.match(r"[A-Za-z]:", name))


def _left_behind(parts: tuple[str, ...]) -> bool:
    """What systems and office programs leave in folders."""
    hidden = any(part.startswith(".") for part in parts)
    return hidden or "__MACOSX" in parts or parts[-1].startswith("~$") or parts[-1].lower() in _NEVER_DATA


def _write(opened: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, path: Path, left: int) -> Member:
    hashed, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        for chunk in inflate(opened, info, left):
            file.write(chunk)
            hashed.update(chunk)
            size += len(chunk)
    platform, handle = account_of(name)
    return Member(name, size, hashed.hexdigest(), path, platform, handle)


def account_of(name: str) -> tuple[Platform | None, str | None]:
    """The account that a folder of the path names; the innermost one if several do."""
    for folder in reversed(PurePosixPath(name).parts[:-1]):
        account = read_account(folder)
        if account is not None:
            return account
    return None, None
