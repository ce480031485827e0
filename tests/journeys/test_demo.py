"""`./livecup demo` as a stranger types it, and what is left of it when it is over or killed."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from services.cli.demo_story import Story

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


def left_over(home: Path) -> list[str]:
    """What does not end by itself; on a busy machine ending takes its time."""
    deadline = time.monotonic() + 30
    while (left := processes_of(home)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def livecup(home: Path, *arguments: str) -> dict[str, Any]:
    """What a command of the demo's folder prints, once the demo is over."""
    given = {**environment(home), "LIVECUP_HOME": str(home / "demo")}
    command = [sys.executable, "-m", "services.cli", *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_the_demo_tells_the_whole_story_in_one_object(tmp_path: Path) -> None:
    done = subprocess.run(DEMO, cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert left_over(tmp_path) == []
    told = json.loads(done.stdout)
    assert set(told) == set(Story().as_json())
    assert (told["contest"], told["contestants"], told["uploads"]["refused"]) == ("hubei-2021", 200, 0)
    assert told["uploads"]["loaded"] > 1000
    assert told["rows"] > 50_000
    assert len(told["run"]["digest"]) == 64
    assert len(told["cities"]) == 17
    for city in told["cities"]:
        assert 4 <= city["streamers"] <= 6 or city["shortage"] == 4 - city["streamers"] > 0, city
    assert sum(city["shortage"] > 0 for city in told["cities"]) == 1
    check_people(told)
    check_final(told["final"], told["cities"])
    check_record(tmp_path, told["auditHead"])


def check_people(told: dict[str, Any]) -> None:
    """People in every state, a list that was submitted twice, teams confirmed and not, somebody of every role."""
    assert told["states"] == {
        "approved": 200,
        "pendingAtCity": 1,
        "pendingAtOrganiser": 1,
        "returned": 1,
        "rejected": 1,
        "withdrawn": 1,
    }
    lists = {one["city"]: [(each["number"], each["state"]) for each in one["submissions"]] for one in told["cities"]}
    assert sorted(lists.pop("武汉市")) == [(1, "REOPENED"), (2, "SUBMITTED")]
    assert set(map(tuple, lists.values())) == {((1, "SUBMITTED"),)}
    unconfirmed = {one["city"] for one in told["cities"] if not one["team"]["confirmed"]}
    assert unconfirmed == {"咸宁市", "天门市", "潜江市", "神农架"}
    lacking = {one["city"]: one["team"]["lacks"] for one in told["cities"] if one["team"]["lacks"]}
    assert set(lacking) == {"天门市", "潜江市", "神农架"}
    assert lacking["神农架"] == ["主播还缺 1 人（至少 4 人），已没有候补。请联系主办方商定人选。"]
    assert told["teamsConfirmed"] == 13
    assert told["replacedIn"] == "武汉市"
    assert (told["open"]["doubleEntries"], told["open"]["aliases"]) == (1, 1)
    assert told["open"]["flags"] >= 1
    assert told["exports"]["have"] > told["exports"]["late"] > told["exports"]["missing"] > 0
    assert told["judged"]["drawn"] == 17  # one of each city
    assert told["judged"]["required"] == told["judged"]["open"] + 1
    published = told["published"]
    assert [published[name] for name in ("corrects", "revision", "run")] == [1, 2, 2]
    assert published["objection"] > 0  # drawn at random
    assert published["changed"] >= 1  # the one whose points were taken off, and whoever they fell behind
    assert len(published["digest"]) == 64
    assert told["notices"] == 1
    assert told["messages"] > 200
    assert [(one["role"], one["login"]) for one in told["signIns"]] == [
        ("ORGANISER", "organiser"),
        ("ORGANISER", "host"),
        ("ORGANISER", "undertaker"),
        ("JUDGE", "judge"),
        ("AUDITOR", "auditor"),
        ("CITY_CLERK", "clerk-wuhan"),
        ("CITY_LEADER", "leader-wuhan"),
        ("CONTESTANT", "contestant"),
    ]


def check_final(final: dict[str, Any], cities: list[dict[str, Any]]) -> None:
    """The streamers of every confirmed team, ranked as teams; a publication of its own with certificates."""
    confirmed = {one["city"]: one["streamers"] for one in cities if one["team"]["confirmed"]}
    assert {one["city"]: one["people"] for one in final["teams"]} == confirmed
    assert final["people"] == sum(confirmed.values())
    assert [one["rank"] for one in final["teams"]] == list(range(1, 14))
    assert all(float(one["total"]) > 0 for one in final["teams"])
    assert (final["typed"], final["run"], final["revision"]) == (3, 2, 4)
    assert len(final["digest"]) == 64
    assert final["certificates"] == 28  # 3 + 6 first and second, a tenth of 78, 5 trainees, 1 + 2 + 3 teams


def check_record(home: Path, head: dict[str, Any]) -> None:
    """The chain holds in the database that the demo left, up to the head that it told."""
    verified = livecup(home, "audit", "verify", "--head", f"{head['position']}:{head['digest']}")
    assert verified["holds"] is True
    assert int(verified["head"].partition(":")[0]) >= head["position"] > 1000


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
    assert left_over(tmp_path) == []
