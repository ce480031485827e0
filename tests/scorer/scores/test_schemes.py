"""Whole schemes of real contests, and each pattern of their rules: what is given, and the result, as a person reads it.

`cases/schemes/*.toml` holds a notice as rules (or names a sample), the contestants, and what comes out of it. A
contestant has values of metrics (`metrics`) or the figures that they are measured from (`works`, `sessions`, …).
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.scorer.metrics.figures import Earlier, Figures, Mark, Penalty
from services.scorer.metrics.measure import Measured, measure
from services.scorer.ranking.rank import Standing
from services.scorer.scores.score import Explainer
from services.scorer.scoring_runs.outcome import Outcome
from services.shared.exact import plain
from services.shared.file_vocabulary import AccountMeasure, Source
from services.shared.rules.check import parse_rules
from services.shared.rules.model import Rules
from services.shared.rules.sentence import remarks
from services.shared.vocabulary import PenaltyKind, Platform
from tests.scorer.contestants import (
    BEIJING_WINDOW,
    account_day,
    an_id,
    figures,
    live_session,
    order_day,
    read_toml,
    work,
)

CASES = Path(__file__).parent / "cases"
SCHEMES = sorted((CASES / "schemes").glob("*.toml"))
SAMPLES = Path(__file__).parents[3] / "services" / "sample" / "hubei-2021"

# What rules must be able to express → where a person reads it with numbers.
PATTERNS = {
    "ratio to the best": "ratio",
    "rank step-down": "step-down",
    "percentile": "percentile",
    "min–max": "min-max",
    "logarithmic": "log",
    "points per N": "points-per-n",
    "bands": "bands",
    "weighted sum of counts": "schemes/topic-challenge",
    "jury": "schemes/jury-final",
    "blend": "schemes/topic-challenge",
    "gate": "schemes/gate",
    "factor": "schemes/featured-factor",
    "delta": "schemes/follower-growth",
    "best n": "schemes/best-n",
    "penalty": "schemes/vocational",
    "carry-over": "schemes/city-cup",
    "one award per person": "schemes/one-award-per-person",
    "gate on promotion": "schemes/promotion-gate",
    "ranking of teams": "schemes/team-final",
}


def of(one: Mapping[str, Any]) -> Figures:
    """A contestant's figures: what is not stated was not handed in."""
    featured = [order_day(**day) for day in one.get("featured", ())]
    total = [
        account_day(day, AccountMeasure.TOTAL_FOLLOWERS, count) for day, count in enumerate(one.get("followers", ()))
    ]
    rows = {
        Source.WORKS: [work(**each) for each in one.get("works", ())],
        Source.LIVE_SESSIONS: [live_session(**each) for each in one.get("sessions", ())],
        Source.ORDERS: [order_day(**each) for each in one.get("orders", ())],
        Source.ACCOUNT_DAYS: total,
    }
    return figures(
        one["handle"],
        covered={source for source, found in rows.items() if found},
        city=one.get("city", 1),
        division=one.get("division", "trainee"),
        platform=Platform(one.get("platform", "DOUYIN")),
        works=rows[Source.WORKS],
        live_sessions=rows[Source.LIVE_SESSIONS],
        order_days=rows[Source.ORDERS],
        featured_days=featured,
        account_days=total,
        marks=[
            Mark(panel, f"judge {number}", points)
            for panel, marks in one.get("marks", {}).items()
            for number, points in enumerate(map(Decimal, marks))
        ],
        penalties=[
            Penalty(PenaltyKind(each["kind"]), each.get("item"), each.get("points"))
            for each in one.get("penalties", ())
        ],
        earlier={key: Earlier(Decimal(each["total"]), each["rank"]) for key, each in one.get("earlier", {}).items()},
    )


def with_values(contestant: Measured, one: Mapping[str, Any], rules: Rules) -> Measured:
    """With the values of metrics and gates that the case states."""
    given = {
        f"{item}.{metric}": Decimal(value)
        for item, metrics in one.get("metrics", {}).items()
        for metric, value in metrics.items()
    }
    named = [f"{item}.{rule.metric}" for item, rule, _ in rules.metrics]
    assert given.keys() <= set(named)
    values = tuple(given.get(name, found) for name, found in zip(named, contestant.values, strict=True))
    return replace(contestant, values=values)


def outcome(scheme: Mapping[str, Any], rules: Rules) -> Outcome:
    people = scheme["contestants"]
    found = measure(map(of, people), rules, BEIJING_WINDOW)
    return Outcome.of([with_values(*pair, rules) for pair in zip(found, people, strict=True)], rules)


def shown(standing: Standing, rules: Rules, stated: Mapping[str, Any]) -> dict[str, Any]:
    """What the case states of one contestant, as it came out."""
    told = {
        "handle": standing.score.contestant.handle,
        "items": [plain(points) for points in standing.score.items],
        "total": plain(standing.score.total),
        "rank": standing.rank,
        "remarks": remarks(Explainer(rules).explanation(standing.score)),
    }
    return {key: told[key] for key in ("handle", "items", "total", "rank", "remarks") if key in stated}


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
def test_scheme(path: Path) -> None:
    scheme = read_toml(path)
    rules = parse_rules(scheme.get("rules") or (SAMPLES / scheme["sample"]).read_text(encoding="utf-8"))
    found = outcome(scheme, rules)
    stated = {one["handle"]: one for one in scheme["contestants"]}
    for standing in found.standings:
        one = stated[standing.score.contestant.handle]
        assert shown(standing, rules, one) == {
            key: one[key] for key in ("handle", "items", "total", "rank", "remarks") if key in one
        }
    handles = {an_id(handle): handle for handle in stated}
    cities = {an_id(f"city {one['city']}"): str(one["city"]) for one in stated.values() if "city" in one}
    if "teams" in scheme:
        assert [f"{team.rank} {cities[team.city_id]} {plain(team.score)}" for team in found.teams] == scheme["teams"]
    if "awards" in scheme:
        assert awards_of(found, handles | cities) == scheme["awards"]
    if "finalists" in scheme:
        assert [f"{one.place} {handles[one.contestant_id]}" for one in found.proposal.picked] == scheme["finalists"]


def awards_of(found: Outcome, names: Mapping[UUID, str]) -> list[str]:
    tied = {None: ""} | {seats: f" ({seats} for those tied)" for seats in range(1, 10)}
    return [f"{one.award.title} {one.place} {names[one.winner]}{tied[one.seats]}" for one in found.awards]


@pytest.mark.parametrize("file", PATTERNS.values(), ids=PATTERNS)
def test_every_pattern_has_its_case(file: str) -> None:
    assert (CASES / f"{file}.toml").is_file()
