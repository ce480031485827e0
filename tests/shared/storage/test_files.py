"""Files in a folder and in a bucket: the same from the outside."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from services.shared.settings import Settings
from services.shared.storage import FileStore, open_files
from tests.kept import chunks, get, keys, put
from tests.s3_server import S3Server

TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture(params=["folder", "bucket"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    settings = Settings(home=tmp_path, secret_key=SecretStr("5a" * 32))
    if request.param == "bucket":
        server: S3Server = request.getfixturevalue("s3_server")
        settings = settings.model_copy(update=server.new_bucket())
    return open_files(settings)


async def broken() -> AsyncIterator[bytes]:
    yield b"x" * 6_000_000  # more than one part
    raise ConnectionError


async def test_what_was_written_is_read_moved_and_deleted(files: FileStore, tmp_path: Path) -> None:
    await files.write("a/one", chunks(b"first ", b"", b"second"))
    assert await get(files, "a/one") == b"first second"
    assert await files.size("a/one") == 12
    await files.fetch("a/one", tmp_path / "fetched")
    assert (tmp_path / "fetched").read_bytes() == b"first second"
    await files.move("a/one", "b/two")
    assert await keys(files) == {"b/two"}
    await files.delete("b/two", "b/never there")
    assert await keys(files) == set()


async def test_a_file_of_many_parts_comes_back_whole(files: FileStore) -> None:
    parts = [bytes([number]) * 1_500_000 for number in range(10)]
    await files.write("large", chunks(*parts))
    assert b"".join([piece async for piece in files.read("large")]) == b"".join(parts)


async def test_what_breaks_off_leaves_what_was_there(files: FileStore) -> None:
    with pytest.raises(ConnectionError):
        await files.write("new", broken())
    await put(files, "old", b"before")
    with pytest.raises(ConnectionError):
        await files.write("old", broken())
    assert await keys(files) == {"old"}
    assert await get(files, "old") == b"before"


async def test_a_missing_file_says_so(files: FileStore) -> None:
    assert await files.size("none") is None
    with pytest.raises(FileNotFoundError):
        await files.read_whole("none")
    with pytest.raises(FileNotFoundError):
        [piece async for piece in files.read("none")]


@pytest.mark.parametrize("key", ["../outside", "a/../../outside"])
async def test_no_key_leads_outside(files: FileStore, key: str) -> None:
    with pytest.raises(ValueError, match="path"):
        await put(files, key, b"x")


async def test_only_what_is_old_and_below_is_listed_and_removed(files: FileStore) -> None:
    for key in ("uploads/1", "uploads/2", "uploads-of-others/3"):
        await put(files, key, b"x")
    assert await files.older_than("uploads", datetime(2020, 1, 1, tzinfo=UTC)) == []
    assert set(await files.older_than("uploads", TOMORROW)) == {"uploads/1", "uploads/2"}
    await files.delete_below("uploads")
    assert await keys(files) == {"uploads-of-others/3"}


async def test_a_folder_hands_out_no_address_and_forgets_what_was_cut_off(tmp_path: Path) -> None:
    files = open_files(Settings(home=tmp_path, secret_key=SecretStr("5a" * 32)))
    assert await files.put_address("a", 60) is None
    await put(files, "a", b"whole")
    cut_off = tmp_path / "files" / "a#1"
    cut_off.write_bytes(b"ha")
    await files.forget_broken_off(datetime(2020, 1, 1, tzinfo=UTC))
    assert cut_off.exists()
    await files.forget_broken_off(TOMORROW)
    assert not cut_off.exists()
    assert await get(files, "a") == b"whole"


async def test_a_buckets_address_takes_one_file(s3_server: S3Server, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, secret_key=SecretStr("5a" * 32)).model_copy(update=s3_server.new_bucket())
    files = open_files(settings)
    async with httpx.AsyncClient(trust_env=False) as client:
        address = await files.put_address("uploads/1", 60)
        assert address is not None
        assert address.startswith(f"{s3_server.url}/livecup-")
        assert "X-Amz-Expires=60" in address
        assert (await client.put(address, content=b"bytes")).status_code == 200
        assert await get(files, "uploads/1") == b"bytes"


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("https://oss.example", "https://oss.example/cup/2021/a?"),
        ("https://cup.oss.example", "https://cup.oss.example/2021/a?"),
    ],
)
async def test_an_endpoint_may_be_the_buckets_own(tmp_path: Path, endpoint: str, address: str) -> None:
    files = open_files(
        Settings(
            home=tmp_path,
            storage_url="s3://cup/2021",
            storage_endpoint=endpoint,
            storage_region="cn",
            storage_access_key="key",
            storage_secret_key=SecretStr("secret"),
        )
    )
    assert (await files.put_address("a", 60) or "").startswith(address)
