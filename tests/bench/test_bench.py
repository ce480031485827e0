"""The bench measures something, whatever it costs: its JSON, its files and its floors, at tiny sizes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

from polars.testing import assert_frame_equal

from services.shared.vocabulary import Platform
from tests.bench import ingest
from tests.bench.__main__ import MEASUREMENTS
from tests.bench.contest import Entrant
from tests.bench.files import ROWS_A_FILE, write_archive, write_csv, write_xlsx

ROOT = Path(__file__).parents[2]
SOMEBODY = UUID(int=1)
QUICK = [
    "ingest-csv",
    "score-3000",
    "score-100000",
    "rankings-first",
]  # the others measure with the same code on other files


def test_the_answer_is_one_object_of_measurements() -> None:
    names = list(MEASUREMENTS) if os.environ.get("LIVECUP_LONG") == "1" else QUICK
    command = [sys.executable, "-m", "tests.bench", *names, "--json", "--scale", "0.001", "--repetitions", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert list(answer) == ["measurements"]
    assert [one["name"] for one in answer["measurements"]] == names
    for one in answer["measurements"]:
        assert {*one} - {"queued", "mebibytes"} == {"name", "rows", "floor", "ours", "ratio"}
        assert isinstance(one["rows"], int)
        for side in (one["floor"], one["ours"]):
            assert list(side) == ["what", "min", "median", "max"]
            assert 0 < side["min"] <= side["median"] <= side["max"]
        assert abs(one["ratio"] - one["ours"]["median"] / one["floor"]["median"]) < 0.01 * one["ratio"]
        assert ("queued" in one) == (not one["name"].startswith("rankings"))


def test_csv_and_xlsx_hold_the_same_orders(tmp_path: Path) -> None:
    write_csv(tmp_path / "orders.csv", 50, "7592255573464000001")
    write_xlsx(tmp_path / "orders.xlsx", 50, "7592255573464000001")
    from_csv = ingest.order_facts(ingest.by_polars(tmp_path / "orders.csv"), SOMEBODY, SOMEBODY)
    from_xlsx = ingest.order_facts(ingest.by_calamine(tmp_path / "orders.xlsx"), SOMEBODY, SOMEBODY)
    assert_frame_equal(from_csv, from_xlsx)
    assert from_csv["order_line"].n_unique() == 50
    assert 0 < from_csv["paid_at"].null_count() < 50


def test_an_archive_holds_a_file_for_each_account(tmp_path: Path) -> None:
    entrants = [Entrant(UUID(int=n), UUID(int=n), Platform.DOUYIN, f"bench{n}", str(n)) for n in range(3)]
    files = write_archive(tmp_path / "uploads.zip", tmp_path / "unpacked", entrants)
    facts = ingest.works_facts(files)
    assert facts.height == 3 * ROWS_A_FILE
    assert facts["contestant_id"].n_unique() == 3
    assert facts["title"].n_unique() > 2 * ROWS_A_FILE
