"""Rules that are taken, and for each mistake the problem with its line."""

import tomllib
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.sample.contest import load
from services.shared.file_vocabulary import Source
from services.shared.problems import Problem
from services.shared.rules.check import InvalidRules, parse_rules
from services.shared.rules.contradictions import RoundSetting
from services.shared.rules.model import TieKey
from services.shared.rules.scales import StepDown
from services.shared.words import FOLDERS, Language, put

SAMPLES = Path(__file__).parents[3] / "services" / "sample" / "hubei-2021"

DOCUMENT = """title = "县直播大赛"
round = "live"
places = { metric = 4, item = 2, total = 2 }
ties = ["item SALES", "metric net_sales", "earlier approval"]
[items.SALES]
title = "直播带货"
weight = 100
[[items.SALES.metrics]]
metric = "net_sales"
source = "orders"
refunds_until = 2021-09-10T00:00:00+08:00
share = 70
scale = "step-down"
step = 0.5
field = "round"
missing = "zero"
[[items.SALES.metrics]]
metric = "buyers"
share = 30
scale = "bands"
bands = [
    { at_least = 1, points = 10 },
    { at_least = 50, points = 30 },
]
missing = "exclude"
[finalists]
places = 6
minimum = 4
tie_at_cut = "person decides"
prefer = [{ division = "trainee", places = 3 }]
"""
EXPORTED_UNTIL = datetime.fromisoformat("2021-09-06T00:00:00+08:00")
SETTING = RoundSetting("live", frozenset({"trainee"}), EXPORTED_UNTIL, frozenset({"heats"}))

# A final that uses every part: it follows the heats, has a jury, gates, teams and awards.
FINAL = """title = "决赛"
round = "live"
places = { metric = 4, item = 2, total = 2 }
[entry]
best_percent = 60
of_round = "heats"
[jury.STAGE]
title = "现场评委"
judges = 9
decimals = 2
drop_highest = 1
drop_lowest = 1
minimum = 7
missing_judge = "lowest"
criteria = [
    { key = "CONTENT", title = "内容", at_least = 40, at_most = 60 },
    { key = "SKILL", title = "技巧", at_least = 30, at_most = 40 },
]
[items.HEATS]
weight = 40
metrics = [{ metric = "earlier_total", of_round = "heats", share = 100, scale = "out-of", of = 100, missing = "zero" }]
[items.STAGE]
weight = 60
[[items.STAGE.metrics]]
metric = "jury"
panel = "STAGE"
share = 100
scale = "out-of"
of = 100
missing = "zero"
[[gates]]
title = "投放"
metric = "promotion_spend"
at_most = 5000
missing = "pass"
[[gates]]
title = "现场"
item = "HEATS"
best = 30
items = ["STAGE"]
[teams]
score = "sum"
[[awards]]
key = "FIRST"
title = "一等奖"
of = "person"
places = 3
tie_at_cut = "none"
[[awards]]
key = "TEAM"
title = "团体奖"
of = "team"
percent = 20
tie_at_cut = "all in"
"""


def problems_of(document: str, setting: RoundSetting | None = None) -> list[Problem]:
    with pytest.raises(InvalidRules) as raised:
        parse_rules(document, setting)
    return raised.value.problems


def test_a_document_becomes_rules() -> None:
    rules = parse_rules(DOCUMENT, SETTING)
    assert [(item, rule.metric, full) for item, rule, full in rules.metrics] == [
        ("SALES", "net_sales", Decimal(70)),
        ("SALES", "buyers", Decimal(30)),
    ]
    net_sales = rules.items["SALES"].metrics[0]
    assert net_sales.scale == StepDown(scale="step-down", step=Decimal("0.5"), floor=Decimal(0))
    assert rules.ties[1] == TieKey(by="metric", metric="net_sales")
    assert rules.finalists is not None
    assert (rules.finalists.most, rules.finalists.prefer[0].division) == (6, "trainee")


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("qualifier", {"SHORT_VIDEO": 30, "ACCOUNT_OPERATION": 30, "SALES": 40}),
        ("final", {"SALES": 70, "LIVE": 20, "EARLIER": 10}),
    ],
)
def test_the_sample_rules_are_taken(name: str, weights: dict[str, int]) -> None:
    """Each by its round of the sample contest."""
    contest = load(SAMPLES / "contest.toml")
    keys = [one.key for one in contest.rounds]
    round_ = contest.rounds[keys.index(name)]
    divisions = frozenset(one.key for one in contest.divisions)
    setting = RoundSetting(name, divisions, round_.exported_until, frozenset(keys[: keys.index(name)]))
    rules = parse_rules((SAMPLES / f"{name}.toml").read_text(encoding="utf-8"), setting)
    assert {key: item.weight for key, item in rules.items.items()} == weights


def test_every_part_of_a_final_is_taken() -> None:
    rules = parse_rules(FINAL, SETTING)
    assert rules.entry is not None
    assert (rules.entry.earlier_round, rules.entry.last_rank(31), rules.carried_rounds) == ("heats", 19, ("heats",))
    assert (rules.jury["STAGE"].full, rules.jury["STAGE"].needed) == (Decimal(100), 7)
    spend, stage = rules.gates
    assert spend.measurement is not None
    assert (spend.measurement.metric, spend.voids, stage.item, stage.voids) == ("promotion_spend", True, "HEATS", False)
    assert rules.teams is not None
    assert [(award.key, award.ranking) for award in rules.awards] == [
        ("FIRST", ("person", "total", None)),
        ("TEAM", ("team", "total", None)),
    ]
    assert rules.sources == {Source.LIVE_SESSIONS}


def test_rules_never_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        parse_rules(DOCUMENT).round = "final"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "parameters"),
    [
        ('round = "live"', "", "RULES_KEY_MISSING", 1, {"key": "round"}),
        ("title = ", "name = ", "RULES_KEY_UNKNOWN", 1, {"key": "name"}),
        ('missing = "zero"', "", "RULES_KEY_MISSING", 8, {"key": "items.SALES.metrics.missing"}),
        ('scale = "step-down"', "", "RULES_KEY_MISSING", 8, {"key": "items.SALES.metrics.scale"}),
        ("step-down", "stairs", "RULES_VALUE_UNKNOWN", 13, {"key": "items.SALES.metrics.scale"}),
        ("step = 0.5", "stop = 0.5", "RULES_KEY_UNKNOWN", 14, {"key": "items.SALES.metrics.stop"}),
        ("step = 0.5", "step = 0", "RULES_NUMBER_OUT_OF_RANGE", 14, {"bound": "> 0"}),
        ("step = 0.5", 'step = "0.5"', "RULES_NUMBER_EXPECTED", 14, {"key": "items.SALES.metrics.step"}),
        ("step = 0.5", "step = true", "RULES_NUMBER_EXPECTED", 14, {}),
        ("step = 0.5", "step = nan", "RULES_NUMBER_TOO_LONG", 14, {}),
        ("step = 0.5", "step = 1e400", "RULES_NUMBER_TOO_LONG", 14, {}),
        ("metric = 4", "metric = 9", "RULES_NUMBER_OUT_OF_RANGE", 3, {"bound": "≤ 8"}),
        ('field = "round"', 'field = "county"', "RULES_VALUE_UNKNOWN", 15, {}),
        ("weight = 100", "weight = -1", "RULES_NUMBER_OUT_OF_RANGE", 7, {}),
        ("00+08:00", "00", "RULES_TIME_WITHOUT_ZONE", 11, {}),
        ('"item SALES", ', '"sales", ', "RULES_TIE_KEY_UNKNOWN", 4, {"text": "sales"}),
        ("{ at_least = 50,", "{ from = 50, at_least = 50,", "RULES_KEY_UNKNOWN", 23, {}),
        ("places = 6", "places = 0", "RULES_NUMBER_OUT_OF_RANGE", 27, {"bound": "≥ 1"}),
        ("minimum = 4", 'minimum = "4"', "RULES_NUMBER_EXPECTED", 28, {}),
        ("weight = 100", "weight = 90", "RULES_WEIGHTS_SUM", 5, {"sum": "90", "full": "100"}),
        ("share = 30", "share = 29.5", "RULES_SHARES_SUM", 5, {"item": "SALES", "sum": "99.5"}),
        ('"buyers"', '"hearts"', "RULES_METRIC_UNKNOWN", 18, {"metric": "hearts"}),
        ('metric = "buyers"', 'metric = "net_sales"\nsource = "orders"', "RULES_METRIC_TWICE", 18, {}),
        ('source = "orders"', "", "RULES_SOURCE_NEEDED", 8, {"allowed": "orders, live_sessions"}),
        ('source = "orders"', 'source = "works"', "RULES_SOURCE_NEEDED", 10, {}),
        ('"buyers"', '"active_days"\nsource = "works"', "RULES_SOURCE_FIXED", 19, {}),
        ("refunds_until = 2021-09-10T00:00:00+08:00", "", "RULES_KEY_NEEDED_FOR_METRIC", 8, {"key": "refunds_until"}),
        ('"buyers"', '"buyers"\nsales = "paid"', "RULES_KEY_NOT_FOR_METRIC", 19, {"key": "sales"}),
        ('"buyers"', '"sales_per_thousand_views"\nsales = "net"', "RULES_KEY_NEEDED_FOR_METRIC", 17, {}),
        ('"buyers"', '"active_days"\ncap_per_day = 1', "RULES_KEY_NOT_FOR_METRIC", 19, {"key": "cap_per_day"}),
        ('"buyers"', '"completion_rate"\ncap_per_day = 1', "RULES_KEY_NOT_FOR_METRIC", 19, {"key": "cap_per_day"}),
        ('source = "orders"', 'source = "orders"\nbest_n = 3', "RULES_KEY_NOT_FOR_METRIC", 11, {"key": "best_n"}),
        ('missing = "zero"', 'missing = "zero"\ndirection = "lower"', "RULES_ZERO_WOULD_WIN", 16, {}),
        ('field = "round"', "", "RULES_FIELD_NEEDED", 8, {"scale": "step-down"}),
        ('scale = "bands"', 'scale = "bands"\nfield = "city"', "RULES_FIELD_NOT_USED", 21, {}),
        ('"buyers"', '"buyers"\nbest_n = 3\ncap_per_day = 9', "RULES_KEY_NOT_WITH", 20, {"other": "best_n"}),
        ("step = 0.5", "step = 0.5\nfloor = 71", "RULES_ABOVE_FULL", 15, {"full": "70"}),
        ("points = 30 }", "points = 31 }", "RULES_ABOVE_FULL", 23, {"key": "points"}),
        ("at_least = 50", "at_least = 1", "RULES_BANDS_NOT_RISING", 23, {}),
        ("item SALES", "item SALE", "RULES_TIE_ITEM_UNKNOWN", 4, {"item": "SALE"}),
        ('"metric net_sales"', '"metric plays"', "RULES_TIE_METRIC_UNKNOWN", 4, {"metric": "plays"}),
        ("minimum = 4", "minimum = 7", "RULES_MINIMUM_ABOVE_PLACES", 28, {}),
        ("places = 6", "places = 6\nmaximum = 5", "RULES_MAXIMUM_BELOW_PLACES", 28, {}),
        ("places = 3 }", "places = 7 }", "RULES_PREFER_ABOVE_PLACES", 30, {"sum": 7, "places": 6}),
        ('round = "live"', 'round = "final"', "RULES_OF_ANOTHER_ROUND", 2, {"expected": "live"}),
        ('"trainee"', '"students"', "RULES_DIVISION_UNKNOWN", 30, {"known": "trainee"}),
        ("2021-09-10", "2021-09-05", "RULES_REFUNDS_AFTER_THEIR_DAY", 11, {}),
        ("[finalists]", "[finalists", "RULES_NOT_TOML", 26, {}),
        ("weight = 100", "weight = 100\nweight = 100", "RULES_NOT_TOML", 8, {}),
        ('title = "县直播大赛"', "title = 2024", "RULES_VALUE_WRONG", 1, {"key": "title"}),
        ("{ at_least = 1, points = 10 },\n    { at_least = 50, points = 30 },", "", "RULES_LIST_LENGTH", 21, {}),
        ("[items.SALES]", "# " + "x" * 100_000 + "\n[items.SALES]", "RULES_TOO_LONG", 1, {"most": 100_000}),
        ("[items.SALES]", "[items.sales]", "RULES_ITEM_KEY_WRONG", 5, {}),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, code: str, line: int, parameters: dict[str, Any]) -> None:
    assert_named(DOCUMENT, old, new, code, line, parameters)


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "parameters"),
    [
        ("best_percent = 60", "", "RULES_ONE_OF", 4, {"keys": "finalists_of, best, best_percent"}),
        ("best_percent = 60", "best_percent = 160", "RULES_NUMBER_OUT_OF_RANGE", 5, {"bound": "≤ 100"}),
        ("best_percent = 60", 'finalists_of = "heats"', "RULES_KEY_NOT_WITH", 6, {"key": "of_round"}),
        ('of_round = "heats"\n[jury', "[jury", "RULES_KEY_MISSING", 4, {"key": "entry.of_round"}),
        ('of_round = "heats"\n[jury', 'of_round = "live"\n[jury', "RULES_ROUND_ITSELF", 4, {"round": "live"}),
        ('of_round = "heats", share', 'of_round = "live", share', "RULES_ROUND_ITSELF", 21, {}),
        (
            'of_round = "heats"\n[jury',
            'of_round = "spring"\n[jury',
            "RULES_NO_SUCH_EARLIER_ROUND",
            4,
            {"known": "heats"},
        ),
        ('of_round = "heats", share', 'of_round = "spring", share', "RULES_NO_SUCH_EARLIER_ROUND", 21, {}),
        ('of_round = "heats", share', "share", "RULES_KEY_NEEDED_FOR_METRIC", 21, {"key": "of_round"}),
        ("minimum = 7", "minimum = 10", "RULES_MINIMUM_ABOVE_JUDGES", 13, {"judges": 9}),
        ("minimum = 7", "minimum = 2", "RULES_NO_MARK_LEFT", 7, {"minimum": 2}),
        ("at_most = 60", "at_most = 40", "RULES_RANGE_EMPTY", 16, {"key": "CONTENT"}),
        ('"SKILL"', '"CONTENT"', "RULES_KEY_TWICE", 17, {"key": "CONTENT"}),
        ('"SKILL"', '"skill"', "RULES_ITEM_KEY_WRONG", 17, {}),
        ('missing_judge = "lowest"', 'missing_judge = "block"', "RULES_PANEL_BLOCKS", 30, {"panel": "STAGE"}),
        ('missing_judge = "lowest"', 'missing_judge = "zero"', "RULES_VALUE_UNKNOWN", 14, {}),
        ('panel = "STAGE"', 'panel = "HALL"', "RULES_NOT_IN_RULES", 26, {"key": "panel", "name": "HALL"}),
        ('panel = "STAGE"', 'panel = "STAGE"\nsource = "works"', "RULES_KEY_NOT_FOR_METRIC", 27, {"key": "source"}),
        ('panel = "STAGE"', 'panel = "STAGE"\nfeatured_factor = 2', "RULES_KEY_NOT_FOR_METRIC", 27, {}),
        ("of = 100\nmissing", "missing", "RULES_KEY_MISSING", 24, {"key": "items.STAGE.metrics.of"}),
        ('"promotion_spend"', '"spend"', "RULES_METRIC_UNKNOWN", 33, {"metric": "spend"}),
        ("at_most = 5000", "at_most = 5000\nshare = 3", "RULES_KEY_UNKNOWN", 35, {"key": "gates.share"}),
        ("at_most = 5000", "at_most = 5000\nbest = 3", "RULES_ONE_OF", 31, {}),
        ('missing = "pass"', "", "RULES_KEY_MISSING", 31, {"key": "gates.missing"}),
        ('metric = "promotion_spend"', 'item = "HEATS"', "RULES_KEY_NOT_WITH", 35, {"key": "missing"}),
        ('item = "HEATS"', "", "RULES_ONE_OF", 36, {"keys": "metric, item"}),
        ('items = ["STAGE"]', 'items = ["HALL"]', "RULES_NOT_IN_RULES", 36, {"key": "items", "name": "HALL"}),
        ('items = ["STAGE"]', 'items = ["STAGE", "HEATS"]', "RULES_GATE_TOO_EARLY", 36, {"item": "HEATS"}),
        ('key = "TEAM"', 'key = "FIRST"', "RULES_KEY_TWICE", 50, {"key": "FIRST"}),
        ("places = 3", "places = 3\npercent = 3", "RULES_ONE_OF", 43, {"keys": "places, percent"}),
        ("places = 3", 'places = 3\nby = "sales"', "RULES_AWARD_BY_UNKNOWN", 48, {"text": "sales"}),
        ("places = 3", 'places = 3\nby = "item SALES"', "RULES_NOT_IN_RULES", 48, {"name": "SALES"}),
        ("places = 3", 'places = 3\ndivision = "students"', "RULES_DIVISION_UNKNOWN", 48, {"known": "trainee"}),
        ("percent = 20", 'percent = 20\nby = "item STAGE"', "RULES_KEY_NOT_WITH", 54, {"key": "by"}),
        ('[teams]\nscore = "sum"', "", "RULES_KEY_MISSING", 51, {"key": "teams"}),
    ],
)
def test_a_mistake_in_another_part_is_named_with_its_line(
    old: str, new: str, code: str, line: int, parameters: dict[str, Any]
) -> None:
    assert_named(FINAL, old, new, code, line, parameters)


def assert_named(document: str, old: str, new: str, code: str, line: int, parameters: dict[str, Any]) -> None:
    assert old in document
    found = problems_of(document.replace(old, new, 1), SETTING)
    problem = next(problem for problem in found if problem.code == code)
    assert problem.line == line
    assert parameters.items() <= problem.parameters.items()
    for language in Language:
        assert "{" not in put(code, problem.parameters, language)


def test_everything_wrong_is_told_at_once() -> None:
    wrong = (
        DOCUMENT.replace("step = 0.5", "step = -1")
        .replace('field = "round"', 'field = "x"')
        .replace("minimum", "least")
    )
    assert [(problem.code, problem.line) for problem in problems_of(wrong)] == [
        ("RULES_NUMBER_OUT_OF_RANGE", 14),
        ("RULES_VALUE_UNKNOWN", 15),
        ("RULES_KEY_MISSING", 26),
        ("RULES_KEY_UNKNOWN", 28),
    ]


def test_a_metric_in_two_items_must_be_told_apart_in_a_tie() -> None:
    item = (
        '[items.{}]\nweight = 50\nmetrics = [{{ metric = "plays", share = 100, scale = "as-is", missing = "zero" }}]\n'
    )
    document = 'title = "t"\nround = "r"\nplaces = { metric = 4, item = 2, total = 2 }\nties = ["metric plays"]\n'
    document += item.format("ONE") + item.format("TWO")
    assert [problem.code for problem in problems_of(document)] == ["RULES_TIE_METRIC_AMBIGUOUS"]
    rules = parse_rules(document.replace("metric plays", "metric TWO.plays"))
    assert rules.metric_index(rules.ties[0]) == 1


def test_lower_is_better_only_on_scales_that_can() -> None:
    lower = DOCUMENT.replace('missing = "zero"', 'missing = "exclude"\ndirection = "lower"')
    parse_rules(lower)
    (problem,) = problems_of(lower.replace('scale = "step-down"\nstep = 0.5', 'scale = "ratio"'))
    assert (problem.code, problem.line) == ("RULES_DIRECTION_NOT_FOR_SCALE", 13)


@pytest.mark.parametrize(
    "document", ["", "\x00", "[" * 20_000, "a = " + "[" * 20_000, "title = 1", "x" * 100_001, "= 1"]
)
def test_a_hostile_document_is_refused(document: str) -> None:
    assert problems_of(document)


def test_every_code_has_its_mistake_here() -> None:
    tested = Path(__file__).read_text(encoding="utf-8")
    section = tomllib.loads((FOLDERS[Language.ZH] / "results.toml").read_text(encoding="utf-8"))["rules"]
    assert {code for code in section if code.startswith("RULES_") and f'"{code}"' not in tested} == set()
