"""docs/rules.md knows every metric, every scale and every key that rules can have; CONTRIBUTING.md shows what is."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from services.shared.rules.admission import Entry, Gate
from services.shared.rules.awards import Award, TeamScoring
from services.shared.rules.catalogue import METRICS, Metric
from services.shared.rules.check import parse_rules
from services.shared.rules.jury import Panel
from services.shared.rules.model import FinalistPolicy, Item, MetricRule, Rules
from services.shared.rules.scales import SCALES, Scale, Strict

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


def rows(heading: str) -> dict[str, str]:
    """The rows of the table under a heading, by what stands in their first cell."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return {found[1]: found[0] for found in re.finditer(r"^\| `([^`]+)` \|.*$", section, re.MULTILINE)}


def test_the_metrics_of_the_page_are_those_of_the_catalogue() -> None:
    assert list(rows("Metrics")) == list(METRICS)


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.key)
def test_the_page_says_where_a_metric_comes_from(metric: Metric) -> None:
    joint = " and " if metric.joins_sources else " or "
    sources = joint.join(source.value.lower() for source in metric.sources) or "—"
    _, _, chinese, source, _ = (cell.strip() for cell in rows("Metrics")[metric.key].split("|")[:5])
    assert (chinese, source) == (metric.title.zh, sources)


def test_the_scales_of_the_page_are_those_that_can_be_named() -> None:
    assert list(rows("Scales")) == [*SCALES]


@pytest.mark.parametrize("scale", SCALES.values(), ids=lambda scale: scale.__name__)
def test_the_page_names_every_key_of_a_scale(scale: type[Scale]) -> None:
    row = rows("Scales")[next(key for key, value in SCALES.items() if value is scale)]
    keys = scale.model_fields.keys() - {"scale"}
    assert {key for key in keys if f"`{key}`" not in row and f"`{key} =" not in row} == set()


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("Keys of a metric", MetricRule),
        ("Who takes part", Entry),
        ("Jury", Panel),
        ("Finalists", FinalistPolicy),
        ("Teams", TeamScoring),
        ("Awards", Award),
    ],
)
def test_the_page_names_every_key_of_a_part(heading: str, part: type[Strict]) -> None:
    assert rows(heading).keys() == part.model_fields.keys()


def test_the_page_names_every_key() -> None:
    assert rows("Gates").keys() == Gate.model_fields.keys() - {"measurement"} | {"metric"}
    assert {key.split(".")[0] for key in rows("Keys of the document")} == Rules.model_fields.keys()
    item = rows("Keys of the document")["items.KEY"]
    assert {key for key in Item.model_fields if f"`{key}`" not in item} == set()


EXAMPLE, *PARTS = [part.split("```")[0] for part in PAGE.split("```toml\n")[1:]]


def test_the_example_is_taken() -> None:
    rules = parse_rules(EXAMPLE)
    assert [full for _, _, full in rules.metrics] == [Decimal(30), Decimal(70)]
    assert tomllib.loads(EXAMPLE)["title"] == rules.title


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.split("\n")[0])
def test_the_example_of_a_part_is_taken(part: str) -> None:
    *above, tables = part.rpartition("one_award_per_person = true\n")
    rules = parse_rules("".join(above) + EXAMPLE + tables)
    for key in tomllib.loads(part):
        assert getattr(rules, key)


def unindented(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def test_the_metric_that_shows_how_to_add_one_is_there_as_shown() -> None:
    section = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Adding a metric\n")[1].split("\n## ")[0]
    shown = re.findall(r"\]\(([^)]+\.py)\)(?:(?!```|\]\().)*```python\n(.*?)```", section, re.DOTALL)
    assert [Path(name).stem for name, _ in shown] == ["catalogue", "measures", "test_measure"]
    for name, lines in shown:
        assert unindented(lines) in unindented((ROOT / name).read_text(encoding="utf-8"))
