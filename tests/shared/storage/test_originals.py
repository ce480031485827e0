"""Sealed on their way in, opened for reading: nothing else than what was announced, nothing that was changed."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from pydantic import SecretStr

from services.shared.identity import new_id
from services.shared.settings import Settings
from services.shared.storage import FileStore, open_files
from services.shared.storage.originals import Original, OtherBytesError, open_original, seal_original
from services.shared.storage.seal import Sealing, new_key, unseal_file
from tests.kept import chunks, get, keys, put
from tests.s3_server import S3Server

CONTENT = "收件人,手机号\n张三,13800000000\n".encode() * 1000


@pytest.fixture(params=["folder", "bucket"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    settings = Settings(home=tmp_path, secret_key=SecretStr("5a" * 32))
    if request.param == "bucket":
        server: S3Server = request.getfixturevalue("s3_server")
        settings = settings.model_copy(update=server.new_bucket())
    return open_files(settings)


def announced(content: bytes) -> Original:
    return Original(new_id(), None, len(content), sha256(content).hexdigest())


async def test_what_is_kept_is_sealed_and_opens_with_its_key_and_row_alone(files: FileStore, tmp_path: Path) -> None:
    original, key, into = announced(CONTENT), new_key(), tmp_path / "clear"
    await seal_original(files, original, key, chunks(CONTENT[:999], CONTENT[999:]))
    sealed = await get(files, original.place)
    assert sealed is not None
    assert "张三".encode() not in sealed
    await open_original(files, original, key, into)
    assert into.read_bytes() == CONTENT
    with pytest.raises(InvalidTag):
        await open_original(files, original, new_key(), into)
    other = announced(CONTENT)
    await files.move(original.place, other.place)
    with pytest.raises(InvalidTag):
        await open_original(files, other, key, into)
    with pytest.raises(FileNotFoundError):
        await open_original(files, original, key, into)


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b[:20], lambda b: b[:-1] + b"!", lambda _: b""])
async def test_what_was_changed_does_not_open(
    files: FileStore, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    original, key = announced(CONTENT), new_key()
    await seal_original(files, original, key, chunks(CONTENT))
    await put(files, original.place, damage(await get(files, original.place) or b""))
    with pytest.raises(InvalidTag):
        await open_original(files, original, key, tmp_path / "clear")


@pytest.mark.parametrize(
    ("content", "more"), [(CONTENT[:-1], False), (CONTENT[:-1] + b"!", False), (CONTENT + b"!", True)]
)
async def test_other_bytes_than_announced_change_nothing(files: FileStore, content: bytes, more: bool) -> None:
    original, key = announced(CONTENT), new_key()
    with pytest.raises(OtherBytesError) as caught:
        await seal_original(files, original, key, chunks(content))
    assert caught.value.more is more
    assert await keys(files) == set()


@pytest.mark.parametrize("size", [0, 1, 2**18 - 1, 2**18, 2**18 + 1, 600_000])
@pytest.mark.parametrize("in_place", [False, True])
def test_files_of_any_size_are_unsealed_beside_or_in_place(tmp_path: Path, size: int, in_place: bool) -> None:
    content, key, row, sealed = os.urandom(size), new_key(), new_id(), tmp_path / "sealed"
    sealing = Sealing(key, row)
    sealed.write_bytes(sealing.head + sealing.update(content) + sealing.end())
    into = sealed if in_place else tmp_path / "clear"
    unseal_file(sealed, into, key, row)
    assert into.read_bytes() == content
