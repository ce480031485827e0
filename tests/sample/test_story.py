"""What story.toml tells: of places that the contest has, and of nobody who is scored or real."""

from stdnum.cn import ric

from services.sample.contest import HUBEI_2021
from services.sample.generate import sample
from services.sample.story import Fate, load_story
from services.shared.personal_data import check_phone

STORY = load_story(HUBEI_2021.with_name("story.toml"))
FULL = sample(HUBEI_2021, 1, full=True)


def test_every_place_that_is_named_is_one_of_the_contest() -> None:
    cities = {city.name for city in FULL.contest.cities}
    named = {one.city for one in STORY.others} | STORY.unconfirmed | STORY.without_officials
    assert named | {STORY.contestant.city, STORY.double.first, STORY.double.second, STORY.late.city} <= cities
    ways = {one.key: one.entry_ways for one in FULL.contest.divisions}
    for other in STORY.others:
        way = "SELF_REGISTERED" if other.fate is Fate.SELF_REGISTERED else "RECOMMENDED"
        assert way in ways[other.division], other
    (division,) = (one for one in FULL.contest.divisions if one.key == STORY.contestant.division)
    assert STORY.contestant.evidence_key in {one.key for one in division.evidence if one.kind == "DOCUMENT"}


def test_the_others_come_to_every_end_and_are_none_of_the_scored_people() -> None:
    assert {one.fate for one in STORY.others} == set(Fate)
    scored = {(one.id_number, one.phone, one.handle) for one in FULL.people}
    for field, known in zip(("idNumber", "phone", "handle"), zip(*scored, strict=True), strict=True):
        others = {one.as_input()[field] for one in STORY.others}
        assert len(others) == len(STORY.others)
        assert others.isdisjoint(known)
    for other in STORY.others:
        told = other.as_input()
        assert ric.validate(told["idNumber"]).startswith("420000")
        assert check_phone(told["phone"]) == told["phone"]
    assert all(one.reason for one in STORY.others if one.fate in {Fate.WITHDRAWN, Fate.RETURNED, Fate.REJECTED})


def test_the_notice_has_something_that_is_still_to_be_announced_and_somebody_who_supervises() -> None:
    untold = [one for one in STORY.notice["timetable"] if one["toBeAnnounced"]]
    assert untold == [{"title": "总决赛地点与报到时间", "from": None, "to": None, "toBeAnnounced": True}]
    assert STORY.notice["timetable"][0]["from"] == "2021-06-07T00:00:00+08:00"
    assert [one["role"] for one in STORY.notice["contacts"]] == ["CONTACT", "SUPERVISION"]
