"""Nothing of one city reaches another's people: on no way through the schema, by no id, filter, search, count or
cursor, in no message and no stream. The ways are made from the schema, the data from the database's catalogue."""

import asyncio
import base64
import binascii
import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from graphql import GraphQLObjectType, GraphQLSchema
from starlette.applications import Starlette

from services.api.decisions.fields import FIELDS
from services.api.decisions.rows import ROWS
from services.api.node_query import NODES, NODES_OF_TWO
from services.api.nodes import MOST
from services.api.schema import core_of
from services.shared.database.pool import Pool
from tests.api.access.planted import EMPTY, HERE, NOWHERE, THERE, Planted, plant
from tests.api.access.shapes import Ids
from tests.api.access.viewers import KINDS, Asker, viewer_of
from tests.api.access.walks import Walk, leaves, walks
from tests.api.conftest import gid

OF_ANOTHER_CITY = ["leader", "clerk", "contestant", "organiser elsewhere"]
TOKEN = re.compile(r"[A-Za-z0-9+/=_-]{16,}")
URL_SAFE = str.maketrans("-_", "+/")


@pytest.fixture
async def planted(app: Starlette, database: Pool) -> Planted:
    return await plant(database)


async def test_every_table_with_rows_of_a_city_is_planted(planted: Planted, database: Pool) -> None:
    assert len(planted.tables) > 25
    empty = [table for table in planted.tables if not await database.fetchval(f"select exists (select from {table})")]
    assert [table for table in empty if table != "idempotency_keys"] == []


def _shown(answer: dict[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False)


def _leaks(text: str, planted: Planted) -> list[str]:
    """What of the hidden city is in an answer, as it stands or inside an id or a cursor."""
    hidden = [key for key in planted.ids[THERE] if key != planted.contest.cities[THERE]]  # that it exists is public
    haystack = [text.encode(), *_decoded(text)]
    found = ["HIDDENMARK"] if any(b"HIDDENMARK" in each for each in haystack) else []
    return found + [str(key) for key in hidden if any(str(key).encode() in it or key.bytes in it for it in haystack)]


def _decoded(text: str) -> Iterator[bytes]:
    for token in TOKEN.findall(text):
        try:
            yield base64.b64decode(token.translate(URL_SAFE) + "=" * (-len(token) % 4))
        except (ValueError, binascii.Error):
            continue


def _as_hidden(text: str, planted: Planted) -> str:
    """An answer about the city with nobody, as it would stand about the hidden one."""
    cities = planted.contest.cities
    return text.replace(gid("City", cities[EMPTY]), gid("City", cities[THERE])).replace("空市", "恩施州")


def _core(asker: Asker) -> GraphQLSchema:
    return core_of(asker.schema)


@pytest.fixture
async def outsiders(app: Starlette, database: Pool, planted: Planted) -> dict[str, Asker]:
    """Everybody who has nothing to do with the hidden city, by kind: each document is made and parsed once for all."""
    return {kind: Asker(app, await viewer_of(database, planted, kind)) for kind in OF_ANOTHER_CITY}


@pytest.mark.parametrize("half", [0, 1])
async def test_no_way_through_the_schema_leads_there(planted: Planted, outsiders: dict[str, Asker], half: int) -> None:
    query = _core(outsiders["leader"]).query_type
    assert query is not None
    hidden, nothing = (list(walks(query, Ids(planted, hidden=each))) for each in (True, False))
    assert len(hidden) == len(nothing) > 1000
    wrong = []
    for there, nowhere in zip(hidden[half::2], nothing[half::2], strict=True):
        for kind, asker in outsiders.items():
            what = f"{kind}: {there.selection} {there.values}"
            answer = _shown(await asker.ask(there.document("query"), **there.values))
            wrong += [f"{what} shows {leak}" for leak in _leaks(answer, planted)]
            if there.values != nowhere.values:
                other = _shown(await asker.ask(nowhere.document("query"), **nowhere.values))
                if answer != _as_hidden(other, planted):
                    wrong.append(f"{what}: {answer}, and for nothing: {other}")
    assert wrong == []


async def test_no_id_leads_there(planted: Planted, outsiders: dict[str, Asker]) -> None:
    keys = [key for key in planted.ids[THERE] if key != planted.contest.cities[THERE]]
    wholes = [planted.contest.id, planted.contest.round_id, planted.keys[THERE]["finalist_selections"], *planted.runs]
    ids = [gid(name, key) for name in sorted(NODES - NODES_OF_TWO) for key in keys]
    ids += [gid(name, one, key) for name in sorted(NODES_OF_TWO) for one, key in product([*wholes, *keys], keys)]
    ids += [gid(name, planted.contest.cities[THERE]) for name in sorted(NODES - NODES_OF_TWO - {"City"})]
    for kind, asker in outsiders.items():
        for some in _in_parts(ids):
            answer = await asker.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=some)
            assert answer == {"data": {"nodes": [None] * len(some)}, "errors": []}, kind
        one = await asker.ask("query ($id: ID!) { node(id: $id) { id } }", id=ids[0])
        assert one == {"data": {"node": None}, "errors": []}, kind


def _in_parts(ids: list[str]) -> Iterator[list[str]]:
    """As many as may be asked for at once."""
    for start in range(0, len(ids), MOST):
        yield ids[start : start + MOST]


async def test_no_stream_tells_of_it(planted: Planted, outsiders: dict[str, Asker]) -> None:
    subscription = _core(outsiders["leader"]).subscription_type
    assert subscription is not None
    hidden, nothing = (list(walks(subscription, Ids(planted, hidden=each))) for each in (True, False))
    for there, nowhere in zip(hidden, nothing, strict=True):
        for kind, asker in outsiders.items():
            answer = await _first(asker, there)
            assert _leaks(answer, planted) == [], (kind, there)
            if there.values != nowhere.values:
                assert answer == _as_hidden(await _first(asker, nowhere), planted), (kind, there)


async def _first(asker: Asker, walk: Walk) -> str:
    """The first that a stream tells."""
    stream = await asker.schema.subscribe(
        walk.document("subscription"), variable_values=dict(walk.values), context_value=asker.context()
    )
    async with asyncio.timeout(10):
        async for result in stream:
            return _shown({"data": result.data, "errors": [error.message for error in result.errors or ()]})
    return "nothing"


def _objects(core: GraphQLSchema, planted: Planted) -> dict[str, list[str]]:
    """Of each type that has ids of its own, every id that an object of the viewer's city may have."""
    here = {*planted.ids[HERE], *planted.keys[HERE].values()}
    person, run = planted.people[HERE].id, planted.runs[1]
    objects = {name: [gid(name, key) for key in here] for name in NODES - NODES_OF_TWO}
    return objects | {name: [gid(name, run, person)] for name in NODES_OF_TWO}


async def test_rows_and_limited_fields_reach_as_far_as_the_table_says(
    app: Starlette, database: Pool, planted: Planted
) -> None:
    """Of every type in ROWS: null outside, the object inside; a limited field is null outside."""
    where = planted.contest.id, planted.contest.cities[HERE], planted.people[HERE].id
    for kind in KINDS:
        asker = Asker(app, await viewer_of(database, planted, kind))
        for name, ids in _objects(_core(asker), planted).items():
            if name not in ROWS:
                continue
            type_ = _core(asker).type_map[name]
            assert isinstance(type_, GraphQLObjectType)
            document = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {name} {{ {leaves(type_)} }} }} }}"
            others = [each for each in ids if each != gid("User", asker.viewer.user_id)]  # everybody sees themselves
            nodes = [(await asker.ask(document, ids=some))["data"]["nodes"] for some in _in_parts(others)]
            found = [node for some in nodes for node in some if node]
            assert bool(found) == asker.viewer.scope(ROWS[name]).covers(*where), (kind, name)
            for field, decision in FIELDS.get(name, {}).items():
                if decision is not None and not asker.viewer.scope(decision).covers(*where):
                    assert all(node.get(field) is None for node in found), f"{kind}: {name}.{field}"


async def test_masked_numbers_are_for_who_needs_them(app: Starlette, database: Pool, planted: Planted) -> None:
    document = "query ($id: ID!) { contestant(id: $id) { idNumber phone } }"
    person = planted.people[HERE]
    masked = {
        "idNumber": f"{person.id_number[:4]}**********{person.id_number[-4:]}",
        "phone": f"{person.phone[:3]}****{person.phone[-4:]}",
    }
    seen = {}
    for kind in KINDS:
        asker = Asker(app, await viewer_of(database, planted, kind))
        seen[kind] = (await asker.ask(document, id=gid("Contestant", person.id)))["data"]["contestant"]
    nothing = dict.fromkeys(("nobody", "public", "organiser elsewhere", "auditor elsewhere"))
    inside = dict.fromkeys(("organiser", "auditor", "clerk", "leader", "contestant"), masked)
    assert seen == {**inside, "judge": {"idNumber": None, "phone": None}, **nothing}
    assert NOWHERE not in planted.ids[THERE]
