"""Which weeks a round has, and when a week's exports count as there."""

from datetime import datetime
from uuid import UUID

import pytest

from services.api.coverage.weeks import Cell, File, Week, cells_of, needs_of, weeks_of
from services.shared.file_vocabulary import AccountMeasure, ExportState, Source
from tests.factories import RULES

HAVE, LATE, MISSING, NOT_YET = ExportState.HAVE, ExportState.LATE, ExportState.MISSING, ExportState.NOT_YET


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2021-{text}+08:00")


def week(number: int, begins: str, ends: str, due: str) -> Week:
    return Week(number, at(begins), at(ends), at(due))


def file(exported: str, handed_in: str | None = None, number: int = 1, *told: AccountMeasure) -> File:
    source = Source.ACCOUNT_DAYS if told else Source.WORKS
    period = at("07-20T00:00:00"), at(exported)
    return File(UUID(int=number), source, frozenset(told), at(exported), at(handed_in or exported), period=period)


FIRST = week(1, "07-20T00:00:00", "07-26T00:00:00", "07-29T00:00:00")


def cell(files: list[File], now: str, *measures: AccountMeasure) -> Cell:
    """Of the first week."""
    source = Source.ACCOUNT_DAYS if measures else Source.WORKS
    return cells_of([FIRST], {source: measures}, files, at(now))[source][0]


def test_weeks_run_from_monday_to_sunday_inside_the_round() -> None:
    """20 July 2021 was a Tuesday, 31 August a Tuesday as well."""
    weeks = weeks_of(at("07-20T00:00:00"), at("09-01T00:00:00"), 3)
    assert [week.number for week in weeks] == [1, 2, 3, 4, 5, 6, 7]
    assert weeks[0] == FIRST
    assert weeks[5:] == [
        week(6, "08-23T00:00:00", "08-30T00:00:00", "09-02T00:00:00"),
        week(7, "08-30T00:00:00", "09-01T00:00:00", "09-04T00:00:00"),
    ]


def test_a_round_that_begins_within_a_day_and_one_shorter_than_a_week() -> None:
    assert weeks_of(at("07-25T18:00:00"), at("07-26T03:00:00"), 0) == [
        week(1, "07-25T18:00:00", "07-26T00:00:00", "07-26T00:00:00"),
        week(2, "07-26T00:00:00", "07-26T03:00:00", "07-26T03:00:00"),
    ]
    (short,) = weeks_of(at("07-27T10:00:00"), at("07-27T11:00:00"), 3)
    assert (short.begins, short.ends) == (at("07-27T10:00:00"), at("07-27T11:00:00"))


@pytest.mark.parametrize(
    ("exported", "now", "state"),
    [
        (None, "07-25T23:59:59", NOT_YET),
        (None, "07-26T00:00:00", MISSING),
        ("07-25T23:59:59", "07-27T00:00:00", MISSING),
        ("07-25T12:00:00", "07-25T13:00:00", NOT_YET),
        ("07-26T00:00:00", "07-27T00:00:00", HAVE),
        ("07-28T23:59:59", "08-21T00:00:00", HAVE),
        ("07-29T00:00:00", "08-21T00:00:00", LATE),
    ],
)
def test_a_week_is_there_from_its_end_on_and_late_from_its_due_time_on(
    exported: str | None, now: str, state: ExportState
) -> None:
    assert cell([file(exported)] if exported else [], now).state is state


def test_a_file_exported_in_time_and_handed_in_later_is_late() -> None:
    late = file("07-26T09:00:00", "07-29T00:00:00")
    assert cell([late], "08-21T00:00:00") == Cell(FIRST, LATE, late)


def test_a_week_is_there_with_the_first_file_that_has_all_of_it() -> None:
    """Whatever comes later, in whichever order they were exported."""
    part, first = file("07-25T00:00:00", number=1), file("07-28T00:00:00", number=2)
    again = file("07-27T00:00:00", "07-30T00:00:00", number=3)
    assert cell([again, file("08-02T00:00:00", number=4), part, first], "08-21T00:00:00") == Cell(FIRST, HAVE, first)


def test_account_days_are_there_with_the_last_measure_that_the_rules_read() -> None:
    gained, visits = AccountMeasure.NET_FOLLOWERS, AccountMeasure.PROFILE_VISITS
    plays = file("07-26T00:00:00", None, 1, AccountMeasure.PLAYS)
    one, other = file("07-26T00:00:00", None, 2, gained), file("07-26T00:00:00", "07-30T00:00:00", 3, visits)
    now = "08-01T00:00:00"
    assert cell([plays], now, gained, visits) == Cell(FIRST, MISSING, lacks=(gained, visits))
    assert cell([plays, one], now, gained, visits) == Cell(FIRST, MISSING, lacks=(visits,))
    assert cell([plays, one, other], now, gained, visits) == Cell(FIRST, LATE, other)
    assert cell([plays], now) == Cell(FIRST, MISSING)  # no file of works
    assert cell([one], "07-25T00:00:00", gained, visits).state is NOT_YET


def test_a_week_of_account_days_is_there_with_the_last_of_its_days() -> None:
    """A platform exports the last 7 or 30 days: what came before is not in such a file."""
    visits, now = AccountMeasure.PROFILE_VISITS, "09-15T00:00:00"

    def days(first: str, last: str, exported: str, number: int) -> File:
        period = at(f"{first}T00:00:00"), at(f"{last}T00:00:00")
        return file(f"{exported}T00:00:00", None, number, visits)._replace(period=period)

    recent, none = days("08-26", "08-31", "09-01", 1), file("09-01T00:00:00", None, 2, visits)._replace(period=None)
    assert cell([recent, none], now, visits) == Cell(FIRST, MISSING, lacks=(visits,))
    begin, end = days("07-19", "07-22", "07-23", 3), days("07-23", "07-25", "07-27", 4)
    assert cell([begin, recent], now, visits) == Cell(FIRST, MISSING, lacks=(visits,))
    assert cell([end, begin, recent], now, visits) == Cell(FIRST, HAVE, end)
    assert cell([days("07-20", "07-25", "07-25", 5)], now, visits).state is MISSING  # Sunday was not over


def test_what_is_needed_is_what_the_rules_read() -> None:
    assert needs_of(RULES) == {Source.WORKS: (), Source.ORDERS: ()}
    days = RULES.replace('metric = "plays"', 'metric = "net_follower_gain"')
    assert needs_of(days) == {Source.ACCOUNT_DAYS: (AccountMeasure.NET_FOLLOWERS,), Source.ORDERS: ()}
    gate = '[[gates]]\ntitle = "投放"\nmetric = "promotion_spend"\nat_most = 9\nmissing = "pass"\n'
    assert needs_of(RULES + gate) == {Source.WORKS: (), Source.LIVE_SESSIONS: (), Source.ORDERS: ()}


def test_each_source_has_a_state_for_each_week() -> None:
    weeks = weeks_of(at("07-20T00:00:00"), at("08-09T00:00:00"), 3)
    needs: dict[Source, tuple[AccountMeasure, ...]] = {Source.WORKS: (), Source.ORDERS: ()}
    cells = cells_of(weeks, needs, [file("08-01T12:00:00", "07-27T00:00:00")], at("08-03T00:00:00"))
    assert {source: [one.state for one in row] for source, row in cells.items()} == {
        Source.WORKS: [HAVE, MISSING, NOT_YET],
        Source.ORDERS: [MISSING, MISSING, NOT_YET],
    }
