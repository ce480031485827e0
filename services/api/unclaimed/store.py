"""Unclaimed platform numbers and claims to them in PostgreSQL."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from services.api.access import Scope
from services.api.accounts.types import Account
from services.api.context import Context, Executor
from services.api.nodes import Page
from services.api.rows import in_order
from services.api.unclaimed.types import UidClaim, UnclaimedFile, UnclaimedUid
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.file_vocabulary import ClaimState
from services.shared.identity import new_id

queries = load(Path(__file__).with_name("queries.sql"))


def _sight(context: Context) -> tuple[object, ...]:
    """Whoever may see unclaimed numbers at all sees those in files of their own too."""
    scope = context.rows("UnclaimedUid")
    return (*scope, None if scope.is_empty else context.viewer.user_id)


async def list_unclaimed(context: Context, contest_id: UUID, page: Page) -> tuple[list[tuple[int, UnclaimedUid]], int]:
    """With their places."""
    sight, after = _sight(context), page.after
    rows = await context.pool.fetch(queries.list_unclaimed, *sight, contest_id, after, page.limit + 1)
    return [(row["position"], UnclaimedUid.of(row)) for row in rows if row["uid"]], rows[0]["total"]


async def list_claims(
    database: Executor, scope: Scope, contest_id: UUID, state: ClaimState | None, page: Page
) -> tuple[list[UidClaim], int]:
    rows = await database.fetch(queries.list_claims, *scope, contest_id, state, page.after, page.limit + 1)
    return [UidClaim.of(row) for row in rows if row["id"]], rows[0]["total"]


async def find_claims(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[UidClaim | None]:
    return in_order(ids, await database.fetch(queries.find_claims, *scope, ids), UidClaim.of)


async def find_elsewhere(context: Context, claims: Sequence[UUID]) -> list[list[UnclaimedFile]]:
    """For each claim the files with lines of its number that are stated to be another account's."""
    found: dict[UUID, list[UnclaimedFile]] = defaultdict(list)
    for row in await context.pool.fetch(queries.find_elsewhere, *_sight(context), claims):
        found[row["claim_id"]].append(UnclaimedFile.of(row))
    return [found[claim] for claim in claims]


async def count_elsewhere(connection: Connection, claim_id: UUID) -> int:
    """How many lines of a claim's number approving it will not count: their files are said to be another's."""
    count: int = await connection.fetchval(queries.count_elsewhere, claim_id)
    return count


async def has_open(connection: Connection, account_id: UUID) -> bool:
    """Whether a claim for the account waits to be decided."""
    return bool(await connection.fetchval(queries.has_open, account_id))


async def claim(
    connection: Connection, contest_id: UUID, account: Account, uid: str, *, reason: str, user: UUID | None
) -> UUID:
    claim_id, whose = new_id(), (account.uuid, account.platform)
    await connection.execute(queries.insert_claim, claim_id, contest_id, *whose, uid, reason, user)
    return claim_id


async def decide(connection: Connection, claim_id: UUID, state: ClaimState, reason: str, user: UUID | None) -> bool:
    """False when it was decided already."""
    return await connection.fetchval(queries.decide_claim, claim_id, state, reason, user) is not None
