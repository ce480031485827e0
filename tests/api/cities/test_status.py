"""City.status: everything in one query, for those who look after the city, in a bounded number of statements."""

from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import Any

import asyncpg
import pytest

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Eligibility, EntryWay, ReviewStep, Role
from tests.api.conftest import Ask, gid
from tests.factories import APerson, a_person
from tests.people import AContestant, a_contestant, a_submission, a_window
from tests.teams import Season, a_season

STATUS = """query ($city: ID!, $round: ID, $state: ExportState = MISSING) { city(id: $city) {
  name status(roundId: $round) {
  city { name } submitted round { key } submission { number people }
  divisions { division { key } pendingAtCity pendingAtOrganiser approved returned rejected withdrawn places placesLeft }
  returned { number name reason contestant { number } } incomplete { number lacks division { key } }
  exports { sources weeks { number begins ends dueAt } have late missing notYet
    peopleMissing people(state: $state) { nodes { number sources { source weeks } } } }
  training { approved trained lacking { number } }
  standings { number name rank cityRank divisionRank total }
  team { selected size status { nextStep { code } } }
  deadlines { what { code } opensAt at passed } nextSteps { code message } } } }"""
ALL = """query ($slug: String!) { contest(slug: $slug) { cities { name status {
  divisions { approved } returned { number contestant { name } } exports { missing
    people(state: MISSING) { nodes { number } } }
  training { lacking { number } } standings { rank } team { members { name } status { complete } }
  submission { number } round { key } deadlines { at } nextSteps { message } } } } }"""


@pytest.fixture
async def season(database: Pool) -> Season:
    """Seven approved people in the first city, one in the second; an adopted run."""
    return await a_season(database)


async def status(ask: Ask, season: Season, person: APerson | None = None, city: int = 0, **given: Any) -> Any:
    variables = {"city": gid("City", season.contest.cities[city]), **given}
    return (await ask(STATUS, person or season.leader, **variables))["city"]["status"]


async def exported(season: Season, person: AContestant, source: str, moment: str, *, to: int | None = None) -> None:
    upload_id, at = new_id(), datetime.fromisoformat(moment)
    await season.contest.pool.execute(
        "insert into uploads (id, contest_id, name, size, sha256, state, exported_at, exported_at_stated, created_at)"
        " values ($1, $2, 'a.csv', 1, '', 'ACCEPTED', $3, true, $3)",
        *(upload_id, season.contest.id, at),
    )
    await season.contest.pool.execute(
        "insert into coverage (contestant_id, upload_id, contest_id, source, exported_at, from_sequence, to_sequence,"
        " rows, measures) values ($1, $2, $3, $4, $5, 1, $6, 1, '{}')",
        *(person.id, upload_id, season.contest.id, source, at, to),
    )


async def test_people_are_counted_by_division_and_state(season: Season, ask: Ask, database: Pool) -> None:
    contest = season.contest
    await a_contestant(contest, eligibility=Eligibility.PENDING)
    await a_contestant(contest, eligibility=Eligibility.PENDING, step=ReviewStep.ORGANISER)
    await a_contestant(contest, eligibility=Eligibility.REJECTED)
    await a_contestant(contest, eligibility=Eligibility.PENDING, withdrawn=True)
    await a_contestant(contest, eligibility=Eligibility.RETURNED, division=1, way=EntryWay.SELF_REGISTERED)
    await a_contestant(contest, eligibility=Eligibility.RETURNED, city=1)
    await database.execute(
        "insert into quotas values ($1, $2, $3, 10)", contest.id, contest.cities[0], contest.divisions[0]
    )
    trainee, veteran = (await status(ask, season))["divisions"]
    assert trainee == {
        "division": {"key": "trainee"},
        "pendingAtCity": 1,
        "pendingAtOrganiser": 1,
        "approved": 7,
        "returned": 0,
        "rejected": 1,
        "withdrawn": 1,
        "places": 10,
        "placesLeft": 1,
    }
    assert (veteran["returned"], veteran["approved"], veteran["places"], veteran["placesLeft"]) == (1, 0, None, None)


async def test_the_status_and_the_counts_of_the_contest_agree(season: Season, ask: Ask, database: Pool) -> None:
    """Of one city with people in every state, who have left or not, by both ways, in both divisions."""
    states = [(state, step) for state in Eligibility for step in ReviewStep]
    for (state, step), division in product(states, (0, 1)):
        await a_contestant(season.contest, eligibility=state, step=step, division=division)
        way = EntryWay.SELF_REGISTERED
        await a_contestant(season.contest, eligibility=state, step=step, division=division, way=way, withdrawn=True)
    counts = "division { key } pendingAtCity pendingAtOrganiser approved returned rejected withdrawn"
    document = f"""query ($city: ID!, $slug: String!) {{ city(id: $city) {{ status {{ divisions {{ {counts} }} }} }}
      contest(slug: $slug) {{ eligibilityCounts {{ city {{ name }} {counts} }} }} }}"""
    shown = await ask(document, season.organiser, city=season.city, slug=season.contest.id.hex)
    of_city = [one for one in shown["contest"]["eligibilityCounts"] if one.pop("city") == {"name": "武汉市"}]
    assert shown["city"]["status"]["divisions"] == of_city
    assert [sum(v for v in each.values() if isinstance(v, int)) for each in of_city] == [7 + 16, 16]


async def test_a_list_opened_again_after_its_deadline_is_to_be_submitted_again(
    season: Season, ask: Ask, database: Pool
) -> None:
    await a_window(season.contest, EntryWay.RECOMMENDED, closes="2021-07-02+08")
    assert "CITY_LIST_LATE" in [step["code"] for step in (await status(ask, season))["nextSteps"]]
    submission = await a_submission(season.contest)
    assert "CITY_LIST_LATE" not in [step["code"] for step in (await status(ask, season))["nextSteps"]]
    await database.execute("update submissions set state = 'REOPENED' where id = $1", submission)
    shown = await status(ask, season)
    assert shown["submitted"] is False
    assert shown["nextSteps"][0] == {
        "code": "CITY_LIST_REOPENED",
        "message": "推荐名单（7 人）已退回修改。改好后请重新上报。",
    }


async def test_a_city_with_nobody_is_told_to_recommend(season: Season, ask: Ask, database: Pool) -> None:
    await a_window(season.contest, EntryWay.RECOMMENDED, closes="2099-07-02T00:00:00+08:00")
    await database.execute("update contestants set city_id = $1", season.contest.cities[1])
    await database.execute(
        "insert into quotas select $1, $2, id, 10 from divisions", season.contest.id, season.contest.cities[0]
    )
    places = await database.fetchval("select 10 * count(*) from divisions where 'RECOMMENDED' = any(entry_ways)")
    steps = (await status(ask, season))["nextSteps"]
    assert steps == [
        {
            "code": "CITY_TO_RECOMMEND",
            "message": f"还没有推荐选手，本市州有 {places} 个名额。"
            "请在北京时间 2099-07-01 24:00 前录入或导入推荐表，审核后上报。",
        }
    ]


async def test_who_is_returned_and_why_and_whose_evidence_is_missing(season: Season, ask: Ask, database: Pool) -> None:
    back = await a_contestant(season.contest, "张三", eligibility=Eligibility.RETURNED)
    for reason in ("第一次", "证书不清晰"):
        await database.execute(
            "insert into eligibility_reviews (id, contest_id, contestant_id, step, decision, reason)"
            " values ($1, $2, $3, 'CITY', 'RETURNED', $4)",
            *(new_id(), season.contest.id, back.id, reason),
        )
    await a_window(season.contest, EntryWay.RECOMMENDED, closes="2099-01-01+08")
    wanted = [
        {"key": "certificate", "title": "技能证书", "kind": "DOCUMENT", "required": True},
        {"key": "list", "title": "培训名单", "kind": "GIVEN_LIST", "required": True},
        {"key": "extra", "title": "其他", "kind": "DOCUMENT", "required": False},
    ]
    await database.execute("update divisions set evidence = $2 where id = $1", season.contest.divisions[0], wanted)
    await database.execute(
        "insert into documents (id, contest_id, contestant_id, purpose, evidence_key, title, state, size, sha256)"
        " values ($1, $2, $3, 'EVIDENCE', 'certificate', '', 'READY', 1, '')",
        *(new_id(), season.contest.id, back.id),
    )
    shown = await status(ask, season)
    assert shown["returned"] == [
        {"number": back.number, "name": "张三", "reason": "证书不清晰", "contestant": {"number": back.number}}
    ]
    assert shown["incomplete"] == [{"number": back.number, "lacks": ["培训名单"], "division": {"key": "trainee"}}]
    assert [step["code"] for step in shown["nextSteps"]][:2] == ["CITY_TO_MEND", "CITY_EVIDENCE_MISSING"]


async def test_exports_by_contestant_week_and_source(season: Season, ask: Ask) -> None:
    """The round ran from 20 July to 31 August 2021: seven weeks, all over; exports until 30 September count."""
    first, second, third, *_ = season.people
    await exported(season, first, "WORKS", "2021-09-01T00:00:00+08:00")
    await exported(season, first, "ORDERS", "2021-08-09T00:00:00+08:00")
    await exported(season, first, "LIVE_SESSIONS", "2021-09-02T00:00:00+08:00")  # the rules do not ask for it
    await exported(season, second, "WORKS", "2021-10-01T00:00:00+08:00")  # after the span
    await exported(season, second, "ORDERS", "2021-09-05T00:00:00+08:00", to=4)  # taken back
    for source in ("WORKS", "ORDERS"):
        await exported(season, third, source, "2021-09-30T23:59:59+08:00")
    shown = (await status(ask, season))["exports"]
    assert shown["sources"] == ["WORKS", "ORDERS"]
    assert [week["number"] for week in shown["weeks"]] == [1, 2, 3, 4, 5, 6, 7]
    assert shown["weeks"][6] == {
        "number": 7,
        "begins": "2021-08-30T00:00:00+08:00",
        "ends": "2021-09-01T00:00:00+08:00",
        "dueAt": "2021-09-04T00:00:00+08:00",
    }
    counts = [shown[name] for name in ("have", "late", "missing", "notYet", "peopleMissing")]
    assert counts == [2 + 1, 5 + 2 + 14, 4 + 5 * 14, 0, 6]
    assert [one["number"] for one in shown["people"]["nodes"]] == [1, 2, 4, 5, 6, 7]
    assert shown["people"]["nodes"][0]["sources"] == [
        {"source": "WORKS", "weeks": [*["LATE"] * 5, "HAVE", "HAVE"]},
        {"source": "ORDERS", "weeks": ["LATE", "LATE", "HAVE", *["MISSING"] * 4]},
    ]
    everybody = (await status(ask, season, state=None))["exports"]["people"]["nodes"]
    assert [one["number"] for one in everybody] == [1, 2, 3, 4, 5, 6, 7]


async def test_weeks_that_are_not_over_are_not_asked_for(season: Season, ask: Ask, database: Pool) -> None:
    await database.execute(
        "update rounds set opens_at = now() - interval '8 days', closes_at = now() + interval '20 days'"
    )
    shown = (await status(ask, season))["exports"]
    assert shown["have"] == 0
    assert shown["missing"] > 0
    assert shown["notYet"] > 0
    assert shown["missing"] + shown["notYet"] == len(shown["weeks"]) * 2 * 7


async def test_a_round_without_rules_asks_for_nothing_and_another_contests_round_is_none(
    season: Season, ask: Ask, database: Pool
) -> None:
    final = new_id()
    await database.execute(
        "insert into rounds (id, contest_id, key, title, opens_at, closes_at, exported_from, exported_until,"
        " uploads_until, position) select $1, contest_id, 'final', '决赛', opens_at, closes_at, exported_from,"
        " exported_until, uploads_until, 1 from rounds",
        final,
    )
    shown = await status(ask, season, round=gid("Round", final))
    assert shown["round"] == {"key": "final"}
    assert (shown["exports"]["weeks"], shown["exports"]["sources"], shown["standings"]) == ([], [], [])
    assert (await status(ask, season))["round"] == {"key": "qualifier"}
    shown = await status(ask, season, round=gid("Round", (await a_season(database)).contest.round_id))
    assert (shown["round"], shown["exports"]["missing"]) == (None, 0)


async def test_training_standings_list_and_times(season: Season, ask: Ask, database: Pool) -> None:
    await database.execute("update contestants set trained_on = '2021-08-01' where number in (1, 3)")
    await database.execute("update contests set teams_until = '2021-09-06T00:00:00+08:00'")
    await a_window(season.contest, EntryWay.RECOMMENDED, closes="2021-07-02+08")
    await database.execute("delete from entry_windows where entry_way = 'SELF_REGISTERED'")
    shown = await status(ask, season)
    assert (shown["training"]["approved"], shown["training"]["trained"]) == (7, 2)
    assert [one["number"] for one in shown["training"]["lacking"]] == [2, 4, 5, 6, 7]
    assert shown["standings"][0] == {
        "number": 1,
        "name": "选手0",
        "rank": 1,
        "cityRank": 1,
        "divisionRank": 1,
        "total": "99",
    }
    assert len(shown["standings"]) == 7
    assert (shown["submitted"], shown["submission"]) == (False, None)
    assert (
        shown["nextSteps"][0]["message"] == "推荐名单（7 人）没有在北京时间 2021-07-01 24:00 前上报。请立即联系主办方。"
    )
    assert {one["what"]["code"]: (one["at"], one["passed"]) for one in shown["deadlines"]} == {
        "UNTIL_LIST": ("2021-07-02T00:00:00+08:00", True),
        "UNTIL_SELF_REGISTRATION": (None, False),
        "UNTIL_ROUND": ("2021-09-01T00:00:00+08:00", True),
        "UNTIL_EXPORTED": ("2021-10-01T00:00:00+08:00", True),
        "UNTIL_UPLOADS": ("2100-01-01T00:00:00+08:00", False),
        "UNTIL_TEAMS": ("2021-09-06T00:00:00+08:00", True),
    }
    await a_submission(season.contest)
    shown = await status(ask, season)
    assert (shown["submitted"], shown["submission"]) == (True, {"number": 1, "people": 0})
    assert "CITY_LIST_LATE" not in [step["code"] for step in shown["nextSteps"]]


async def test_without_an_adopted_run_nobody_stands_anywhere(season: Season, ask: Ask, database: Pool) -> None:
    await database.execute("update rounds set adopted_run_id = null")
    shown = await status(ask, season, season.organiser)
    assert (shown["standings"], shown["team"]) == ([], None)


async def test_who_looks_after_a_city_sees_its_status(season: Season, ask: Ask, database: Pool) -> None:
    contest = season.contest
    auditor = await a_person(database, Role.AUDITOR, contest)
    for person in (season.leader, season.clerk, season.organiser, auditor):
        assert (await status(ask, season, person))["city"] == {"name": "武汉市"}
    judge = await a_person(database, Role.JUDGE, contest)
    contestant = await a_person(database, Role.CONTESTANT, contest, contestant=season.people[0].id)
    elsewhere = (await a_season(database)).organiser
    for person in (season.their_leader, judge, contestant, await a_person(database), elsewhere):
        assert await status(ask, season, person) is None
    assert (await ask(STATUS, city=season.city))["city"] == {"name": "武汉市", "status": None}


async def test_all_cities_at_once_take_no_more_statements_than_one(
    season: Season, ask: Ask, database: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed: list[str] = []
    execute = asyncpg.Connection._execute  # type: ignore[attr-defined]  # what fetch, fetchrow and fetchval go through

    async def counting(self: Any, query: str, *given: Any, **named: Any) -> Any:
        executed.append(query)
        return await execute(self, query, *given, **named)

    slug = season.contest.id.hex
    await a_contestant(season.contest, eligibility=Eligibility.RETURNED)
    monkeypatch.setattr(asyncpg.Connection, "_execute", counting)
    shown = (await ask(ALL, season.leader, slug=slug))["contest"]["cities"]
    assert [one["status"] is not None for one in shown] == [True, False]
    of_one = len(executed)
    cities = list(season.contest.cities)
    for number in range(8):
        city = new_id()
        await database.execute(
            "insert into cities values ($1, $2, $3, '{}', $4)", city, season.contest.id, f"市{number}", 9
        )
        cities.append(city)
        for _ in range(3):
            await a_contestant(
                replace(season.contest, cities=cities), city=number + 2, eligibility=Eligibility.RETURNED
            )
    executed.clear()
    shown = (await ask(ALL, season.organiser, slug=slug))["contest"]["cities"]
    assert [len(one["status"]["returned"]) for one in shown] == [1, 0, *[3] * 8]
    # Eleven of them; reads asked for at the same time may part in two when the machine is busy, never in ten.
    assert max(of_one, len(executed)) <= 15
