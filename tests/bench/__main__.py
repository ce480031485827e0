"""`python -m tests.bench [NAME] [--json]`: what `./livecup bench` runs."""

import argparse
import asyncio
import json
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from services.shared.database.embedded import EmbeddedServers
from tests.bench import comparing, ingest, memory, rankings, scoring
from tests.bench.measurement import Measurement, tell
from tests.bench.stage import Stage, stage

Measuring = Callable[[Stage, float, int], Awaitable[Measurement]]

# Name → what measures it and how many repetitions are enough.
MEASUREMENTS: dict[str, tuple[Measuring, int]] = {
    "ingest-csv": (ingest.ingest_csv, 5),
    "ingest-xlsx": (ingest.ingest_xlsx, 3),
    "ingest-usual": (ingest.ingest_usual, 1),
    "score-3000": (scoring.score_3000, 5),
    "score-100000": (scoring.score_100000, 3),
    "compare-3000": (comparing.compare_3000, 5),
    "rankings-first": (rankings.rankings_first, 7),
    "rankings-again": (rankings.rankings_again, 15),
    "upload-many": (ingest.upload_many, 3),
    "memory-csv": (memory.memory_csv, 1),
    "memory-xlsx": (memory.memory_xlsx, 1),
}


def main() -> None:
    """Measures and prints a table, or with --json one object; progress goes to standard error."""
    parser = argparse.ArgumentParser(prog="./livecup bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument("--json", action="store_true", help="one object on standard output")
    parser.add_argument("--scale", type=float, default=1, help="share of the full number of rows; for trying it out")
    parser.add_argument("--repetitions", type=int, help="of each side, after one to warm up")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the folder is thrown away
    for name in given.names:
        if name not in MEASUREMENTS:
            parser.error(f"{name}: choose from {', '.join(MEASUREMENTS)}")
    measured = asyncio.run(run(given.names or list(MEASUREMENTS), given.scale, given.repetitions))
    if given.json:
        sys.stdout.write(json.dumps({"measurements": [one.as_json() for one in measured]}, ensure_ascii=False) + "\n")
    else:
        Console().print(as_table(measured))


async def run(names: list[str], scale: float, repetitions: int | None) -> list[Measurement]:
    """Each measurement on a fresh database of the same servers, which are thrown away afterwards."""
    measured = []
    with tempfile.TemporaryDirectory(prefix="livecup-bench-") as folder, EmbeddedServers(Path(folder)) as servers:
        for name in names:
            function, usual = MEASUREMENTS[name]
            tell(f"{name}: preparing")
            async with stage(servers) as fresh:
                measured.append(await function(fresh, scale, repetitions or usual))
    return measured


def as_table(measured: list[Measurement]) -> Table:
    """Seconds are medians; a ratio is followed by what it should be."""
    table = Table(title="Livecup bench")
    for heading in ("measurement", "rows", "floor s", "ours s", "queued s", "MiB", "ratio", "aim", "floor: what"):
        table.add_column(heading, justify="left" if heading in ("measurement", "floor: what") else "right")
    for one in measured:
        queued = "" if one.queued is None else f"{one.queued:.3f}"
        verdict = "green" if one.ratio <= one.aim else "red"
        memory = "" if one.mebibytes is None else f"{one.mebibytes:.0f}"
        seconds = (f"{one.floor.median:.4f}", f"{one.ours.median:.4f}", queued, memory)
        ratio = f"[{verdict}]{one.ratio:.3g}[/{verdict}]"
        table.add_row(one.name, str(one.rows), *seconds, ratio, f"≤ {one.aim:g}", one.floor.what)
    return table


if __name__ == "__main__":
    main()
