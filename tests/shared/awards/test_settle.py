"""Ties for awards, and what people decide of them."""

from collections.abc import Sequence

import pytest

from services.shared.awards.settle import Prize, settle
from tests.scorer.contestants import an_id

CITY = an_id("city")
# Three equals for one first prize, so two of them get a second one; a fourth has the other second prize.
TIED: list[tuple[str, str, int | None]] = [("FIRST", "ann", 1), ("FIRST", "bob", 1), ("FIRST", "cai", 1)]
TIED += [("SECOND", "ann", 2), ("SECOND", "bob", 2), ("SECOND", "cai", 2), ("SECOND", "dan", None)]


def settled(prizes: Sequence[tuple[str, str, int | None]], **decided: str) -> list[tuple[str, str, str, int]]:
    """Award, winners, those still tied, and how many of these get it."""
    names = {an_id(who): who for _, who, _ in prizes}
    rows = [Prize(award, award.title(), CITY, an_id(who), 1, seats) for award, who, seats in prizes]
    found = settle(rows, {award: [an_id(who) for who in people.split()] for award, people in decided.items()})
    return [
        (
            one.award,
            " ".join(names[each.winner] for each in one.winners),
            " ".join(names[e.winner] for e in one.tied),
            one.seats,
        )
        for one in found
    ]


@pytest.mark.parametrize(
    ("decided", "expected"),
    [
        ({}, [("FIRST", "", "ann bob cai", 1), ("SECOND", "dan", "ann bob cai", 2)]),
        ({"FIRST": "bob"}, [("FIRST", "bob", "", 0), ("SECOND", "ann cai dan", "", 0)]),
        ({"SECOND": "ann bob"}, [("FIRST", "", "ann bob cai", 1), ("SECOND", "ann bob dan", "", 0)]),
        # Of those who were chosen for the second prize one has the first since: the other two have the second.
        ({"SECOND": "ann bob", "FIRST": "bob"}, [("FIRST", "bob", "", 0), ("SECOND", "ann cai dan", "", 0)]),
        ({"FIRST": "bob cai"}, [("FIRST", "", "ann bob cai", 1), ("SECOND", "dan", "ann bob cai", 2)]),
        ({"FIRST": "dan"}, [("FIRST", "", "ann bob cai", 1), ("SECOND", "dan", "ann bob cai", 2)]),
    ],
)
def test_a_tie_goes_down_from_award_to_award(
    decided: dict[str, str], expected: list[tuple[str, str, str, int]]
) -> None:
    assert settled(TIED, **decided) == expected


def test_without_a_tie_it_is_theirs() -> None:
    assert settled([("FIRST", "ann", None), ("SECOND", "bob", None)]) == [
        ("FIRST", "ann", "", 0),
        ("SECOND", "bob", "", 0),
    ]


def test_a_team_wins_as_its_city() -> None:
    (award,) = settle([Prize("TEAM", "Team", CITY, None, 1, None)], {})
    assert [one.winner for one in award.winners] == [CITY]
