"""Scores → standings: competition ranks (1, 2, 2, 4) in the round, in each city and in each division."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from services.scorer.scores.score import Scored
from services.shared.rules.model import Rules, TieKey

Key = tuple[Any, ...]  # smaller stands higher; equal keys share a rank


@dataclass(frozen=True, slots=True)
class Standing:
    """One contestant's place.

    position is unique, 1 … n, for reading page by page: by rank, equals by platform and handle. The ranks are what
    counts: equal after all tie keys = the same rank.
    """

    score: Scored
    position: int
    rank: int
    city_rank: int
    division_rank: int


def rank(scores: Sequence[Scored], rules: Rules) -> list[Standing]:
    """All standings by position. Void results come last but for contestants without any data, whatever the ties say."""
    key_of = _key_of(rules)
    keyed = [(key_of(score), (score.contestant.platform.value, score.contestant.handle), score) for score in scores]
    keyed.sort(key=lambda row: row[:2])
    groups = [[score for _, _, score in group] for _, group in groupby(keyed, key=lambda row: row[0])]
    ranks = (
        _ranks(groups, lambda _: None),
        _ranks(groups, lambda score: score.contestant.city_id),
        _ranks(groups, lambda score: score.contestant.division),
    )
    rows = enumerate(zip((score for group in groups for score in group), *ranks, strict=True), start=1)
    return [Standing(score, position, *places) for position, (score, *places) in rows]


def _ranks(groups: list[list[Scored]], part_of: Callable[[Scored], Hashable]) -> Iterator[int]:
    """Each one's rank among those of the same part: one more than stand above there."""
    above: dict[Hashable, int] = defaultdict(int)
    for group in groups:
        parts = [part_of(score) for score in group]
        yield from [above[part] + 1 for part in parts]
        for part in parts:
            above[part] += 1


def _key_of(rules: Rules) -> Callable[[Scored], Key]:
    tie_keys = [_tie_key(tie, rules) for tie in rules.ties]

    def key(score: Scored) -> Key:
        if score.contestant.has_remarks and score.contestant.is_void:
            return (1,)
        return (0 if score.has_data else 2, score.total.copy_negate(), *(tie_key(score) for tie_key in tie_keys))

    return key


def _tie_key(tie: TieKey, rules: Rules) -> Callable[[Scored], Key]:
    """Who stands higher where totals are equal; what is unknown stands below whatever is known."""
    if tie.by == "approval":
        return lambda score: _known_first(score.contestant.approved_at)
    if tie.by == "item":
        item = list(rules.items).index(tie.item or "")
        return lambda score: (score.items[item].copy_negate(),)
    metric = rules.metric_index(tie)
    if rules.metrics[metric].rule.lower_is_better:
        return lambda score: _known_first(score.metrics[metric].value)

    def more_is_higher(score: Scored) -> Key:
        value = score.metrics[metric].value
        return _known_first(None if value is None else value.copy_negate())

    return more_is_higher


def _known_first(value: object | None) -> Key:
    return (1,) if value is None else (0, value)
