"""The operations the command line sends, held against the schema and against the code that names them."""

import re
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from services.cli import asked
from services.cli.asked import OPERATIONS

ROOT = Path(asked.__file__).parents[2]
NAMES = list(OPERATIONS.operations)


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_an_operation_is_valid_against_the_schema(name: str, schema: GraphQLSchema) -> None:
    assert [error.message for error in validate(schema, parse(OPERATIONS.text(name)))] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_operation_carries_only_itself_and_the_fragments_it_needs(name: str) -> None:
    text = OPERATIONS.text(name)
    assert sum(map(text.count, ("mutation ", "query ", "subscription "))) == 1
    spread, defined = set(re.findall(r"\.\.\.([A-Z]\w+)", text)), set(re.findall(r"fragment (\w+)", text))
    assert spread == defined
    assert len(text) < 15_000


def test_every_operation_is_used_and_every_name_used_is_there() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "services" / "cli").glob("*.py"))
    called = set(re.findall(r'(?:query|mutate|pages|follow|wait_for)\(\s*(?:client,\s*)?"([A-Z]\w+)"', code))
    handed_on = r'(?:_manage|_change|change_contest)\(server, .*?"([A-Z]\w+)"'
    called |= set(re.findall(handed_on, code))
    assert called == set(NAMES)
