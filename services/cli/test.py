"""`./livecup test`: lint, types, import contracts, the schema, all tests; says what it did not run."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(os.environ.get("LIVECUP_ROOT", "."))

# What is checked before the tests: name and command, run with this environment's Python.
CHECKS = [
    ("ruff check", ["-m", "ruff", "check", "."]),
    ("ruff format", ["-m", "ruff", "format", "--check", "."]),
    ("mypy --strict", ["-m", "mypy"]),
    ("import contracts", ["-c", "from importlinter.cli import lint_imports_command as l; l()"]),
    ("schema.graphql is current", ["-m", "services.cli", "schema", "--check"]),
]


def test(
    context: typer.Context,
    long: Annotated[bool, typer.Option("--long", help="也跑耐久测试 / soaks as well")] = False,
) -> None:
    """运行全部检查和测试;其余参数交给 pytest。 / Run every check and test; further arguments go to pytest."""
    failed = [] if context.args else [name for name, command in CHECKS if not _passes(name, command)]
    environment = {**os.environ, "LIVECUP_LONG": "1"} if long else dict(os.environ)
    workers = [] if context.args else ["-n", str(min(os.cpu_count() or 1, 4))]
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", *workers, *context.args], cwd=ROOT, env=environment, check=False
    )
    if failed:
        print(f"未通过 / failed: {', '.join(failed)}", file=sys.stderr)
    raise typer.Exit(1 if failed or tests.returncode else 0)


def _passes(name: str, command: list[str]) -> bool:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    print(f"{'✓' if done.returncode == 0 else '✗'} {name}", flush=True)
    if done.returncode != 0:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0
