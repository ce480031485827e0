"""Contests of every shape, made from a seed: rules that use everything, and people who are often equal."""

from decimal import Decimal
from random import Random
from typing import Any

from services.scorer.metrics.figures import Penalty
from services.scorer.metrics.measure import Measured
from services.shared.rules.check import InvalidRules
from services.shared.rules.model import Rules
from services.shared.vocabulary import PenaltyKind, Platform
from tests.scorer.contestants import an_id, approved, rules_with

METRICS = ["plays", "likes", "net_follower_gain", "sessions", "viewers", "hours_live", "promotion_spend", "jury"]
FIELDS = ["round", "division", "city", "platform"]
BANDS = [{"at_least": -5, "points": 1}, {"at_least": 10, "points": 2.5}, {"at_least": 1000, "points": 5}]
PANEL = {
    "title": "评委",
    "judges": 3,
    "criteria": [{"key": "WHOLE", "title": "总体", "at_least": 0, "at_most": 100}],
    "decimals": 1,
    "minimum": 1,
    "missing_judge": "lowest",
}
TIE_AT_CUT = ["all in", "none", "person decides"]


def random_rules(random: Random) -> Rules:
    """Rules with gates as a rule contradict themselves now and then: then others are drawn."""
    while True:
        try:
            return rules_with(_items(random), **_parts(random))
        except InvalidRules as error:
            assert {problem.code for problem in error.problems} == {"RULES_GATE_TOO_EARLY"}


def _items(random: Random) -> dict[str, tuple[object, list[dict[str, Any]]]]:
    names = random.sample(METRICS, 6)
    return {
        "ONE": (55, [_metric(random, *pair) for pair in zip(names[:3], (50, 30, 20), strict=True)]),
        "TWO": (45, [_metric(random, *pair) for pair in zip(names[3:], (20, 20, 60), strict=True)]),
    }


def _metric(random: Random, name: str, share: int) -> dict[str, Any]:
    lower = name == "promotion_spend" or (name != "jury" and random.random() < 0.2)
    comparing = ["percentile", "min-max", "step-down"] + ([] if lower else ["ratio", "log"])
    scale = random.choice([*comparing, "bands"] + ([] if lower else ["as-is", "points-per-n", "out-of"]))
    keys: dict[str, Any] = {"metric": name, "share": share, "scale": scale}
    keys["missing"] = "exclude" if lower else random.choice(["zero", "exclude"])
    if lower:
        keys["direction"] = "lower"
    if name == "jury":
        keys["panel"] = "JURY"
    if scale in comparing:
        keys["field"] = random.choice(FIELDS)
    if random.random() < 0.3:
        keys["cap"] = random.randint(1, 3000)
    own: dict[str, dict[str, Any]] = {
        "step-down": {"step": random.choice([Decimal("0.5"), Decimal("1.25")]), "floor": random.choice([0, 1])},
        "bands": {"bands": BANDS},
        "as-is": {"max_points": random.randint(1, 5)},
        "points-per-n": {"per": random.randint(1, 300), "points": Decimal("0.7")},
        "out-of": {"of": random.choice([5, 100, 3000])},
    }
    return keys | own.get(scale, {})


def _parts(random: Random) -> dict[str, Any]:
    ties = random.sample(["item TWO", "item ONE", "earlier approval"], random.randint(0, 3))
    return {
        "ties": ties,
        "jury": {"JURY": PANEL},
        "one_award_per_person": random.random() < 0.5,
        "gates": [_gate(random) for _ in range(random.choice([0, 0, 1, 2, 3]))],
        "teams": {"score": random.choice(["sum", "mean"])} | random.choice([{}, {"best_n": 2}]),
        "awards": [_award(random, number) for number in range(random.randint(0, 5))],
        "finalists": _policy(random),
    }


def _gate(random: Random) -> dict[str, Any]:
    conditions: list[dict[str, Any]] = [
        {"at_least": random.randint(0, 20)},
        {"at_most": random.randint(0, 30)},
        {"best": random.randint(1, 6)},
        {"best_percent": random.choice([10, 50, Decimal("33.3")])},
    ]
    shut: dict[str, Any] = random.choice([{}, {"items": ["ONE"]}, {"items": ["TWO"]}, {"items": ["ONE", "TWO"]}])
    looked_at: list[dict[str, Any]] = [
        {"metric": "promotion_spend", "missing": random.choice(["pass", "fail"])},
        {"metric": "works_published", "missing": random.choice(["pass", "fail"])},
        {"item": random.choice(["ONE", "TWO"])},
    ]
    return {"title": "门槛"} | random.choice(looked_at) | random.choice(conditions) | shut


def _award(random: Random, number: int) -> dict[str, Any]:
    people = {"of": "person"}
    of = random.choice([{"of": "team"}, people, people | {"by": "item ONE"}, people | {"division": "family"}])
    percent = random.choice([10, 25, Decimal("33.4")])
    places: dict[str, Any] = random.choice([{"places": random.randint(1, 4)}, {"percent": percent}])
    named = {"key": f"A{number}", "title": f"奖 {number}", "tie_at_cut": random.choice(TIE_AT_CUT)}
    return named | of | places


def _policy(random: Random) -> dict[str, Any]:
    places = random.randint(1, 4)
    preferred = random.sample(["trainee", "veteran", "family"], random.randint(0, min(places, 2)))
    score, data = random.randint(1, 30), random.choice([20, 50, 100])
    more: list[dict[str, Any]] = [{}, {"minimum_score": score}, {"minimum_data": data}]
    return {
        "places": places,
        "minimum": 1,
        "maximum": places + random.randint(0, 2),
        "tie_at_cut": random.choice(TIE_AT_CUT),
        "prefer": [{"division": division, "places": 1} for division in preferred],
    } | random.choice(more)


def random_contestants(random: Random, rules: Rules) -> list[Measured]:
    return [_contestant(random, rules, number) for number in range(random.randint(1, 14))]


def _contestant(random: Random, rules: Rules, number: int) -> Measured:
    silent = random.random() < 0.1
    return Measured(
        contestant_id=an_id(number),
        city_id=an_id(f"city {random.randint(1, 3)}"),
        division=random.choice(["trainee", "veteran", "family"]),
        platform=random.choice(list(Platform)),
        handle=f"h{number}",
        approved_at=random.choice([None, approved(1), approved(2)]),
        values=tuple(None if silent else _value(random) for _ in rules.metrics),
        gate_values=tuple(None if gate.measurement is None else _value(random) for gate in rules.gates),
        penalties=tuple(_penalty(random) for _ in range(random.choice([0, 0, 0, 0, 1, 2, 3]))),
    )


def _value(random: Random) -> Decimal | None:
    few, many = random.randint(-3, 12), random.randint(0, 10**7)
    return random.choice([None, Decimal(few), Decimal(few), Decimal(many), Decimal(many) / 100])


def _penalty(random: Random) -> Penalty:
    kind = random.choice([*[PenaltyKind.HALVE, PenaltyKind.SUBTRACT] * 3, PenaltyKind.ZERO, PenaltyKind.DISQUALIFY])
    item = None if kind is PenaltyKind.DISQUALIFY else random.choice([None, "ONE", "TWO"])
    return Penalty(kind, item, Decimal(random.randint(1, 30)) / 4 if kind is PenaltyKind.SUBTRACT else None)
