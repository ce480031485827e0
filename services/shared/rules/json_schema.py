"""The JSON Schema of a rules document, made from the model: editors check and explain a document by it while one types.

It says the shape of the document as people write it: a metric has the keys of its scale beside its own, a gate those of
its measurement. What the parts must agree on (weights, shares, names) only the check can tell.
"""

import tomllib
from pathlib import Path
from typing import Any

import orjson

from services.shared.rules.catalogue import METRICS
from services.shared.rules.model import Rules
from services.shared.rules.scales import SCALES

_KEYS = Path(__file__).with_name("keys.toml")
_TIE = r"^(earlier approval|item \w+|metric (\w+\.)?\w+)$"

Schema = dict[str, Any]


def json_schema() -> Schema:
    """The schema, draft 2020-12."""
    whole = Rules.model_json_schema()
    parts: dict[str, Schema] = whole.pop("$defs")
    parts["Rules"] = whole
    tables = tomllib.loads(_KEYS.read_text(encoding="utf-8"))
    own = {name: _part(name, part, tables) for name, part in parts.items()}
    own["TieKey"] = {"type": "string", "pattern": _TIE}
    own["Gate"] = _with_measurement(own["Gate"], own.pop("Measurement"))
    own["MetricRule"] = _with_scales(
        own["MetricRule"], {name: own.pop(scale.__name__) for name, scale in SCALES.items()}
    )
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **own.pop("Rules"), "$defs": own}


def rendered() -> str:
    """The schema as the file that is committed."""
    return orjson.dumps(json_schema(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"


def _part(name: str, part: Schema, tables: dict[str, dict[str, str]]) -> Schema:
    meanings = tables.get(name, {})
    if name == "MetricRule":
        meanings = tables["Measurement"] | meanings
    keys = {
        key: _without_null(shape) | ({"description": meanings[key]} if key in meanings else {})
        for key, shape in part["properties"].items()
    }
    if "metric" in keys and "source" in keys:
        keys["metric"] |= {"enum": list(METRICS)}
    kept = {"type": "object", "additionalProperties": False, "properties": keys}
    return kept | ({"required": part["required"]} if "required" in part else {})


def _without_null(shape: Any) -> Any:
    """As TOML has it: a key is there or not, never null; numbers are numbers."""
    if isinstance(shape, list):
        return [_without_null(each) for each in shape]
    if not isinstance(shape, dict):
        return shape
    kept = {key: _without_null(value) for key, value in shape.items() if key not in ("title", "default", "description")}
    if "anyOf" in kept:
        kinds = [kind for kind in kept.pop("anyOf") if kind != {"type": "null"}]
        if {"type": "number"} in kinds:
            kinds = [{"type": "number"}]
        kept |= kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    for bound, name in (("gt", "exclusiveMinimum"), ("ge", "minimum"), ("lt", "exclusiveMaximum"), ("le", "maximum")):
        if bound in kept:
            kept[name] = kept.pop(bound)
    return kept


def _with_measurement(gate: Schema, measurement: Schema) -> Schema:
    """A gate looks at a metric, whose keys stand beside its own, or at an item's points."""
    keys = {key: shape for key, shape in gate["properties"].items() if key != "measurement"}
    return gate | {"properties": keys | measurement["properties"]}


def _with_scales(rule: Schema, scales: dict[str, Schema]) -> Schema:
    """Which keys may and must stand beside the metric's own depends on the scale that is named."""
    keys = {key: shape for key, shape in rule["properties"].items() if key != "scale"}
    named = {"enum": list(scales), "description": rule["properties"]["scale"]["description"]}
    return {
        "type": "object",
        "properties": keys | {"scale": named},
        "required": rule["required"],
        "allOf": [
            {
                "if": {"properties": {"scale": {"const": name}}, "required": ["scale"]},
                "then": {
                    "properties": {key: shape for key, shape in scale["properties"].items() if key != "scale"},
                    "required": scale["required"],
                    "propertyNames": {"enum": [*keys, *scale["properties"]]},
                },
            }
            for name, scale in scales.items()
        ],
    }
