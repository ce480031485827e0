"""The templates that the command writes are ones that an upload is recognised by."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.cli.templates import templates
from services.scorer.uploads.parse import parse
from services.scorer.uploads.templates import TEMPLATES


@pytest.mark.parametrize("csv", [False, True])
def test_every_template_is_recognised_for_what_it_is(tmp_path: Path, csv: bool) -> None:
    templates(tmp_path, csv=csv)
    found = {path.stem: parse(path, path.name, datetime.now(UTC), None) for path in tmp_path.iterdir()}
    assert {name: (one.kind, one.rows, one.refused) for name, one in found.items()} == {
        title: (kind, 0, False) for kind, title in TEMPLATES.items()
    }
