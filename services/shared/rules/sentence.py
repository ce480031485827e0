"""The explanation of one metric's points as a sentence a person can check with a calculator."""

from collections.abc import Mapping
from typing import Any

from services.shared.rules.catalogue import METRICS
from services.shared.words import Language, put


def sentence(metric: Mapping[str, Any], language: Language = Language.ZH) -> str:
    """The sentence for one entry of `metrics` in a score's explanation (its form: `scorer/scores/score.py`)."""
    known = METRICS.get(metric["metric"])
    title = metric["title"]
    if known is not None:
        title = known.title.zh if language is Language.ZH else known.title.en
    return put(
        _code(metric),
        {
            "title": title,
            "value": metric["value"] or "",
            "full": metric["full"],
            "points": metric["points"],
            "field": f"FIELD_{(metric['field'] or 'round').upper()}",
            **{entry["name"]: entry["value"] for entry in metric["inputs"]},
        },
        language,
    )


def _code(metric: Mapping[str, Any]) -> str:
    if metric["left_out"]:
        return "SCORED_LEFT_OUT"
    if metric["missing"]:
        return "SCORED_MISSING"
    return f"SCORED_{metric['scale'].upper().replace('-', '_')}"
