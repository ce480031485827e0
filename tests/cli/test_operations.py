"""The operations the command line sends, held against the schema and against the code that names them."""

import re
from pathlib import Path

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse, validate

from services.cli import operations
from services.cli.operations import document, operation

ROOT = Path(operations.__file__).parents[2]
NAMES = [one.name.value for one in document().definitions if isinstance(one, OperationDefinitionNode) and one.name]


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_an_operation_is_valid_against_the_schema(name: str, schema: GraphQLSchema) -> None:
    assert [error.message for error in validate(schema, parse(operation(name)))] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_operation_carries_only_itself_and_the_fragments_it_needs(name: str) -> None:
    text = operation(name)
    assert text.count("mutation ") + text.count("query ") == 1
    spread, defined = set(re.findall(r"\.\.\.([A-Z]\w+)", text)), set(re.findall(r"fragment (\w+)", text))
    assert spread == defined
    assert len(text) < 15_000


def test_every_operation_is_used_and_every_name_used_is_there() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "services" / "cli").glob("*.py"))
    called = set(re.findall(r'(?:query|mutate|pages|wait_for)\(\s*(?:client,\s*)?"([A-Z]\w+)"', code))
    called |= set(re.findall(r'_(?:manage|change)\(server, .*?"([A-Z]\w+)"', code))  # handed on to `mutate`
    assert called == set(NAMES)
