"""Shorter ways through the executor for what is read most: plain attributes, ids, and the type of a value."""

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLUnionType,
)

from services.api.nodes import global_id

Resolver = Callable[..., Any]


def make_fast(schema: GraphQLSchema) -> None:
    """Replaces what strawberry puts around plain attributes; no field changes its meaning."""
    for name, type_ in schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(type_, GraphQLObjectType):
            type_.is_type_of = None  # abstract types know the type of a value, see below
            for field in type_.fields.values():
                _shorten(field)
            if any(interface.name == "Node" for interface in type_.interfaces):
                type_.fields["id"].resolve = _id_of(name)
        elif isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            type_.resolve_type = _type_of


def _shorten(field: GraphQLField) -> None:
    definition = field.extensions.get("strawberry-definition")
    if definition is not None and definition.is_basic_field:
        field.resolve = _attribute(definition.python_name)


def _attribute(name: str) -> Resolver:
    def read(source: Any, _info: GraphQLResolveInfo[Any]) -> Any:
        return getattr(source, name)

    return read


def _id_of(type_name: str) -> Resolver:
    def read(source: Any, _info: GraphQLResolveInfo[Any]) -> str:
        return global_id(type_name, source.node_key)

    return read


def _type_of(value: Any, _info: GraphQLResolveInfo[Any], _type: Any) -> str:
    name: str = value.__strawberry_definition__.name
    return name
