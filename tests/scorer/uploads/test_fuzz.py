"""Any bytes at all get a typed answer within the limits, and whoever asked lives on.

The fuzzer is not told what hurts. What ends the reader of xlsx files, a far cell in a small sheet, it has to come upon
by itself, and without the guard it has to end a process: nothing else would show that the guard is what answers.
"""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from services.scorer.uploads.children import Limits, ParserPool
from services.shared.words import Language, put
from tests.scorer.uploads.files import ENCODINGS, EXPORTED, KINDS, NAME, csv_bytes, xlsx_bytes
from tests.scorer.uploads.mutants import mutated_text, mutated_workbook

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG = os.environ.get("LIVECUP_LONG") == "1"
MUTANTS = 20_000 if LONG else 250
ANY_BYTES = 5_000 if LONG else 150
AT_ONCE = 2
MEMORY = 1 << 30  # enough for small files
MOST_UNGUARDED = 8
BEGINNINGS = [b"", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\xef\xbb\xbf"]
VALID = [
    *((xlsx_bytes(table), mutated_workbook) for table in KINDS.values()),
    *((csv_bytes(table, encoding), mutated_text) for table in KINDS.values() for encoding in ENCODINGS),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[ParserPool]:
    async with ParserPool(children=AT_ONCE, limits=Limits(memory=MEMORY)) as opened:
        yield opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


async def answered(pool: ParserPool, path: Path, content: bytes) -> frozenset[str]:
    """The codes a file is answered with; there is a word for each of them, and rows or a reason."""
    await asyncio.to_thread(path.write_bytes, content)
    with capture_logs() as logs:
        parsed = await pool.parse(path, NAME, EXPORTED)
    assert not [log for log in logs if "PanicException" not in log["detail"]]  # calamine may panic, we may not
    assert parsed.frame is not None or parsed.problems
    for problem in parsed.problems:
        for language in Language:
            assert put(problem.code, problem.parameters, language)
    return frozenset(problem.code for problem in parsed.problems)


def mutant(number: int) -> bytes:
    """The same one whenever it is asked for."""
    random = Random(number)
    content, change = random.choice(VALID[: len(KINDS)] if number % 2 else VALID)
    return change(content, random)


def texts() -> st.SearchStrategy[bytes]:
    """Text under the headings of some kind, in an encoding that may not be able to write it."""
    lines = st.lists(
        st.text(alphabet=st.sampled_from("0123456789-:. ,;\t\r\n\"'万w%元;\0\ufeff") | st.characters(), max_size=60),
        max_size=8,
    )
    headings = st.sampled_from([",".join(map(str, table[0])) for table in KINDS.values()])
    return st.builds(
        lambda head, below, encoding: "\n".join([head, *below]).encode(
            encoding, "surrogatepass" if "utf" in encoding else "replace"
        ),
        headings,
        lines,
        st.sampled_from(ENCODINGS),
    )


@settings(max_examples=ANY_BYTES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.builds(bytes.__add__, st.sampled_from(BEGINNINGS), st.binary(max_size=4096)) | texts())
async def test_any_bytes_at_all_are_answered(content: bytes, pool: ParserPool, folder: Path) -> None:
    await answered(pool, folder / "any", content)


async def unguarded(path: Path) -> int:
    """How the process ends that reads a workbook without looking at it before, with as much memory as a child."""
    program = f"""
import fastexcel, resource
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
book = fastexcel.read_excel({str(path)!r})
for sheet in range(len(book.sheet_names)):
    book.load_sheet(sheet, header_row=None, dtypes="string")
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stderr=asyncio.subprocess.DEVNULL)
    return await process.wait()


async def test_mutants_of_valid_files_are_answered_and_those_that_abort_the_reader_found(
    pool: ParserPool, folder: Path
) -> None:
    found: Counter[str] = Counter()
    far: list[int] = []
    waiting = iter(range(MUTANTS))

    async def read_on(place: Path) -> None:
        for number in waiting:
            answer = await answered(pool, place, mutant(number))
            found.update(answer or ["counted"])
            if "CELL_FAR_AWAY" in answer:
                far.append(number)

    await asyncio.gather(*(read_on(folder / str(place)) for place in range(AT_ONCE)))
    aborted = 0
    for number in far[:MOST_UNGUARDED]:
        (folder / "far").write_bytes(mutant(number))
        aborted += await unguarded(folder / "far") == -signal.SIGABRT
    assert aborted, far
    assert found["counted"], found
    assert len(found) > 15, found
