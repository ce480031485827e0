"""Who sees what: how much of a small contest each role reads. What nobody may reach is in `tests/api/access`."""

from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette

from services.shared.database.pool import Pool
from services.shared.settings import Settings
from services.shared.storage import open_files
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid, post
from tests.factories import (
    AContest,
    AnAccount,
    APerson,
    a_contest,
    a_person,
    a_scored_run,
    an_account,
    an_upload,
)

READING = """
query ($contest: ID!, $round: ID!, $run: ID!, $old: ID!, $upload: ID!, $person: ID!, $slug: String!) {
  viewer { user { login } }
  contest(slug: $slug) { contestantCount quotas { taken } cities { contestantCount } }
  contestants(contestId: $contest) { totalCount nodes { name idNumber phone } }
  contestant(id: $person) { name standing(roundId: $round) { rank } }
  uploads(contestId: $contest) { totalCount }
  upload(id: $upload) { name }
  scoringRuns(roundId: $round) { totalCount }
  scoringRun(id: $old) { number }
  round(id: $round) { adoptedRun { number } rules { version } }
  rankings(roundId: $round) { totalCount nodes { total } }
  old: rankings(roundId: $round, runId: $old) { totalCount }
  finalists(roundId: $round) { city { name } streamers { position } }
  teams(contestId: $contest) { totalCount }
  node(id: $run) { id }
}
"""


@dataclass(frozen=True)
class Stage:
    """Two cities with one contestant and one upload each, an old run and an adopted one."""

    contest: AContest
    mine: AnAccount
    theirs: AnAccount
    my_upload: UUID
    their_upload: UUID
    old_run: UUID
    run: UUID
    people: dict[str, APerson | None]

    def variables(self, whose: AnAccount, upload: UUID) -> dict[str, str]:
        return {
            "contest": gid("Contest", self.contest.id),
            "round": gid("Round", self.contest.round_id),
            "run": gid("ScoringRun", self.run),
            "old": gid("ScoringRun", self.old_run),
            "upload": gid("Upload", upload),
            "person": gid("Contestant", whose.contestant_id),
            "slug": self.contest.id.hex,
            "city": gid("City", self.contest.cities[0 if whose is self.mine else 1]),
        }


@pytest.fixture
async def stage(database: Pool, settings: Settings, app: Starlette) -> Stage:
    contest = await a_contest(database)
    mine, theirs = await an_account(contest, "mine", city=0), await an_account(contest, "theirs", city=1)
    vault = app.state.resources.vault
    for account in (mine, theirs):
        await database.execute(
            "update contestants set id_number_sealed = $2, phone_sealed = $3 where id = $1",
            account.contestant_id,
            vault.seal("420106199001011234", account.contestant_id),
            vault.seal("13812341234", account.contestant_id),
        )
    for city in contest.cities:
        await database.execute("insert into quotas values ($1, $2, $3, 5)", contest.id, city, contest.divisions[0])
    files = open_files(settings)
    uploads = [await an_upload(contest, files, f"{each.handle}.csv", b"x", account=each) for each in (mine, theirs)]
    old = await a_scored_run(contest, [mine, theirs])
    run = await a_scored_run(contest, [theirs, mine], adopted=True)
    people: dict[str, APerson | None] = {
        "organiser": await a_person(database, Role.ORGANISER, contest),
        "judge": await a_person(database, Role.JUDGE, contest),
        "leader": await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0]),
        "contestant": await a_person(database, Role.CONTESTANT, contest, contestant=mine.contestant_id),
        "stranger": await a_person(database),
        "public": None,
    }
    return Stage(contest, mine, theirs, uploads[0], uploads[1], old, run, people)


# Of each role: contestants, whether masked numbers show, uploads, runs, standings, of the old run, cities proposed.
MATRIX = {
    "organiser": (2, True, 2, 2, 2, 2, 2),
    "judge": (2, False, 2, 2, 2, 2, 2),
    "leader": (1, True, 1, 1, 1, 0, 1),
    "contestant": (1, True, 1, 0, 0, 0, 0),
    "stranger": (0, False, 0, 0, 0, 0, 0),
    "public": (0, False, 0, 0, 0, 0, 0),
}


@pytest.mark.parametrize("role", MATRIX)
async def test_what_each_role_reads(stage: Stage, ask: Ask, role: str) -> None:
    seen = await ask(READING, stage.people[role], **stage.variables(stage.mine, stage.my_upload))
    contestants, numbers, uploads, runs, standings, old, cities = MATRIX[role]
    assert (seen["viewer"] is None) == (role == "public")
    assert seen["contest"]["contestantCount"] == contestants
    assert sum(quota["taken"] for quota in seen["contest"]["quotas"]) == contestants
    assert sum(city["contestantCount"] for city in seen["contest"]["cities"]) == contestants
    assert seen["contestants"]["totalCount"] == len(seen["contestants"]["nodes"]) == contestants
    shown = ("4201**********1234", "138****1234") if numbers else (None, None)
    assert all((each["idNumber"], each["phone"]) == shown for each in seen["contestants"]["nodes"])
    assert seen["uploads"]["totalCount"] == uploads
    assert (seen["upload"] is not None) == (uploads > 0)
    assert seen["scoringRuns"]["totalCount"] == runs
    assert (seen["scoringRun"] is not None) == (old > 0)
    assert (seen["round"]["adoptedRun"] is not None) == (runs > 0)
    assert seen["round"]["rules"] == {"version": 1}
    assert seen["rankings"]["totalCount"] == len(seen["rankings"]["nodes"]) == standings
    assert seen["old"]["totalCount"] == old
    assert len(seen["finalists"]) == cities
    assert seen["teams"]["totalCount"] == cities
    assert (seen["node"] is not None) == (runs > 0)


async def test_a_leader_does_not_learn_by_a_hint_whose_account_is_there(
    stage: Stage, client: httpx.AsyncClient
) -> None:
    document = """mutation ($input: CreateUploadInput!) {
      createUpload(input: $input) { __typename ... on Error { code message } } }"""
    given = {"contestId": gid("Contest", stage.contest.id), "sha256": "0" * 64, "size": 1, "name": "x.csv"}
    hints = [
        (await post(client, document, stage.people["leader"], input={**given, "accountHint": hint})).json()["data"]
        for hint in ("抖音-theirs", "抖音-nobody")
    ]
    assert hints[0] == hints[1]
