"""Two results of a round → which teams stand elsewhere, who gets and who loses an award. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from services.shared.awards.settle import Prize, Settled
from services.shared.exact import plain
from services.shared.vocabulary import Side

MOST_AWARDS = 500  # that are told one by one


class TeamOutcome(NamedTuple):
    """What one result says of a city's team."""

    rank: int
    total: Decimal


def team_changes(base: Mapping[UUID, TeamOutcome], other: Mapping[UUID, TeamOutcome]) -> list[dict[str, Any]]:
    """The teams for which the two differ, as they are stored, the best first."""
    differing = [city for city in base.keys() | other.keys() if base.get(city) != other.get(city)]
    differing.sort(key=lambda city: (min(each[city].rank for each in (base, other) if city in each), city))
    return [{"city": str(city), "base": _said(base.get(city)), "other": _said(other.get(city))} for city in differing]


def _said(team: TeamOutcome | None) -> dict[str, Any] | None:
    return {"rank": team.rank, "total": plain(team.total)} if team else None


def award_changes(base: Sequence[Settled], other: Sequence[Settled]) -> list[dict[str, Any]]:
    """Who has an award in one of the two alone, as it is stored, lost ones first. Who is tied for it has none."""
    before, after = _winners(base), _winners(other)
    gone = [_change(before[key], Side.BASE) for key in before if key not in after]
    return gone + [_change(after[key], Side.OTHER) for key in after if key not in before]


def _winners(awards: Sequence[Settled]) -> dict[tuple[str, UUID], Prize]:
    return {(award.award, prize.winner): prize for award in awards for prize in award.winners}


def _change(prize: Prize, side: Side) -> dict[str, Any]:
    who = prize.contestant_id and str(prize.contestant_id)
    return {"award": prize.award, "title": prize.title, "city": str(prize.city_id), "contestant": who, "side": side}
