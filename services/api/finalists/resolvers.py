"""Who is proposed for the final, and whom people select."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_reason
from services.api.context import Context, Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    InvalidInputError,
    NotAllowed,
    NotFound,
    NotFoundError,
)
from services.api.finalists import store
from services.api.finalists.changes import (
    Exchanged,
    replacement_entries,
    replacement_messages,
    selection_entries,
    selection_messages,
)
from services.api.finalists.inputs import ReplaceFinalistInput, SelectFinalistsInput
from services.api.finalists.select import Choice, free_position, select, successor
from services.api.finalists.types import CityFinalists
from services.api.idempotency.store import recall, remember
from services.api.nodes import RoundId, key_of
from services.api.rankings.resolvers import RunId
from services.api.teams.types import Team
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection
from services.shared.identity import new_id
from services.shared.messages.store import tell
from services.shared.vocabulary import SelectedPlace


@strawberry.type(description="People have selected. (已确认)")
class SelectFinalistsPayload:
    cities: list[CityFinalists] = strawberry.field(description="Proposal and selection, city by city. (名单)")


@strawberry.type(description="The streamer has left; whoever moves up has their place. (已替换)")
class ReplaceFinalistPayload:
    team: Team = strawberry.field(description="The city's team as it is now. (参赛队)")
    replaced: bool = strawberry.field(description="Somebody moved up; no: there was no reserve. (是否有人递补)")


SelectFinalistsResult = Annotated[
    SelectFinalistsPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("SelectFinalistsResult", description="What selectFinalists answers. (确认决赛人选的结果)"),
]
ReplaceFinalistResult = Annotated[
    ReplaceFinalistPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("ReplaceFinalistResult", description="What replaceFinalist answers. (替换与递补的结果)"),
]


@strawberry.type
class FinalistQuery:
    @strawberry.field(description="What a run proposes for each city, as far as visible. (拟推荐名单)")
    async def finalists(
        self,
        info: Info,
        round_id: RoundId,
        run_id: RunId = None,
        city_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only this city. (市州)")] = None,
    ) -> list[CityFinalists]:
        context = info.context
        round_key, run, city = key_of(round_id, "Round"), key_of(run_id, "ScoringRun"), key_of(city_id, "City")
        if round_key is None or (run_id and run is None) or (city_id and city is None):
            return []
        found = await store.list_proposal(
            context.pool, context.runs("Finalist"), round_key, run, city, explain=info.asks_for("score")
        )
        if found is None:
            return []
        context.follow(info, found.contest_id, found.version)
        return found.cities


@strawberry.type
class FinalistMutation:
    @strawberry.mutation(description="Selects the finalists of a round from its proposal. (确认决赛人选)")
    async def select_finalists(
        self,
        info: Info,
        input: Annotated[SelectFinalistsInput, strawberry.argument(description="Whom, and why. (输入)")],  # noqa: A002
    ) -> SelectFinalistsResult:
        context = info.context
        check_reason(input.reason)
        for number, choice in enumerate(input.choices):
            if choice.reason.strip():
                check_reason(choice.reason, f"choices.{number}.reason")
        round_id = key_of(input.round_id, "Round")
        async with context.pool.acquire() as connection, connection.transaction():
            if await recall(connection, context, "selectFinalists", input.idempotency_key) is None:
                await _lock_contest(context, connection, "selectFinalists", round_id)
                assert round_id is not None  # noqa: S101  or there would be no contest
                await _select(context, connection, round_id, input)
                await remember(connection, context, "selectFinalists", input.idempotency_key, round_id)
        if round_id is None:
            raise NotFoundError
        found = await store.list_proposal(
            context.pool, context.runs("Finalist"), round_id, None, None, explain=info.asks_for("score")
        )
        return SelectFinalistsPayload(cities=found.cities if found else [])

    @strawberry.mutation(description="A streamer leaves, or a place is free: the next reserve moves up. (替换与递补)")
    async def replace_finalist(
        self,
        info: Info,
        input: Annotated[ReplaceFinalistInput, strawberry.argument(description="Whom, and why. (输入)")],  # noqa: A002
    ) -> ReplaceFinalistResult:
        context = info.context
        check_reason(input.reason)
        if (input.contestant_id is None) == (input.city_id is None):
            raise InvalidInputError("REPLACE_WHOM", field="contestantId")
        round_id = key_of(input.round_id, "Round")
        async with context.pool.acquire() as connection, connection.transaction():
            contest_id = await _lock_contest(context, connection, "replaceFinalist", round_id)
            assert round_id is not None  # noqa: S101  or there would be no contest
            exchanged = await _exchange(connection, contest_id, round_id, input)
            await context.record(connection, *replacement_entries(exchanged, input.reason))
            await tell(connection, *replacement_messages(exchanged, f"replacement {new_id()}"))
        team = await context.load("Team", exchanged.city_id)
        return ReplaceFinalistPayload(team=team, replaced=exchanged.coming is not None)


async def _exchange(connection: Connection, contest_id: UUID, round_id: UUID, asked: ReplaceFinalistInput) -> Exchanged:
    """A streamer leaves, or a free place is filled; the contest is locked."""
    leaving, city = key_of(asked.contestant_id, "Contestant"), key_of(asked.city_id, "City")
    named = key_of(asked.replacement_id, "Contestant")
    place = None
    if leaving is not None:
        place = await store.find_place(connection, round_id, leaving)
    elif city is not None:
        place = await store.find_free_place(connection, round_id, city)
    if place is None or (asked.replacement_id and named is None):
        raise NotFoundError
    if place["confirmed"]:
        raise ConflictError("TEAM_IS_CONFIRMED", city=place["city"])
    if leaving is not None and place["place"] != SelectedPlace.STREAMER:
        raise ConflictError("NOT_A_STREAMER", number=place["number"])
    known = await store.list_successors(connection, place, named)
    found = successor((one for one, _ in known.values()), named)
    coming = known[found.contestant_id] if found else None
    numbered = coming and (coming[0], coming[1]["number"])
    if leaving is not None:
        await store.exchange(connection, place, leaving, coming and coming[1], asked.reason)
        return Exchanged(contest_id, place["city_id"], (leaving, place["number"]), numbered)
    position = free_position(place["taken"], store.policy_of(place["document"]), place["city"])
    if coming is None:
        raise ConflictError("NO_RESERVE", city=place["city"])
    await store.take(connection, place, position, coming[1], asked.reason)
    return Exchanged(contest_id, place["city_id"], None, numbered)


async def _lock_contest(context: Context, connection: Connection, mutation: str, round_id: UUID | None) -> UUID:
    """The contest of a round where the viewer may act, locked: quotas, withdrawals and teams wait until the end."""
    scope = context.may(mutation)
    contest_id = await store.find_contest_of_round(connection, scope, round_id) if round_id else None
    if contest_id is None:
        raise NotFoundError
    await advance_version(connection, contest_id)
    return contest_id


async def _select(context: Context, connection: Connection, round_id: UUID, asked: SelectFinalistsInput) -> None:
    """Writes the selection of a round whose contest is locked."""
    round_ = await store.find_round_to_select(connection, round_id)
    if round_ is None or round_["adopted_run_id"] is None:
        raise ConflictError("ROUND_WITHOUT_ADOPTED_RUN")
    if round_["kept_back"]:
        raise ConflictError("RUN_KEPT_BACK")
    if asked.run_id is not None and key_of(asked.run_id, "ScoringRun") != round_["adopted_run_id"]:
        raise ConflictError("ANOTHER_RUN_ADOPTED")
    if round_["confirmed_city"] is not None:
        raise ConflictError("TEAM_IS_CONFIRMED", city=round_["confirmed_city"])
    policy = store.policy_of(round_["document"])
    if policy is None:
        raise ConflictError("RULES_PROPOSE_NOBODY")
    choices = [Choice(key_of(one.contestant_id, "Contestant"), one.place, one.reason) for one in asked.choices]
    named = [choice.contestant_id for choice in choices if choice.contestant_id]
    candidates = await store.list_candidates(connection, round_["adopted_run_id"], named)
    selected = select(candidates, choices, policy)
    before = {
        row["contestant_id"]: (row["city_id"], row["number"], row["place"])
        for row in await store.list_places(connection, round_["selection_id"])
    }
    await store.write_selection(connection, round_, selected, asked.reason, context.viewer.user_id)
    contest_id: UUID = round_["contest_id"]
    await context.record(connection, *selection_entries(contest_id, round_id, before, selected, asked.reason))
    await tell(connection, *selection_messages(contest_id, f"selection {new_id()}", before, selected))
