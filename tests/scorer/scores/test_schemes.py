"""Whole schemes of real contests: `cases/schemes/*.toml` holds a notice as rules, the metrics, and the result."""

from pathlib import Path
from typing import Any

import pytest

from services.scorer.ranking.rank import rank
from services.scorer.scores.normalise import normalise
from services.scorer.scores.score import score
from services.shared.exact import plain
from services.shared.rules.check import parse_rules
from tests.scorer.contestants import measured, read_toml

SCHEMES = sorted((Path(__file__).parent / "cases" / "schemes").glob("*.toml"))
SAMPLE_RULES = Path(__file__).parents[3] / "services" / "sample" / "hubei-2021" / "qualifier.toml"


def result(scheme: dict[str, Any]) -> list[dict[str, Any]]:
    document = scheme.get("rules") or SAMPLE_RULES.read_text(encoding="utf-8")
    rules = parse_rules(document)
    named = [f"{item}.{rule.metric}" for item, rule, _ in rules.metrics]
    contestants = []
    for one in scheme["contestants"]:
        given = {
            f"{item}.{metric}": value for item, metrics in one["metrics"].items() for metric, value in metrics.items()
        }
        assert given.keys() <= set(named)
        where = {key: one[key] for key in ("city", "division", "platform") if key in one}
        contestants.append(measured(one["handle"], *(given.get(name) for name in named), **where))
    scores = score(contestants, normalise(contestants, rules), rules)
    return [
        {
            "handle": standing.score.contestant.handle,
            "items": [plain(points) for points in standing.score.items],
            "total": plain(standing.score.total),
            "rank": standing.rank,
        }
        for standing in rank(scores, rules)
    ]


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
def test_scheme(path: Path) -> None:
    scheme = read_toml(path)
    expected = [
        {"handle": one["handle"], "items": one["items"], "total": one["total"], "rank": one["rank"]}
        for one in scheme["contestants"]
    ]
    assert result(scheme) == sorted(expected, key=lambda one: (one["rank"], one["handle"]))
