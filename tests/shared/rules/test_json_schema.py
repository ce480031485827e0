"""The JSON Schema and the check agree on the shape of a document, and the schema explains every key."""

import copy
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from services.shared.rules.json_schema import json_schema, rendered

ROOT = Path(__file__).parents[3]
DOCUMENTS = [
    ROOT / "services" / "sample" / "hubei-2021" / "qualifier.toml",
    ROOT / "services" / "sample" / "hubei-2021" / "final.toml",
    Path(__file__).with_name("documents") / "everything.toml",
]
SCHEMA = Draft202012Validator(json_schema())


def as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


def document(path: Path) -> Any:
    return as_json(tomllib.loads(path.read_text(encoding="utf-8")))


def test_the_committed_schema_is_current() -> None:
    assert (ROOT / "docs" / "rules.schema.json").read_text(encoding="utf-8") == rendered()


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_good_document_fits(path: Path) -> None:
    assert [error.message for error in SCHEMA.iter_errors(document(path))] == []


def tables(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from tables(each)
    if isinstance(value, list):
        for each in value:
            yield from tables(each)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_an_unknown_key_fits_nowhere(path: Path) -> None:
    good = document(path)
    places = len(list(tables(good)))
    for at in range(places):
        bad = copy.deepcopy(good)
        list(tables(bad))[at]["surprise"] = 1
        assert not SCHEMA.is_valid(bad), list(tables(good))[at]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"scale": "step-down", "step": 1, "per": 2}, "per"),  # of another scale
        ({"scale": "bands"}, "bands"),  # lacks its own
        ({"scale": "steps"}, "scale"),
        ({"metric": "smiles"}, "metric"),
        ({"share": "40"}, "share"),
        ({"missing": None}, "missing"),
    ],
)
def test_a_metric_that_does_not_fit(change: dict[str, Any], key: str) -> None:
    bad = document(DOCUMENTS[0])
    bad["items"]["SALES"]["metrics"][0] |= change
    assert any(key in error.message or key in error.path for error in SCHEMA.iter_errors(bad))


def properties(schema: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for each in schema.values():
            yield from properties(each)
    if isinstance(schema, list):
        for each in schema:
            yield from properties(each)


def test_every_key_is_explained_in_both_languages() -> None:
    silent = [
        key
        for key, shape in properties(json_schema())
        if isinstance(shape, dict) and "const" not in shape and " / " not in shape.get("description", "")
        if key not in {"plays", "likes", "comments", "shares", "favourites"}
    ]
    assert silent == []
