"""A round with a run that is adopted, and the people who publish it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis

from services.api.nodes import parse_global_id
from services.scorer.context import Scorer
from services.scorer.worker import open_scorer
from services.shared.database.pool import Pool
from services.shared.settings import Settings
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, AnAccount, APerson, a_contest, a_person, a_scored_run, an_account
from tests.scorer.doing import do

PUBLICATION = """{ id revision stage state public title reason digest signature publicKey withdrawnReason
  corrects { revision } replacedBy { revision } run { number } preparedBy decidedBy decidedReason }"""
PREPARE = f"""mutation ($input: PublishRunInput!) {{ publishRun(input: $input) {{
  __typename ... on PublishRunPayload {{ publication {PUBLICATION} }} ... on Error {{ code message }} }} }}"""
APPROVE = f"""mutation ($input: ApprovePublicationInput!) {{ approvePublication(input: $input) {{
  __typename ... on ApprovePublicationPayload {{ publication {PUBLICATION} }} ... on Error {{ code message }} }} }}"""
DECLINE = f"""mutation ($input: DeclinePublicationInput!) {{ declinePublication(input: $input) {{
  __typename ... on DeclinePublicationPayload {{ publication {PUBLICATION} }} ... on Error {{ code }} }} }}"""
WITHDRAW = f"""mutation ($input: WithdrawPublicationInput!) {{ withdrawPublication(input: $input) {{
  __typename ... on WithdrawPublicationPayload {{ publication {PUBLICATION} }} ... on Error {{ code }} }} }}"""

CONTACTS = [
    {"name": "组委会办公室", "phone": "027-00000001", "role": "CONTACT"},
    {"name": "机关纪委", "phone": "027-00000002", "role": "SUPERVISION"},
]

Publish = Callable[..., Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Stage:
    """People of two cities by turns, in a run that is adopted; two organisers."""

    contest: AContest
    slug: str
    accounts: list[AnAccount]
    run_id: UUID
    undertaker: APerson
    host: APerson

    @property
    def round(self) -> str:
        return gid("Round", self.contest.round_id)


@pytest.fixture
async def scorer(settings: Settings, database: Pool, redis: Redis) -> AsyncIterator[Scorer]:
    async with open_scorer(settings) as opened:
        yield opened


@pytest.fixture
async def stage(database: Pool) -> Stage:
    contest = await a_contest(database)
    accounts = [await an_account(contest, f"账号{number}", city=number % 2) for number in range(4)]
    run_id = await a_scored_run(contest, accounts, adopted=True)
    undertaker, host = [await a_person(database, Role.ORGANISER, contest) for _ in range(2)]
    for person, side in ((undertaker, "UNDERTAKER"), (host, "HOST")):
        await database.execute("update grants set host_role = $2 where user_id = $1", person.user_id, side)
    slug = await database.fetchval("select slug from contests")
    return Stage(contest, slug, accounts, run_id, undertaker, host)


def a_notice(on: Stage, /, **other: Any) -> dict[str, Any]:
    """What is given for a notice of a week."""
    until = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    return {"roundId": on.round, "stage": "PROPOSED", "noticeUntil": until, "contacts": CONTACTS, **other}


def key(publication: dict[str, Any]) -> UUID:
    found = parse_global_id(publication["id"])
    assert found is not None
    assert isinstance(found[1], UUID)
    return found[1]


@pytest.fixture
def prepare(ask: Ask, scorer: Scorer, stage: Stage) -> Publish:
    """Prepares a revision to the end of its job."""

    async def preparing(**asked: Any) -> dict[str, Any]:
        answer = (await ask(PREPARE, stage.undertaker, input=a_notice(stage, **asked)))["publishRun"]
        assert answer["__typename"] == "PublishRunPayload", answer
        await do(scorer, key(answer["publication"]))
        found: dict[str, Any] = answer["publication"]
        return found

    return preparing


@pytest.fixture
def publish(ask: Ask, prepare: Publish, stage: Stage) -> Publish:
    """Prepares a revision and has it approved."""

    async def publishing(**asked: Any) -> dict[str, Any]:
        prepared = await prepare(**asked)
        answer = (await ask(APPROVE, stage.host, input={"publicationId": prepared["id"]}))["approvePublication"]
        assert answer["__typename"] == "ApprovePublicationPayload", answer
        found: dict[str, Any] = answer["publication"]
        return found

    return publishing


async def finalists_confirmed(on: Stage) -> None:
    """People have selected the finalists of the adopted run."""
    await on.contest.pool.execute(
        "insert into finalist_selections (id, contest_id, round_id, run_id, reason)"
        " select gen_random_uuid(), contest_id, id, adopted_run_id, '' from rounds where id = $1",
        on.contest.round_id,
    )


async def notice_ends(pool: Pool) -> None:
    """Time passes: every notice that is published is over."""
    await pool.execute(
        "update publications set notice_from = now() - interval '2 hours', notice_until = now() - interval '1 hour'"
        " where stage = 'PROPOSED'"
    )


async def hour_comes(pool: Pool) -> None:
    """Time passes: the hour of every revision is there."""
    await pool.execute("update publications set publish_at = least(publish_at, now())")
