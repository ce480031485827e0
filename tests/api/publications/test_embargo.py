"""Before its hour nothing of a revision shows: not in an answer, an error, a count, a stream, a message or a file."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from graphql import GraphQLObjectType
from redis.asyncio import Redis
from starlette.applications import Starlette

from services.api.access import PUBLIC, Viewer
from services.api.schema import core_of
from services.scorer.context import Scorer
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Role
from tests.api.access.planted import Planted
from tests.api.access.shapes import Ids
from tests.api.access.viewers import Asker, signed_in
from tests.api.access.walks import Walk, walks
from tests.api.conftest import Ask, gid
from tests.api.publications.conftest import DECLINE, WITHDRAW, Publish, Stage, hour_comes, key
from tests.factories import a_contest, a_person, a_scored_run
from tests.scorer.doing import do

LATER = (datetime.now(UTC) + timedelta(hours=12)).isoformat()
# Ways that begin elsewhere tell of people, files and accounts; the walls' tests go all of them.
BEGIN = ("contest", "round", "rankings", "publication", "publications")


async def outsiders(database: Pool, stage: Stage) -> dict[str, Viewer]:
    """Everybody to whom a revision that waits does not exist."""
    contest = stage.contest
    one = stage.accounts[0].contestant_id
    people = {
        "contestant": await a_person(database, Role.CONTESTANT, contest, contestant=one),
        "leader": await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0]),
    }
    return {"public": PUBLIC} | {kind: await signed_in(database, person) for kind, person in people.items()}


def ways(asker: Asker, stage: Stage) -> list[Walk]:
    query = core_of(asker.schema).query_type
    assert isinstance(query, GraphQLObjectType)
    fields = {name: field for name, field in query.fields.items() if name in BEGIN}
    planted = Planted(stage.contest, {}, {}, (stage.run_id, stage.run_id))
    for city in planted.keys:
        planted.keys[city] = {
            "contests": stage.contest.id,
            "cities": stage.contest.cities[0],
            "divisions": stage.contest.divisions[0],
            "rounds": stage.contest.round_id,
            "scoring_runs": stage.run_id,
            "contestants": stage.accounts[0].contestant_id,
        }
    return list(walks(GraphQLObjectType("Query", fields), Ids(planted, hidden=True)))


async def everything(app: Starlette, viewers: dict[str, Viewer], stage: Stage) -> dict[str, str]:
    """Every answer to everybody, but for when the answer was made."""
    answers = {}
    for kind, viewer in viewers.items():
        asker = Asker(app, viewer)
        for walk in ways(asker, stage):
            answer = json.dumps(await asker.ask(walk.document("query"), **walk.values), ensure_ascii=False)
            answers[f"{kind} {walk.selection} {walk.values}"] = answer
    return answers


def differing(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [way for way in before if before[way] != after[way] and "asOf" not in way]


async def test_no_way_through_the_schema_tells_of_one_that_waits(
    app: Starlette, database: Pool, stage: Stage, publish: Publish
) -> None:
    viewers = await outsiders(database, stage)
    before = await everything(app, viewers, stage)
    assert len(before) > 900
    await publish(publishAt=LATER)
    assert differing(before, await everything(app, viewers, stage)) == []
    await hour_comes(database)
    shown = differing(before, await everything(app, viewers, stage))
    assert {kind for kind in viewers if any(way.startswith(kind) for way in shown)} == {*viewers}


async def test_a_correction_that_waits_does_not_show_beside_what_it_corrects(
    ask: Ask, client: httpx.AsyncClient, database: Pool, stage: Stage, publish: Publish
) -> None:
    await publish()
    document = """query ($contest: String!, $id: ID!, $round: ID!) {
      last: publication(contest: $contest) { revision replacedBy { revision } digest }
      second: publication(contest: $contest, revision: 2) { revision }
      third: publication(contest: $contest, revision: 3) { revision }
      publications(contestId: $id) { totalCount nodes { revision replacedBy { revision } } }
      rankings(roundId: $round) { totalCount nodes { number total } } }"""
    asked = {"contest": stage.slug, "id": gid("Contest", stage.contest.id), "round": stage.round}
    before = await ask(document, **asked)
    await a_scored_run(stage.contest, list(reversed(stage.accounts)), adopted=True)
    waiting = await publish(publishAt=LATER, reason="更正")
    assert await ask(document, **asked) == before
    node = "query ($id: ID!) { node(id: $id) { ... on Publication { revision standings { totalCount } } } }"
    assert (await ask(node, id=waiting["id"]))["node"] is None
    assert (await ask(node, stage.host, id=waiting["id"]))["node"]["revision"] == 2
    await hour_comes(database)
    after = await ask(document, **asked)
    assert (after["last"]["revision"], after["publications"]["totalCount"]) == (2, 2)
    assert [node["number"] for node in after["rankings"]["nodes"]] == [4, 3, 2, 1]


async def test_nobody_decides_about_what_they_may_not_know_of(
    ask: Ask, database: Pool, stage: Stage, prepare: Publish
) -> None:
    elsewhere = await a_person(database, Role.ORGANISER, await a_contest(database))
    prepared = await prepare()
    for mutation, name in ((DECLINE, "declinePublication"), (WITHDRAW, "withdrawPublication")):
        there = await ask(mutation, elsewhere, input={"publicationId": prepared["id"], "reason": "x"})
        nothing = await ask(mutation, elsewhere, input={"publicationId": gid("Publication", new_id()), "reason": "x"})
        assert there == nothing
        assert there[name]["code"] == "NOT_FOUND"


async def test_messages_and_redis_tell_nobody_before_the_hour(
    database: Pool, redis: Redis, scorer: Scorer, stage: Stage, publish: Publish
) -> None:
    waiting = await publish(publishAt=LATER)
    await do(scorer, key(waiting))
    told = await database.fetch("select code, user_id from messages")
    organisers = {stage.host.user_id, stage.undertaker.user_id}
    assert {(row["code"], row["user_id"] in organisers) for row in told} == {("PUBLICATION_PREPARED", True)}
    values = [str(each).encode() for each in await _stored(redis)]
    assert not [value for value in values if str(key(waiting)).encode() in value or b"PUBLICATION" in value]


async def _stored(redis: Redis) -> Sequence[Any]:
    found: list[Any] = []
    async for name in redis.scan_iter():
        found.append(name)
        if await redis.type(name) == b"string":
            found.append(await redis.get(name))
    return found
