"""Many teams at once; a team is found by its city."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.finalists.store import list_proposal, list_selected, policy_of
from services.api.finalists.types import CityFinalists
from services.api.teams import store
from services.api.teams.assemble import by_city, state_of, team_of
from services.api.teams.types import Team


async def teams(context: Context, cities: Sequence[UUID]) -> list[Team | None]:
    rows = await store.find_teams(context.pool, context.rows("Team"), cities)
    seen = [row["id"] for row in rows]
    rounds = {row["round_id"] for row in rows if row["selected"]}
    people = by_city(await list_selected(context.pool, context.rows("Finalist"), list(rounds), seen)) if rounds else {}
    proposed = await _proposed(context, {row["round_id"] for row in rows if not row["selected"]})
    found: dict[UUID, Team] = {}
    for row in rows:
        policy, key = policy_of(row["document"]), (row["round_id"], row["id"])
        if policy is not None:
            state = state_of(row, people.get(key, ()), policy, context.resources.vault)
            found[row["id"]] = team_of(row, people.get(key, ()), proposed.get(key), policy, state)
    return [found.get(city) for city in cities]


async def _proposed(context: Context, rounds: set[UUID]) -> dict[tuple[UUID, UUID], CityFinalists]:
    """Of rounds for which nobody has selected yet."""
    found = {}
    for round_id in rounds:
        proposal = await list_proposal(context.pool, context.runs("Finalist"), round_id, None, None, explain=False)
        for one in proposal.cities if proposal else ():
            found[round_id, one.city.uuid] = one
    return found


LOADERS: Mapping[str, Loader] = {"Team": teams}
