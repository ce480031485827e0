"""What the prose says of a document: read as a whole, and nothing that the document states is left out."""

import re
from pathlib import Path

import pytest

from services.shared.rules.check import InvalidRules, parse_rules
from services.shared.rules.prose import prose
from services.shared.words import Language

FOLDER = Path(__file__).with_name("documents")
SAMPLES = Path(__file__).parents[3] / "services" / "sample" / "hubei-2021"
DOCUMENTS = [SAMPLES / "qualifier.toml", SAMPLES / "final.toml", FOLDER / "everything.toml"]
NAMES = {
    "qualifier": "选手全员赛",
    "final": "决赛",
    "trainee": "全媒体运营师学员",
    "veteran": "退役军人",
    "family": "军属",
}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", Language)
def test_as_a_whole(path: Path, language: Language) -> None:
    """The expected texts are to be read by people: whoever changes a word looks at them."""
    expected = FOLDER / f"{path.stem}.{language.lower()}.txt"
    assert prose(parse_rules(path.read_text(encoding="utf-8")), language, NAMES) == expected.read_text(encoding="utf-8")


# What a document states, one at a time put otherwise: the prose must not stay the same.
OTHERWISE = [
    (r"weight=40", "weight=30", r"weight=60", "weight=70"),
    (r"metric=4,", "metric=3,"),
    (r"item=2,", "item=1,"),
    (r"total=2\}", "total=1}"),
    (r'"item LIVE",', ""),
    (r'finalists_of="qualifier"', 'best=3\nof_round="qualifier"'),
    (r"\nof=100\nmissing=\"zero\"", '\nof=120\nmissing="zero"'),
    (r'missing="zero"', 'missing="exclude"'),
    (r"featured_factor=1.2", "featured_factor=1.5"),
    (r"2021-09-06", "2021-09-07"),
    (r"step=0.5", "step=0.4"),
    (r"step=0.5", "step=0.5\nfloor=1"),
    (r'field="round"', 'field="city"'),
    (r"judges=9", "judges=8"),
    (r"at_least=40", "at_least=41"),
    (r"decimals=2\n", "decimals=1\n"),
    (r"drop_highest=1", "drop_highest=2"),
    (r"drop_lowest=1", "drop_lowest=0"),
    (r"minimum=7", "minimum=6"),
    (r'missing_judge="mean of the others"', 'missing_judge="lowest"'),
    (r"at_most=5000", "at_most=4000"),
    (r'missing="pass"', 'missing="fail"'),
    (r'\nitems=\["LIVE"\]', ""),
    (r"best_percent=60", "best=60"),
    (r'score="mean"', 'score="sum"'),
    (r"\nbest_n=4", ""),
    (r"places=3", "places=4"),
    (r"percent=5", "percent=6"),
    (r'division="trainee"\n', ""),
    (r'by="item LIVE"', 'by="item HEATS"'),
    (r'tie_at_cut="all in"', 'tie_at_cut="none"'),
    (r"one_award_per_person=true", "one_award_per_person=false"),
]


@pytest.mark.parametrize("change", OTHERWISE, ids=lambda change: str(change[1]))
@pytest.mark.parametrize("language", Language)
def test_what_is_stated_is_said(change: tuple[str, ...], language: Language) -> None:
    document = (FOLDER / "everything.toml").read_text(encoding="utf-8")
    other = document
    for pattern, instead in zip(change[::2], change[1::2], strict=True):
        other, count = re.subn(pattern, instead, other, count=1)
        assert count == 1, pattern
    try:
        said = prose(parse_rules(other), language, NAMES)
    except InvalidRules as error:
        pytest.fail(str(error))
    assert said != prose(parse_rules(document), language, NAMES)
