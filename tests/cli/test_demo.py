"""The demo's own folder, and what it says in JSON."""

import fcntl
from pathlib import Path

import pytest

from services.cli.bind_uids import read_bindings
from services.cli.demo import empty
from services.cli.demo_files import write_files
from services.cli.demo_story import Story
from services.cli.errors import CommandError
from services.sample.contest import HUBEI_2021
from services.sample.generate import sample


def test_what_an_earlier_demo_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "base").mkdir(parents=True)
    (tmp_path / "api.log").write_text("…")
    (tmp_path / "link").symlink_to("/")
    empty(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_a_demo_that_runs_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("…")
    with (tmp_path / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match="Another livecup"):
            empty(tmp_path)
    assert (tmp_path / "kept").exists()


def test_json_has_every_field_even_when_the_demo_stopped_early() -> None:
    assert Story().as_json() == {
        "contest": None,
        "contestants": 0,
        "uploads": {"loaded": 0, "refused": 0},
        "rows": 0,
        "run": {"id": None, "digest": None},
        "cities": [],
        "seconds": {},
    }


def test_files_made_by_several_processes_are_those_of_the_seed(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    made = write_files(HUBEI_2021, tmp_path, 5, full=False, heard=lambda done, of: heard.append((done, of)))
    assert heard[-1] == (17, 17)
    assert len(made.rosters) == 51
    bindings = read_bindings(made.rosters[0].parents[1] / "uids.csv")
    assert bindings == [
        (line, one.platform, one.handle, one.uid) for line, one in enumerate(made.sample.people, start=2)
    ]
    assert len(made.archives) == 34
    (earlier, later) = sample(HUBEI_2021, 5).exports_of("神农架")
    by_name = {packed.path.name: packed for packed in made.archives}
    for export in (earlier, later):
        assert by_name[export.archive.path].path.read_bytes() == export.archive.content
        assert by_name[export.archive.path].exported_at == export.exported_at
