"""The canonical result file, byte for byte."""

import hashlib

import pytest

from services.scorer.ranking.rank import rank
from services.scorer.scores.normalise import normalise
from services.scorer.scores.score import score
from services.scorer.scoring_runs.inputs import input_lines
from services.scorer.scoring_runs.outcome import Outcome
from services.scorer.scoring_runs.result_file import digest_of, result_file
from tests.scorer.contestants import measured, rules_with

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


def file_of(*contestants: object) -> bytes:
    standings = rank(score(contestants, normalise(contestants, RULES), RULES), RULES)  # type: ignore[arg-type]
    return result_file(RULES, input_lines(RULES, "abc", ["22", "11"], [], {}), Outcome.of(standings, RULES))


def test_the_file_is_what_the_page_says() -> None:
    assert file_of(ANNA, QIAN, ZHAO).decode() == EXPECTED.format(headings="\t".join(HEADINGS))


def test_the_digest_is_its_sha_256() -> None:
    assert digest_of(b"livecup") == hashlib.sha256(b"livecup").hexdigest()


def test_any_order_of_rows_gives_the_same_bytes() -> None:
    assert file_of(QIAN, ZHAO, ANNA) == file_of(ANNA, QIAN, ZHAO)


def test_a_handle_that_would_break_a_line_is_refused() -> None:
    with pytest.raises(ValueError, match="white space"):
        file_of(measured("a\tb", 1, 1, 1))
