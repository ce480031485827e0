"""The real implementation and the slow one agree on thousands of random contests, whatever their rules use."""

from collections.abc import Sequence
from fractions import Fraction
from random import Random

import pytest

from services.scorer.metrics.measure import Measured
from services.scorer.scoring_runs.outcome import Outcome
from services.shared.rules.model import Rules
from tests.scorer.scores.random_contests import random_contestants, random_rules
from tests.scorer.scores.slow import Slow

SEEDS, RULES_OF_A_SEED, CONTESTS_OF_RULES = 20, 20, 6


@pytest.mark.parametrize("seed", range(SEEDS))
def test_two_implementations_agree(seed: int) -> None:
    random = Random(seed)
    for _ in range(RULES_OF_A_SEED):
        rules = random_rules(random)
        for _ in range(CONTESTS_OF_RULES):
            assert_agreed(random_contestants(random, rules), rules)


def assert_agreed(contestants: Sequence[Measured], rules: Rules) -> None:
    outcome, slow = Outcome.of(contestants, rules), Slow(contestants, rules)
    found = {standing.score.contestant.handle: standing for standing in outcome.standings}
    for expected in slow.rows:
        standing = found[expected["who"].handle]
        assert [Fraction(points) for points in standing.score.items] == list(expected["items"].values())
        assert Fraction(standing.score.total) == expected["total"]
        ranks = standing.rank, standing.city_rank, standing.division_rank
        assert ranks == (expected["rank"], expected["city_rank"], expected["division_rank"])
    assert {team.city_id: (Fraction(team.score), team.rank) for team in outcome.teams} == slow.teams()
    assert {(one.award.key, one.winner, one.seats) for one in outcome.awards} == slow.awards()
    places = {one.contestant_id: one.place for one in outcome.proposal.picked}
    for contestant_id, place in slow.finalists().items():
        assert places[contestant_id] == place
