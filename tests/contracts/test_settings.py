"""Every setting is documented, and nothing is documented that is no setting."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from services.shared.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def variable(name: str) -> str:
    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else f"LIVECUP_{name.upper()}"


def test_the_page_lists_every_setting_with_its_default_and_help() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    expected = []
    for name, field in Settings.model_fields.items():
        default = getattr(field.default, "get_secret_value", lambda field=field: field.default)()
        expected.append((variable(name), f"`{default}`" if str(default) else "empty", field.description))
    assert rows == expected


def test_people_s_own_passwords_are_never_hashed_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVECUP_THROWAWAY", "1")
    assert Settings(env="development").throwaway
    with pytest.raises(ValidationError, match="LIVECUP_THROWAWAY is for demos"):
        Settings(env="production")


def test_what_is_for_tests_is_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVECUP_FETCH_LOOPBACK", "1")
    assert Settings(env="development").fetch_loopback
    with pytest.raises(ValidationError, match="LIVECUP_FETCH_LOOPBACK is for tests"):
        Settings(env="production")
