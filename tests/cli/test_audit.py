"""`audit export` and `audit verify FILE`, and what is said of a wrong row."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli.audit import _FAULTS
from services.cli.audit import audit as command
from services.cli.errors import CommandError
from services.shared.audit.chain import Fault, Head, Sealed, follow
from services.shared.audit.export import entry_line, head_line

runner = CliRunner()


def _entry(number: int) -> dict[str, object]:
    return {"id": f"00000000-0000-7000-8000-{number:012}", "reason": f"原因{number}", "changes": {"a": [None, 1]}}


@pytest.fixture
def lines() -> list[bytes]:
    """An export of four entries."""
    head, made = Head(), []
    for number in range(1, 5):
        head = follow(head, _entry(number))
        made.append(entry_line(Sealed(number, _entry(number), head.digest)))
    return [*made, head_line(head)]


def _verify(tmp_path: Path, lines: list[bytes], *options: str) -> str:
    """What is said of a file that does not hold."""
    path = tmp_path / "audit.jsonl"
    path.write_bytes(b"".join(lines))
    result = runner.invoke(command, ["verify", str(path), *options])
    assert isinstance(result.exception, CommandError), result.output
    return str(result.exception)


def _head(lines: list[bytes]) -> str:
    return lines[-1].decode().removeprefix('{"head":"').removesuffix('"}\n')


def test_an_untouched_export_holds_without_any_database(tmp_path: Path, lines: list[bytes]) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_bytes(b"".join(lines))
    for options in ([], ["--head", _head(lines)]):
        result = runner.invoke(command, ["verify", str(path), *options])
        assert result.exit_code == 0
        assert _head(lines) in result.output


Doing = Callable[[list[bytes]], list[bytes]]
WRONG: dict[str, tuple[Doing, Fault, int]] = {
    "changed": (lambda it: [it[0], it[1].replace("原因2".encode(), "别的".encode()), *it[2:]], Fault.CHANGED, 2),
    "missing": (lambda it: [*it[:2], *it[3:]], Fault.MISSING, 3),
    "missing at the end": (lambda it: [*it[:3], it[4]], Fault.MISSING, 4),
    "cut off": (lambda it: it[:3], Fault.MISSING, 4),
    "twice": (lambda it: [*it[:2], it[1], *it[2:]], Fault.EXTRA, 2),
    "reordered": (lambda it: [it[0], it[2], it[1], *it[3:]], Fault.REORDERED, 2),
    "numbers exchanged": (
        lambda it: [
            it[0],
            it[2].replace(b'"position":3', b'"position":2'),
            it[1].replace(b'"position":2', b'"position":3'),
            *it[3:],
        ],
        Fault.CHANGED,
        2,
    ),
    "added at the end": (
        lambda it: [*it[:4], it[3].replace(b'"position":4', b'"position":5'), it[4]],
        Fault.CHANGED,
        5,
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_the_first_wrong_row_of_an_export_is_named(tmp_path: Path, lines: list[bytes], what: str) -> None:
    do, fault, position = WRONG[what]
    said = _verify(tmp_path, do(lines))
    assert f"第 {position} 条" in said
    assert _FAULTS[fault][0] in said


def test_an_export_is_compared_with_a_head_printed_earlier(tmp_path: Path, lines: list[bytes]) -> None:
    assert _FAULTS[Fault.HEAD][0] in _verify(tmp_path, lines, "--head", "2:" + "0" * 64)
    assert _FAULTS[Fault.HEAD][0] in _verify(tmp_path, lines, "--head", "9:" + "0" * 64)
    assert "不是链头" in _verify(tmp_path, lines, "--head", "nine")


@pytest.mark.parametrize("line", [b"", b"5\n", b"{}\n", b"nonsense\n", b'{"entry":{"id":"x"},"digest":""}\n'])
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, lines: list[bytes], line: bytes) -> None:
    assert "第 2 行" in _verify(tmp_path, [lines[0], line or b"\n", *lines[1:]])


def test_every_fault_has_its_words() -> None:
    assert set(_FAULTS) == set(Fault)
