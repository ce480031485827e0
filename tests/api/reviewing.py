"""What tests of reviews share: people who wait, and the operation."""

from uuid import UUID

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import EntryWay, ReviewStep
from tests.api.conftest import gid
from tests.factories import AContest, AnAccount, an_account

REVIEW = """mutation ($input: ReviewEligibilityInput!) { reviewEligibility(input: $input) {
  __typename
  ... on ReviewEligibilityPayload { contestants { number eligibility reviewStep } }
  ... on InvalidInput { field } ... on Error { code message } } }"""


async def a_waiting_one(
    contest: AContest,
    handle: str,
    *,
    step: ReviewStep = ReviewStep.CITY,
    city: int = 0,
    division: int = 0,
    entry_way: EntryWay = EntryWay.RECOMMENDED,
) -> AnAccount:
    """A contestant whose review waits at a step."""
    account = await an_account(contest, handle, city=city, division=division)
    await contest.pool.execute("delete from approvals where contestant_id = $1", account.contestant_id)
    await contest.pool.execute(
        "update contestants set eligibility = 'PENDING', review_step = $2, approved_at = null, entry_way = $3"
        " where id = $1",
        *(account.contestant_id, step, entry_way),
    )
    return account


async def a_submitted_list(contest: AContest, accounts: list[AnAccount], *, city: int = 0, division: int = 0) -> UUID:
    """The city's list with these people, submitted."""
    submission = new_id()
    await contest.pool.execute(
        "insert into submissions (id, contest_id, city_id, number, state, sha256, people)"
        " values ($1, $2, $3, 1, 'SUBMITTED', '', $4)",
        *(submission, contest.id, contest.cities[city], len(accounts)),
    )
    for position, account in enumerate(accounts, 1):
        await contest.pool.execute(
            "insert into submission_lines (submission_id, division_id, position, contestant_id)"
            " values ($1, $2, $3, $4)",
            *(submission, contest.divisions[division], position, account.contestant_id),
        )
    return submission


async def state_of_everything(pool: Pool) -> list[list[object]]:
    """All that a review could change."""
    tables = ["contestants", "approvals", "eligibility_reviews", "messages", "audit_entries", "contests"]
    return [[tuple(row) for row in await pool.fetch(f"select * from {table} order by 1, 2")] for table in tables]


def those(*accounts: AnAccount) -> list[str]:
    return [gid("Contestant", account.contestant_id) for account in accounts]
