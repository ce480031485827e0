"""The columns of the fact tables, wherever SQL has to list them."""

import re

import pytest

from services.scorer.uploads.canonical import KEYS
from services.scorer.uploads.facts import COLUMNS
from services.scorer.uploads.store import queries
from services.shared.file_vocabulary import Source


@pytest.mark.parametrize("source", list(Source))
def test_a_later_export_is_compared_in_every_column(source: Source) -> None:
    """A column that the comparison forgets would let a changed row pass for an unchanged one."""
    text = queries.texts[f"compare_{source.lower()}"]
    figures = set(COLUMNS[source]) - set(KEYS[source])
    for version in ("before", "now"):
        assert figures - set(re.findall(rf"\b{version}\.(\w+)", text)) == set()
    assert len(figures) >= 1
