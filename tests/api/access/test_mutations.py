"""Every mutation as every kind of viewer: whoever may not do it is told so, and nothing in the database changes.

Inputs are made from the schema with ids of another city, so a new mutation is tried without a line here.
"""

from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLNonNull, GraphQLObjectType
from starlette.applications import Starlette

from services.api.decisions import MUTATIONS
from services.api.schema import build_schema, core_of
from services.shared.database.pool import Pool
from tests.api.access.planted import THERE, Planted, plant
from tests.api.access.shapes import Ids, inputs
from tests.api.access.viewers import KINDS, Asker, viewer_of

TABLES = "select tablename from pg_tables where schemaname = 'public' order by tablename"


def _mutations() -> dict[str, GraphQLInputObjectType | None]:
    """Each with the type of its input."""
    type_ = core_of(build_schema()).mutation_type
    assert isinstance(type_, GraphQLObjectType)
    found: dict[str, GraphQLInputObjectType | None] = {}
    for name, field in type_.fields.items():
        inputs = [each.type for each in field.args.values()]
        given = inputs[0].of_type if inputs and isinstance(inputs[0], GraphQLNonNull) else None
        assert (given is None) == (not inputs), f"{name} takes one input, which it needs"
        assert given is None or isinstance(given, GraphQLInputObjectType)
        found[name] = given
    return found


INPUTS = _mutations()


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_not_theirs_is_refused_and_nothing_changes(app: Starlette, database: Pool, kind: str) -> None:
    planted = await plant(database)
    viewer = await viewer_of(database, planted, kind)
    asker = Asker(app, viewer)
    wrong: list[str] = []
    before = await _everything(database)
    for name, type_ in INPUTS.items():
        scope = viewer.scope(MUTATIONS[name])
        if scope.covers(planted.contest.id, planted.contest.cities[THERE], planted.people[THERE].id):
            continue  # theirs
        wrong += await _refused(asker, name, type_, planted, nothing_is_theirs=scope.is_empty)
        after = await _everything(database)
        wrong += [f"{name} changed {table}" for table in after if after[table] != before[table]]
        before = after
    assert wrong == []


async def _refused(
    asker: Asker, name: str, type_: GraphQLInputObjectType | None, planted: Planted, *, nothing_is_theirs: bool
) -> list[str]:
    """What went wrong when a mutation was asked for things of another city."""
    if type_ is None:
        answer = (await _ask(asker, name, None))["answer"]
        return [] if answer["__typename"] == "NotAllowed" or not nothing_is_theirs else [f"{name}: {answer}"]
    wrong = []
    tried = zip(inputs(type_, Ids(planted, hidden=True)), inputs(type_, Ids(planted, hidden=False)), strict=True)
    for hidden, nothing in tried:
        if hidden == nothing and not nothing_is_theirs:
            continue  # without an id of another city it may well speak of the viewer's own
        answer = await _ask(asker, name, hidden)
        if nothing_is_theirs:
            refused = answer["answer"] is not None and answer["answer"]["__typename"] == "NotAllowed"
            wrong += [] if refused else [f"{name}({hidden}): {answer}"]
            continue
        if answer["answer"] is not None and "code" not in answer["answer"]:
            wrong.append(f"{name}({hidden}): {answer}")
        if answer != (other := await _ask(asker, name, nothing)):
            wrong.append(f"{name}({hidden}): {answer}, and for nothing: {other}")
    return wrong


async def _ask(asker: Asker, name: str, given: dict[str, Any] | None) -> dict[str, Any]:
    wanted = "{ __typename ... on Error { code message } }"
    type_ = INPUTS[name]
    if type_ is None:
        answer = await asker.ask(f"mutation {{ answer: {name} {wanted} }}")
    else:
        document = f"mutation ($input: {type_.name}!) {{ answer: {name}(input: $input) {wanted} }}"
        answer = await asker.ask(document, input=given)
    return {"answer": (answer["data"] or {}).get("answer"), "errors": answer["errors"]}


async def _everything(database: Pool) -> dict[str, str]:
    """A digest of all rows of each table."""
    tables = [row["tablename"] for row in await database.fetch(TABLES)]
    digest = "md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest"
    each = [f"select '{table}' as name, {digest} from {table} t" for table in tables]
    return {row["name"]: row["digest"] for row in await database.fetch(" union all ".join(each))}
