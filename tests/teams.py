"""A round with a result, a proposal for each city, and the people who put teams together."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from services.shared.database.pool import Pool
from services.shared.vocabulary import Eligibility, Role
from tests.api.conftest import gid
from tests.factories import RULES, AContest, APerson, a_contest, a_person, a_run
from tests.people import AContestant, a_contestant

TEAM_RULES = (
    RULES[: RULES.index("[finalists]")]
    + """
[finalists]
places = 3
minimum = 2
tie_at_cut = "person decides"
team = { leader = 1, assistant = 1 }
"""
)
PLACES = {"S": "STREAMER", "T": "TIED", "R": "RESERVE"}


@dataclass(frozen=True)
class Season:
    """Two cities with an adopted run: in the first two streamers, two tied, two reserves and one more; in the second
    one streamer. An organiser, a leader of each city, and a clerk of the first."""

    contest: AContest
    run: UUID
    people: Sequence[AContestant]  # of the first city, by standing
    other: AContestant
    organiser: APerson
    leader: APerson
    their_leader: APerson
    clerk: APerson

    @property
    def round(self) -> str:
        return gid("Round", self.contest.round_id)

    @property
    def city(self) -> str:
        return gid("City", self.contest.cities[0])

    def id(self, place: int) -> str:
        """The id of the first city's contestant in that place of the standings, from 0."""
        return gid("Contestant", self.people[place].id)


async def a_season(pool: Pool, places: str = "SSTTRR-") -> Season:
    contest = await a_contest(pool, rules=TEAM_RULES)
    people = [await a_contestant(contest, f"选手{n}", eligibility=Eligibility.APPROVED) for n, _ in enumerate(places)]
    other = await a_contestant(contest, "外市", city=1, eligibility=Eligibility.APPROVED)
    run = await a_proposal(contest, [*people, other], places + "S")
    city = contest.cities[0]
    return Season(
        contest,
        run,
        people,
        other,
        organiser=await a_person(pool, Role.ORGANISER, contest),
        leader=await a_person(pool, Role.CITY_LEADER, contest, city=city),
        their_leader=await a_person(pool, Role.CITY_LEADER, contest, city=contest.cities[1]),
        clerk=await a_person(pool, Role.CITY_CLERK, contest, city=city),
    )


async def a_proposal(contest: AContest, people: Sequence[AContestant], places: str) -> UUID:
    """A scored, adopted run in which people stand in this order; a letter of each says what it proposes, - nothing."""
    run_id = await a_run(contest)
    await contest.pool.execute(
        "update scoring_runs set state = 'SCORED', digest = $2, contestants = $3, ended_at = now() where id = $1",
        *(run_id, sha256(run_id.bytes).hexdigest(), len(people)),
    )
    counted = dict.fromkeys(PLACES, 0)
    for position, (person, letter) in enumerate(zip(people, places, strict=True), 1):
        await contest.pool.execute(
            "insert into scores (contestant_id, run_id, city_id, division_id, position, rank, city_rank, division_rank,"
            " total, items, explanation) select id, $2, city_id, division_id, $3, $3, $3, $3, 100 - $3, '[]', '{}'"
            " from contestants where id = $1",
            *(person.id, run_id, position),
        )
        if letter in PLACES:
            counted[letter] += 1
            await contest.pool.execute(
                "insert into finalists (contestant_id, run_id, city_id, place, position, reason)"
                " select id, $2, city_id, $3, $4, $5 from contestants where id = $1",
                *(person.id, run_id, PLACES[letter], counted[letter]),
                {"code": "FINALIST_BY_RANK", "parameters": {"city_rank": position, "total": str(100 - position)}},
            )
    await contest.pool.execute("update rounds set adopted_run_id = $2 where id = $1", contest.round_id, run_id)
    return run_id
