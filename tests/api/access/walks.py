"""Every way through the schema from its queries and subscriptions on, as documents with their variables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from tests.api.access.shapes import Ids, variations

DEEP = 4  # objects on one way; none of a type that the way has passed


@dataclass(frozen=True)
class Walk:
    """What is selected, and the variables that it names with their types and values."""

    selection: str
    declared: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    def document(self, operation: str) -> str:
        declared = ", ".join(f"${name}: {type_}" for name, type_ in self.declared.items())
        return f"{operation} {f'({declared})' if declared else ''} {{ {self.selection} }}"


def walks(type_: GraphQLObjectType, ids: Ids, trail: tuple[str, ...] = ()) -> Iterator[Walk]:
    """The plain fields of an object, then everything that hangs on it."""
    if plain := leaves(type_):
        yield Walk(plain)
    for name, each in type_.fields.items():
        inner = get_named_type(each.type)
        if is_leaf_type(inner) and any(is_required_argument(argument) for argument in each.args.values()):
            yield from _with_arguments(name, each, ids, inner.name, [Walk("")])
        elif isinstance(inner, GraphQLObjectType):
            yield from _through(name, each, inner, ids, trail)


def leaves(type_: GraphQLObjectType) -> str:
    """The plain fields of an object that need no argument."""
    return " ".join(
        name
        for name, each in type_.fields.items()
        if is_leaf_type(get_named_type(each.type)) and not any(map(is_required_argument, each.args.values()))
    )


def _through(
    name: str, each: GraphQLField, inner: GraphQLObjectType, ids: Ids, trail: tuple[str, ...]
) -> Iterator[Walk]:
    before, after, target = "", "", inner
    if inner.name.endswith("Connection"):
        node = get_named_type(inner.fields["nodes"].type)
        assert isinstance(node, GraphQLObjectType)
        before, after, target = "totalCount pageInfo { hasNextPage endCursor } nodes { ", " }", node
    if target.name in trail or len(trail) == DEEP:
        return
    below = list(walks(target, ids, (*trail, target.name)))
    wrapped = [Walk(f"{{ {before}{walk.selection}{after} }}", walk.declared, walk.values) for walk in below]
    yield from _with_arguments(name, each, ids, target.name, wrapped)


def _with_arguments(name: str, each: GraphQLField, ids: Ids, own: str, below: list[Walk]) -> Iterator[Walk]:
    """The ways below with the arguments that are needed; with each further argument only the plain fields."""
    for place, arguments in enumerate(variations(each.args, ids, own)):
        for walk in below if place == 0 else below[:1]:
            named = {argument: f"v{number}" for number, argument in enumerate(arguments, len(walk.declared))}
            given = ", ".join(f"{argument}: ${variable}" for argument, variable in named.items())
            yield Walk(
                f"{name}{f'({given})' if given else ''} {walk.selection}",
                {**walk.declared, **{named[one]: _type_of(each.args[one]) for one in named}},
                {**walk.values, **{named[one]: arguments[one] for one in named}},
            )


def _type_of(argument: GraphQLArgument) -> str:
    return str(argument.type)
