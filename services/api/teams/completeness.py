"""What a city's team still lacks, and what is to be done next. Pure; people by number, never by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.shared.beijing import said
from services.shared.problems import Coded
from services.shared.rules.model import FinalistPolicy


@dataclass(frozen=True, slots=True)
class Streamer:
    """A selected streamer; `present` as long as they are approved, have not left, and belong to the city."""

    number: int
    present: bool


@dataclass(frozen=True, slots=True)
class TeamState:
    """All that decides whether a team is complete.

    reserves:         who could move up
    leader_entitled:  the leader still works for the city as its leader, and is no contestant
    reopened:         opened again after it was confirmed: that was in time, the deadline is over for others
    deadline:         teams are confirmed before it; none = to be announced, until then confirming is open
    """

    selected: bool
    policy: FinalistPolicy
    streamers: Sequence[Streamer]
    reserves: int
    leader: bool
    leader_entitled: bool
    assistant: bool
    assistant_is_streamer: bool
    assistant_is_leader: bool
    confirmed: bool
    reopened: bool
    deadline: datetime | None
    now: datetime

    @property
    def is_late(self) -> bool:
        """Half-open: at the deadline itself it is too late."""
        return self.is_over and not self.reopened

    @property
    def is_over(self) -> bool:
        return self.deadline is not None and self.now >= self.deadline


def missing(team: TeamState) -> list[Coded]:
    """Everything that keeps the team from being complete, the most urgent first; nothing: it is complete."""
    if not team.selected:
        return [Coded("FINALISTS_NOT_SELECTED")]
    found = [Coded("STREAMER_NOT_PRESENT", {"number": one.number}) for one in team.streamers if not one.present]
    present = sum(1 for one in team.streamers if one.present)
    if present < team.policy.minimum:
        lacking: dict[str, str | int] = {
            "count": team.policy.minimum - present,
            "minimum": team.policy.minimum,
            "reserves": team.reserves,
        }
        found.append(Coded("STREAMERS_TOO_FEW" if team.reserves else "STREAMERS_TOO_FEW_NO_RESERVE", lacking))
    if team.policy.team.leader:
        if not team.leader:
            found.append(Coded("TEAM_WITHOUT_LEADER"))
        elif not team.leader_entitled:
            found.append(Coded("TEAM_LEADER_NOT_ENTITLED"))
    if team.policy.team.assistant:
        if not team.assistant:
            found.append(Coded("TEAM_WITHOUT_ASSISTANT"))
        elif team.assistant_is_streamer:
            found.append(Coded("ASSISTANT_IS_STREAMER"))
        elif team.assistant_is_leader:
            found.append(Coded("ASSISTANT_IS_LEADER"))
    return found


def next_step(team: TeamState) -> Coded:
    """The one thing to do first."""
    lacks = missing(team)
    if team.confirmed:
        return Coded("TEAM_TO_REOPEN") if lacks else Coded("TEAM_DONE")
    if team.is_late:
        return Coded("TEAM_DEADLINE_PASSED", {"until": said(team.deadline)})
    if lacks:
        return lacks[0]
    if team.is_over:
        return Coded("TEAM_TO_CONFIRM_AGAIN")
    if team.deadline is None:
        return Coded("TEAM_TO_CONFIRM_OPEN")
    return Coded("TEAM_TO_CONFIRM", {"until": said(team.deadline)})
