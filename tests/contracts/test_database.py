"""The schema and the migrations agree, and the big tables stay ready to be spread over machines."""

from services.shared.database.migrate import migrate, migrations
from services.shared.database.pool import Pool, connect
from tests.conftest import Servers

BIG_TABLES = {
    "works", "account_days", "live_sessions", "orders", "order_days", "coverage", "jury_marks", "scores", "finalists",
    "publication_rows",
}  # fmt: skip

DESCRIBE = """
select table_name || '.' || column_name as what, data_type || coalesce(column_default, '') || is_nullable as how
  from information_schema.columns where table_schema = 'public'
union all
select conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
  from pg_constraint where connamespace = 'public'::regnamespace
union all
select tablename || ' ' || indexname, indexdef from pg_indexes where schemaname = 'public'
"""


async def test_migrations_build_what_the_schema_says(database: Pool, servers: Servers) -> None:
    owner = await connect(servers.database_url)
    await owner.execute("drop database if exists livecup_test_migrated")
    await owner.execute("create database livecup_test_migrated")
    migrated = await connect(servers.database("livecup_test_migrated"))
    try:
        for path in migrations():
            await migrated.execute(path.read_text(encoding="utf-8"))
        expected = {row["what"]: row["how"] for row in await database.fetch(DESCRIBE)}
        found = {row["what"]: row["how"] for row in await migrated.fetch(DESCRIBE)}
    finally:
        await migrated.close()
        await owner.execute("drop database livecup_test_migrated")
        await owner.close()
    assert found == expected
    assert "works.plays" in found


async def test_migrating_twice_does_nothing_more(database: Pool) -> None:
    async with database.acquire() as connection:
        assert await migrate(connection) == []


async def test_every_key_of_a_big_table_holds_the_contestant(database: Pool) -> None:
    keys = await database.fetch(
        """
        select i.indrelid::regclass::text as table_name,
               bool_or(a.attname = 'contestant_id') as holds
          from pg_index i
          join pg_attribute a on a.attrelid = i.indexrelid or (a.attrelid = i.indrelid and a.attnum = any (i.indkey))
         where i.indisunique and i.indrelid::regclass::text = any ($1)
         group by i.indexrelid, i.indrelid
        """,
        sorted(BIG_TABLES),
    )
    assert {row["table_name"] for row in keys if row["holds"]} == BIG_TABLES
    assert [row["table_name"] for row in keys if not row["holds"]] == []


async def test_no_big_table_has_a_trigger_or_a_foreign_key(database: Pool) -> None:
    triggers = await database.fetch(
        "select tgrelid::regclass::text from pg_trigger where tgrelid::regclass::text = any ($1)", sorted(BIG_TABLES)
    )
    assert triggers == []
