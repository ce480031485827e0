"""Puts the decisions of `decisions.py` on the schema when it is built; nothing undecided gets past."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
from graphql import GraphQLField, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, get_named_type
from graphql import GraphQLUnionType as UnionType

from services.api.access import Decision
from services.api.decisions import EVERYONE, FIELDS, OPERATIONS, SEEN
from services.api.errors import InvalidInputError, NotAllowedError, RefusalError

ROOTS = ("Query", "Mutation", "Subscription")


class UndecidedError(Exception):
    """A field or operation of which the table does not say who may read it, or an entry that matches none."""


def apply_decisions(schema: GraphQLSchema) -> None:
    """Raises UndecidedError unless table and schema have exactly the same fields and operations."""
    undecided: list[str] = []
    stated = {f"{type_name}.{name}" for type_name, fields in FIELDS.items() for name in fields} | set(OPERATIONS)
    for type_name, type_ in schema.type_map.items():
        if not isinstance(type_, GraphQLObjectType) or type_name.startswith("__"):
            continue
        for name, field in type_.fields.items():
            entry = _entry(type_name, name)
            if entry is None:
                undecided.append(f"{type_name}.{name}")
            else:
                stated.discard(entry)
                _decide(type_name, name, field)
    if undecided or stated:
        raise UndecidedError(f"without a decision: {undecided}; decided but not there: {sorted(stated)}")


def _entry(type_name: str, field: str) -> str | None:
    """The line of the table that speaks of a field."""
    if type_name in ROOTS:
        operation = f"{type_name}.{field}"
        return operation if operation in OPERATIONS else None
    pattern = next((each for each in FIELDS if each[0] == "*" and type_name.endswith(each[1:])), type_name)
    return f"{pattern}.{field}" if field in FIELDS.get(pattern, {}) else None


def _decide(type_name: str, name: str, field: GraphQLField) -> None:
    if type_name in ROOTS:
        decision = OPERATIONS[f"{type_name}.{name}"]
        if type_name == "Mutation":
            field.resolve = _answering(field, decision)
        elif decision is not EVERYONE:
            raise UndecidedError(f"{type_name}.{name}: what is read is limited by rows, not by operation")
        return
    found = _entry(type_name, name)
    pattern = found.partition(".")[0] if found else type_name
    limited = FIELDS[pattern][name]
    if limited is not SEEN:
        field.resolve = _limited(field, limited)


def _limited(field: GraphQLField, decision: Decision) -> Callable[..., Any]:
    """Answers null outside the decision's reach; so such a field must be nullable and its row say where it lies."""
    resolve = field.resolve
    assert resolve is not None  # noqa: S101  strawberry gives every field a resolver
    if str(field.type).endswith("!"):
        raise UndecidedError("a field with a decision of its own must be nullable")

    def read(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        scope = info.context.viewer.scope(decision)
        if not scope.covers(source.contest_id, source.city.uuid, source.uuid):
            return None
        return resolve(source, info, **arguments)

    return read


def _answering(field: GraphQLField, decision: Decision) -> Callable[..., Awaitable[Any]]:
    """Checks the decision, and turns an expected failure into the member of the result that stands for it."""
    resolve, result = field.resolve, get_named_type(field.type)
    assert resolve is not None  # noqa: S101  strawberry gives every field a resolver
    members = {member.name for member in result.types} if isinstance(result, UnionType) else set()

    async def answer(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        try:
            if info.context.viewer.scope(decision).is_empty:
                raise NotAllowedError
            return await resolve(source, info, **arguments)
        except asyncpg.DataError:
            refusal: RefusalError = InvalidInputError("VALUE_NOT_STORABLE", field="input")
        except RefusalError as error:
            refusal = error
        member = refusal.as_member(info.context.language)
        if type(member).__name__ not in members:
            raise refusal
        return member

    return answer
