"""The explanation of points as sentences a person can check with a calculator (its form: `scorer/scores/score.py`)."""

from collections.abc import Mapping
from typing import Any

from services.shared.rules.catalogue import METRICS
from services.shared.words import LIST_MARKS, Language, put


def sentence(metric: Mapping[str, Any], language: Language = Language.ZH) -> str:
    """The sentence for one entry of `metrics` in a score's explanation."""
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
    if metric.get("kept_out"):
        return "SCORED_KEPT_OUT"
    if metric["left_out"]:
        return "SCORED_LEFT_OUT"
    if metric["missing"]:
        return "SCORED_MISSING"
    return f"SCORED_{metric['scale'].upper().replace('-', '_')}"


def remarks(explanation: Mapping[str, Any], language: Language = Language.ZH) -> list[str]:
    """What gates and penalties did to a score, a sentence each; mostly none."""
    gates = [_gate(gate, language) for gate in explanation.get("gates", ())]
    return gates + [_penalty(penalty, language) for penalty in explanation.get("penalties", ())]


def _gate(gate: Mapping[str, Any], language: Language) -> str:
    value = gate["value"] or put("GATE_VALUE_UNKNOWN", {}, language)
    if gate["items"] is None:
        return put("GATE_VOIDS", {"title": gate["title"], "value": value}, language)
    items = LIST_MARKS[language].join(gate["items"])
    return put("GATE_KEEPS_OUT", {"title": gate["title"], "value": value, "items": items}, language)


def _penalty(penalty: Mapping[str, Any], language: Language) -> str:
    done = LIST_MARKS[language].join(
        put(f"PENALTY_{each['kind']}", {"points": each["points"] or "0"}, language) for each in penalty["kinds"]
    )
    title = penalty["title"] or put("PENALTY_ON_TOTAL", {}, language)
    points = {"before": penalty["before"], "after": penalty["after"]}
    return put("PENALISED", {"title": title, "done": done, **points}, language)
