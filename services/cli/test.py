"""`./livecup test`: lint, types, import contracts, the schema, all tests; says what it did not run and why."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from services.shared.database.embedded import EmbeddedServers

ROOT = Path(os.environ.get("LIVECUP_ROOT", "."))

# What is checked before the tests: name and command, run with this environment's Python.
CHECKS = [
    ("ruff check", ["-m", "ruff", "check", "."]),
    ("ruff format", ["-m", "ruff", "format", "--check", "."]),
    ("mypy --strict", ["-m", "mypy"]),
    ("import contracts", ["-c", "from importlinter.cli import lint_imports_command as lint; lint()"]),
    ("schema.graphql is current", ["-m", "services.cli", "schema", "--check"]),
]


def test(
    context: typer.Context,
    long: Annotated[bool, typer.Option("--long", help="也跑耐久测试 / soaks as well")] = False,
) -> None:
    """运行全部检查和测试；其余参数交给 pytest。 / Run every check and test; further arguments go to pytest."""
    if long:
        os.environ["LIVECUP_LONG"] = "1"
    if context.args:
        raise typer.Exit(_pytest(context.args))
    failed = [name for name, command in CHECKS if not _passes(name, command)]
    if _pytest([]):
        failed.append("tests")
    failed += _tests_on_debian_servers()
    if failed:
        print(f"✗ 未通过 / failed: {', '.join(failed)}", file=sys.stderr)
    raise typer.Exit(1 if failed else 0)


def _passes(name: str, command: list[str]) -> bool:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    print(f"{'✓' if done.returncode == 0 else '✗'} {name}", flush=True)
    if done.returncode != 0:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def _pytest(arguments: list[str], **environment: str) -> int:
    workers = ["-n", str(min(os.cpu_count() or 1, 4))] if not arguments or arguments[0] == "-m" else []
    command = [sys.executable, "-m", "pytest", *workers, *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode


def _tests_on_debian_servers() -> list[str]:
    """The tests that need servers once more, on the oldest ones we support as Debian 12 packages them."""
    name = "tests on PostgreSQL 15 and Redis"
    postgres, redis = Path("/usr/lib/postgresql/15/bin"), shutil.which("redis-server")
    if not (postgres / "postgres").exists() or redis is None:
        print(f"– 未运行 / not run: {name} (apt install postgresql-15 redis-server)", flush=True)
        return [name] if os.environ.get("LIVECUP_REQUIRE_ALL") == "1" else []
    with (
        tempfile.TemporaryDirectory(prefix="livecup-debian-") as folder,
        EmbeddedServers(Path(folder), durable=False, postgres=postgres, redis=Path(redis)) as servers,
    ):
        print(f"… {name}", flush=True)
        given = {"DATABASE_URL": servers.owner_database_url, "REDIS_URL": servers.redis_url}
        return [name] if _pytest(["-m", "servers"], **given) else []
