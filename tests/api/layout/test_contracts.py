"""Of every page: its operation is valid, its template asks for just that, its words are in both languages."""

import ast
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from graphql import FieldNode, GraphQLSchema, InlineFragmentNode, build_schema, parse, validate
from jinja2 import meta, nodes

from services.api import layout
from services.api.layout.asked import OPERATIONS
from services.api.layout.catalogue import FILE
from services.api.layout.page import Form, Page
from services.api.layout.render import environment, template_source
from services.api.pages import PAGES
from services.shared.words import Language

API = Path(layout.__file__).parents[1]
ROOT = API.parents[1]
ONLY_PAGES = [each for each in PAGES if isinstance(each, Page)]
FORMS = [each for each in PAGES if isinstance(each, Form)]


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(OPERATIONS.operations))
def test_an_operation_is_valid_and_somebody_asks_it(name: str, schema: GraphQLSchema) -> None:
    assert [error.message for error in validate(schema, parse(OPERATIONS.text(name)))] == []
    assert name in {each.operation for each in ONLY_PAGES} | {each.mutation for each in FORMS}


@pytest.mark.parametrize("page", ONLY_PAGES, ids=lambda page: page.path)
def test_a_template_asks_for_what_its_operation_gives_and_for_the_frame(page: Page) -> None:
    assert asked_for(page.template) - {"frame", "asset"} == given_by(page.operation)


def asked_for(template: str) -> set[str]:
    """The names that a template and what it builds on take from outside."""
    source = template_source(template)
    assert source is not None, template
    tree = environment(Language.ZH).parse(source)
    parts = {name for node in tree.find_all(nodes.FromImport) for name in node.names}
    found = set(meta.find_undeclared_variables(tree)) - set(environment(Language.ZH).globals) - parts
    return found.union(*(asked_for(name) for name in meta.find_referenced_templates(tree) if name))


def given_by(operation: str) -> set[str]:
    """The fields at the top of an operation."""
    fields = OPERATIONS.operations[operation].selection_set.selections
    assert not any(isinstance(field, InlineFragmentNode) for field in fields)
    return {field.name.value for field in fields if isinstance(field, FieldNode)}


def test_every_template_belongs_to_a_page() -> None:
    there = {f"{path.parents[1].name}/{path.name}" for path in API.glob("*/templates/*.html")}
    used: set[str] = {"layout/not_found.html", "layout/failed.html", "layout/refused.html"} | {
        page.template for page in ONLY_PAGES
    }
    waiting = list(used)
    while waiting:
        source = template_source(waiting.pop())
        assert source is not None
        named = set(meta.find_referenced_templates(environment(Language.ZH).parse(source)))
        waiting += [name for name in named - used if name]
        used |= {name for name in named if name}
    assert there == used


def test_everything_that_pages_say_is_there_in_english() -> None:
    found = extract_from_dir(
        API, method_map=[("**/templates/**.html", "jinja2")], options_map={"**/templates/**.html": {"trimmed": "true"}}
    )
    said = {message for _, _, message, _, _ in found}
    with FILE.open("rb") as file:
        catalogue = {message.id: message for message in read_po(file, locale="en") if message.id}
    assert said == set(catalogue)
    assert [message.id for message in catalogue.values() if not message.string or message.fuzzy] == []


@pytest.mark.parametrize("path", sorted(API.glob("*/pages.py")), ids=lambda path: path.parent.name)
def test_no_page_touches_anything_but_the_layout(path: Path) -> None:
    """Pages are clients: what they know comes from operations, under the permissions of whoever looks."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    ours = {module for module in modules if module.startswith("services.")}
    own = f"services.api.{path.parent.name}"
    allowed = {"services.api.language"}
    assert {module for module in ours if not module.startswith(("services.api.layout", own))} <= allowed
    assert not any("store" in module or "database" in module for module in modules)
