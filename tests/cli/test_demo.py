"""The demo's own folder, and what it says in JSON."""

import fcntl
from pathlib import Path
from typing import Any

import pytest

from services.cli.bind_uids import read_bindings
from services.cli.demo import empty
from services.cli.demo_cast import DemoUser
from services.cli.demo_files import write_files
from services.cli.demo_overview import STATES, city_json
from services.cli.demo_shown import cities_table
from services.cli.demo_story import Story
from services.cli.demo_teams import ties_decided
from services.cli.errors import CommandError
from services.sample.contest import HUBEI_2021
from services.sample.generate import sample
from services.scorer.documents.check import check_document
from services.shared.documents.media import PDF, PNG


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
        "states": {
            "approved": 0,
            "pendingAtCity": 0,
            "pendingAtOrganiser": 0,
            "returned": 0,
            "rejected": 0,
            "withdrawn": 0,
        },
        "teamsConfirmed": 0,
        "open": {"doubleEntries": 0, "aliases": 0, "flags": 0},
        "exports": {"have": 0, "late": 0, "missing": 0, "notYet": 0},
        "notices": 0,
        "messages": 0,
        "auditHead": None,
        "replacedIn": None,
        "judged": {"drawn": 0, "required": 0, "open": 0},
        "published": {},
        "final": {"teams": []},
        "signIns": [],
        "seconds": {},
    }


def a_city(team: dict[str, Any] | None, people: dict[str, int], *, submitted: bool = True) -> dict[str, Any]:
    """A city as the overview tells of it: all its people in one division, 12 of them on its second list."""
    return {
        "name": "武汉市",
        "submissions": [{"id": "2", "number": 2, "state": "SUBMITTED", "people": 12}],
        "status": {
            "divisions": [{state: people.get(state, 0) for state in STATES}],
            "submitted": submitted,
            "submission": {"number": 2, "people": 12},
            "team": team,
        },
    }


def a_team(*missing: str, confirmed: bool = False) -> dict[str, Any]:
    lacks = [{"message": message} for message in missing]
    status = {"complete": not missing, "confirmed": confirmed, "missing": lacks}
    return {"streamers": [{"position": 1}, {"position": 2}], "shortage": 2, "status": status}


def cells(*cities: dict[str, Any]) -> list[list[str]]:
    """The table's rows, column after column turned round."""
    made = cities_table(list(cities))
    columns = [[str(cell) for cell in column.cells] for column in made.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def test_a_city_at_a_glance() -> None:
    people = {"approved": 10, "pendingAtCity": 1, "pendingAtOrganiser": 2, "returned": 4, "rejected": 5, "withdrawn": 6}
    counts = ["武汉市", "10", "3", "4", "5", "6", "第 2 次 12 人", "2"]
    for team, said in (
        (a_team(), "待领队确认"),
        (a_team(confirmed=True), "已确认"),
        (a_team("还没有领队。", "还没有助理。"), "还没有领队。"),
    ):
        assert cells(a_city(team, people)) == [[*counts, said]]
    assert cells(a_city(None, {}, submitted=False)) == [["武汉市", "-", "-", "-", "-", "-", "未上报", "-", "-"]]


def test_json_tells_of_cities_teams_and_whoever_can_sign_in() -> None:
    cities = [
        a_city(a_team("还没有领队。"), {"approved": 3, "returned": 1}),
        a_city(a_team(confirmed=True), {"approved": 4}),
    ]
    overview = {"cities": cities, "matters": {"doubleEntries": 2, "notices": 1}, "head": {"position": 7, "digest": "f"}}
    users = [DemoUser("JUDGE", "评委", "judge", "secret"), DemoUser("JUDGE", "另一位", "other", "secret", shown=False)]
    told = Story(overview=overview, users=users).as_json()
    assert (told["states"]["approved"], told["states"]["returned"], told["teamsConfirmed"]) == (7, 1, 1)
    assert (told["open"], told["notices"]) == ({"doubleEntries": 2, "aliases": 0, "flags": 0}, 1)
    assert told["auditHead"] == {"position": 7, "digest": "f"}
    assert told["signIns"] == [{"role": "JUDGE", "who": "评委", "login": "judge", "password": "secret"}]
    assert city_json(cities[0]) == {
        "submissions": [{"number": 2, "state": "SUBMITTED", "people": 12}],
        "team": {"confirmed": False, "lacks": ["还没有领队。"]},
    }


def test_ties_fill_up_a_team_of_four_and_the_rest_are_reserves() -> None:
    def line(number: int) -> dict[str, Any]:
        return {"standing": {"contestant": {"number": number}}}

    city = {"streamers": [line(1), line(2), line(3)], "tied": [line(4), line(5)]}
    decided = list(ties_decided([city, {"streamers": [line(6)], "tied": []}]))
    assert [(number, place) for number, place, _ in decided] == [(4, "STREAMER"), (5, "RESERVE")]
    assert all(reason for _, _, reason in decided)


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
    assert [check_document(path.read_bytes()) for path in (made.certificate, made.screenshot)] == [PNG, PDF]
    (earlier, later) = sample(HUBEI_2021, 5).exports_of("神农架")
    by_name = {packed.path.name: packed for packed in made.archives}
    for export in (earlier, later):
        assert by_name[export.archive.path].path.read_bytes() == export.archive.content
        assert by_name[export.archive.path].exported_at == export.exported_at
