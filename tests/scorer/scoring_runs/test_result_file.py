"""The canonical result file, byte for byte."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.scorer.metrics.figures import Earlier, Figures, Mark, Penalty
from services.scorer.metrics.measure import Measured
from services.scorer.scoring_runs.inputs import Noted, input_lines
from services.scorer.scoring_runs.outcome import Outcome
from services.scorer.scoring_runs.result import RunResult
from services.scorer.scoring_runs.result_file import digest_of, result_file
from services.shared.vocabulary import PenaltyKind
from tests.scorer.contestants import figures, live_session, measured, order_day, result_of, rules_with

RULES = rules_with(
    {
        "SHORT_VIDEO": (
            60,
            [
                {"metric": "plays", "share": 50, "scale": "ratio", "field": "round", "missing": "zero"},
                {"metric": "completion_rate", "share": 50, "scale": "ratio", "field": "round", "missing": "exclude"},
            ],
        ),
        "SALES": (40, [{"metric": "buyers", "share": 100, "scale": "as-is", "missing": "zero"}]),
    },
    finalists={"places": 1, "minimum": 1, "tie_at_cut": "none"},
)
ZHAO = measured("zhao", 1000, "0.500000", 12)
ANNA = measured("anna", 250, None, None, platform="KUAISHOU")
QIAN = measured("钱", None, None, None)

HEADINGS = [
    "platform",
    "handle",
    "SHORT_VIDEO.plays",
    "SHORT_VIDEO.plays points",
    "SHORT_VIDEO.completion_rate",
    "SHORT_VIDEO.completion_rate points",
    "SALES.buyers",
    "SALES.buyers points",
    "SHORT_VIDEO points",
    "SALES points",
    "total",
    "rank",
    "city rank",
    "division rank",
    "finalist",
]
EXPECTED = """livecup result 1
engine 1
rules abc
upload 11
upload 22
{headings}
DOUYIN	zhao	1000	30.0000	0.500000	30.0000	12	12.0000	60.00	12.00	72.00	1	1	1	STREAMER 1
DOUYIN	钱	-	0.0000	-	0.0000	-	0.0000	0.00	0.00	0.00	3	3	3	-
KUAISHOU	anna	250	7.5000	-	-	-	0.0000	15.00	0.00	15.00	2	2	2	RESERVE 1
"""


def file_of(*contestants: Measured) -> bytes:
    return result_file(RULES, input_lines("abc", ["22", "11"], Noted(RULES), {}), Outcome.of(contestants, RULES))


def test_the_file_is_what_the_page_says() -> None:
    assert file_of(ANNA, QIAN, ZHAO).decode() == EXPECTED.format(headings="\t".join(HEADINGS))


def test_the_digest_is_its_sha_256() -> None:
    assert digest_of(b"livecup") == hashlib.sha256(b"livecup").hexdigest()


def test_any_order_of_rows_gives_the_same_bytes() -> None:
    assert file_of(QIAN, ZHAO, ANNA) == file_of(ANNA, QIAN, ZHAO)


def test_a_handle_that_would_break_a_line_is_refused() -> None:
    with pytest.raises(ValueError, match="white space"):
        file_of(measured("a\tb", 1, 1, 1))


HEATS = {"metric": "earlier_total", "of_round": "heats", "share": 100, "scale": "out-of", "of": 100, "missing": "zero"}
FINAL = rules_with(
    {
        "HEATS": (40, [HEATS]),
        "STAGE": (60, [{"metric": "jury", "panel": "STAGE", "share": 100, "scale": "as-is", "missing": "zero"}]),
    },
    entry={"best": 3, "of_round": "heats"},
    jury={
        "STAGE": {
            "title": "评委",
            "judges": 2,
            "criteria": [{"key": "SKILL", "title": "技巧", "at_least": 0, "at_most": 60}],
            "decimals": 1,
            "minimum": 1,
            "missing_judge": "lowest",
        }
    },
    gates=[
        {"title": "投放", "metric": "promotion_spend", "at_most": 100, "missing": "pass"},
        {"title": "初赛", "item": "HEATS", "at_least": 20, "items": ["STAGE"]},
    ],
    teams={"score": "sum"},
    awards=[
        {"key": "FIRST", "title": "一等奖", "of": "person", "places": 1, "tie_at_cut": "person decides"},
        {"key": "TEAM", "title": "团体奖", "of": "team", "places": 1, "tie_at_cut": "none"},
    ],
)
PEOPLE = [
    figures("li", earlier={"heats": Earlier(Decimal("80.00"), 1)}, marks=[Mark("STAGE", "one", Decimal("50.50"))]),
    figures("wu", earlier={"heats": Earlier(Decimal(40), 2)}, marks=[Mark("STAGE", "two", Decimal(60))], city=2),
    figures(
        "he",
        earlier={"heats": Earlier(Decimal(90), 1)},
        penalties=[Penalty(PenaltyKind.SUBTRACT, None, Decimal("1.50")), Penalty(PenaltyKind.HALVE, "HEATS", None)],
        live_sessions=[live_session(0, promotion_spend=Decimal(101))],
    ),
]
EXPECTED_FINAL = """livecup result 1
engine 1
rules abc
marks {marks}
penalties {penalties}
carried heats 5e1f
participants {participants}
{headings}
DOUYIN	he	90.00	0.0000	-	0.0000	0.00	0.00	0.00	3	2	3	-	101.00 failed	-
DOUYIN	li	80.00	32.0000	50.50	50.5000	32.00	50.50	82.50	1	1	1	-	0.00	-
DOUYIN	wu	40.00	16.0000	60.00	0.0000	16.00	0.00	16.00	2	1	2	-	0.00	- failed
team	1	82.50	DOUYIN li	DOUYIN he
team	2	16.00	DOUYIN wu
award	FIRST	1	DOUYIN li
award	TEAM	1	DOUYIN li
"""


def final(people: Sequence[Figures]) -> RunResult:
    return result_of(FINAL, "abc", [], people, heats="5e1f")


def sha256(*lines: str) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_what_else_enters_a_run_and_what_follows_from_it_stands_there() -> None:
    metrics = ["HEATS.earlier_total", "HEATS.earlier_total points", "STAGE.jury", "STAGE.jury points"]
    standing = ["HEATS points", "STAGE points", "total", "rank", "city rank", "division rank", "finalist"]
    assert final(PEOPLE).file.decode() == EXPECTED_FINAL.format(
        marks=sha256("DOUYIN\tli\tSTAGE\t50.5", "DOUYIN\twu\tSTAGE\t60"),
        penalties=sha256("DOUYIN\the\tHALVE\tHEATS\t-", "DOUYIN\the\tSUBTRACT\t-\t1.5"),
        participants=sha256("DOUYIN\the", "DOUYIN\tli", "DOUYIN\twu"),
        headings="\t".join(["platform", "handle", *metrics, *standing, "gate 1", "gate 2"]),
    )


def test_any_order_of_people_marks_and_penalties_gives_the_same_bytes() -> None:
    turned = [replace(one, marks=one.marks[::-1], penalties=one.penalties[::-1]) for one in PEOPLE[::-1]]
    assert final(turned).file == final(PEOPLE).file


@pytest.mark.parametrize(
    "change",
    [
        {"marks": [Mark("STAGE", "one", Decimal(50))]},
        {"penalties": [Penalty(PenaltyKind.SUBTRACT, None, Decimal(1))]},
        {"handle": "luo"},
    ],
)
def test_another_input_gives_another_digest(change: dict[str, Any]) -> None:
    assert final([replace(PEOPLE[0], **change), *PEOPLE[1:]]).digest != final(PEOPLE).digest


def test_sums_of_featured_products_enter_only_where_the_rules_ask_for_them() -> None:
    metric = {"metric": "gross_sales", "source": "orders", "share": 100, "scale": "as-is", "missing": "zero"}
    people = [figures("li", order_days=[order_day(0, 2, "50")], featured_days=[order_day(0, 1, "20", refunds="5.50")])]
    plain, factor = (rules_with({"ONE": (100, [metric | more])}) for more in ({}, {"featured_factor": 2}))
    files = [result_of(rules, "abc", [], people).file.decode() for rules in (plain, factor)]
    line = "featured " + sha256("DOUYIN\tli\t2021-07-20\t1\t20\t5.5")
    assert [line in file for file in files] == [False, True]
