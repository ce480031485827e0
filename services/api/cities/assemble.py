"""Rows → where a city stands."""

from collections.abc import Mapping, Sequence

import asyncpg

from services.api.cities.next_steps import Situation, next_steps
from services.api.cities.types import (
    CityStatus,
    Deadline,
    DivisionStatus,
    StatusPerson,
    StatusStanding,
    TrainingStatus,
)
from services.api.contests.types import City, Division
from services.api.coverage.store import InRound
from services.api.coverage.types import Coverage, asked_of, coverage_of
from services.api.coverage.weeks import File, cells_of
from services.api.statements import Statement
from services.api.teams.types import Team
from services.shared.problems import Coded
from services.shared.vocabulary import Eligibility, EntryWay, ReviewStep

Rows = Sequence[asyncpg.Record]
Files = Mapping[InRound, Sequence[File]]


def city_status(city: asyncpg.Record, people: Rows, places: Rows, files: Files, team: Team | None) -> CityStatus:
    """From a city's row of `find_cities`, its rows of `list_people` and `list_places`, the files that count for its
    people, and its team.
    """
    divisions = {row["id"]: Division.of(row) for row in places}
    present = [one for one in people if not one["withdrawn"]]
    approved = [one for one in present if one["eligibility"] == Eligibility.APPROVED]

    def named(rows: Rows) -> list[StatusPerson]:
        return [_person(one, divisions[one["division_id"]]) for one in rows]

    exports = _exports(city, approved, files)
    status = CityStatus(
        round_id=city["round_id"],
        city=City(uuid=city["id"], contest_id=city["contest_id"], name=city["name"], aliases=city["aliases"]),
        as_of=city["now"],
        divisions=[_division(divisions[row["id"]], row["places"], people) for row in places],
        returned=named([one for one in present if one["eligibility"] == Eligibility.RETURNED]),
        incomplete=named([one for one in present if one["lacks"]]),
        submitted=city["submitted"],
        exports=exports,
        training=TrainingStatus(
            approved=len(approved),
            trained=sum(1 for one in approved if one["trained_on"] is not None),
            lacking=named([one for one in approved if one["trained_on"] is None]),
        ),
        standings=_standings(people),
        team=team,
        deadlines=_deadlines(city),
        next_steps=[],
    )
    status.next_steps = [Statement.of(step) for step in next_steps(_situation(city, present, places, status))]
    return status


def _person(row: asyncpg.Record, division: Division) -> StatusPerson:
    return StatusPerson(
        uuid=row["id"],
        number=row["number"],
        name=row["name"],
        division=division,
        reason=row["returned_reason"],
        lacks=row["lacks"],
    )


def _holds_place(row: asyncpg.Record) -> bool:
    recommended: bool = row["entry_way"] == EntryWay.RECOMMENDED
    return recommended and not row["withdrawn"] and row["eligibility"] != Eligibility.REJECTED


def _division(division: Division, places: int | None, people: Rows) -> DivisionStatus:
    own = [one for one in people if one["division_id"] == division.uuid]
    present = [one for one in own if not one["withdrawn"]]

    def count(eligibility: Eligibility, step: ReviewStep | None = None) -> int:
        return sum(1 for one in present if one["eligibility"] == eligibility and step in (None, one["review_step"]))

    return DivisionStatus(
        division=division,
        pending_at_city=count(Eligibility.PENDING, ReviewStep.CITY),
        pending_at_organiser=count(Eligibility.PENDING, ReviewStep.ORGANISER),
        approved=count(Eligibility.APPROVED),
        returned=count(Eligibility.RETURNED),
        rejected=count(Eligibility.REJECTED),
        withdrawn=len(own) - len(present),
        places=places,
        places_left=None if places is None else max(0, places - sum(map(_holds_place, own))),
    )


def _exports(city: asyncpg.Record, approved: Rows, files: Files) -> Coverage:
    weeks, needs = asked_of(city)
    cells = [
        (one, cells_of(weeks, needs, files.get((one["id"], city["round_id"]), ()), city["now"])) for one in approved
    ]
    return coverage_of(f"city {city['id']}", city["round_id"], weeks, needs, cells)


def _standings(people: Rows) -> list[StatusStanding]:
    ranked = sorted((one for one in people if one["rank"] is not None), key=lambda one: (one["rank"], one["number"]))
    names = ("number", "name", "rank", "city_rank", "division_rank", "total")
    return [StatusStanding(**{name: one[name] for name in names}) for one in ranked]


def _deadlines(city: asyncpg.Record) -> list[Deadline]:
    known = (
        ("UNTIL_LIST", city["list_opens_at"], city["list_until"]),
        ("UNTIL_SELF_REGISTRATION", city["own_opens_at"], city["own_until"]),
        ("UNTIL_ROUND", city["opens_at"], city["closes_at"]),
        ("UNTIL_EXPORTED", None, city["exported_until"]),
        ("UNTIL_UPLOADS", None, city["uploads_until"]),
        ("UNTIL_TEAMS", None, city["teams_until"]),
    )
    return [
        Deadline(what=Statement.of(Coded(code)), opens_at=opens_at, at=at, passed=at is not None and city["now"] >= at)
        for code, opens_at, at in known
    ]


def _recommendable(places: Rows) -> int | None:
    """How many people a city may recommend, in all divisions that take recommendations; none: as many as it likes."""
    quotas = [row["places"] for row in places if EntryWay.RECOMMENDED in row["entry_ways"]]
    return None if None in quotas else sum(quotas)


def _situation(city: asyncpg.Record, present: Rows, places: Rows, status: CityStatus) -> Situation:
    team = status.team.status if status.team is not None and status.team.selected else None
    step = Coded(team.next_step.code, dict(team.next_step.values)) if team is not None else None
    done = team is not None and team.confirmed and team.complete
    return Situation(
        now=city["now"],
        returned=len(status.returned),
        incomplete=len(status.incomplete),
        pending_at_city=sum(one.pending_at_city for one in status.divisions),
        recommended=sum(map(_holds_place, present)),
        places=_recommendable(places),
        submitted=city["submitted"],
        unsigned=city["unsigned"],
        reopened=city["reopened"],
        list_opens_at=city["list_opens_at"],
        list_until=city["list_until"],
        exports_missing=status.exports.people_missing,
        exported_until=city["exported_until"],
        uploads_until=city["uploads_until"],
        untrained=len(status.training.lacking),
        team=None if done else step,
        teams_until=city["teams_until"],
    )
