"""Archives: every file with its account, whatever packed it; nothing leaves the folder or inflates without end."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from services.scorer.uploads.children import ParserPool
from services.scorer.uploads.parse import parse
from services.scorer.uploads.refused import Refused
from services.scorer.uploads.unpack import Member, account_of, unpack
from services.shared.vocabulary import Platform
from tests.scorer.uploads.files import EXPORTED, WORKS, csv_bytes, xlsx_bytes


def archive(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "files.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return path


def packed_by_windows(folder: Path, name: str, content: bytes) -> Path:
    """A name in GB18030 without the flag that says UTF-8, as Windows in China writes it."""
    path = archive(folder, {"X" * len(name.encode("gb18030")): content})
    path.write_bytes(path.read_bytes().replace(b"X" * len(name.encode("gb18030")), name.encode("gb18030")))
    return path


def unpacked(folder: Path, path: Path) -> list[Member]:
    into = folder / "into"
    into.mkdir()
    return unpack(path, into)


def test_members_with_their_accounts(tmp_path: Path) -> None:
    works, orders = xlsx_bytes(WORKS), csv_bytes(WORKS)
    path = archive(
        tmp_path, {"第一周/抖音-zhangsan/作品列表导出.xlsx": works, "快手：lisi/a.csv": orders, "b.csv": orders}
    )
    found = unpacked(tmp_path, path)
    assert [(member.name, member.folder_platform, member.folder_handle) for member in found] == [
        ("第一周/抖音-zhangsan/作品列表导出.xlsx", Platform.DOUYIN, "zhangsan"),
        ("快手：lisi/a.csv", Platform.KUAISHOU, "lisi"),
        ("b.csv", None, None),
    ]
    assert [(member.size, member.sha256) for member in found[:2]] == [
        (len(content), hashlib.sha256(content).hexdigest()) for content in (works, orders)
    ]
    assert found[0].path.read_bytes() == works
    assert {member.path.parent for member in found} == {tmp_path / "into"}


@pytest.mark.parametrize(
    ("folder", "account"),
    [
        ("抖音-zhangsan", (Platform.DOUYIN, "zhangsan")),
        ("抖音：zhang.san_01", (Platform.DOUYIN, "zhang.san_01")),
        ("快手 - lisi", (Platform.KUAISHOU, "lisi")),
        ("抖音 zhangsan", (Platform.DOUYIN, "zhangsan")),
        ("Douyin_zhangsan", (Platform.DOUYIN, "zhangsan")),
        ("抖音", (None, None)),
        ("抖音教程 第一课", (None, None)),
    ],
)
def test_folders_that_name_an_account(folder: str, account: tuple[Platform | None, str | None]) -> None:
    assert account_of(f"{folder}/x.xlsx") == account


def test_names_that_windows_wrote(tmp_path: Path) -> None:
    (member,) = unpacked(tmp_path, packed_by_windows(tmp_path, "抖音-zhangsan/作品.csv", csv_bytes(WORKS)))
    assert (member.name, member.folder_handle) == ("抖音-zhangsan/作品.csv", "zhangsan")


def test_what_systems_leave_behind_is_skipped(tmp_path: Path) -> None:
    junk = ["__MACOSX/._a.csv", ".DS_Store", "x/~$a.xlsx", "x/Thumbs.db", "x/.hidden/a.csv", "x/"]
    found = unpacked(tmp_path, archive(tmp_path, {**dict.fromkeys(junk, b"x"), "x/a.csv": b"1,2"}))
    assert [member.name for member in found] == ["x/a.csv"]


@pytest.mark.parametrize("name", ["../a.csv", "x/../../a.csv", "/etc/a.csv", "C:\\a.csv", "..\\a.csv"])
def test_names_that_lead_outside_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        unpacked(tmp_path, archive(tmp_path, {"a.csv": b"1", name: b"2"}))
    assert refused.value.problem.code == "ARCHIVE_BAD_NAME"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files.zip", "into"]


def test_an_archive_in_an_archive_is_a_file_that_is_refused_by_itself(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as opened:
        opened.writestr("a.csv", "1,2")
    found = unpacked(tmp_path, archive(tmp_path, {"a.xlsx": xlsx_bytes(WORKS), "inner.xlsx": inner.getvalue()}))
    told = [[problem.code for problem in parse(member.path, member.name, EXPORTED).problems] for member in found]
    assert told == [[], ["FILE_IS_ARCHIVE"]]


def test_what_inflates_too_far_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        unpacked(tmp_path, archive(tmp_path, {"a.csv": bytes(100 << 20)}))
    assert refused.value.problem.code == "ARCHIVE_INFLATES"


@pytest.mark.parametrize(
    ("content", "code"), [(b"PK\x03\x04broken", "ARCHIVE_BROKEN"), (b"PK\x05\x06" + bytes(18), "ARCHIVE_EMPTY")]
)
def test_broken_and_empty_archives(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "files.zip"
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        unpacked(tmp_path, path)
    assert refused.value.problem.code == code


async def test_unpacking_in_a_child(tmp_path: Path) -> None:
    good = archive(tmp_path, {"抖音-zhangsan/a.csv": b"1,2"})
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"PK\x03\x04broken")
    (tmp_path / "into").mkdir()
    async with ParserPool(children=1) as pool:
        (member,) = await pool.unpack(good, tmp_path / "into")
        assert (member.folder_platform, member.path.read_bytes()) == (Platform.DOUYIN, b"1,2")
        with pytest.raises(Refused) as refused:
            await pool.unpack(bad, tmp_path / "into")
        assert refused.value.problem.code == "ARCHIVE_BROKEN"


def test_an_archive_that_was_cut_off_behind_a_stored_workbook_is_broken(tmp_path: Path) -> None:
    """The workbook inside is a zip with a directory of its own, which must not be taken for the archive's."""
    path = tmp_path / "files.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as opened:
        opened.writestr("抖音-zhangsan/a.xlsx", xlsx_bytes(WORKS))
        first = opened.start_dir
        opened.writestr("抖音-zhangsan/b.xlsx", xlsx_bytes(WORKS))
    path.write_bytes(path.read_bytes()[:first])
    with pytest.raises(Refused) as refused:
        unpacked(tmp_path, path)
    assert refused.value.problem.code == "ARCHIVE_BROKEN"
