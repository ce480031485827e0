"""Putting a city's team together, confirming it, opening it again."""

import asyncio
from typing import Any

import httpx
import pytest

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid, post
from tests.api.registering import TRANSFER, WITHDRAW
from tests.factories import APerson, a_person
from tests.people import VAULT, AContestant
from tests.teams import Season, a_season

TEAM = """fragment T on Team { selected leader assistant assistantPhone shortage size minimumSize maximumSize
  confirmedBy confirmedAt reopenedReason leaders { name } members { part name contestant { number } }
  streamers { contestant { number } place } tied { contestant { number } } reserves { contestant { number } }
  status { complete confirmed deadline missing { code message parameters { name value } }
    nextStep { code message } } }"""
SHOW = TEAM + " query ($city: ID!) { city(id: $city) { team { ...T } } }"
SET = (
    TEAM
    + """ mutation ($input: SetTeamOfficialsInput!) { setTeamOfficials(input: $input) {
  __typename ... on Error { code message } ... on InvalidInput { field }
  ... on SetTeamOfficialsPayload { team { ...T } } } }"""
)
CONFIRM = (
    TEAM
    + """ mutation ($input: ConfirmTeamInput!) { confirmTeam(input: $input) {
  __typename ... on Error { code message } ... on ConfirmTeamPayload { team { ...T } } } }"""
)
REOPEN = (
    TEAM
    + """ mutation ($input: ReopenTeamInput!) { reopenTeam(input: $input) {
  __typename ... on Error { code message } ... on ReopenTeamPayload { team { ...T } } } }"""
)
ERASE = """mutation ($id: ID!) { eraseContestant(input: {contestantId: $id, reason: "本人来信"}) { __typename } }"""
RETURN = """mutation ($id: ID!) { reviewEligibility(input: {
  contestantIds: [$id], decision: RETURNED, seen: APPROVED, reason: "证件过期"}) { __typename } }"""
SELECT = "mutation ($input: SelectFinalistsInput!) { selectFinalists(input: $input) { __typename } }"


@pytest.fixture
async def season(database: Pool, ask: Ask) -> Season:
    """Finalists are selected: three streamers and two reserves in the first city, one streamer in the second."""
    made = await a_season(database, "SSSRR")
    answer = await ask(SELECT, made.organiser, input={"roundId": made.round, "choices": [], "reason": "会议决定"})
    assert answer["selectFinalists"]["__typename"] == "SelectFinalistsPayload"
    await database.execute("delete from messages")
    return made


async def set_officials(ask: Ask, season: Season, person: APerson | None = None, **given: Any) -> Any:
    asked = {"cityId": season.city, **given}
    return (await ask(SET, person or season.leader, input=asked))["setTeamOfficials"]


async def complete(ask: Ask, season: Season) -> None:
    answer = await set_officials(
        ask, season, leaderId=gid("User", season.leader.user_id), assistantName="李助理", assistantPhone="139 0000 0001"
    )
    assert answer["team"]["status"]["complete"]


async def confirm(ask: Ask, season: Season, person: APerson | None = None, **given: Any) -> Any:
    return (await ask(CONFIRM, person or season.leader, input={"cityId": season.city, **given}))["confirmTeam"]


async def team(ask: Ask, season: Season, person: APerson | None = None) -> Any:
    return (await ask(SHOW, person or season.leader, city=season.city))["city"]["team"]


async def actions(pool: Pool) -> list[tuple[str, Any, str]]:
    rows = await pool.fetch(
        "select action, changes, reason from audit_entries where subject_type = 'Team' order by at, id"
    )
    return [(row["action"], row["changes"], row["reason"]) for row in rows]


async def test_before_a_selection_the_team_shows_the_proposal(database: Pool, ask: Ask) -> None:
    season = await a_season(database)
    shown = await team(ask, season)
    assert shown["selected"] is False
    assert [one["contestant"]["number"] for one in shown["streamers"]] == [1, 2]
    assert [one["place"] for one in shown["streamers"]] == [None, None]
    assert [one["contestant"]["number"] for one in shown["tied"]] == [3, 4]
    assert [one["contestant"]["number"] for one in shown["reserves"]] == [5, 6]
    assert (shown["leader"], shown["members"], shown["size"]) == (season.leader.login, [], 3)
    assert shown["status"]["missing"][0]["code"] == shown["status"]["nextStep"]["code"] == "FINALISTS_NOT_SELECTED"
    answer = await set_officials(ask, season, leaderId=gid("User", season.leader.user_id))
    assert (answer["__typename"], answer["code"]) == ("Conflict", "FINALISTS_NOT_SELECTED")


async def test_a_selected_team_says_what_is_missing_and_until_when(season: Season, ask: Ask, database: Pool) -> None:
    await database.execute("update contests set teams_until = '2099-09-06T00:00:00+08:00'")
    shown = await team(ask, season)
    assert shown["members"] == [
        {"part": "STREAMER", "name": f"选手{n}", "contestant": {"number": n + 1}} for n in range(3)
    ]
    assert (shown["leader"], shown["size"], shown["minimumSize"], shown["maximumSize"]) == (None, 3, 4, 5)
    assert shown["leaders"] == [{"name": season.leader.login}]
    status = shown["status"]
    assert (status["complete"], status["deadline"]) == (False, "2099-09-06T00:00:00+08:00")
    assert [one["code"] for one in status["missing"]] == ["TEAM_WITHOUT_LEADER", "TEAM_WITHOUT_ASSISTANT"]
    assert status["nextStep"]["message"] == "还没有领队。请在本市州的领队账号中指定一人。"
    await complete(ask, season)
    status = (await team(ask, season))["status"]
    assert status["nextStep"] == {
        "code": "TEAM_TO_CONFIRM",
        "message": "人员已齐。请领队在北京时间 2099-09-05 24:00 前确认参赛队。",
    }


async def test_officials_are_set_part_by_part_and_the_phone_is_sealed(season: Season, ask: Ask, database: Pool) -> None:
    await set_officials(ask, season, leaderId=gid("User", season.leader.user_id))
    answer = await set_officials(ask, season, season.organiser, assistantName="李助理", assistantPhone="13900000001")
    shown = answer["team"]
    assert (shown["leader"], shown["assistant"], shown["assistantPhone"]) == (
        season.leader.login,
        "李助理",
        "139****0001",
    )
    row = await database.fetchrow("select id, assistant_phone_sealed from teams where leader_id is not null")
    assert row is not None
    assert VAULT.open(row["assistant_phone_sealed"], row["id"]) == "13900000001"
    assert await actions(database) == [
        ("SET_TEAM_OFFICIALS", {"leader": [None, str(season.leader.user_id)]}, ""),
        ("SET_TEAM_OFFICIALS", {"assistant": [None, "***"], "assistant_phone": [None, "***"]}, ""),
    ]
    answer = await set_officials(ask, season, leaderId=None, assistantName=None)
    assert (answer["team"]["leader"], answer["team"]["assistant"], answer["team"]["assistantPhone"]) == (None,) * 3


async def test_a_judge_sees_the_team_without_the_assistants_phone(season: Season, ask: Ask, database: Pool) -> None:
    await complete(ask, season)
    judge = await a_person(database, Role.JUDGE, season.contest)
    shown = await team(ask, season, judge)
    assert (shown["assistant"], shown["assistantPhone"]) == ("李助理", None)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"assistantName": "李助理"}, "ASSISTANT_WITHOUT_PHONE", "assistantPhone"),
        ({"assistantName": "李助理", "assistantPhone": "12345"}, "PHONE_INVALID", "assistantPhone"),
        ({"assistantName": " ", "assistantPhone": "13900000001"}, "TEXT_EMPTY", "assistantName"),
        ({"assistantPhone": "13900000001"}, "TEXT_EMPTY", "assistantName"),
        ({"assistantName": "李助理", "assistantPhone": "streamer"}, "ASSISTANT_IS_STREAMER", "assistantPhone"),
        ({"leaderId": "organiser"}, "LEADER_NOT_ENTITLED", "leaderId"),
        ({"leaderId": "their_leader"}, "LEADER_NOT_ENTITLED", "leaderId"),
        ({"leaderId": "clerk"}, "LEADER_NOT_ENTITLED", "leaderId"),
    ],
)
async def test_officials_that_cannot_be(
    season: Season, ask: Ask, database: Pool, given: dict[str, str], code: str, field: str
) -> None:
    if "leaderId" in given:
        given = {"leaderId": gid("User", getattr(season, given["leaderId"]).user_id)}
    if given.get("assistantPhone") == "streamer":
        given = given | {"assistantPhone": season.people[0].phone}
    answer = await set_officials(ask, season, None, **given)
    assert (answer["__typename"], answer["code"], answer["field"]) == ("InvalidInput", code, field)
    assert await database.fetchval("select count(*) from teams where leader_id is null and assistant_name is null") == 2
    assert await actions(database) == []


async def test_an_assistant_may_have_the_name_of_a_streamer_but_is_not_the_leader(
    season: Season, ask: Ask, database: Pool
) -> None:
    await complete(ask, season)
    named = await set_officials(ask, season, assistantName="选手1", assistantPhone="13900000001")
    assert (named["team"]["assistant"], named["team"]["status"]["complete"]) == ("选手1", True)
    given = {"assistantName": season.leader.login, "assistantPhone": "13900000002"}
    answer = await set_officials(ask, season, None, **given)
    assert (answer["__typename"], answer["code"], answer["field"]) == (
        "InvalidInput",
        "ASSISTANT_IS_LEADER",
        "assistantName",
    )
    await set_officials(ask, season, leaderId=None)
    await set_officials(ask, season, None, **given)
    both = await set_officials(ask, season, leaderId=gid("User", season.leader.user_id))
    assert both["code"] == "ASSISTANT_IS_LEADER"
    await database.execute("update teams set leader_id = $1 where assistant_name is not null", season.leader.user_id)
    assert [one["code"] for one in (await team(ask, season))["status"]["missing"]] == ["ASSISTANT_IS_LEADER"]


async def test_a_contestant_does_not_lead(season: Season, ask: Ask, database: Pool) -> None:
    await complete(ask, season)
    await database.execute(
        "insert into grants (id, user_id, role, contest_id, contestant_id) values ($1, $2, 'CONTESTANT', $3, $4)",
        *(new_id(), season.leader.user_id, season.contest.id, season.people[0].id),
    )
    answer = await set_officials(ask, season, leaderId=gid("User", season.leader.user_id))
    assert answer["code"] == "LEADER_NOT_ENTITLED"
    assert [one["code"] for one in (await team(ask, season))["status"]["missing"]] == ["TEAM_LEADER_NOT_ENTITLED"]


async def test_the_leader_confirms_a_complete_team_once(season: Season, ask: Ask, database: Pool) -> None:
    await complete(ask, season)
    answer = await confirm(ask, season, expectedStreamers=[season.id(2), season.id(0), season.id(1)])
    shown = answer["team"]
    assert (shown["confirmedBy"], shown["size"]) == (season.leader.login, 5)
    assert shown["confirmedAt"] is not None
    assert (shown["status"]["confirmed"], shown["status"]["nextStep"]["code"]) == (True, "TEAM_DONE")
    assert [one["part"] for one in shown["members"]] == ["LEADER", "ASSISTANT", *["STREAMER"] * 3]
    assert (await actions(database))[-1] == (
        "CONFIRM_TEAM",
        {"confirmed": [False, True], "streamers": [None, ["1", "2", "3"]]},
        "",
    )
    codes = [row["code"] for row in await database.fetch("select code from messages order by code")]
    assert codes == [*["IN_CONFIRMED_TEAM"] * 3, "TEAM_CONFIRMED"]
    again = await confirm(ask, season)
    assert (again["__typename"], again["code"]) == ("Conflict", "TEAM_IS_CONFIRMED")
    changed = await set_officials(ask, season, assistantName=None)
    assert changed["code"] == "TEAM_IS_CONFIRMED"
    assert len(await actions(database)) == 2


async def test_of_two_confirmations_at_once_one_counts(
    season: Season, ask: Ask, client: httpx.AsyncClient, database: Pool
) -> None:
    await complete(ask, season)
    both = await asyncio.gather(
        *(post(client, CONFIRM, season.leader, input={"cityId": season.city}) for _ in range(2))
    )
    answers = [each.json()["data"]["confirmTeam"] for each in both]
    assert sorted(one.get("code") or one["__typename"] for one in answers) == [
        "ConfirmTeamPayload",
        "TEAM_IS_CONFIRMED",
    ]
    assert await database.fetchval("select count(*) from messages where code = 'TEAM_CONFIRMED'") == 1


@pytest.mark.parametrize(("who", "code"), [("organiser", "NOT_ALLOWED"), ("clerk", "NOT_ALLOWED")])
async def test_nobody_but_a_leader_confirms(season: Season, ask: Ask, database: Pool, who: str, code: str) -> None:
    await complete(ask, season)
    answer = await confirm(ask, season, getattr(season, who))
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", code)
    assert await database.fetchval("select count(*) from teams where confirmed_at is not null") == 0


async def test_another_leader_of_the_city_does_not_confirm(season: Season, ask: Ask, database: Pool) -> None:
    await complete(ask, season)
    second = await a_person(database, Role.CITY_LEADER, season.contest, city=season.contest.cities[0])
    answer = await confirm(ask, season, second)
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", "TEAM_LEADER_ONLY")
    assert await database.fetchval("select count(*) from teams where confirmed_at is not null") == 0


async def test_another_citys_team_is_to_a_leader_as_if_it_were_not_there(season: Season, ask: Ask) -> None:
    await complete(ask, season)
    assert await team(ask, season, season.their_leader) is None
    theirs = season.their_leader
    nowhere = gid("City", "01900000-0000-7000-8000-000000000000")
    for city in (season.city, nowhere):
        answers = [
            (await ask(SET, theirs, input={"cityId": city, "assistantName": None}))["setTeamOfficials"],
            (await ask(CONFIRM, theirs, input={"cityId": city}))["confirmTeam"],
            (await ask(REOPEN, theirs, input={"cityId": city, "reason": "r"}))["reopenTeam"],
        ]
        assert [one["__typename"] for one in answers] == ["NotFound", "NotFound", "NotAllowed"]
    document = "query ($id: ID!) { node(id: $id) { id } }"
    assert await ask(document, theirs, id=gid("Team", season.contest.cities[0])) == {"node": None}
    document = "query ($id: ID!) { teams(contestId: $id) { totalCount nodes { city { name } } } }"
    shown = await ask(document, theirs, id=gid("Contest", season.contest.id))
    assert shown == {"teams": {"totalCount": 1, "nodes": [{"city": {"name": "恩施州"}}]}}


async def test_an_incomplete_team_is_not_confirmed_and_everything_missing_is_named(
    season: Season, ask: Ask, database: Pool
) -> None:
    await set_officials(ask, season, leaderId=gid("User", season.leader.user_id))
    for place in (0, 1):
        await database.execute("update contestants set withdrawn_at = now() where id = $1", season.people[place].id)
    status = (await team(ask, season))["status"]
    assert [
        (one["code"], {each["name"]: each["value"] for each in one["parameters"]}) for one in status["missing"]
    ] == [
        ("STREAMER_NOT_PRESENT", {"number": "1"}),
        ("STREAMER_NOT_PRESENT", {"number": "2"}),
        ("STREAMERS_TOO_FEW", {"count": "1", "minimum": "2", "reserves": "2"}),
        ("TEAM_WITHOUT_ASSISTANT", {}),
    ]
    answer = await confirm(ask, season)
    assert (answer["__typename"], answer["code"]) == ("Conflict", "TEAM_INCOMPLETE")
    assert answer["message"].startswith("参赛队还不能确认，有 4 处要补： 主播 1 号已退出")
    assert "助理的姓名和手机号" in answer["message"]
    assert await database.fetchval("select count(*) from teams where confirmed_at is not null") == 0


async def test_the_deadline_is_asked_of_the_clock_under_the_lock(
    season: Season, ask: Ask, client: httpx.AsyncClient, database: Pool
) -> None:
    """Whoever waits for the lock across the deadline is too late."""
    await complete(ask, season)
    async with database.acquire() as connection:
        async with connection.transaction():
            await connection.execute("select from contests for update")
            waiting = asyncio.create_task(post(client, CONFIRM, season.leader, input={"cityId": season.city}))
            while not await database.fetchval("select exists (select from pg_locks where not granted)"):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            await connection.execute("update contests set teams_until = clock_timestamp()")
        answer = (await waiting).json()["data"]["confirmTeam"]
    assert (answer["__typename"], answer["code"]) == ("Conflict", "TEAM_TOO_LATE")
    assert (await team(ask, season))["status"]["nextStep"]["code"] == "TEAM_DEADLINE_PASSED"
    assert await database.fetchval("select count(*) from teams where confirmed_at is not null") == 0


async def test_without_a_deadline_the_team_may_be_confirmed_and_that_is_stated(season: Season, ask: Ask) -> None:
    await complete(ask, season)
    status = (await team(ask, season))["status"]
    assert (status["deadline"], status["nextStep"]["code"]) == (None, "TEAM_TO_CONFIRM_OPEN")
    assert (await confirm(ask, season))["__typename"] == "ConfirmTeamPayload"


async def test_a_team_that_has_changed_meanwhile_is_not_confirmed(season: Season, ask: Ask) -> None:
    await complete(ask, season)
    answer = await confirm(ask, season, expectedStreamers=[season.id(0), season.id(1), season.id(3)])
    assert (answer["__typename"], answer["code"]) == ("Conflict", "TEAM_HAS_CHANGED")


async def test_an_organiser_reopens_with_a_reason_and_the_leader_confirms_again(
    season: Season, ask: Ask, database: Pool
) -> None:
    await complete(ask, season)
    asked = {"cityId": season.city, "reason": "2 号选手受伤"}
    early = (await ask(REOPEN, season.organiser, input=asked))["reopenTeam"]
    assert (early["__typename"], early["code"]) == ("Conflict", "TEAM_NOT_CONFIRMED")
    await confirm(ask, season)
    assert (await ask(REOPEN, season.leader, input=asked))["reopenTeam"]["__typename"] == "NotAllowed"
    shown = (await ask(REOPEN, season.organiser, input=asked))["reopenTeam"]["team"]
    assert (shown["confirmedAt"], shown["confirmedBy"], shown["reopenedReason"]) == (None, None, "2 号选手受伤")
    assert (await actions(database))[-1] == ("REOPEN_TEAM", {"confirmed": [True, False]}, "2 号选手受伤")
    assert (await confirm(ask, season))["team"]["status"]["confirmed"] is True
    codes = [row["code"] for row in await database.fetch("select code from messages where city_id is not null")]
    assert sorted(codes) == ["TEAM_CONFIRMED", "TEAM_CONFIRMED", "TEAM_REOPENED"]


async def test_a_team_that_was_confirmed_in_time_is_confirmed_again_after_the_deadline(
    season: Season, ask: Ask, database: Pool
) -> None:
    await complete(ask, season)
    await confirm(ask, season)
    await database.execute("update contests set teams_until = clock_timestamp()")
    await ask(REOPEN, season.organiser, input={"cityId": season.city, "reason": "2 号选手受伤"})
    await database.execute("update contestants set withdrawn_at = now() where id = $1", season.people[1].id)
    assert (await team(ask, season))["status"]["nextStep"]["code"] == "STREAMER_NOT_PRESENT"
    await database.execute("update contestants set withdrawn_at = null")
    assert (await team(ask, season))["status"]["nextStep"] == {
        "code": "TEAM_TO_CONFIRM_AGAIN",
        "message": "参赛队已重新打开，人员已齐。请领队尽快再次确认。",
    }
    assert (await confirm(ask, season))["team"]["status"]["nextStep"]["code"] == "TEAM_DONE"


async def test_a_confirmed_team_whose_streamer_leaves_says_to_reopen(season: Season, ask: Ask, database: Pool) -> None:
    await complete(ask, season)
    await confirm(ask, season)
    await database.execute("update contestants set withdrawn_at = now() where id = $1", season.people[1].id)
    status = (await team(ask, season))["status"]
    assert (status["complete"], status["confirmed"], status["nextStep"]["code"]) == (False, True, "TEAM_TO_REOPEN")


@pytest.mark.parametrize("how", ["withdrawn", "returned", "transferred", "erased"])
async def test_organisers_and_the_city_are_told_of_a_confirmed_team_that_somebody_is_missing_from(
    season: Season, ask: Ask, database: Pool, how: str
) -> None:
    await complete(ask, season)
    everywhere = await a_person(database, Role.ORGANISER)

    async def missing(person: AContestant) -> None:
        cases: dict[str, tuple[str, str, dict[str, Any]]] = {
            "withdrawn": (WITHDRAW, "withdrawContestant", {"id": gid("Contestant", person.id)}),
            "erased": (ERASE, "eraseContestant", {"id": gid("Contestant", person.id)}),
            "returned": (RETURN, "reviewEligibility", {"id": gid("Contestant", person.id)}),
            "transferred": (TRANSFER, "transferContestant", {"input": {
                "contestantId": gid("Contestant", person.id),
                "cityId": gid("City", season.contest.cities[1]),
                "reason": "户籍",
            }}),
        }  # fmt: skip
        document, field, given = cases[how]
        answer = (await ask(document, season.organiser, **given))[field]
        assert answer["__typename"] == field[0].upper() + field[1:] + "Payload"

    async def told() -> list[tuple[Any, ...]]:
        query = "select user_id, parameters from messages where code = 'TEAM_BROKEN' order by user_id"
        return [tuple(row) for row in await database.fetch(query)]

    await missing(season.people[4])  # a reserve, and the team is not confirmed
    assert (await confirm(ask, season))["__typename"] == "ConfirmTeamPayload"
    await missing(season.people[3])  # a reserve
    assert await told() == []
    await missing(season.people[1])
    parameters = {"number": 2, "city": "武汉市"}
    assert await told() == [(user, parameters) for user in sorted([season.organiser.user_id, everywhere.user_id])]
    city = "select city_id, parameters from messages where code = 'YOUR_TEAM_IS_BROKEN'"
    assert [tuple(row) for row in await database.fetch(city)] == [(season.contest.cities[0], {"number": 2})]


async def test_a_streamer_who_moved_to_another_city_is_no_longer_theirs_to_see(
    season: Season, ask: Ask, database: Pool
) -> None:
    await database.execute(
        "update contestants set city_id = $2 where id = $1", season.people[0].id, season.contest.cities[1]
    )
    shown = await team(ask, season)
    assert [one["contestant"]["number"] for one in shown["streamers"]] == [2, 3]
    assert shown["status"]["missing"][0]["code"] == "STREAMER_NOT_PRESENT"


async def test_an_erased_streamer_is_missing_and_keeps_nobody_from_the_team(
    season: Season, ask: Ask, database: Pool
) -> None:
    await database.execute(
        "update contestants set name = '已删除', phone_sealed = '', id_number_sealed = '', erased_at = now(),"
        " withdrawn_at = now() where id = $1",
        season.people[2].id,
    )
    given = {"leaderId": gid("User", season.leader.user_id), "assistantName": "李助理", "assistantPhone": "13900000001"}
    status = (await set_officials(ask, season, None, **given))["team"]["status"]
    assert [one["code"] for one in status["missing"]] == ["STREAMER_NOT_PRESENT"]
