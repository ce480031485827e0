"""Which weeks a round has, and when a week's export counts as there."""

from datetime import datetime

import pytest

from services.api.cities.exports import Week, cells_of, sources_read, state_of, weeks_of
from services.shared.vocabulary import ExportState, Source
from tests.factories import RULES


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2021-{text}+08:00")


def test_weeks_run_from_monday_to_sunday_inside_the_round() -> None:
    """20 July 2021 was a Tuesday, 31 August a Tuesday as well."""
    weeks = weeks_of(at("07-20T00:00:00"), at("09-01T00:00:00"))
    assert [week.number for week in weeks] == [1, 2, 3, 4, 5, 6, 7]
    assert (weeks[0].begins, weeks[0].ends) == (at("07-20T00:00:00"), at("07-26T00:00:00"))
    assert (weeks[5].begins, weeks[5].ends) == (at("08-23T00:00:00"), at("08-30T00:00:00"))
    assert (weeks[6].begins, weeks[6].ends) == (at("08-30T00:00:00"), at("09-01T00:00:00"))


def test_a_round_that_begins_within_a_day_and_one_shorter_than_a_week() -> None:
    assert weeks_of(at("07-25T18:00:00"), at("07-26T03:00:00")) == [
        Week(1, at("07-25T18:00:00"), at("07-26T00:00:00")),
        Week(2, at("07-26T00:00:00"), at("07-26T03:00:00")),
    ]
    assert weeks_of(at("07-27T10:00:00"), at("07-27T11:00:00")) == [Week(1, at("07-27T10:00:00"), at("07-27T11:00:00"))]


@pytest.mark.parametrize(
    ("latest", "now", "state"),
    [
        (None, "07-25T23:59:59", ExportState.NOT_YET),
        (None, "07-26T00:00:00", ExportState.MISSING),
        ("07-25T23:59:59", "07-27T00:00:00", ExportState.MISSING),
        ("07-25T12:00:00", "07-25T13:00:00", ExportState.NOT_YET),
        ("07-26T00:00:00", "07-27T00:00:00", ExportState.HAVE),
        ("08-20T00:00:00", "08-21T00:00:00", ExportState.HAVE),
    ],
)
def test_a_week_is_there_from_its_end_on(latest: str | None, now: str, state: ExportState) -> None:
    week = Week(1, at("07-20T00:00:00"), at("07-26T00:00:00"))
    assert state_of(week, at(latest) if latest else None, at(now)) is state


def test_the_sources_are_those_that_the_rules_read() -> None:
    assert sources_read(RULES) == (Source.WORKS, Source.ORDERS)


def test_each_source_has_a_state_for_each_week() -> None:
    weeks = weeks_of(at("07-20T00:00:00"), at("08-09T00:00:00"))
    cells = cells_of(weeks, [Source.WORKS, Source.ORDERS], {Source.WORKS: at("08-01T12:00:00")}, at("08-03T00:00:00"))
    assert cells == {
        Source.WORKS: [ExportState.HAVE, ExportState.MISSING, ExportState.NOT_YET],
        Source.ORDERS: [ExportState.MISSING, ExportState.MISSING, ExportState.NOT_YET],
    }
