"""Puts the decisions of `decisions` on the schema when it is built; nothing undecided gets past."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import asyncpg
from graphql import GraphQLField, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, get_named_type
from graphql import GraphQLUnionType as UnionType

from services.api.access import SEEN, Decision
from services.api.context import Context
from services.api.decisions.fields import FIELDS
from services.api.decisions.mutations import MUTATIONS, UNRECORDED
from services.api.errors import InvalidInputError, NotAllowedError, RefusalError
from services.api.tokens.scopes import BY_TOKEN
from services.shared.vocabulary import TokenScope

OPEN = ("Query", "Subscription")  # to everyone, see the table


logger = logging.getLogger(__name__)


class UnrecordedError(Exception):
    """A mutation has answered its payload and written nothing to the audit."""


class UndecidedError(Exception):
    """A field or mutation of which the table does not say who may read it, or an entry that matches none."""


def apply_decisions(schema: GraphQLSchema) -> None:
    """Raises UndecidedError unless table and schema have exactly the same fields and mutations."""
    undecided: list[str] = []
    stated = {(type_name, name) for type_name, fields in FIELDS.items() for name in fields}
    stated |= {("Mutation", name) for name in MUTATIONS}
    for type_name, type_ in schema.type_map.items():
        if not isinstance(type_, GraphQLObjectType) or type_name.startswith("__") or type_name in OPEN:
            continue
        pattern, decisions = _decisions_on(type_name)
        for name, field in type_.fields.items():
            stated.discard((pattern, name))
            if name not in decisions:
                undecided.append(f"{type_name}.{name}")
            elif type_name == "Mutation":
                field.resolve = _answering(field, MUTATIONS[name])
            elif (limited := decisions[name]) is not SEEN:
                field.resolve = _limited(field, limited)
    if undecided or stated:
        nowhere = sorted(".".join(each) for each in stated)
        raise UndecidedError(f"without a decision: {undecided}; decided but not there: {nowhere}")


def _decisions_on(type_name: str) -> tuple[str, Mapping[str, Decision | None]]:
    """The line of the table that speaks of a type, by its name or the ending of its name, and what it says."""
    if type_name == "Mutation":
        return type_name, MUTATIONS
    pattern = next((each for each in FIELDS if each[0] == "*" and type_name.endswith(each[1:])), type_name)
    return pattern, FIELDS.get(pattern, {})


def _limited(field: GraphQLField, decision: Decision) -> Callable[..., Any]:
    """Answers null outside the decision's reach; so such a field must be nullable and its row say where it lies."""
    resolve = field.resolve
    assert resolve is not None  # noqa: S101  strawberry gives every field a resolver
    if str(field.type).endswith("!"):
        raise UndecidedError("a field with a decision of its own must be nullable")

    def read(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        scope = info.context.viewer.scope(decision)
        city = getattr(source, "city", None)  # what is of the whole contest has none
        if not scope.covers(source.contest_id, city.uuid if city else None, getattr(source, "uuid", None)):
            return None
        return resolve(source, info, **arguments)

    return read


def _answering(field: GraphQLField, decision: Decision) -> Callable[..., Awaitable[Any]]:
    """Checks the decision, and turns an expected failure into the member of the result that stands for it."""
    resolve, result = field.resolve, get_named_type(field.type)
    assert resolve is not None  # noqa: S101  strawberry gives every field a resolver
    members = {member.name for member in result.types} if isinstance(result, UnionType) else set()

    async def answer(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        info.context.recorded = False  # mutations follow each other, also in one operation
        try:
            _check_token(info.context.viewer.token_scope, info.field_name)
            if info.context.viewer.scope(decision).is_empty:
                raise NotAllowedError
            payload = await resolve(source, info, **arguments)
            _check_recorded(info.context, info.field_name)
            return payload
        except asyncpg.DataError:
            refusal: RefusalError = InvalidInputError("VALUE_NOT_STORABLE", field="input")
        except RefusalError as error:
            refusal = error
        member = refusal.as_member(info.context.language)
        if type(member).__name__ not in members:
            raise refusal
        return member

    return answer


def _check_token(scope: TokenScope | None, mutation: str) -> None:
    if scope is not None and mutation not in BY_TOKEN[scope]:
        raise NotAllowedError("TOKEN_SCOPE_TOO_NARROW")


def _check_recorded(context: Context, mutation: str) -> None:
    """Tests fail where a mutation has forgotten the audit; people are not stopped by it, but we hear of it."""
    if context.recorded or mutation in UNRECORDED:
        return
    if context.resources.settings.env == "test":
        raise UnrecordedError(f"{mutation}: call context.record(…), or context.nothing_to_record() if nothing changed")
    logger.error("%s has not written to the audit", mutation)
