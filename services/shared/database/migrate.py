"""Brings a database to the present schema: a fresh one in one step, an older one through the numbered migrations."""

from pathlib import Path

from services.shared.database.pool import Connection

FOLDER = Path(__file__).parent
SCHEMA = FOLDER / "schema.sql"
MIGRATIONS = FOLDER / "migrations"
GRANTS = FOLDER / "grants.sql"

_LOCK = 4_017_200_001  # any number that no other program uses for an advisory lock


def migrations() -> list[Path]:
    """The numbered migrations, oldest first."""
    return sorted(MIGRATIONS.glob("[0-9][0-9][0-9][0-9]_*.sql"))


async def migrate(connection: Connection, application_role: str | None = None) -> list[str]:
    """Applies what is missing, in one transaction, and answers the names of what it applied.

    `application_role` is the role the services sign in with when it is not the owner: it is granted what the services
    need, without update or delete on results. Several programs may call this at once: one does the work.
    """
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
        applied = await _apply_missing(connection)
        if application_role is not None:
            quoted = await connection.fetchval("select quote_ident($1)", application_role)
            await connection.execute(GRANTS.read_text(encoding="utf-8").replace(":application_role", quoted))
    return applied


async def _apply_missing(connection: Connection) -> list[str]:
    fresh = await connection.fetchval("select to_regclass('schema_migrations') is null")
    if fresh:
        await connection.execute(SCHEMA.read_text(encoding="utf-8"))
        missing = migrations()
    else:
        known = {row["name"] for row in await connection.fetch("select name from schema_migrations")}
        missing = [path for path in migrations() if path.stem not in known]
        for path in missing:
            await connection.execute(path.read_text(encoding="utf-8"))
    await connection.executemany("insert into schema_migrations (name) values ($1)", [(path.stem,) for path in missing])
    return ["schema"] if fresh else [path.stem for path in missing]
