"""Every named query is valid on the present schema, is used, and is named by its store alone."""

import ast
from pathlib import Path

import pytest

from services.shared.database.pool import Pool
from services.shared.database.sql import load

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "services").rglob("queries.sql"))


def names_used(python: Path) -> set[str]:
    """The attributes read from a name `queries` in a file."""
    tree = ast.parse(python.read_text(encoding="utf-8"))
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "queries"
    }


def test_there_are_queries() -> None:
    assert len(FILES) > 3


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.relative_to(ROOT).as_posix())
async def test_every_query_prepares(path: Path, database: Pool) -> None:
    async with database.acquire() as connection:
        for name, text in load(path).texts.items():
            try:
                await connection.prepare(text)
            except Exception as error:  # whatever PostgreSQL says, say of which query
                raise AssertionError(f"{name}: {error}") from error


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.relative_to(ROOT).as_posix())
def test_every_query_is_used_by_its_store(path: Path) -> None:
    used = set().union(*(names_used(python) for python in path.parent.glob("*.py")))
    assert sorted(load(path).texts) == sorted(used)


def test_only_stores_name_queries() -> None:
    others = [
        python.relative_to(ROOT).as_posix()
        for python in (ROOT / "services").rglob("*.py")
        if python.name != "store.py" and names_used(python)
    ]
    assert others == []
