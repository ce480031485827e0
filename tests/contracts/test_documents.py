"""What the documents point at is there."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from services.shared.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_into_the_project_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_package_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    packages = {*project["dependencies"], *project["optional-dependencies"]["test"]}
    reasons = (ROOT / "docs" / "decisions" / "0010-packages.md").read_text(encoding="utf-8")
    assert sorted(package for package in packages if package not in reasons) == []


def test_every_variable_of_the_environment_is_documented() -> None:
    sources = [ROOT / "livecup", *(ROOT / "services").rglob("*.py"), *(ROOT / "tests").glob("*.py")]
    named = {name for path in sources for name in re.findall(r"LIVECUP_[A-Z_]+\b", path.read_text(encoding="utf-8"))}
    named |= {f"LIVECUP_{name.upper()}" for name, field in Settings.model_fields.items() if not field.validation_alias}
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert sorted(name for name in named if name not in page) == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_only_commands_that_exist(readme: str) -> None:
    from services.cli.main import app  # loads every command

    groups = {group.name for group in app.registered_groups}
    commands = {each.name or each.callback.__name__ for each in app.registered_commands if each.callback} | groups
    used = set(re.findall(r"livecup ([a-z][a-z-]+)", (ROOT / readme).read_text(encoding="utf-8")))
    assert {"demo", "test"} <= used <= commands


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_page_is_linked_from_the_readme(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    pages = [page.relative_to(ROOT).as_posix() for page in (ROOT / "docs").glob("*.md")]
    assert sorted(page for page in pages if f"]({page})" not in text) == []


@pytest.mark.parametrize("page", [*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")], ids=lambda page: page.name)
def test_a_page_names_only_commands_and_options_that_exist(page: Path) -> None:
    import typer

    from services.cli.main import app  # loads every command

    top: Any = typer.main.get_command(app)
    text = re.sub(r"\\\n\s*", " ", page.read_text(encoding="utf-8"))
    for line in re.findall(r"livecup ([a-z][^\n`#]*)", text):
        command: Any = top
        words = line.split()
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]
        known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
        used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", line))
        assert command is not top, line
        assert used <= known | {"--help"}, line
