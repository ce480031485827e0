"""Every scale against its case table: `cases/<scale>.toml` says what these metrics are worth."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.scorer.metrics.measure import Measured
from services.scorer.scores.normalise import FiguresMissing, Points, normalise
from services.scorer.scores.score import Explainer, score
from services.shared.exact import plain
from services.shared.rules.model import Rules
from services.shared.rules.scales import SCALES
from services.shared.rules.sentence import sentence
from services.shared.words import Language
from tests.scorer.contestants import measured, read_toml, rules_with

CASES = Path(__file__).with_name("cases")
OF_THE_CASE = {"case", "name", "given", "expect", "full"}


def cases() -> list[Any]:
    found = []
    for scale in SCALES:
        table = read_toml(CASES / f"{scale}.toml")
        found += [pytest.param(table | case, id=f"{scale}: {case['name']}") for case in table["case"]]
    return found


def rules_of(case: dict[str, Any]) -> Rules:
    """The case's metric with all of an item, and one more item so that "unknown" differs from "no data"."""
    stated = {key: value for key, value in case.items() if key not in OF_THE_CASE}
    metric = {"metric": "net_follower_gain", "share": 100, "missing": "zero", "decimals": 6} | stated
    other = {"metric": "sessions", "share": 100, "missing": "zero", "scale": "as-is"}
    return rules_with({"ACCOUNT_OPERATION": (case["full"], [metric]), "OTHER": (1, [other])})


def contestant_of(handle: str, given: Any) -> Measured:
    table = given if isinstance(given, dict) else {"value": given}
    value = table["value"]
    others = {key: one for key, one in table.items() if key != "value"}
    if value == "no data":
        return measured(handle, None, None, **others)
    return measured(handle, None if value == "unknown" else value, 0, **others)


def shown(points: Points) -> str:
    return "left out" if points.points is None else plain(points.points)


@pytest.mark.parametrize("case", cases())
def test_case(case: dict[str, Any]) -> None:
    contestants = [contestant_of(handle, given) for handle, given in case["given"].items()]
    found, _ = normalise(contestants, rules_of(case))
    assert {one.handle: shown(points) for one, points in zip(contestants, found, strict=True)} == case["expect"]


@pytest.mark.parametrize("case", cases())
def test_the_points_of_a_case_are_a_sentence(case: dict[str, Any]) -> None:
    rules = rules_of(case)
    contestants = [contestant_of(handle, given) for handle, given in case["given"].items()]
    explainer = Explainer(rules)
    for one in score(contestants, normalise(contestants, rules), rules):
        metric = explainer.explanation(one)["items"][0]["metrics"][0]
        for language in Language:
            said = sentence(metric, language)
            assert "SCORED_" not in said
            assert "{" not in said


def test_a_blocking_metric_names_everybody_who_lacks_it() -> None:
    metric = {"metric": "sessions", "share": 100, "scale": "as-is", "missing": "block"}
    rules = rules_with({"ACCOUNT_OPERATION": (10, [metric])})
    contestants = [measured("zhao", None), measured("qian", 3), measured("anna", None, platform="KUAISHOU")]
    with pytest.raises(FiguresMissing) as raised:
        normalise(contestants, rules)
    (problem,) = raised.value.problems
    assert problem.code == "FIGURES_MISSING"
    assert problem.parameters == {
        "item": "ACCOUNT_OPERATION",
        "metric": "sessions",
        "count": 2,
        "accounts": "DOUYIN zhao, KUAISHOU anna",
    }


def test_the_inputs_say_what_the_points_were_computed_from() -> None:
    metric = {"metric": "sessions", "share": 100, "scale": "ratio", "field": "round", "missing": "zero", "cap": 8}
    rules = rules_with({"ACCOUNT_OPERATION": (10, [metric])})
    (found,) = normalise([measured("a", 12), measured("b", 4)], rules)
    assert found[0] == Points(
        Decimal(8), Decimal(10), [{"name": "best", "value": "8"}, {"name": "measured", "value": "12"}]
    )
    assert found[1] == Points(Decimal(4), Decimal(5), [{"name": "best", "value": "8"}])
