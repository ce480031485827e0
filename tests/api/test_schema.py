"""The schema is the committed one, says what everything is, and holds nothing undecided."""

from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLString,
)

from services.api.decided import UndecidedError, apply_decisions
from services.api.decisions.fields import FIELDS
from services.api.permissions import render_permissions
from services.api.schema import build_schema, core_of, render_schema

FILE = Path(__file__).parents[2] / "schema.graphql"


def test_the_committed_schema_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == render_schema()


def test_the_committed_table_of_permissions_is_current() -> None:
    page = FILE.parent / "docs" / "permissions.md"
    assert page.read_text(encoding="utf-8") == render_permissions(core_of(build_schema()))


def test_everything_is_described() -> None:
    silent = []
    for name, type_ in core_of(build_schema()).type_map.items():
        if name.startswith("__") or name in {"String", "Int", "Float", "Boolean", "ID"}:
            continue
        if not type_.description:
            silent.append(name)
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in type_.fields.items():
                silent += [f"{name}.{field_name}"] if not field.description else []
                silent += [f"{name}.{field_name}({each})" for each, arg in field.args.items() if not arg.description]
        elif isinstance(type_, GraphQLInputObjectType):
            silent += [f"{name}.{each}" for each, field in type_.fields.items() if not field.description]
        elif isinstance(type_, GraphQLEnumType):
            silent += [f"{name}.{each}" for each, value in type_.values.items() if not value.description]
    assert silent == []


def test_a_field_without_a_decision_keeps_the_schema_from_being_built() -> None:
    core = core_of(build_schema())
    contestant = core.type_map["Contestant"]
    assert isinstance(contestant, GraphQLObjectType)
    contestant.fields["bankAccount"] = GraphQLField(GraphQLString)
    with pytest.raises(UndecidedError, match=r"Contestant\.bankAccount"):
        apply_decisions(core)


def test_a_mutation_without_a_decision_keeps_the_schema_from_being_built() -> None:
    core = core_of(build_schema())
    assert core.mutation_type is not None
    core.mutation_type.fields["dropEverything"] = GraphQLField(GraphQLString)
    with pytest.raises(UndecidedError, match=r"Mutation\.dropEverything"):
        apply_decisions(core)


def test_a_decision_about_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FIELDS, "Ghost", {"name": None})
    with pytest.raises(UndecidedError, match=r"Ghost\.name"):
        build_schema()
