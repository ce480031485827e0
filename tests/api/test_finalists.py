"""Selecting finalists from a proposal, and replacing one."""

import asyncio
from typing import Any

import httpx
import pytest

from services.shared.database.pool import Pool
from tests.api.conftest import Ask, gid, post
from tests.api.test_at_once import until_blocked
from tests.factories import a_run
from tests.teams import TEAM_RULES, Season, a_proposal, a_season

SELECT = """mutation ($input: SelectFinalistsInput!) { selectFinalists(input: $input) {
  __typename ... on Error { code message } ... on InvalidInput { field }
  ... on SelectFinalistsPayload { cities { city { name } selected {
    contestant { number } place position proposedPlace reason eligible } } } } }"""
REPLACE = """mutation ($input: ReplaceFinalistInput!) { replaceFinalist(input: $input) {
  __typename ... on Error { code message } ... on InvalidInput { field }
  ... on ReplaceFinalistPayload { replaced team { shortage size
    streamers { contestant { number } position reason } reserves { contestant { number } position } } } } }"""
SHOW = """query ($round: ID!) { finalists(roundId: $round) { city { name } streamers { position } tied { position }
  reserves { position } selected { contestant { number } place proposedPlace proposal { code } reason
  standing { rank } replacedBy { number } } } }"""


@pytest.fixture
async def season(database: Pool) -> Season:
    return await a_season(database)


def ties(season: Season) -> list[dict[str, str]]:
    return [
        {"contestantId": season.id(2), "place": "STREAMER", "reason": "直播时长更长"},
        {"contestantId": season.id(3), "place": "RESERVE", "reason": "直播时长较短"},
    ]


async def select(ask: Ask, season: Season, choices: list[dict[str, str]], **given: Any) -> Any:
    asked = {"roundId": season.round, "choices": choices, "reason": "组委会 9 月 3 日会议", **given}
    return (await ask(SELECT, season.organiser, input=asked))["selectFinalists"]


async def replace(ask: Ask, season: Season, place: int, **given: Any) -> Any:
    asked = {"roundId": season.round, "contestantId": season.id(place), "reason": "本人因病退出", **given}
    return (await ask(REPLACE, season.organiser, input=asked))["replaceFinalist"]


async def stored(pool: Pool) -> list[tuple[Any, ...]]:
    rows = await pool.fetch(
        "select number, place, f.position, proposed_place, reason from selected_finalists f"
        " join contestants p on p.id = contestant_id order by number"
    )
    return [tuple(row) for row in rows]


async def told(pool: Pool) -> list[tuple[Any, ...]]:
    """Code, number of the contestant or name of the city, parameters; in the order of the codes."""
    rows = await pool.fetch(
        "select code, coalesce(p.number::text, c.name), parameters from messages"
        " left join contestants p on p.id = contestant_id left join cities c on c.id = messages.city_id"
        " order by code, p.number, c.position"
    )
    return [tuple(row) for row in rows]


async def recorded(pool: Pool, action: str) -> list[tuple[Any, ...]]:
    rows = await pool.fetch(
        "select subject_type, p.number, changes, reason from audit_entries e"
        " left join contestants p on p.id = e.contestant_id where action = $1 order by e.at, e.id",
        action,
    )
    return [tuple(row) for row in rows]


async def test_a_selection_copies_the_proposal_and_each_tie_is_decided(
    season: Season, ask: Ask, database: Pool
) -> None:
    answer = await select(ask, season, ties(season))
    assert answer["cities"] == [
        {
            "city": {"name": "武汉市"},
            "selected": [
                a_line(1, "STREAMER", 1, "STREAMER"),
                a_line(2, "STREAMER", 2, "STREAMER"),
                a_line(3, "STREAMER", 3, "TIED", "直播时长更长"),
                a_line(4, "RESERVE", 1, "TIED", "直播时长较短"),
                a_line(5, "RESERVE", 2, "RESERVE"),
                a_line(6, "RESERVE", 3, "RESERVE"),
            ],
        },
        {"city": {"name": "恩施州"}, "selected": [a_line(8, "STREAMER", 1, "STREAMER")]},
    ]
    assert await database.fetchval("select count(*) from teams where leader_id is null and confirmed_at is null") == 2
    assert await database.fetchval("select version from contests") == 1
    streamers, reserves = [["FINALIST_SELECTED", number] for number in "1238"], [["FINALIST_RESERVE", n] for n in "456"]
    assert [list(one[:2]) for one in await told(database)] == [
        *reserves,
        *streamers,
        ["TEAM_SELECTED", "武汉市"],
        ["TEAM_SELECTED", "恩施州"],
    ]
    assert (await told(database))[-2][2] == {"streamers": 3, "reserves": 3}
    assert await recorded(database, "SELECT_FINALISTS") == [
        ("Round", None, {}, "组委会 9 月 3 日会议"),
        (
            "City",
            None,
            {"streamer": [[], ["1", "2", "3"]], "reserve": [[], ["4", "5", "6"]]},
            "组委会 9 月 3 日会议",
        ),
        ("City", None, {"streamer": [[], ["8"]]}, "组委会 9 月 3 日会议"),
        ("Contestant", 3, {"place": ["TIED", "STREAMER"]}, "直播时长更长"),
        ("Contestant", 4, {"place": ["TIED", "RESERVE"]}, "直播时长较短"),
    ]


def a_line(number: int, place: str, position: int, proposed: str, reason: str = "") -> dict[str, Any]:
    return {
        "contestant": {"number": number},
        "place": place,
        "position": position,
        "proposedPlace": proposed,
        "reason": reason,
        "eligible": True,
    }


async def test_the_proposal_stays_as_it_is_beside_the_selection(season: Season, ask: Ask) -> None:
    before = (await ask(SHOW, season.organiser, round=season.round))["finalists"]
    assert [one["selected"] for one in before] == [None, None]
    await select(ask, season, ties(season))
    after = (await ask(SHOW, season.organiser, round=season.round))["finalists"]
    proposal = ("city", "streamers", "tied", "reserves")
    assert [{key: one[key] for key in proposal} for one in after] == [
        {key: one[key] for key in proposal} for one in before
    ]
    assert after[0]["selected"][2] == {
        "contestant": {"number": 3},
        "place": "STREAMER",
        "proposedPlace": "TIED",
        "proposal": {"code": "FINALIST_BY_RANK"},
        "reason": "直播时长更长",
        "standing": {"rank": 3},
        "replacedBy": None,
    }


async def test_a_leader_sees_the_selection_of_the_own_city_alone(season: Season, ask: Ask) -> None:
    await select(ask, season, ties(season))
    shown = (await ask(SHOW, season.their_leader, round=season.round))["finalists"]
    assert [(one["city"]["name"], len(one["selected"])) for one in shown] == [("恩施州", 1)]


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({0: None}, "TIE_UNDECIDED", "choices"),
        ({0: {"reason": "  "}}, "TEXT_EMPTY", "choices.0.reason"),
        ({1: {"place": "STREAMER"}}, "STREAMERS_TOO_MANY", "choices"),
        ({1: {"contestantId": "Q29udGVzdGFudDp4"}}, "CHOICE_WITHOUT_STANDING", "choices.1.contestantId"),
        ({2: {"place": "OUT"}}, "TEXT_EMPTY", "choices.2.reason"),
        ({2: {"place": "STREAMER", "contestant": 2, "reason": "x"}}, "CHOICE_TWICE", "choices.2.contestantId"),
    ],
)
async def test_what_a_person_must_still_decide_is_named_and_nothing_is_written(
    season: Season, ask: Ask, database: Pool, changed: dict[int, Any], code: str, field: str
) -> None:
    choices: list[Any] = [*ties(season), {"contestantId": season.id(1), "place": "STREAMER", "reason": ""}]
    for number, change in changed.items():
        if change is None:
            choices[number] = None
        else:
            named = {"contestantId": season.id(change.pop("contestant"))} if "contestant" in change else {}
            choices[number] |= change | named
    answer = await select(ask, season, [one for one in choices if one])
    assert (answer["__typename"], answer["code"], answer["field"]) == ("InvalidInput", code, field)
    assert await database.fetchval("select count(*) from finalist_selections") == 0
    assert await database.fetchval("select count(*) from teams") == 0
    assert (await told(database), await recorded(database, "SELECT_FINALISTS")) == ([], [])


async def test_whoever_has_left_is_not_selected_until_put_out_with_a_reason(
    season: Season, ask: Ask, database: Pool
) -> None:
    await database.execute("update contestants set withdrawn_at = now() where id = $1", season.people[4].id)
    answer = await select(ask, season, ties(season))
    assert (answer["code"], answer["field"]) == ("FINALIST_NOT_ELIGIBLE", "choices")
    assert answer["message"].startswith("武汉市 5 号选手已退出")
    out = {"contestantId": season.id(4), "place": "OUT", "reason": "本人退出"}
    answer = await select(ask, season, [*ties(season), out])
    assert [(one["contestant"]["number"], one["place"]) for one in answer["cities"][0]["selected"][-2:]] == [
        (6, "RESERVE"),
        (5, "OUT"),
    ]


async def test_somebody_not_proposed_can_be_taken_in_with_a_reason(season: Season, ask: Ask, database: Pool) -> None:
    taken = {"contestantId": season.id(6), "place": "RESERVE", "reason": "增补候补"}
    await select(ask, season, [*ties(season), taken])
    assert (await stored(database))[6] == (7, "RESERVE", 4, "", "增补候补")


async def test_only_the_adopted_runs_proposal_can_be_selected(season: Season, ask: Ask, database: Pool) -> None:
    older = season.run
    newer = await a_proposal(season.contest, [*season.people, season.other], "SSSRRRRS")
    answer = await select(ask, season, [], runId=gid("ScoringRun", older))
    assert (answer["__typename"], answer["code"]) == ("Conflict", "ANOTHER_RUN_ADOPTED")
    answer = await select(ask, season, [], runId=gid("ScoringRun", newer))
    assert answer["__typename"] == "SelectFinalistsPayload"
    assert await database.fetchval("select run_id from finalist_selections") == newer


async def test_without_an_adopted_run_there_is_nothing_to_select(season: Season, ask: Ask, database: Pool) -> None:
    await database.execute("update rounds set adopted_run_id = null")
    answer = await select(ask, season, ties(season))
    assert (answer["__typename"], answer["code"]) == ("Conflict", "ROUND_WITHOUT_ADOPTED_RUN")


async def test_a_second_selection_takes_the_place_of_the_first_and_tells_only_whom_it_changes(
    season: Season, ask: Ask, database: Pool
) -> None:
    await select(ask, season, ties(season))
    await database.execute("delete from messages")
    turned = [ties(season)[0] | {"place": "RESERVE"}, ties(season)[1] | {"place": "STREAMER"}]
    await select(ask, season, turned, reason="复核后更正")
    assert [one[:2] for one in await stored(database)][:4] == [
        (1, "STREAMER"),
        (2, "STREAMER"),
        (3, "RESERVE"),
        (4, "STREAMER"),
    ]
    assert [one[:2] for one in await told(database)] == [
        ("FINALIST_RESERVE", "3"),
        ("FINALIST_SELECTED", "4"),
        ("TEAM_SELECTED", "武汉市"),
    ]
    changes = {"streamer": [["1", "2", "3"], ["1", "2", "4"]], "reserve": [["4", "5", "6"], ["3", "5", "6"]]}
    assert ("City", None, changes, "复核后更正") in await recorded(database, "SELECT_FINALISTS")
    assert await database.fetchval("select count(*) from finalist_selections") == 1
    assert await database.fetchval("select count(*) from teams") == 2


async def test_no_selection_while_a_team_is_confirmed(season: Season, ask: Ask, database: Pool) -> None:
    await select(ask, season, ties(season))
    before = await stored(database)
    await database.execute("update teams set confirmed_at = now() where city_id = $1", season.contest.cities[1])
    answer = await select(ask, season, [])
    assert (answer["code"], answer["message"]) == (
        "TEAM_IS_CONFIRMED",
        "恩施州的参赛队已经确认，不能再改。请先由主办方重新打开。",
    )
    assert await stored(database) == before


@pytest.mark.parametrize("who", ["leader", "clerk"])
async def test_only_organisers_select_and_replace(season: Season, ask: Ask, database: Pool, who: str) -> None:
    person = getattr(season, who)
    answer = await ask(SELECT, person, input={"roundId": season.round, "choices": ties(season), "reason": "r"})
    assert answer["selectFinalists"]["__typename"] == "NotAllowed"
    asked = {"roundId": season.round, "contestantId": season.id(0), "reason": "r"}
    assert (await ask(REPLACE, person, input=asked))["replaceFinalist"]["__typename"] == "NotAllowed"
    assert await database.fetchval("select count(*) from finalist_selections") == 0


async def test_the_next_reserve_who_may_compete_moves_up(season: Season, ask: Ask, database: Pool) -> None:
    await select(ask, season, ties(season))
    await database.execute("delete from messages")
    await database.execute("update contestants set eligibility = 'RETURNED' where id = $1", season.people[3].id)
    answer = await replace(ask, season, 1)
    assert answer == {
        "__typename": "ReplaceFinalistPayload",
        "replaced": True,
        "team": {
            "shortage": 0,
            "size": 3,
            "streamers": [
                {"contestant": {"number": 1}, "position": 1, "reason": ""},
                {"contestant": {"number": 5}, "position": 2, "reason": "本人因病退出"},
                {"contestant": {"number": 3}, "position": 3, "reason": "直播时长更长"},
            ],
            "reserves": [
                {"contestant": {"number": 4}, "position": 1},
                {"contestant": {"number": 6}, "position": 3},
            ],
        },
    }
    assert await told(database) == [
        ("FINALIST_MOVED_UP", "5", {}),
        ("FINALIST_OUT", "2", {}),
        ("STREAMER_REPLACED", "武汉市", {"number": 2, "replacement": 5}),
    ]
    assert await recorded(database, "REPLACE_FINALIST") == [
        ("Contestant", 2, {"place": ["STREAMER", "OUT"]}, "本人因病退出"),
        ("Contestant", 5, {"place": ["RESERVE", "STREAMER"]}, "本人因病退出"),
    ]
    shown = (await ask(SHOW, season.organiser, round=season.round))["finalists"][0]["selected"]
    assert [one["replacedBy"] for one in shown if one["contestant"]["number"] == 2] == [{"number": 5}]


async def test_two_replacements_at_once_take_two_reserves(
    season: Season, client: httpx.AsyncClient, ask: Ask, database: Pool
) -> None:
    await select(ask, season, ties(season))

    async def one(place: int) -> Any:
        asked = {"roundId": season.round, "contestantId": season.id(place), "reason": "退出"}
        return (await post(client, REPLACE, season.organiser, input=asked)).json()["data"]["replaceFinalist"]

    answers = await asyncio.gather(one(0), one(1))
    assert [each["replaced"] for each in answers] == [True, True]
    assert [each[:2] for each in await stored(database)] == [
        (1, "OUT"),
        (2, "OUT"),
        (3, "STREAMER"),
        (4, "STREAMER"),
        (5, "STREAMER"),
        (6, "RESERVE"),
        (8, "STREAMER"),
    ]


async def test_of_two_who_replace_the_same_streamer_one_is_refused(
    season: Season, client: httpx.AsyncClient, ask: Ask, database: Pool
) -> None:
    await select(ask, season, ties(season))
    asked = {"roundId": season.round, "contestantId": season.id(0), "reason": "退出"}
    both = await asyncio.gather(*(post(client, REPLACE, season.organiser, input=asked) for _ in range(2)))
    answers = [each.json()["data"]["replaceFinalist"] for each in both]
    assert sorted(each.get("code") or each["__typename"] for each in answers) == [
        "NOT_A_STREAMER",
        "ReplaceFinalistPayload",
    ]
    assert [each[:2] for each in await stored(database)][:4] == [
        (1, "OUT"),
        (2, "STREAMER"),
        (3, "STREAMER"),
        (4, "STREAMER"),
    ]


async def test_without_a_reserve_the_shortage_is_stated(season: Season, ask: Ask, database: Pool) -> None:
    await select(ask, season, ties(season))
    await database.execute("delete from messages")
    asked = {"roundId": season.round, "contestantId": gid("Contestant", season.other.id), "reason": "退出"}
    answer = (await ask(REPLACE, season.organiser, input=asked))["replaceFinalist"]
    assert (answer["replaced"], answer["team"]["shortage"], answer["team"]["streamers"]) == (False, 2, [])
    assert await told(database) == [("FINALIST_OUT", "8", {}), ("STREAMER_LEFT", "恩施州", {"number": 8})]


@pytest.mark.parametrize(
    ("replacement", "code"),
    [(6, None), (5, None), (1, "REPLACEMENT_IS_STREAMER"), (None, "CHOICE_WITHOUT_STANDING")],
)
async def test_a_named_replacement(
    season: Season, ask: Ask, database: Pool, replacement: int | None, code: str | None
) -> None:
    await select(ask, season, ties(season))
    before = await stored(database)
    named = gid("Contestant", season.other.id) if replacement is None else season.id(replacement)
    answer = await replace(ask, season, 0, replacementId=named)
    assert answer.get("code") == code
    if code is not None:
        assert await stored(database) == before
        return
    assert [one["contestant"]["number"] for one in answer["team"]["streamers"]] == [
        season.people[replacement or 0].number,
        2,
        3,
    ]


async def test_a_named_replacement_who_has_left_is_refused(season: Season, ask: Ask, database: Pool) -> None:
    await select(ask, season, ties(season))
    await database.execute("update contestants set withdrawn_at = now() where id = $1", season.people[5].id)
    answer = await replace(ask, season, 0, replacementId=season.id(5))
    assert (answer["code"], answer["field"]) == ("REPLACEMENT_NOT_ELIGIBLE", "replacementId")


async def test_nobody_is_replaced_in_a_confirmed_team_or_before_a_selection(
    season: Season, ask: Ask, database: Pool
) -> None:
    assert (await replace(ask, season, 0))["__typename"] == "NotFound"
    await select(ask, season, ties(season))
    await database.execute("update teams set confirmed_at = now()")
    before = await stored(database)
    answer = await replace(ask, season, 0)
    assert (answer["__typename"], answer["code"]) == ("Conflict", "TEAM_IS_CONFIRMED")
    assert await stored(database) == before


async def test_rules_that_propose_nobody_select_nobody(season: Season, ask: Ask, database: Pool) -> None:
    await database.execute("update rules set document = split_part(document, '[finalists]', 1)")
    answer = await select(ask, season, [])
    assert (answer["__typename"], answer["code"]) == ("Conflict", "RULES_PROPOSE_NOBODY")


async def fill(ask: Ask, season: Season, **given: Any) -> Any:
    asked = {"roundId": season.round, "cityId": season.city, "reason": "补满名额", **given}
    return (await ask(REPLACE, season.organiser, input=asked))["replaceFinalist"]


async def test_a_free_place_is_filled_by_the_next_reserve(season: Season, ask: Ask, database: Pool) -> None:
    out = [{**ties(season)[0], "place": "OUT"}, {**ties(season)[1], "place": "OUT"}]
    await select(ask, season, out)
    await database.execute("delete from messages")
    answer = await fill(ask, season)
    assert answer["replaced"] is True
    assert [(one["contestant"]["number"], one["position"]) for one in answer["team"]["streamers"]] == [
        (1, 1),
        (2, 2),
        (5, 3),
    ]
    assert [one["contestant"]["number"] for one in answer["team"]["reserves"]] == [6]
    assert await told(database) == [
        ("FINALIST_MOVED_UP", "5", {}),
        ("STREAMER_ADDED", "武汉市", {"replacement": 5}),
    ]
    assert await recorded(database, "REPLACE_FINALIST") == [
        ("Contestant", 5, {"place": ["RESERVE", "STREAMER"]}, "补满名额")
    ]
    full = await fill(ask, season)
    assert (full["__typename"], full["code"]) == ("Conflict", "NO_FREE_PLACE")


async def test_a_place_left_without_a_reserve_is_filled_once_there_is_one(
    season: Season, ask: Ask, database: Pool
) -> None:
    await select(ask, season, ties(season))
    reserves = [season.people[n].id for n in (3, 4, 5)]
    await database.execute("update contestants set eligibility = 'RETURNED' where id = any($1)", reserves)
    assert (await replace(ask, season, 0))["replaced"] is False
    before = await stored(database)
    none = await fill(ask, season)
    assert (none["__typename"], none["code"]) == ("Conflict", "NO_RESERVE")
    assert await stored(database) == before
    await database.execute("update contestants set eligibility = 'APPROVED' where id = $1", season.people[4].id)
    streamers = (await fill(ask, season))["team"]["streamers"]
    assert [(one["contestant"]["number"], one["position"]) for one in streamers] == [(5, 1), (2, 2), (3, 3)]


async def test_whom_to_replace_or_which_place_to_fill_is_said(season: Season, ask: Ask, database: Pool) -> None:
    await select(ask, season, ties(season))
    before = await stored(database)
    both = await fill(ask, season, contestantId=season.id(0))
    neither = await fill(ask, season, cityId=None)
    for answer in (both, neither):
        assert (answer["__typename"], answer["code"], answer["field"]) == (
            "InvalidInput",
            "REPLACE_WHOM",
            "contestantId",
        )
    elsewhere = (await a_season(database)).city
    assert (await fill(ask, season, cityId=elsewhere))["__typename"] == "NotFound"
    await database.execute("update teams set confirmed_at = now()")
    assert (await fill(ask, season))["code"] == "TEAM_IS_CONFIRMED"
    assert (await stored(database))[: len(before)] == before


async def test_a_selection_repeated_tells_nobody_again(season: Season, ask: Ask, database: Pool) -> None:
    await select(ask, season, ties(season), idempotencyKey="click")
    at_first = await told(database)
    assert [one[0] for one in at_first].count("TEAM_SELECTED") == 2
    again = await select(ask, season, [], idempotencyKey="click")
    assert again["__typename"] == "SelectFinalistsPayload"
    assert len(await recorded(database, "SELECT_FINALISTS")) == 5
    await select(ask, season, ties(season))
    assert await told(database) == at_first
    await select(ask, season, [{**one, "place": "RESERVE"} for one in ties(season)])
    new = [one for one in await told(database) if one not in at_first]
    assert new == [
        ("FINALIST_RESERVE", "3", {}),
        ("TEAM_SELECTED", "武汉市", {"streamers": 2, "reserves": 4}),
    ]


START = "mutation ($input: StartScoringRunInput!) { startScoringRun(input: $input) { __typename } }"
CANCEL = "mutation ($input: CancelScoringRunInput!) { cancelScoringRun(input: $input) { __typename } }"
ADOPT = "mutation ($input: AdoptRunInput!) { adoptRun(input: $input) { __typename } }"
SAVE = "mutation ($input: UpdateRulesInput!) { updateRules(input: $input) { __typename } }"


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("what", ["adopt", "start", "cancel", "save"])
async def test_a_selection_and_changes_of_the_round_wait_for_one_another(
    season: Season, ask: Ask, database: Pool, what: str, *, first: bool
) -> None:
    await database.execute(
        "update rounds set adopted_run_id = null, opens_at = now() + '1 hour', closes_at = now() + '1 day'"
    )
    other, waiting_run = await a_proposal(season.contest, season.people, "SSTTRR-"), await a_run(season.contest)
    of_round, of_run = {"roundId": season.round, "reason": "r"}, {"runId": gid("ScoringRun", season.run), "reason": "r"}
    document, given, done = {
        "adopt": (ADOPT, of_run, "AdoptRunPayload"),
        "start": (START, of_round, "StartScoringRunPayload"),
        "cancel": (CANCEL, {**of_run, "runId": gid("ScoringRun", waiting_run)}, "CancelScoringRunPayload"),
        "save": (SAVE, {**of_round, "document": TEAM_RULES}, "UpdateRulesPayload"),
    }[what]
    selecting = {"roundId": season.round, "choices": ties(season), "reason": "r"}
    calls = [(SELECT, selecting), (document, given)]
    async with database.acquire() as connection, connection.transaction():
        await connection.execute("select from contests where id = $1 for update", season.contest.id)
        asked = []
        for each, variables in calls if first else calls[::-1]:
            asked.append(asyncio.ensure_future(ask(each, season.organiser, input=variables)))
            await until_blocked(database, len(asked))
    answers = await asyncio.gather(*asked)
    selected, changed = answers if first else answers[::-1]
    assert selected["selectFinalists"]["__typename"] == "SelectFinalistsPayload"
    assert [each["__typename"] for each in changed.values()] == [done]
    assert await database.fetchval("select count(*) from finalist_selections where run_id <> $1", other) == int(
        what == "adopt" and not first
    )
