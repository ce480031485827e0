"""Rows and a proposal → a city's team."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from services.api.contestants.types import Places
from services.api.contests.types import City
from services.api.finalists.types import CityFinalists, SelectedFinalist
from services.api.nodes import global_id
from services.api.teams.completeness import Streamer, TeamState
from services.api.teams.types import Team, TeamLeader, TeamMember, TeamStatus
from services.shared.personal_data import Vault
from services.shared.rules.model import FinalistPolicy
from services.shared.vocabulary import SelectedPlace, TeamPart


def state_of(row: asyncpg.Record, people: Sequence[asyncpg.Record], policy: FinalistPolicy, vault: Vault) -> TeamState:
    """From a row of `find_teams` and the city's rows of `list_selected`."""
    streamers = [one for one in people if one["selected_place"] == SelectedPlace.STREAMER]
    reserves = sum(1 for one in people if one["selected_place"] == SelectedPlace.RESERVE and one["eligible"])
    return TeamState(
        selected=row["selected"],
        policy=policy,
        streamers=[Streamer(one["number"], one["eligible"]) for one in streamers],
        reserves=reserves,
        leader=row["leader_id"] is not None,
        leader_entitled=str(row["leader_id"]) in {leader["id"] for leader in row["leaders"]},
        assistant=row["assistant_name"] is not None,
        assistant_is_streamer=_is_one_of(row, streamers, vault),
        assistant_is_leader=row["assistant_name"] is not None and row["assistant_name"] == row["leader_name"],
        confirmed=row["confirmed_at"] is not None,
        reopened=row["reopened_at"] is not None,
        deadline=row["teams_until"],
        now=row["now"],
    )


def _is_one_of(row: asyncpg.Record, streamers: Sequence[asyncpg.Record], vault: Vault) -> bool:
    if row["assistant_phone_sealed"] is None:
        return False
    phone = vault.open(row["assistant_phone_sealed"], row["team_id"])
    return is_streamer(phone, streamers, vault)


def is_streamer(phone: str, streamers: Sequence[asyncpg.Record], vault: Vault) -> bool:
    """Whether a phone number is that of one of the streamers (rows of `list_selected`); a name may be another's too."""
    return phone in (vault.open(one["phone_sealed"], one["id"]) for one in streamers if one["erased_at"] is None)


def team_of(
    row: asyncpg.Record,
    people: Sequence[asyncpg.Record],
    proposed: CityFinalists | None,
    policy: FinalistPolicy,
    state: TeamState,
) -> Team:
    """What the viewer sees of it: before the selection the proposal, afterwards whom people selected."""
    places = Places()
    selected = [SelectedFinalist.of(one, places) for one in people if one["visible"]]
    streamers = [one for one in selected if one.place is SelectedPlace.STREAMER]
    reserves = [one for one in selected if one.place is SelectedPlace.RESERVE]
    tied: list[SelectedFinalist] = []
    if not state.selected and proposed is not None:
        streamers, tied, reserves = (
            [SelectedFinalist.proposed(one) for one in each]
            for each in (proposed.streamers, proposed.tied, proposed.reserves)
        )
    members = _members(row, streamers if state.selected else [])
    present = sum(1 for one in state.streamers if one.present) if state.selected else len(streamers)
    others = policy.team.leader + policy.team.assistant
    return Team(
        **_known(row, selected=state.selected),
        state=state,
        selected=state.selected,
        members=members,
        streamers=streamers,
        tied=tied,
        reserves=reserves,
        shortage=max(0, policy.minimum - present),
        size=len(members) if state.selected else len(streamers) + (1 if row["leaders"] else 0),
        minimum_size=others + policy.minimum,
        maximum_size=others + policy.most,
        status=TeamStatus.of(state),
    )


def _known(row: asyncpg.Record, *, selected: bool) -> dict[str, Any]:
    """The fields of a Team that its row says by itself."""
    names = "、".join(leader["name"] for leader in row["leaders"]) or None
    return {
        "uuid": row["id"],
        "contest_id": row["contest_id"],
        "team_id": row["team_id"],
        "sealed_phone": row["assistant_phone_sealed"],
        "city": City(uuid=row["id"], contest_id=row["contest_id"], name=row["name"], aliases=row["aliases"]),
        "leader": row["leader_name"] if selected else names,
        "leaders": [TeamLeader(user_id=global_id("User", one["id"]), name=one["name"]) for one in row["leaders"]],
        "assistant": row["assistant_name"],
        "confirmed_at": row["confirmed_at"],
        "confirmed_by": row["confirmed_by"],
        "reopened_at": row["reopened_at"],
        "reopened_reason": row["reopened_reason"],
    }


def _members(row: asyncpg.Record, streamers: Sequence[SelectedFinalist]) -> list[TeamMember]:
    officials = ((TeamPart.LEADER, row["leader_name"]), (TeamPart.ASSISTANT, row["assistant_name"]))
    members = [TeamMember(part=part, name=name, contestant=None) for part, name in officials if name is not None]
    return members + [
        TeamMember(part=TeamPart.STREAMER, name=one.contestant.name, contestant=one.contestant) for one in streamers
    ]


def by_city(rows: Sequence[asyncpg.Record]) -> dict[tuple[UUID, UUID], list[asyncpg.Record]]:
    """Rows of `list_selected` by round and city."""
    found: dict[tuple[UUID, UUID], list[asyncpg.Record]] = {}
    for row in rows:
        found.setdefault((row["round_id"], row["team_city_id"]), []).append(row)
    return found
