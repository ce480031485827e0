"""Teams by place and awards: who sees them, and deciding a tie."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, AnAccount, APerson, a_contest, a_person, a_scored_run, an_account

TEAMS = """query ($round: ID!, $first: Int, $after: String) {
  teamRankings(roundId: $round, first: $first, after: $after) {
  totalCount pageInfo { hasNextPage endCursor }
  nodes { position rank total counted city { name } members { number total } } } }"""
AWARDS = """query ($round: ID!) { awards(roundId: $round) { key seats
  winners { place city { name } standing { number } } tied { place city { name } standing { number } } } }"""
DECIDE = """mutation ($input: DecideAwardInput!) { decideAward(input: $input) { __typename
  ... on Error { code message } ... on DecideAwardPayload { awards { key seats winners { standing { number } }
  tied { standing { number } } } } } }"""


@dataclass
class Final:
    """Numbers 1 and 3 of one city, 2 of another; 1 and 2 tied for the one gold prize, so the other has silver."""

    contest: AContest
    accounts: list[AnAccount]
    run_id: UUID
    organiser: APerson
    leader: APerson
    contestant: APerson

    @property
    def round(self) -> str:
        return gid("Round", self.contest.round_id)


@pytest.fixture
async def final(database: Pool) -> Final:
    contest = await a_contest(database)
    accounts = [await an_account(contest, f"账号{number}", city=number % 2) for number in range(3)]
    people = [account.contestant_id for account in accounts]
    run_id = await a_scored_run(contest, accounts, adopted=True)
    for position, members in ((1, [people[0], people[2]]), (2, [people[1]])):
        await database.execute(
            "insert into team_scores values ($1, $2, $3, $3, 90.5, 1, $4)",
            *(run_id, contest.cities[position - 1], position, members),
        )
    given = [("GOLD", 0, 1), ("GOLD", 1, 1), ("SILVER", 0, 1), ("SILVER", 1, 1), ("TEAM", None, None)]
    for position, (award, person, seats) in enumerate(given, 1):
        await database.execute(
            "insert into awards values ($1, $2, $3, $3, $4, $5, 1, $6)",
            *(run_id, position, award, contest.cities[person or 0], None if person is None else people[person], seats),
        )
    return Final(
        contest,
        accounts,
        run_id,
        await a_person(database, Role.ORGANISER, contest),
        await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[1]),
        await a_person(database, Role.CONTESTANT, contest, contestant=people[0]),
    )


async def decide(ask: Ask, final: Final, person: APerson, **given: Any) -> Any:
    winner = [gid("Contestant", final.accounts[1].contestant_id)]
    asked = {"runId": gid("ScoringRun", final.run_id), "award": "GOLD", "contestantIds": winner, "reason": "加赛胜出"}
    return (await ask(DECIDE, person, input={**asked, **given}))["decideAward"]


async def test_teams_by_place(ask: Ask, final: Final) -> None:
    page = (await ask(TEAMS, final.organiser, round=final.round, first=1))["teamRankings"]
    assert page["totalCount"] == 2
    assert page["nodes"] == [
        {
            "position": 1,
            "rank": 1,
            "total": "90.5",
            "counted": 1,
            "city": {"name": "武汉市"},
            "members": [{"number": 1, "total": "99.50"}, {"number": 3, "total": "97.50"}],
        }
    ]
    after = page["pageInfo"]["endCursor"]
    rest = (await ask(TEAMS, final.organiser, round=final.round, first=1, after=after))["teamRankings"]
    assert [one["city"]["name"] for one in rest["nodes"]] == ["恩施州"]


async def test_a_city_sees_its_own_and_others_nothing(ask: Ask, final: Final) -> None:
    teams = (await ask(TEAMS, final.leader, round=final.round))["teamRankings"]
    assert [(one["city"]["name"], one["rank"]) for one in teams["nodes"]] == [("恩施州", 2)]
    awards = (await ask(AWARDS, final.leader, round=final.round))["awards"]
    theirs = [{"place": 1, "city": {"name": "恩施州"}, "standing": {"number": 2}}]
    assert [one["tied"] for one in awards] == [theirs, theirs]  # the third is not theirs to know of
    for nobody in (final.contestant, None):
        assert (await ask(TEAMS, nobody, round=final.round))["teamRankings"]["nodes"] == []
        assert (await ask(AWARDS, nobody, round=final.round))["awards"] == []


async def test_a_tie_is_decided_with_a_reason_and_the_other_one_gets_the_next_award(
    ask: Ask, final: Final, database: Pool
) -> None:
    before = (await ask(AWARDS, final.organiser, round=final.round))["awards"]
    assert [(one["key"], len(one["tied"]), one["seats"]) for one in before] == [
        ("GOLD", 2, 1),
        ("SILVER", 2, 1),
        ("TEAM", 0, 0),
    ]
    decided = await decide(ask, final, final.organiser)
    assert decided["awards"] == [
        {"key": "GOLD", "seats": 0, "winners": [{"standing": {"number": 2}}], "tied": []},
        {"key": "SILVER", "seats": 0, "winners": [{"standing": {"number": 1}}], "tied": []},
        {"key": "TEAM", "seats": 0, "winners": [{"standing": None}], "tied": []},
    ]
    recorded = "select reason from audit_entries where action = 'DECIDE_AWARD' and changes ? 'GOLD'"
    assert await database.fetchval(recorded) == "加赛胜出"
    assert (await decide(ask, final, final.organiser))["code"] == "AWARD_NOT_TIED"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"contestantIds": []}, "AWARD_WINNERS"),
        ({"award": "TEAM"}, "AWARD_NOT_TIED"),
        ({"award": "BRONZE"}, "NOT_FOUND"),
        ({"runId": "x"}, "NOT_FOUND"),
        ({"reason": " "}, "TEXT_EMPTY"),
    ],
)
async def test_a_decision_that_does_not_fit_is_refused(
    ask: Ask, final: Final, given: dict[str, Any], code: str
) -> None:
    assert (await decide(ask, final, final.organiser, **given))["code"] == code


async def test_only_organisers_decide(ask: Ask, final: Final) -> None:
    assert (await decide(ask, final, final.leader))["code"] == "NOT_ALLOWED"
