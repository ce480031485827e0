"""`./livecup demo` as a stranger types it, and what is left of it when it is over or killed."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("granian", "services.scorer.worker", "postgres", "multiprocessing")  # of Valkey, see test_embedded.py
DEMO = [sys.executable, "-m", "services.cli", "demo", "--once", "--json"]


def environment(home: Path) -> dict[str, str]:
    given = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return {**given, "LIVECUP_HOME": str(home), "PYTHONPATH": str(ROOT)}


def processes_of(home: Path) -> list[str]:
    """The command lines of living processes that were told of this home folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            told = str(home) in command or str(home).encode() in (process / "environ").read_bytes()
            dead = (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            continue
        if told and not dead:
            found.append(command)
    return found


def left_after(home: Path, seconds: float) -> list[str]:
    deadline = time.monotonic() + seconds
    while (left := processes_of(home)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def test_the_demo_tells_the_whole_story_in_one_object(tmp_path: Path) -> None:
    done = subprocess.run(DEMO, cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert left_after(tmp_path, 2) == []
    told = json.loads(done.stdout)
    assert set(told) == {"contest", "contestants", "uploads", "rows", "run", "cities", "seconds"}
    assert (told["contest"], told["contestants"], told["uploads"]["refused"]) == ("hubei-2021", 200, 0)
    assert told["uploads"]["loaded"] > 1000
    assert told["rows"] > 50_000
    assert len(told["run"]["digest"]) == 64
    assert len(told["cities"]) == 17
    for city in told["cities"]:
        assert 4 <= city["streamers"] <= 6 or city["shortage"] == 4 - city["streamers"] > 0, city
    assert sum(city["shortage"] > 0 for city in told["cities"]) == 1


def test_a_demo_that_is_killed_leaves_no_process(tmp_path: Path) -> None:
    with subprocess.Popen(
        DEMO, cwd=ROOT, env=environment(tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as demo:
        deadline = time.monotonic() + 120
        while not all(any(name in command for command in processes_of(tmp_path)) for name in PARTS):
            assert demo.poll() is None
            assert time.monotonic() < deadline, processes_of(tmp_path)
            time.sleep(0.1)
        demo.kill()
    assert left_after(tmp_path, 2) == []
