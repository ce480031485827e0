"""Teams that stand elsewhere, awards that change hands."""

from decimal import Decimal
from uuid import UUID

from services.scorer.comparisons.prizes import TeamOutcome, award_changes, team_changes
from services.shared.awards.settle import Prize, Settled, settle

WUHAN, ENSHI, YICHANG = (UUID(int=number) for number in range(3))
ANN, BOB, CAI = (UUID(int=number) for number in range(10, 13))


def a_team(rank: int, total: str) -> TeamOutcome:
    return TeamOutcome(rank, Decimal(total))


def first_prize(*people: UUID, seats: int | None = None) -> list[Settled]:
    return settle([Prize("FIRST", "一等奖", WUHAN, who, 1, seats) for who in people], {})


def test_teams_are_told_that_moved_came_or_went() -> None:
    base = {WUHAN: a_team(1, "90.0"), ENSHI: a_team(2, "80"), YICHANG: a_team(3, "70")}
    other = {ENSHI: a_team(1, "85"), YICHANG: a_team(3, "70.0")}
    assert team_changes(base, other) == [
        {"city": str(WUHAN), "base": {"rank": 1, "total": "90.0"}, "other": None},
        {"city": str(ENSHI), "base": {"rank": 2, "total": "80"}, "other": {"rank": 1, "total": "85"}},
    ]
    assert team_changes(base, base) == []


def test_awards_are_told_that_somebody_loses_or_gets() -> None:
    found = award_changes(first_prize(ANN, BOB), first_prize(BOB, CAI))
    assert [(one["contestant"], one["side"]) for one in found] == [(str(ANN), "BASE"), (str(CAI), "OTHER")]
    assert found[0] == {
        "award": "FIRST",
        "title": "一等奖",
        "city": str(WUHAN),
        "contestant": str(ANN),
        "side": "BASE",
    }


def test_who_is_tied_for_an_award_does_not_have_it() -> None:
    (lost,) = award_changes(first_prize(ANN), first_prize(ANN, BOB, seats=1))
    assert (lost["contestant"], lost["side"]) == (str(ANN), "BASE")


def test_a_teams_award_is_its_citys() -> None:
    team = settle([Prize("TEAM", "优秀组织奖", ENSHI, None, 1, None)], {})
    (found,) = award_changes([], team)
    assert (found["contestant"], found["city"], found["side"]) == (None, str(ENSHI), "OTHER")
