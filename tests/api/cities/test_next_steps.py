"""What a city is told to do, and in which order."""

from dataclasses import replace
from datetime import datetime

from services.api.cities.next_steps import Situation, next_steps
from services.shared.problems import Coded, Parameters


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2021-{text}T00:00:00+08:00")


QUIET = Situation(
    now=at("06-20"),
    returned=0,
    incomplete=0,
    pending_at_city=0,
    recommended=0,
    places=0,
    submitted=False,
    unsigned=False,
    reopened=False,
    list_opens_at=at("06-01"),
    list_until=at("07-02"),
    exports_missing=0,
    exported_until=at("09-05"),
    uploads_until=at("09-06"),
    untrained=0,
    team=None,
    teams_until=at("09-08"),
)


def codes(city: Situation) -> list[str]:
    return [step.code for step in next_steps(city)]


def test_nothing_to_do_is_said() -> None:
    assert next_steps(QUIET) == [Coded("CITY_NOTHING_TO_DO")]


def test_the_nearest_deadline_comes_first_and_what_has_none_last() -> None:
    busy = replace(QUIET, returned=2, incomplete=3, pending_at_city=4, recommended=9, exports_missing=5, untrained=6,
                   team=Coded("TEAM_WITHOUT_LEADER"), teams_until=at("06-30"))  # fmt: skip
    assert codes(busy) == [
        "TEAM_WITHOUT_LEADER",
        "CITY_TO_MEND",
        "CITY_EVIDENCE_MISSING",
        "CITY_TO_REVIEW",
        "CITY_LIST_TO_SUBMIT",
        "CITY_EXPORTS_MISSING",
        "CITY_UNTRAINED",
    ]


def test_the_list_is_asked_for_until_it_is_submitted() -> None:
    people = replace(QUIET, recommended=9)
    assert next_steps(people) == [Coded("CITY_LIST_TO_SUBMIT", {"count": 9, "until": "2021-07-01 24:00"})]
    assert codes(replace(people, now=at("07-02"))) == ["CITY_LIST_LATE"]
    assert codes(replace(people, list_until=None)) == ["CITY_LIST_NOT_OPEN"]
    assert codes(replace(people, submitted=True)) == ["CITY_NOTHING_TO_DO"]


def test_what_a_submitted_list_waits_for_comes_before_later_deadlines() -> None:
    waiting = replace(QUIET, recommended=9, submitted=True, unsigned=True, pending_at_city=1, exports_missing=2)
    assert codes(waiting) == ["CITY_TO_REVIEW", "CITY_LIST_UNSIGNED", "CITY_EXPORTS_MISSING"]
    assert next_steps(replace(QUIET, recommended=9, submitted=True, unsigned=True)) == [
        Coded("CITY_LIST_UNSIGNED", {"count": 9})
    ]


def test_what_is_exported_too_late_does_not_count() -> None:
    told: Parameters = {"count": 1, "until": "2021-09-05 24:00", "exported_until": "2021-09-04 24:00"}
    assert next_steps(replace(QUIET, exports_missing=1)) == [Coded("CITY_EXPORTS_MISSING", told)]


def test_exports_after_the_last_moment_are_for_the_organisers() -> None:
    late = replace(QUIET, exports_missing=1, now=at("09-06"))
    assert next_steps(late) == [Coded("CITY_EXPORTS_LATE", {"count": 1, "until": "2021-09-05 24:00"})]


def test_nobody_recommended_yet_is_something_to_do_while_there_are_places() -> None:
    nobody = replace(QUIET, places=12)
    assert next_steps(nobody) == [Coded("CITY_TO_RECOMMEND", {"places": 12, "until": "2021-07-01 24:00"})]
    assert next_steps(replace(nobody, places=None)) == [Coded("CITY_TO_RECOMMEND_ANY", {"until": "2021-07-01 24:00"})]
    assert next_steps(replace(nobody, now=at("07-02"))) == [
        Coded("CITY_RECOMMENDED_NOBODY", {"until": "2021-07-01 24:00"})
    ]
    for quiet in ({"submitted": True}, {"list_opens_at": None}, {"list_opens_at": at("06-21")}, {"list_until": None}):
        assert codes(replace(nobody, **quiet)) == ["CITY_NOTHING_TO_DO"]


def test_a_list_is_not_asked_for_before_people_can_be_recommended() -> None:
    for opens_at in (None, at("06-21")):
        assert next_steps(replace(QUIET, recommended=9, list_opens_at=opens_at)) == [
            Coded("CITY_LIST_NOT_OPEN", {"count": 9})
        ]


def test_a_list_opened_again_has_no_deadline() -> None:
    again = replace(QUIET, recommended=9, reopened=True, now=at("07-02"))
    assert next_steps(again) == [Coded("CITY_LIST_REOPENED", {"count": 9})]
