"""The whole way from one contestant's figures to the stored row, with a total worked out by hand."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from services.scorer.metrics.figures import Figures, OrderDays
from services.scorer.scoring_runs.result import RunResult
from services.shared.rules.sentence import sentence
from services.shared.vocabulary import Place, Platform
from services.shared.words import Language
from tests.scorer.contestants import an_id, columns, figures, live_session, order_day, result_of, rules_with, work

RULES = rules_with(
    {
        "SHORT_VIDEO": (
            40,
            [
                {"metric": "plays", "share": 60, "scale": "log", "field": "platform", "missing": "zero"},
                {
                    "metric": "completion_rate",
                    "share": 40,
                    "scale": "percentile",
                    "field": "round",
                    "missing": "exclude",
                },
            ],
        ),
        "SALES": (
            60,
            [
                {
                    "metric": "gross_sales",
                    "source": "orders",
                    "share": 75,
                    "scale": "ratio",
                    "field": "round",
                    "missing": "zero",
                },
                {"metric": "sessions", "share": 25, "scale": "points-per-n", "per": 2, "points": 5, "missing": "zero"},
            ],
        ),
    },
    ties=["item SALES"],
    finalists={"places": 2, "minimum": 2, "tie_at_cut": "none"},
)


def contestants() -> list[Figures]:
    rate = Decimal
    return [
        figures(
            "ann",
            works=[work(0, plays=900, completion_rate=rate("0.2")), work(1, plays=99, completion_rate=rate("0.4"))],
            live_sessions=[live_session(day) for day in range(5)],
            order_days=[order_day(0, 2, "80.10"), order_day(3, 1, "19.90")],
        ),
        figures(
            "bob",
            works=[work(2, plays=9, completion_rate=rate("0.9"))],
            order_days=[order_day(5, 1, "30")],
            division="family",
        ),
        figures("cai", works=[work(2, plays=7)], platform=Platform.KUAISHOU, city=2),
    ]


@pytest.fixture(scope="module")
def result() -> RunResult:
    return result_of(RULES, "r" * 64, ["u2", "u1"], contestants())


def test_the_total_is_the_one_worked_out_by_hand(result: RunResult) -> None:
    # ann: plays 999 of 999 → 24; completion (180 + 39.6) ÷ 999, below bob's → 0; 100 yuan, the best → 45;
    #      5 sessions, two times two → 10
    # bob: plays 9 of 999 → 24 × ln 10 ÷ ln 1000 = 8; completion the best of two → 16; 30 of 100 yuan → 13.5; no session
    # cai: the only one on Kuaishou → 24, without completion rates the item is raised from 24 to 40; nothing sold
    assert [(str(row.total), [(one["item"], one["points"]) for one in row.items]) for row in result.scored] == [
        ("79.00", [("SHORT_VIDEO", "24.00"), ("SALES", "55.00")]),
        ("40.00", [("SHORT_VIDEO", "40.00"), ("SALES", "0.00")]),
        ("37.50", [("SHORT_VIDEO", "24.00"), ("SALES", "13.50")]),
    ]
    assert [row.contestant_id for row in result.scored] == [an_id("ann"), an_id("cai"), an_id("bob")]
    assert [(row.position, row.rank, row.city_rank, row.division_rank) for row in result.scored] == [
        (1, 1, 1, 1),
        (2, 2, 1, 2),
        (3, 3, 2, 1),
    ]


def test_finalists_and_shortages(result: RunResult) -> None:
    assert [(picked.contestant_id, picked.place, picked.position) for picked in result.finalists] == [
        (an_id("ann"), Place.STREAMER, 1),
        (an_id("bob"), Place.STREAMER, 2),
        (an_id("cai"), Place.STREAMER, 1),
    ]
    assert result.shortages == {an_id("city 1"): 0, an_id("city 2"): 1}


def test_the_explanation_leads_from_the_figures_to_the_total(result: RunResult) -> None:
    explanation = json.loads(json.dumps(result.scored[0].explanation))
    assert explanation["total"] == "79.00"
    assert explanation["items"][1] == {
        "item": "SALES",
        "title": "SALES",
        "weight": "60",
        "points": "55.00",
        "counted_share": "100",
        "metrics": [
            {
                "metric": "gross_sales",
                "title": "成交金额",
                "unit": "元",
                "value": "100.00",
                "full": "45",
                "points": "45.0000",
                "scale": "ratio",
                "field": "round",
                "missing": False,
                "left_out": False,
                "inputs": [{"name": "best", "value": "100.00"}],
            },
            {
                "metric": "sessions",
                "title": "直播场次",
                "unit": "次",
                "value": "5",
                "full": "15",
                "points": "10.0000",
                "scale": "points-per-n",
                "field": None,
                "missing": False,
                "left_out": False,
                "inputs": [
                    {"name": "per", "value": "2"},
                    {"name": "each", "value": "5"},
                    {"name": "most", "value": "15"},
                ],
            },
        ],
    }


def test_a_left_out_metric_says_so(result: RunResult) -> None:
    item = result.scored[1].explanation["items"][0]
    assert (item["points"], item["counted_share"]) == ("40.00", "60")
    assert [(one["missing"], one["left_out"], one["points"]) for one in item["metrics"]] == [
        (False, False, "24.0000"),
        (True, True, "0.0000"),
    ]


def test_each_points_are_a_sentence_to_check_with_a_calculator(result: RunResult) -> None:
    sales, sessions = result.scored[2].explanation["items"][1]["metrics"]
    assert sentence(sales, Language.ZH) == "成交金额 30.00，全体选手最高 100.00：45 × 30.00 ÷ 100.00 = 13.5000 分。"
    assert sentence(sessions, Language.EN) == "live sessions 0; 5 points for every 2, at most 15: 0.0000 points."
    completion = result.scored[1].explanation["items"][0]["metrics"][1]
    assert sentence(completion, Language.ZH) == "完播率没有数据，不计此项；项目内其余指标按比例补足。"


def test_the_same_figures_in_another_order_give_the_same_digest(result: RunResult) -> None:
    again = result_of(RULES, "r" * 64, ["u1", "u2"], contestants()[::-1])
    assert (again.file, again.digest) == (result.file, result.digest)


def test_one_order_changed_gives_another_digest(result: RunResult) -> None:
    ann, *others = contestants()
    changed = replace(ann, order_days=columns(OrderDays, [order_day(0, 2, "80.11"), order_day(3, 1, "19.90")]))
    assert result_of(RULES, "r" * 64, ["u1", "u2"], [changed, *others]).digest != result.digest
