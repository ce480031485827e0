"""An archive on its way to the disk: a zip that knows the SHA-256 of everything in it, and is signed at its end.

index.json         what it is of, and every file before it with its size and SHA-256
SHA256SUMS         the SHA-256 of every file, index.json too, as `sha256sum -c` reads it
SHA256SUMS.sig     the installation's Ed25519 signature of SHA256SUMS, 64 bytes
public-key.pem     its public half, as openssl reads it
"""

import hashlib
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import orjson

from services.scorer.bundles.bundle import member
from services.shared.archives.format import INDEX, PUBLIC_KEY, SIGNATURE, SUMS, pem_of, sums
from services.shared.publications.signature import SigningKey

_PIECE = 1 << 20


class _Counted:
    """What is written, counted and hashed on its way."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.size, self.hashed = 0, hashlib.sha256()

    def write(self, piece: bytes) -> int:
        self.size += len(piece)
        self.hashed.update(piece)
        return self._out.write(piece)


class Archive:
    """Nothing of it is held in memory but the index."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self.files: list[dict[str, Any]] = []

    @contextmanager
    def opened(self, name: str, *, packed: bool = False) -> Iterator[_Counted]:
        """A file to write into, one at a time; `packed`: it would not get smaller."""
        info = member(name)
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        with self._zip.open(info, "w", force_zip64=True) as out:
            counted = _Counted(out)
            yield counted
        self.files.append({"path": name, "size": counted.size, "sha256": counted.hashed.hexdigest()})

    def add(self, name: str, content: bytes) -> None:
        with self.opened(name) as out:
            out.write(content)

    def add_file(self, name: str, path: Path, *, packed: bool = False) -> None:
        with path.open("rb") as file, self.opened(name, packed=packed) as out:
            while piece := file.read(_PIECE):
                out.write(piece)

    def sign(self, head: Mapping[str, Any], key: SigningKey) -> None:
        """Ends it: `head` says what it is of."""
        self.add(INDEX, orjson.dumps({**head, "files": self.files}, option=orjson.OPT_INDENT_2))
        self.add(PUBLIC_KEY, pem_of(key.public))
        listed = sums((one["path"], one["sha256"]) for one in self.files)
        self.add(SUMS, listed)
        self.add(SIGNATURE, key.sign(listed))

    def close(self) -> None:
        self._zip.close()
