"""Many teams at once; a team is found by its city."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.finalists.store import ProposalFound, list_proposal
from services.api.finalists.types import CityFinalists
from services.api.teams import store
from services.api.teams.types import Team


async def teams(context: Context, cities: Sequence[UUID]) -> list[Team | None]:
    scope = context.rows("Team")
    places = await store.find_places(context.pool, scope, cities)
    found: dict[UUID, Team] = {}
    for round_id in {row["round_id"] for row in places.values()}:
        proposal = await list_proposal(context.pool, context.rows("Finalist"), round_id, None, None, explain=False)
        for proposed in proposal.cities if proposal else ():
            place = places.get(proposed.city.uuid)
            if proposal is not None and place is not None and place["round_id"] == round_id:
                found[proposed.city.uuid] = _team(proposal, proposed, place["leader"])
    return [found.get(city) for city in cities]


def _team(proposal: ProposalFound, proposed: CityFinalists, leader: str | None) -> Team:
    policy = proposal.policy
    others = policy.team.leader + policy.team.assistant if policy else 0
    return Team(
        uuid=proposed.city.uuid,
        city=proposed.city,
        leader=leader,
        assistant=None,
        streamers=proposed.streamers,
        tied=proposed.tied,
        reserves=proposed.reserves,
        shortage=proposed.shortage,
        size=len(proposed.streamers) + (1 if leader else 0),
        minimum_size=others + policy.minimum if policy else 0,
        maximum_size=others + policy.most if policy else 0,
    )


LOADERS: Mapping[str, Loader] = {"Team": teams}
