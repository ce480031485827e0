"""deploy/ stays true: what it copies exists, what it sets is a setting, what it runs can be run."""

import importlib
import importlib.util
import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from granian.cli import cli as granian

from services.shared.database.embedded import APPLICATION, DATABASE, OWNER
from services.shared.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
EXAMPLES = sorted((DEPLOY / "systemd").glob("*.env.example"))

# Variables of Python, of rich and of the shell.
NOT_OURS = {"COLUMNS", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


def settings() -> set[str]:
    """The variables that the services read."""
    aliases = {name: field.validation_alias for name, field in Settings.model_fields.items()}
    return {alias if isinstance(alias, str) else f"LIVECUP_{name.upper()}" for name, alias in aliases.items()}


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with their arguments, continued lines joined, comments left out."""
    text = re.sub(r"^\s*#.*\n", "", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    joined = re.sub(r"\\\n", " ", text)
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1].strip()) for line in joined.splitlines() if line]


def unit_lines(path: Path, key: str) -> list[str]:
    """All values of a key in a unit, continued lines joined."""
    joined = path.read_text(encoding="utf-8").replace("\\\n", " ")
    return re.findall(rf"^{key}=(.*)$", joined, re.MULTILINE)


COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}
COMMANDS = {
    **{f"compose.yaml:{name}": service["command"] for name, service in OURS.items() if "command" in service},
    **{f"Dockerfile:{i}": json.loads(words) for i, (word, words) in enumerate(instructions()) if word == "CMD"},
    **{unit.name: shlex.split(line) for unit in UNITS for line in unit_lines(unit, "ExecStart")},
}


@pytest.mark.parametrize("name", OURS)
def test_compose_sets_only_what_the_services_read(name: str) -> None:
    assert set(OURS[name]["environment"]) - NOT_OURS <= settings()


def test_the_services_never_get_the_owner_of_the_tables() -> None:
    assert [name for name, service in OURS.items() if "OWNER_DATABASE_URL" in service["environment"]] == ["migrate"]
    assert [unit.name for unit in UNITS if "/etc/livecup/owner.env" in unit_lines(unit, "EnvironmentFile")] == [
        "livecup-migrate.service"
    ]


def test_compose_asks_for_exactly_what_its_example_lists() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    listed = re.findall(r"^#?([A-Z_]+)=", (DEPLOY / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(asked) == sorted(listed)
    script = (DEPLOY / "postgres" / "roles.sh").read_text(encoding="utf-8")
    assert set(re.findall(r"\$(\w+_PASSWORD)", script)) <= set(COMPOSE["services"]["postgres"]["environment"])


def test_compose_refers_to_what_is_there() -> None:
    stages = {words.split(" AS ")[1] for word, words in instructions() if word == "FROM"}
    for name, service in COMPOSE["services"].items():
        build = service.get("build")
        if build is not None:
            assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
            assert build["target"] in stages
        assert set(service.get("depends_on", {})) <= set(COMPOSE["services"]), name
        assert set(service["networks"]) <= set(COMPOSE["networks"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source in COMPOSE["volumes"], volume


def test_only_the_api_is_published_and_only_on_loopback() -> None:
    published = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert published == {"api": ["127.0.0.1:${API_PORT:-8000}:8000"]}


def test_an_image_gets_exactly_what_the_dockerfile_copies() -> None:
    copied = {
        path
        for word, words in instructions()
        if word == "COPY" and not words.startswith("--from")
        for path in words.split()[:-1]
    }
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied == {line.removeprefix("!") for line in ignore if line.startswith("!")}
    assert "*" in ignore
    assert [path for path in copied if not (ROOT / path).exists()] == []


def test_an_image_is_built_from_the_lock_by_hash_for_a_python_that_we_support() -> None:
    installs = [words for word, words in instructions() if word == "RUN" and " install " in words and "pip" in words]
    assert len(installs) == 1
    assert {"--require-hashes", "--no-deps", "requirements.lock"} <= set(installs[0].split())
    base = re.search(r"python:(\d+)\.(\d+)\.\d+-slim-", dict(instructions())["ARG"])
    assert base is not None
    floor = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert (int(base[1]), int(base[2])) >= tuple(map(int, floor.removeprefix(">=").split(".")))


def test_the_images_set_only_what_the_services_read() -> None:
    set_by_images = {pair.split("=")[0] for word, words in instructions() if word == "ENV" for pair in words.split()}
    assert set_by_images - NOT_OURS <= settings()


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_command_starts_a_module_that_is_there(command: list[str]) -> None:
    assert command[0].rpartition("/")[2] == "python"
    assert command[1] == "-m"
    assert importlib.util.find_spec(command[2]) is not None
    if command[2] == "granian":
        arguments = [re.sub(r"^\$\{LIVECUP_PORT\}$", "8000", word) for word in command[3:]]
        parsed = granian.make_context("granian", arguments).params  # an unknown option would end it here
        module, _, factory = parsed["app"].partition(":")
        assert parsed["factory"] and callable(getattr(importlib.import_module(module), factory))
        assert parsed["workers_kill_timeout"] == 5


@pytest.mark.parametrize("path", [*UNITS, *EXAMPLES], ids=lambda path: path.name)
def test_systemd_sets_only_what_the_services_read(path: Path) -> None:
    pairs = unit_lines(path, "Environment") if path in UNITS else [path.read_text(encoding="utf-8")]
    names = {name for pair in pairs for name in re.findall(r"(?:^|\s|#)([A-Z_]+)=", pair)}
    assert names and names - NOT_OURS <= settings()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_environment_file_has_its_example(unit: Path) -> None:
    for file in unit_lines(unit, "EnvironmentFile"):
        assert (DEPLOY / "systemd" / f"{Path(file).name}.example").is_file()


def test_roles_and_database_bear_the_same_names_everywhere() -> None:
    made = {
        f"create role {OWNER} login",
        f"create role {APPLICATION} login",
        f"create database {DATABASE} owner {OWNER}",
    }
    for path in (DEPLOY / "postgres" / "roles.sh", DEPLOY / "systemd" / "database.sql"):
        text = path.read_text(encoding="utf-8")
        assert {line for line in made if line in text} == made, path.name


def test_nginx_lets_pass_what_the_api_takes() -> None:
    limit = re.search(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"))
    assert limit is not None
    assert int(limit[1]) > Settings.model_fields["upload_limit_mib"].default
