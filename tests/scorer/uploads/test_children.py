"""Hostile and broken files cost their child only; without the limits they cost the machine."""

import asyncio
import contextlib
import io
import os
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
import pytest_asyncio

import services
from services.scorer.uploads.children import Limits, ParserPool
from services.shared.file_vocabulary import UploadKind
from tests.scorer.uploads.files import EXPORTED, WORKS, csv_bytes, xlsx_bytes

# One pool for all: hostile files must not wear it out.
pytestmark = pytest.mark.asyncio(loop_scope="module")

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><r>&b;</r>'


def workbook_with_far_cell(cell: str, mark: str = '"') -> bytes:
    """Two cells, 1.4 KB: a reader that keeps the rectangle between them needs gigabytes. Nobody looks for references
    between other quotation marks, as no program writes them; nor do they harm anybody but the child."""
    row = int("".join(filter(str.isdigit, cell)))
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{cell}"><v>1</v></c></row>'.replace('"', mark)
    return replaced(xlsx_bytes([["x"]]), "xl/worksheets/sheet1.xml", sheet_xml(rows))


def sheet_xml(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def replaced(workbook: bytes, part: str, content: bytes) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, content if info.filename == part else old.read(info))
    return changed.getvalue()


def zip_bomb() -> bytes:
    return replaced(xlsx_bytes([["x"]]), "xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * (200 << 20))


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a cell at the last place of a sheet": (lambda: workbook_with_far_cell("XFD1048576"), "CELL_FAR_AWAY"),
    "a cell at ZZ200000": (lambda: workbook_with_far_cell("ZZ200000"), "CELL_FAR_AWAY"),
    "a cell at ZZ50000": (lambda: workbook_with_far_cell("ZZ50000"), "CELL_FAR_AWAY"),
    "a far cell hidden from the guard": (lambda: workbook_with_far_cell("XFD1048576", "'"), "FILE_TOO_LARGE"),
    "200 MB in 200 KB": (zip_bomb, "FILE_INFLATES"),
    "entities": (lambda: replaced(xlsx_bytes(WORKS), "xl/sharedStrings.xml", ENTITIES), "FILE_HAS_ENTITIES"),
    "entities in UTF-16": (
        lambda: replaced(xlsx_bytes(WORKS), "xl/sharedStrings.xml", ENTITIES.decode().encode("utf-16")),
        "FILE_HAS_ENTITIES",
    ),
    "truncated": (lambda: xlsx_bytes(WORKS)[:-200], "FILE_TRUNCATED"),
    "broken XML": (lambda: replaced(xlsx_bytes(WORKS), "xl/worksheets/sheet1.xml", b"<worksheet><"), "FILE_NOT_XLSX"),
    "empty": (lambda: b"", "FILE_EMPTY"),
    "blank lines only": (lambda: b"\r\n\r\n", "FILE_EMPTY"),
    "zeros": (lambda: bytes(5000), "FILE_EMPTY"),
    "encrypted": (lambda: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600), "FILE_ENCRYPTED"),
    "old Excel": (lambda: OLE + bytes(1200), "FILE_IS_XLS"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "FILE_IS_PICTURE"),
    "PDF": (lambda: b"%PDF-1.7\n" + bytes(100), "FILE_IS_PDF"),
    "web page": (lambda: b"<!DOCTYPE html><html><body>login</body></html>", "FILE_IS_HTML"),
    "archive": (lambda: b"Rar!\x1a\x07\x01\x00" + bytes(100), "FILE_IS_ARCHIVE"),
    "program": (lambda: b"\x7fELF\x02\x01\x01\x00" + bytes(100), "FILE_IS_OTHER"),
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[ParserPool]:
    async with ParserPool(children=2) as opened:
        yield opened


def written(folder: Path, content: bytes, name: str = "upload") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_and_broken_files_get_a_problem(name: str, pool: ParserPool, tmp_path: Path) -> None:
    make, code = HOSTILE[name]
    parsed = await pool.parse(written(tmp_path, make()), "作品列表导出.xlsx", EXPORTED)
    assert ([problem.code for problem in parsed.problems], parsed.frame) == ([code], None)


async def test_a_file_named_wrongly_is_read_for_what_it_is(pool: ParserPool, tmp_path: Path) -> None:
    parsed = await pool.parse(written(tmp_path, csv_bytes(WORKS)), "作品列表导出.xlsx", EXPORTED)
    assert (parsed.kind, parsed.rows, parsed.problems) == (UploadKind.DOUYIN_WORKS, 2, [])
    assert parsed.frame is not None and parsed.frame.height == 2


async def test_a_file_that_kills_its_child_harms_no_other(pool: ParserPool, tmp_path: Path) -> None:
    bad = written(tmp_path, HOSTILE["a far cell hidden from the guard"][0](), "bad")
    good = written(tmp_path, xlsx_bytes(WORKS), "good")
    found = await asyncio.gather(*(pool.parse(path, "", EXPORTED) for path in [bad, good] * 6))
    assert [parsed.rows for parsed in found] == [0, 2] * 6
    assert {problem.code for parsed in found[::2] for problem in parsed.problems} == {"FILE_TOO_LARGE"}


async def test_cpu_time_is_limited(tmp_path: Path) -> None:
    odd = [[f"{i}.{column}w" for column in range(1, 7)] for i in range(150_000)]  # each read by itself, seconds in all
    table = [WORKS[0], *([*WORKS[1][:4], row[0], *WORKS[1][5:10], *row[1:], "0"] for row in odd)]
    slow = written(tmp_path, csv_bytes(table))
    async with ParserPool(children=1, limits=Limits(cpu_seconds=0)) as pool:
        parsed = await pool.parse(slow, "", EXPORTED)
        assert [problem.code for problem in parsed.problems] == ["READING_TOOK_TOO_LONG"]


async def test_wall_time_is_limited_and_the_next_file_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # reading it waits forever
    good = written(tmp_path, xlsx_bytes(WORKS))
    async with ParserPool(children=1, limits=Limits(wall_seconds=1)) as pool:
        parsed = await pool.parse(pipe, "", EXPORTED)
        assert [problem.code for problem in parsed.problems] == ["READING_TOOK_TOO_LONG"]
        assert (await pool.parse(good, "", EXPORTED)).rows == 2


async def test_cancelling_ends_the_child_and_frees_its_place(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    async with ParserPool(children=1) as pool:
        task = asyncio.create_task(pool.parse(pipe, "", EXPORTED))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await pool.parse(written(tmp_path, xlsx_bytes(WORKS)), "", EXPORTED)).rows == 2


async def test_a_killed_nursery_is_replaced(pool: ParserPool, tmp_path: Path) -> None:
    (nursery,) = (each for each in readers(psutil.Process()) if each.ppid() == os.getpid())
    nursery.kill()
    path = written(tmp_path, xlsx_bytes(WORKS))
    await asyncio.sleep(0.2)
    found = [await pool.parse(path, "", EXPORTED) for _ in range(4)]
    assert [parsed.rows for parsed in found[2:]] == [2, 2]


async def test_closing_leaves_no_process(tmp_path: Path) -> None:
    before = readers(psutil.Process())
    async with ParserPool(children=2) as pool:
        await pool.parse(written(tmp_path, csv_bytes(WORKS)), "", EXPORTED)
        family = [each for each in readers(psutil.Process()) if each not in before]
        assert len(family) == 3
    assert await gone(family)


async def test_children_die_with_a_killed_parent(tmp_path: Path) -> None:
    program = """
        import asyncio, os, sys
        from datetime import UTC, datetime
        from pathlib import Path
        from services.scorer.uploads.children import ParserPool

        async def main():
            async with ParserPool(children=2) as pool:
                os.mkfifo("pipe")
                busy = asyncio.create_task(pool.parse(Path("pipe"), "", datetime.now(UTC)))
                await asyncio.sleep(0.3)
                print("ready", flush=True)
                await busy

        asyncio.run(main())
    """
    environment = {**os.environ, "PYTHONPATH": str(Path(services.__file__).parents[1])}
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(program), stdout=subprocess.PIPE, cwd=tmp_path, env=environment
    )
    assert parent.stdout is not None
    assert await parent.stdout.readline() == b"ready\n"
    family = readers(psutil.Process(parent.pid))
    assert len(family) == 3
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    assert await gone(family)


def readers(process: psutil.Process) -> list[psutil.Process]:
    """The warm process and its children; those that have just ended and await burial are none."""
    found = []
    for each in process.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # a zombie is one too
            if "services.scorer.uploads.reader_process" in each.cmdline():
                found.append(each)
    return found


async def gone(processes: Sequence[psutil.Process]) -> bool:
    """Whether all of them end, given the moment that a signal takes."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes):
            return True
        await asyncio.sleep(0.02)
    return False


def address_space(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().vms)
    except psutil.NoSuchProcess:
        return 0


async def test_without_the_memory_limit_such_a_file_takes_all_it_wants(tmp_path: Path) -> None:
    before = readers(psutil.Process())
    path = written(tmp_path, workbook_with_far_cell("ZZ200000", "'"))
    async with ParserPool(children=1, limits=Limits(memory=None)) as pool:
        task = asyncio.create_task(pool.parse(path, "", EXPORTED))
        most = 0
        while not task.done() and most <= 4 << 30:
            await asyncio.sleep(0.01)
            most = max([most, *(address_space(each) for each in readers(psutil.Process()) if each not in before)])
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert most > 4 << 30  # twice what a limited child is ever given


async def test_without_a_child_such_a_file_ends_the_program(tmp_path: Path) -> None:
    path = written(tmp_path, workbook_with_far_cell("XFD1048576", "'"))
    program = "import sys; from tests.scorer.uploads.files import *; parse(Path(sys.argv[1]), '', EXPORTED, None)"
    environment = {**os.environ, "PYTHONPATH": str(Path(services.__file__).parents[1])}
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(path), env=environment, stderr=subprocess.DEVNULL
    )
    assert await worker.wait() == -signal.SIGABRT
