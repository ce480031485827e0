"""The coverage query: who sees whose exports, in which weeks, with the file that brought them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Eligibility, Role
from tests.api.conftest import Ask, gid
from tests.factories import APerson, a_person
from tests.people import AContestant, a_contestant
from tests.teams import Season, a_season

COVERAGE = """query ($round: ID!, $filter: CoverageFilter, $state: ExportState, $first: Int = 50, $after: String) {
  coverage(roundId: $round, filter: $filter) { round { key } sources weeks { number dueAt }
    have late missing notYet peopleMissing
    people(state: $state, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
      nodes { number name contestant { name } sources { source weeks
        cells { week state lacks exportedAt handedInAt upload { name } } } } } } }"""
LAST = "2021-09-01T00:00:00+08:00"


@pytest.fixture
async def season(database: Pool) -> Season:
    """Seven approved people in the first city, one in the second; rules that read works and orders."""
    return await a_season(database)


async def handed_in(
    season: Season, person: AContestant, source: str, exported: str, at: str, parent: UUID | None = None
) -> UUID:
    """A file that counts for somebody."""
    upload_id, exported_at = new_id(), datetime.fromisoformat(exported)
    await season.contest.pool.execute(
        "insert into uploads (id, contest_id, parent_id, name, size, sha256, state, account_id, exported_at,"
        " exported_at_stated, created_at) values ($1, $2, $3, $4, 1, '', 'ACCEPTED', $5, $6, true, $7)",
        *(upload_id, season.contest.id, parent, f"{source}.csv", person.account_id, exported_at),
        datetime.fromisoformat(at),
    )
    await season.contest.pool.execute(
        "insert into coverage (contestant_id, upload_id, contest_id, source, exported_at, from_sequence, rows,"
        " measures) values ($1, $2, $3, $4, $5, 1, 1, '{}')",
        *(person.id, upload_id, season.contest.id, source, exported_at),
    )
    return upload_id


async def coverage(ask: Ask, season: Season, who: APerson | None, **given: Any) -> Any:
    return (await ask(COVERAGE, who, round=season.round, **given))["coverage"]


async def test_a_week_names_the_file_with_which_it_was_there(season: Season, ask: Ask) -> None:
    first = season.people[0]
    await handed_in(season, first, "WORKS", "2021-07-26T08:00:00+08:00", "2021-07-28T00:00:00+08:00")
    await handed_in(season, first, "WORKS", LAST, "2021-09-03T00:00:00+08:00")
    shown = await coverage(ask, season, season.leader, filter={"contestantId": season.id(0), "source": "WORKS"})
    assert (shown["round"], shown["sources"]) == ({"key": "qualifier"}, ["WORKS"])
    assert [shown[name] for name in ("have", "late", "missing", "notYet", "peopleMissing")] == [2, 5, 0, 0, 0]
    (line,) = shown["people"]["nodes"]
    (source,) = line["sources"]
    assert source["weeks"] == ["HAVE", *["LATE"] * 5, "HAVE"]
    assert source["cells"][:2] == [
        {
            "week": 1,
            "state": "HAVE",
            "lacks": [],
            "exportedAt": "2021-07-26T08:00:00+08:00",
            "handedInAt": "2021-07-28T00:00:00+08:00",
            "upload": {"name": "WORKS.csv"},
        },
        {
            "week": 2,
            "state": "LATE",
            "lacks": [],
            "exportedAt": LAST,
            "handedInAt": "2021-09-03T00:00:00+08:00",
            "upload": {"name": "WORKS.csv"},
        },
    ]


async def test_a_file_of_an_archive_was_handed_in_with_the_archive(season: Season, ask: Ask, database: Pool) -> None:
    archive = new_id()
    await database.execute(
        "insert into uploads (id, contest_id, name, size, sha256, state, kind, exported_at, exported_at_stated,"
        " created_at) values ($1, $2, 'a.zip', 1, '', 'ACCEPTED', 'ARCHIVE', $3, true, $3)",
        *(archive, season.contest.id, datetime.fromisoformat(LAST)),
    )
    await handed_in(season, season.people[0], "WORKS", LAST, "2021-09-04T00:00:00+08:00", archive)
    only = {"contestantId": season.id(0), "source": "WORKS", "week": 7}
    shown = await coverage(ask, season, season.leader, filter=only)
    assert (shown["have"], shown["late"], [week["number"] for week in shown["weeks"]]) == (1, 0, [7])
    assert shown["weeks"][0]["dueAt"] == "2021-09-04T00:00:00+08:00"
    await database.execute("update uploads set created_at = '2021-09-04+08' where id = $1", archive)
    assert (await coverage(ask, season, season.leader, filter=only))["late"] == 1
    await database.execute("update rounds set exports_due_days = 4")
    assert (await coverage(ask, season, season.leader, filter=only))["have"] == 1


async def test_organisers_see_all_cities_their_own_and_contestants_themselves(
    season: Season, ask: Ask, database: Pool
) -> None:
    contest = season.contest
    await a_contestant(contest, "待审", eligibility=Eligibility.PENDING)
    myself = await a_person(database, Role.CONTESTANT, contest, contestant=season.people[1].id)
    auditor = await a_person(database, Role.AUDITOR, contest)

    async def seen(who: APerson | None, **given: Any) -> list[int]:
        return [one["number"] for one in (await coverage(ask, season, who, **given))["people"]["nodes"]]

    everybody = [1, 2, 3, 4, 5, 6, 7, 8]
    assert await seen(season.organiser) == await seen(auditor) == everybody
    assert await seen(season.leader) == await seen(season.clerk) == everybody[:7]
    assert await seen(season.their_leader) == [8]
    assert await seen(myself) == [2]
    city = {"cityId": gid("City", contest.cities[1])}
    assert await seen(season.organiser, filter=city) == [8]
    assert await seen(season.leader, filter=city) == []
    assert await seen(season.leader, filter={"contestantId": gid("Contestant", season.other.id)}) == []
    elsewhere = (await a_season(database)).organiser
    assert await seen(elsewhere) == []
    judge = await a_person(database, Role.JUDGE, contest)
    for who in (judge, await a_person(database), None):
        assert await coverage(ask, season, who) is None


async def test_people_come_in_pages_and_by_state_and_the_counts_are_of_all(season: Season, ask: Ask) -> None:
    for person in season.people[:3]:
        for source in ("WORKS", "ORDERS"):
            await handed_in(season, person, source, LAST, LAST)
    have = [1, 2, 3]
    found: list[int] = []
    after = None
    for _ in range(2):
        page = await coverage(ask, season, season.leader, state="HAVE", first=2, after=after)
        assert (page["people"]["totalCount"], page["missing"], page["peopleMissing"]) == (3, 4 * 14, 4)
        found += [one["number"] for one in page["people"]["nodes"]]
        after = page["people"]["pageInfo"]["endCursor"]
    assert found == have
    assert page["people"]["pageInfo"]["hasNextPage"] is False
    missing = await coverage(ask, season, season.leader, state="MISSING")
    assert [one["number"] for one in missing["people"]["nodes"]] == [4, 5, 6, 7]
    assert (await coverage(ask, season, season.leader, state="NOT_YET"))["people"]["nodes"] == []


async def test_what_never_was_an_id_finds_nothing(season: Season, ask: Ask) -> None:
    assert (await ask(COVERAGE, season.organiser, round=gid("Round", new_id())))["coverage"] is None
    for wrong in ("cityId", "contestantId"):
        assert await coverage(ask, season, season.organiser, filter={wrong: season.round}) is None
