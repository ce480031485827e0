"""The reference contest as a file."""

from pathlib import Path

import pytest

from services.sample.contest import HUBEI_2021, ContestFileError, as_input, load


def test_the_reference_contest_has_17_cities_1500_quota_places_and_three_times_a_round() -> None:
    contest = load(HUBEI_2021)
    assert len(contest.cities) == 17
    assert sum(quota.places for quota in contest.quotas) == 1500
    sent = as_input(contest, "key")
    assert sent["rounds"][0] | {"rules": ""} == {
        "key": "qualifier",
        "title": "选手全员赛",
        "opensAt": "2021-07-20T00:00:00+08:00",
        "closesAt": "2021-09-01T00:00:00+08:00",
        "exportedFrom": "2021-07-20T00:00:00+08:00",
        "exportedUntil": "2021-09-06T00:00:00+08:00",
        "uploadsUntil": "2099-01-01T00:00:00+08:00",
        "exportsDueDays": 30000,
        "rules": "",
    }
    assert sent["quotas"][0] == {"city": "武汉市", "division": "trainee", "places": 222}
    assert [window["entryWay"] for window in sent["entryWindows"]] == ["RECOMMENDED", "SELF_REGISTERED"]
    assert sent["entryWindows"][0]["opensAt"] == "2021-06-07T00:00:00+08:00"
    assert sent["teamsUntil"] == "2099-01-01T00:00:00+08:00"
    assert sent["consent"]["version"] == "2021-06"
    assert sent["consent"]["text"].startswith("本人自愿报名")
    assert {"name": "恩施州", "aliases": ["恩施", "恩施土家族苗族自治州"]} in sent["cities"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("slug = 'x'", "title"),
        ("slug = ", "at end of document"),
        (
            "slug='x'\ntitle='x'\nownerless_orders='UNCLAIMED'\nhosts=[]\ncities=[]\ndivisions=[]\n[[rounds]]\nkey='q'\n"
            "title='q'\nopens_at=2021-07-20T00:00:00\ncloses_at=2021-07-20T00:00:00\nexported_from=2021-07-20T00:00:00\n"
            "exported_until=2021-07-20T00:00:00\nuploads_until=2021-07-20T00:00:00\n",
            "opens_at",
        ),
    ],
)
def test_a_wrong_file_says_where(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "contest.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContestFileError, match=said):
        load(path)
