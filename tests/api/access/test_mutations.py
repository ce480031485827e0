"""Every mutation as every kind of viewer: whoever may not do it is told so, and nothing in the database changes.

Inputs are made from the schema with ids of another city, so a new mutation is tried without a line here.
"""

from typing import Any

import pytest
from graphql import GraphQLInputObjectType
from starlette.applications import Starlette

from services.api.decisions.mutations import MUTATIONS
from services.shared.database.pool import Pool
from tests.api.access.planted import THERE, Planted, plant
from tests.api.access.shapes import INPUTS, Ids, inputs
from tests.api.access.viewers import KINDS, Asker, viewer_of

TABLES = "select tablename from pg_tables where schemaname = 'public' order by tablename"


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_not_theirs_is_refused_and_nothing_changes(app: Starlette, database: Pool, kind: str) -> None:
    planted = await plant(database)
    viewer = await viewer_of(database, planted, kind)
    asker = Asker(app, viewer)
    wrong: list[str] = []
    scopes = {name: viewer.scope(MUTATIONS[name]) for name in INPUTS}
    before = await _everything(database)
    for name in (name for name in INPUTS if scopes[name].is_empty):
        wrong += await _refused(asker, name, INPUTS[name], planted, nothing_is_theirs=True)
    wrong += [f"a refused one changed {table}" for table in await _changed(database, before)]
    for name in (name for name in INPUTS if not scopes[name].is_empty):
        if scopes[name].covers(planted.contest.id, planted.contest.cities[THERE], planted.people[THERE].id):
            continue  # theirs
        wrong += await _refused(asker, name, INPUTS[name], planted, nothing_is_theirs=False)
        wrong += [f"{name} changed {table}" for table in await _changed(database, before)]
    assert wrong == []


async def _changed(database: Pool, before: dict[str, str]) -> list[str]:
    """The tables that have other rows than before."""
    after = await _everything(database)
    return [table for table in after if after[table] != before[table]]


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
