"""docs/rules.md knows every metric, every scale and every key that rules can have; CONTRIBUTING.md shows what is."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from services.shared.rules.catalogue import METRICS, Metric
from services.shared.rules.check import parse_rules
from services.shared.rules.model import FinalistPolicy, Item, MetricRule, Rules
from services.shared.rules.scales import SCALES, Scale

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
    _, _, chinese, source, _ = (cell.strip() for cell in rows("Metrics")[metric.key].split("|")[:5])
    assert (chinese, source) == (metric.title.zh, joint.join(source.value.lower() for source in metric.sources))


def test_the_scales_of_the_page_are_those_that_can_be_named() -> None:
    assert list(rows("Scales")) == [*SCALES]


@pytest.mark.parametrize("scale", SCALES.values(), ids=lambda scale: scale.__name__)
def test_the_page_names_every_key_of_a_scale(scale: type[Scale]) -> None:
    row = rows("Scales")[next(key for key, value in SCALES.items() if value is scale)]
    keys = scale.model_fields.keys() - {"scale"}
    assert {key for key in keys if f"`{key}`" not in row and f"`{key} =" not in row} == set()


def test_the_page_names_every_key() -> None:
    assert rows("Keys of a metric").keys() == MetricRule.model_fields.keys()
    assert rows("Finalists").keys() == FinalistPolicy.model_fields.keys()
    assert {key.split(".")[0] for key in rows("Keys of the document")} == Rules.model_fields.keys()
    item = rows("Keys of the document")["items.KEY"]
    assert {key for key in Item.model_fields if f"`{key}`" not in item} == set()


def test_the_example_is_taken() -> None:
    example = PAGE.split("```toml\n")[1].split("```")[0]
    rules = parse_rules(example)
    assert [full for _, _, full in rules.metrics] == [Decimal(30), Decimal(70)]
    assert tomllib.loads(example)["title"] == rules.title


def unindented(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def test_the_metric_that_shows_how_to_add_one_is_there_as_shown() -> None:
    section = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Adding a metric\n")[1].split("\n## ")[0]
    shown = re.findall(r"\]\(([^)]+\.py)\)(?:(?!```|\]\().)*```python\n(.*?)```", section, re.DOTALL)
    assert [Path(name).stem for name, _ in shown] == ["catalogue", "measure", "test_measure"]
    for name, lines in shown:
        assert unindented(lines) in unindented((ROOT / name).read_text(encoding="utf-8"))
