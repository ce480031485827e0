"""`./livecup bench`: measurements as ratios against named floors."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(os.environ.get("LIVECUP_ROOT", "."))


def bench(
    name: Annotated[str | None, typer.Argument(help="只测这一项 / only this one, e.g. ingest-csv")] = None,
    json: Annotated[bool, typer.Option("--json", help="标准输出只有一个 JSON 对象 / one JSON object")] = False,
) -> None:
    """测量性能，与下限相比（见 docs/performance.md）。 / Measure against named floors."""
    arguments = [*([name] if name else []), *(["--json"] if json else [])]
    done = subprocess.run([sys.executable, "-m", "tests.bench", *arguments], cwd=ROOT, check=False)
    raise typer.Exit(done.returncode)
