"""Who may come in, and where."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.shared.identity import new_id
from services.shared.registration.rules import (
    Division,
    Known,
    Outcome,
    Person,
    Room,
    Spot,
    Window,
    judge,
)
from services.shared.vocabulary import Eligibility, EntryWay, Platform

NOW = datetime(2021, 7, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SPOT = Spot(new_id(), new_id(), EntryWay.RECOMMENDED)
ACCOUNT = Platform.DOUYIN, "zhangsan"
EMPTY = Known(
    now=NOW,
    window=Window(NOW - MINUTE, NOW + MINUTE),
    division=Division(SPOT.division_id, "退役军人组", frozenset(EntryWay)),
    list_locked=False,
    person=None,
    account_holder=None,
    room=Room(quota=10, quota_taken=9, cap=20, cap_taken=19),
)
PERSON = Person(
    id=new_id(),
    number=7,
    spot=SPOT,
    eligibility=Eligibility.PENDING,
    withdrawn=False,
    once_approved=False,
    account=ACCOUNT,
    name="张三",
    phone="13800000000",
    followers=None,
    experience="",
    remark="",
)
WITHDRAWN = replace(PERSON, withdrawn=True)


def judged(known: Known, spot: Spot = SPOT) -> tuple[Outcome, str | None]:
    outcome, problem = judge(ACCOUNT, spot, known)
    return outcome, problem.code if problem else None


def test_the_last_place_can_be_taken() -> None:
    assert judged(EMPTY) == (Outcome.NEW, None)


@pytest.mark.parametrize(
    ("window", "code"),
    [
        (None, "ENTRY_NOT_PLANNED"),
        (Window(None, NOW + MINUTE), "ENTRY_TO_BE_ANNOUNCED"),
        (Window(NOW + MINUTE, NOW + 2 * MINUTE), "ENTRY_NOT_YET_OPEN"),
        (Window(NOW - MINUTE, NOW), "ENTRY_CLOSED"),
    ],
)
def test_outside_its_window_a_way_is_closed(window: Window | None, code: str) -> None:
    assert judged(replace(EMPTY, window=window)) == (Outcome.REFUSED, code)


def test_a_window_takes_its_first_moment() -> None:
    assert judged(replace(EMPTY, window=Window(NOW, NOW + MINUTE))) == (Outcome.NEW, None)


def test_times_are_said_as_in_beijing() -> None:
    _, problem = judge(ACCOUNT, SPOT, replace(EMPTY, window=Window(NOW - MINUTE, NOW)))
    assert problem is not None
    assert problem.parameters == {"closed_at": "2021-07-01 20:00"}


def test_a_window_closes_at_midnight_as_it_was_announced() -> None:
    midnight = datetime(2021, 7, 7, 16, tzinfo=UTC)
    _, early = judge(ACCOUNT, SPOT, replace(EMPTY, window=Window(midnight, midnight + MINUTE)))
    _, late = judge(ACCOUNT, SPOT, replace(EMPTY, now=midnight, window=Window(NOW, midnight)))
    assert early is not None and late is not None
    assert early.parameters == {"opens_at": "2021-07-08 00:00"}
    assert late.parameters == {"closed_at": "2021-07-07 24:00"}


@pytest.mark.parametrize(
    ("way", "taken", "code"),
    [
        (EntryWay.RECOMMENDED, EntryWay.SELF_REGISTERED, "DIVISION_NOT_RECOMMENDED"),
        (EntryWay.SELF_REGISTERED, EntryWay.RECOMMENDED, "DIVISION_NOT_SELF_REGISTERED"),
    ],
)
def test_a_division_takes_its_ways_only(way: EntryWay, taken: EntryWay, code: str) -> None:
    known = replace(EMPTY, division=replace(EMPTY.division, entry_ways=frozenset({taken})))
    assert judged(known, SPOT._replace(entry_way=way)) == (Outcome.REFUSED, code)


def test_a_locked_list_takes_nobody_but_people_register_themselves() -> None:
    locked = replace(EMPTY, list_locked=True)
    assert judged(locked) == (Outcome.REFUSED, "LIST_LOCKED")
    assert judged(locked, SPOT._replace(entry_way=EntryWay.SELF_REGISTERED)) == (Outcome.NEW, None)


def test_a_list_opened_again_takes_people_after_the_time_and_nobody_registers_for_that() -> None:
    over = replace(EMPTY, now=EMPTY.window.closes_at if EMPTY.window else EMPTY.now)
    assert judged(over) == (Outcome.REFUSED, "ENTRY_CLOSED")
    opened = replace(over, list_reopened=True)
    assert judged(opened) == (Outcome.NEW, None)
    assert judged(opened, SPOT._replace(entry_way=EntryWay.SELF_REGISTERED)) == (Outcome.REFUSED, "ENTRY_CLOSED")


@pytest.mark.parametrize(
    ("room", "recommended", "self_registered"),
    [
        (Room(quota=10, quota_taken=10, cap=None, cap_taken=10), "QUOTA_FULL", None),
        (Room(quota=0, quota_taken=0, cap=5, cap_taken=0), "QUOTA_FULL", None),
        (Room(quota=None, quota_taken=10, cap=20, cap_taken=20), "CAP_FULL", "CAP_FULL"),
        (Room(quota=None, quota_taken=10, cap=None, cap_taken=10), None, None),
    ],
)
def test_quotas_bind_cities_and_caps_bind_all(room: Room, recommended: str | None, self_registered: str | None) -> None:
    known = replace(EMPTY, room=room)
    assert judged(known)[1] == recommended
    assert judged(known, SPOT._replace(entry_way=EntryWay.SELF_REGISTERED))[1] == self_registered


@pytest.mark.parametrize("eligibility", Eligibility)
def test_a_person_is_in_once(eligibility: Eligibility) -> None:
    known = replace(EMPTY, person=replace(PERSON, eligibility=eligibility), account_holder=PERSON.id)
    assert judged(known) == (Outcome.REFUSED, "ID_NUMBER_REGISTERED")


@pytest.mark.parametrize(
    "spot",
    [
        SPOT._replace(city_id=new_id()),
        SPOT._replace(division_id=new_id()),
        SPOT._replace(entry_way=EntryWay.SELF_REGISTERED),
    ],
)
def test_somebody_entered_elsewhere_too_is_for_the_organiser_to_decide(spot: Spot) -> None:
    known = replace(EMPTY, person=PERSON, account_holder=PERSON.id)
    assert judged(known, spot) == (Outcome.DOUBLED, "ID_NUMBER_REGISTERED")


def test_an_account_is_in_once() -> None:
    assert judged(replace(EMPTY, account_holder=new_id())) == (Outcome.REFUSED, "ACCOUNT_REGISTERED")


def test_who_withdrew_comes_back_anywhere_and_with_another_account_unless_once_approved() -> None:
    elsewhere = SPOT._replace(city_id=new_id())
    back = replace(EMPTY, person=WITHDRAWN, account_holder=WITHDRAWN.id)
    assert judged(back, elsewhere) == (Outcome.REVIVED, None)
    assert judged(replace(back, account_holder=None)) == (Outcome.REVIVED, None)
    assert judged(replace(back, account_holder=new_id())) == (Outcome.REFUSED, "ACCOUNT_REGISTERED")
    approved = replace(WITHDRAWN, once_approved=True)
    assert judged(replace(back, person=approved)) == (Outcome.REVIVED, None)
    assert judged(replace(back, person=approved, account_holder=None)) == (Outcome.REFUSED, "ACCOUNT_FIXED")
    rejected = replace(WITHDRAWN, eligibility=Eligibility.REJECTED)
    assert judged(replace(back, person=rejected)) == (Outcome.REFUSED, "PERSON_REJECTED")
    full = replace(back, room=Room(quota=1, quota_taken=1, cap=None, cap_taken=1))
    assert judged(full) == (Outcome.REFUSED, "QUOTA_FULL")


@pytest.mark.parametrize(
    ("eligibility", "withdrawn", "holds"),
    [
        (Eligibility.PENDING, False, True),
        (Eligibility.APPROVED, False, True),
        (Eligibility.RETURNED, False, True),
        (Eligibility.REJECTED, False, False),
        (Eligibility.APPROVED, True, False),
    ],
)
def test_who_holds_a_place(eligibility: Eligibility, withdrawn: bool, holds: bool) -> None:
    assert replace(PERSON, eligibility=eligibility, withdrawn=withdrawn).holds_place is holds
