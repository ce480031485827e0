"""Values of the right shape for whatever the schema asks for, made from the schema itself: nothing here knows a
mutation or a field by name, so that new ones are asked like the others."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)

from services.api.node_query import NODES, NODES_OF_TWO
from services.api.schema import build_schema, core_of
from tests.api.access.planted import EMPTY, NOWHERE, THERE, Planted
from tests.api.conftest import gid

# Whose id is meant where the name of a field does not say its type.
MEANT = {
    "run": "ScoringRun",
    "replacesRun": "ScoringRun",
    "baseRun": "ScoringRun",
    "otherRun": "ScoringRun",
    "subject": "Contestant",
    "parent": "Upload",
}
SEVERAL = {"Team": ("teams", "cities")}  # what a type's id may be made of, other than its own table
TEXTS = {
    "sha256": "0" * 64,
    "login": "somebody.new",
    "password": "a-new-password-1",
    "idNumber": "11010519491231002X",
    "phone": "13812345678",
    "uid": "7592255573464597541",
    "slug": "another",
    "name": "x.csv",
    "evidenceKey": "certificate",
}
SCALARS: dict[str, Any] = {
    "Int": 1,
    "Long": 1,
    "Float": 1.0,
    "Decimal": "1",
    "Boolean": False,
    "DateTime": "2021-07-20T00:00:00+08:00",
    "Date": "2021-07-20",
}


def _mutations() -> dict[str, GraphQLInputObjectType | None]:
    """Each with the type of its input."""
    type_ = core_of(build_schema()).mutation_type
    assert isinstance(type_, GraphQLObjectType)
    found: dict[str, GraphQLInputObjectType | None] = {}
    for name, field in type_.fields.items():
        types = [each.type for each in field.args.values()]
        given = types[0].of_type if types and isinstance(types[0], GraphQLNonNull) else None
        assert (given is None) == (not types), f"{name} takes one input, which it needs"
        assert given is None or isinstance(given, GraphQLInputObjectType)
        found[name] = given
    return found


INPUTS = _mutations()


@dataclass(frozen=True)
class Ids:
    """Which ids are given: those of the hidden city, or in their place ids of nothing (of a city: one with nobody)."""

    planted: Planted
    hidden: bool

    def of(self, name: str) -> list[str]:
        """The ids for a field of this name; of every type in turn where the name says none."""
        stem = re.sub(r"Ids?$", "", name)
        type_name = MEANT.get(stem, stem[:1].upper() + stem[1:])
        types = [type_name] if type_name in NODES else sorted(NODES - NODES_OF_TWO - {"User"})
        return [each for one in types for each in self.of_type(one)]

    def of_type(self, type_name: str) -> list[str]:
        keys = self.planted.keys[THERE]
        tables = SEVERAL.get(type_name, (table_of(type_name),))
        return [gid(type_name, self._key(table, keys.get(table, NOWHERE))) for table in tables]

    def _key(self, table: str, key: UUID) -> UUID:
        if self.hidden or not self.is_hidden(table):
            return key
        return self.planted.contest.cities[EMPTY] if table == "cities" else NOWHERE

    def is_hidden(self, table: str) -> bool:
        """Whether the rows of a table are a city's; those of the contest are given as they are."""
        return table in self.planted.tables or table in ("cities", "users")


def table_of(type_name: str) -> str:
    """`RosterImport` → roster_imports"""
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", type_name).lower()
    return {"city": "cities", "audit_entry": "audit_entries"}.get(snake, f"{snake}s")


def inputs(type_: GraphQLInputObjectType, ids: Ids) -> Iterator[dict[str, Any]]:
    """What a mutation may be given: only what it needs; that with each further id; everything. Each with every id that
    may be meant and every value of its enumerations in turn."""
    optional = [name for name, field in type_.fields.items() if not is_required_input_field(field)]
    named = [name for name in optional if get_named_type(type_.fields[name].type).name == "ID"]
    for also in ((), *((name,) for name in named), tuple(optional)):
        for choice in range(_choices_in(type_, ids)):
            yield _object(type_, ids, also, choice)


def _choices_in(type_: GraphQLInputObjectType, ids: Ids) -> int:
    most = 1
    for name, field in type_.fields.items():
        inner = get_named_type(field.type)
        if isinstance(inner, GraphQLInputObjectType):
            most = max(most, _choices_in(inner, ids))
        elif isinstance(inner, GraphQLEnumType):
            most = max(most, len(inner.values))
        elif inner.name == "ID":
            most = max(most, len(ids.of(name)))
    return most


def _object(type_: GraphQLInputObjectType, ids: Ids, also: Collection[str] | None, choice: int) -> dict[str, Any]:
    """`also` names the fields that are given beside the needed ones; none: all."""
    return {
        name: value_of(field.type, name, ids, choice)
        for name, field in type_.fields.items()
        if also is None or name in also or is_required_input_field(field)
    }


def value_of(type_: GraphQLInputType, name: str, ids: Ids, choice: int = 0) -> Any:
    """A value that the type takes."""
    if isinstance(type_, GraphQLNonNull | GraphQLList):
        value = value_of(type_.of_type, name, ids, choice)
        return [value] if isinstance(type_, GraphQLList) else value
    if isinstance(type_, GraphQLInputObjectType):
        return _object(type_, ids, None, choice)
    if isinstance(type_, GraphQLEnumType):
        return list(type_.values)[choice % len(type_.values)]
    assert isinstance(type_, GraphQLScalarType)
    if type_.name == "ID":
        possible = ids.of(name)
        return possible[choice % len(possible)]
    return TEXTS.get(name, "文字") if type_.name == "String" else SCALARS[type_.name]


def variations(arguments: Mapping[str, GraphQLArgument], ids: Ids, own: str) -> Iterator[dict[str, Any]]:
    """Arguments of a field: what is needed alone, then with each id or text that may be given beside it.

    `own` is the type that the field answers, of which `id` is meant.
    """
    needed = {
        name: _given(argument, name, ids, own) for name, argument in arguments.items() if is_required_argument(argument)
    }
    if "first" in arguments:
        needed["first"] = 3
    yield needed
    for name, argument in arguments.items():
        if name in needed or name in ("first", "after"):
            continue
        named = get_named_type(argument.type)
        if isinstance(named, GraphQLInputObjectType):
            for inner, field in named.fields.items():
                for value in _choices(field, inner, ids):
                    yield {**needed, name: {inner: value}}
        else:
            for value in _choices(argument, name, ids):
                yield {**needed, name: value}


def _given(argument: GraphQLArgument, name: str, ids: Ids, own: str) -> Any:
    if name == "id" and own in NODES:
        return ids.of_type(own)[0]
    if name in ("slug", "contest"):
        return ids.planted.contest.id.hex
    return value_of(argument.type, name, ids)


def _choices(field: GraphQLInputField | GraphQLArgument, name: str, ids: Ids) -> list[Any]:
    named = get_named_type(field.type)
    listed = isinstance(field.type, GraphQLList)
    if named.name == "ID":
        return [[each] if listed else each for each in ids.of(name)]
    if named.name == "String":
        return ["HIDDENMARK" if ids.hidden else "NOWHEREMARK"]
    return []
