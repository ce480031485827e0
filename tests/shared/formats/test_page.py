"""docs/formats.md says what there is: its example is a format, and every field, style and state has its place."""

import re
from pathlib import Path

from services.shared.file_vocabulary import Source
from services.shared.formats.check import check_format
from services.shared.formats.fields import STATES, fields_of

PAGE = (Path(__file__).parents[3] / "docs" / "formats.md").read_text(encoding="utf-8")


def test_the_example_is_a_format() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert check_format(example)["source"] == "ACCOUNT_DAYS"


def test_every_field_style_and_state_is_named() -> None:
    named = set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)))
    fields = {field for source in Source for field in fields_of(source, days_of_one_work=source is Source.WORKS)}
    styles = {style for source in Source for allowed in fields_of(source).values() for style in allowed}
    states = {state.value for each in STATES.values() for state in each}
    assert sorted((fields | styles | states | {*Source}) - named) == []
