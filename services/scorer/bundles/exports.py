"""Export files in a folder, found by the SHA-256 of their bytes: whatever they are called, and inside of zips too."""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from services.scorer.rereading.reread import Read
from services.scorer.rereading.store import CountedFile
from services.scorer.uploads.children import ParserPool
from services.scorer.uploads.parse import ParsedFile
from services.scorer.uploads.read import parse_at
from services.scorer.uploads.refused import Refused
from services.scorer.uploads.unpack import unpack
from services.shared.database.pool import Pool

Places = dict[str, tuple[Path, str]]  # where the bytes lie, and what the file is called


@contextmanager
def found_below(folder: Path) -> Iterator[Places]:
    """Every file below a folder; what zips hold is unpacked for as long as it is looked at."""
    with TemporaryDirectory(prefix="livecup-exports-") as unpacked:
        places: Places = {}
        for number, path in enumerate(sorted(one for one in folder.rglob("*") if one.is_file())):
            with path.open("rb") as file:
                places[hashlib.file_digest(file, "sha256").hexdigest()] = path, path.name
            if path.suffix.lower() == ".zip" and zipfile.is_zipfile(path):
                places |= _members(path, Path(unpacked) / str(number))
        yield places


def _members(archive: Path, into: Path) -> Places:
    into.mkdir()
    try:
        return {one.sha256: (one.path, one.name) for one in unpack(archive, into)}
    except Refused:  # then nothing of it counted either
        return {}


def reading(places: Places, pool: Pool, parsers: ParserPool) -> Read:
    """Reads the files of a run from where they were found."""

    async def read(file: CountedFile) -> ParsedFile | None:
        if file.sha256 not in places:
            return None
        path, name = places[file.sha256]
        try:
            return await parse_at(path, replace(file.upload, name=file.upload.name or name), pool, parsers)
        except Refused as refused:
            return ParsedFile(problems=[refused.problem])

    return read
