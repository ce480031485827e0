"""What the services' own role may not do: change or remove results, or the record of who did what."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from services.api.health.store import can_change_results
from services.scorer.audit.seal import seal
from services.shared.audit.actions import Action
from services.shared.audit.store import SCORER, Entry, record
from services.shared.database.migrate import migrate
from services.shared.database.pool import Connection, Pool
from services.shared.identity import new_id

KEPT = [
    "audit_entries", "audit_seals", "eligibility_reviews", "scores", "finalists", "adoptions", "rules", "publications",
    "publication_snapshots", "publication_signatures", "publication_rows", "publication_cities",
    "signing_keys",
]  # fmt: skip


@pytest.fixture
async def application(database: Pool) -> AsyncIterator[Connection]:
    """A connection as another role than the owner, with what `migrate` grants it."""
    role = f"livecup_test_{new_id().hex}"
    async with database.acquire() as owner:
        await owner.execute(f"create role {role}")
        await migrate(owner, role)
        async with database.acquire() as connection:
            await connection.execute(f"set role {role}")
            yield connection
            await connection.execute("reset role")
        await owner.execute(f"drop owned by {role}")
        await owner.execute(f"drop role {role}")


async def test_the_services_add_to_the_record_and_read_it(application: Connection, database: Pool) -> None:
    async with application.transaction():
        await record(application, SCORER, Entry(Action.SIGN_IN, "User", None))
    assert await application.fetchval("select count(*) from audit_entries") == 1
    assert await seal(database) == 1
    await application.execute("insert into audit_seals values (2, gen_random_uuid(), '')")
    assert await application.fetchval("select count(*) from audit_seals") == 2


@pytest.mark.parametrize("table", KEPT)
async def test_the_services_cannot_change_or_remove_what_is_kept(
    application: Connection, database: Pool, table: str
) -> None:
    column = await database.fetchval(
        "select attname from pg_attribute where attrelid = $1::regclass and attnum = 1", table
    )
    for statement in (f"update {table} set {column} = {column}", f"delete from {table}", f"truncate {table}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await application.execute(statement)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await application.execute(f"alter table {table} disable trigger all")


async def test_the_services_know_whether_they_could(application: Connection, database: Pool) -> None:
    assert not await can_change_results(application)
    assert await can_change_results(database)  # one URL: they sign in as the owner
    role = await application.fetchval("select current_user")
    await database.execute(f"grant delete on audit_entries to {role}")
    assert await can_change_results(application)
