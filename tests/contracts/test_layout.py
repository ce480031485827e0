"""The house rules that no linter knows: sizes, names, and nothing of anybody's machine in the tree."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "services").rglob("*.py"))
FILE_LINES, FUNCTION_LINES = 300, 40


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    place = path.relative_to(ROOT).as_posix()
    too_long = [place] if len(text.splitlines()) > FILE_LINES else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            docstring = ast.get_docstring(node, clean=False) or ""
            if node.end_lineno - node.lineno + 1 - len(docstring.splitlines()) > FUNCTION_LINES:
                too_long.append(f"{place}:{node.name}")
    assert too_long == []


def takes_one(named: ast.Attribute) -> bool:
    return named.attr == "pool" or ast.unparse(named) == "context.load"


def second_connections(tree: ast.AST) -> list[int]:
    """Lines that take a connection where one is held: under `acquire()`, and in what is given a connection."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            holds = any(argument.arg == "connection" for argument in node.args.args)
        else:
            holds = isinstance(node, ast.AsyncWith) and any("acquire()" in ast.unparse(i) for i in node.items)
        inside = [each for part in getattr(node, "body", []) for each in ast.walk(part)] if holds else []
        lines += [each.lineno for each in inside if isinstance(each, ast.Attribute) and takes_one(each)]
    return lines


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nobody_waits_for_a_second_connection_while_holding_one(path: Path) -> None:
    assert second_connections(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_a_second_connection_is_found() -> None:
    source = """
async def one(context, connection):
    await context.load("City", 1)

async def two(context):
    await context.load("City", 1)
    async with context.pool.acquire() as connection, connection.transaction():
        await store.find(context.resources.pool)
"""
    assert second_connections(ast.parse(source)) == [3, 8]


def test_files_are_named_for_what_they_hold() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "service", "base"}
    assert [path.as_posix() for path in SOURCES if path.stem in vague] == []


def test_nothing_committed_names_a_registry_or_a_machine() -> None:
    lock_files = {"uv.lock", "package-lock.json"}
    wrong = re.compile(r"(?i)https?://(?:[a-z0-9.-]*\.)?(?:pypi|pythonhosted|npmjs|npmmirror)\.|/(?:home/\w+|root/\.)")
    found = []
    for path in committed():
        if path.name in lock_files:
            found.append(path.name)
        elif path != Path(__file__) and path.suffix not in {".png", ".xlsx", ".zip", ".woff2"}:
            found += [f"{path}: {match[0]}" for match in wrong.finditer(path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_the_locks_are_pinned_and_name_no_index(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    requirements = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert [line for line in requirements if line.startswith("-") or "==" not in line] == []
    assert sum("--hash=sha256:" in line for line in lines) >= len(requirements) > 30
