"""`./livecup migrate`: brings given servers' database to the present schema and makes the first organiser."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

import asyncpg
from rich.console import Console

from services.cli.errors import CommandError, cause
from services.shared.database.migrate import migrate as bring_to_schema
from services.shared.database.pool import OwnConnection, connect
from services.shared.identity import new_id
from services.shared.passwords import hash_password, new_password
from services.shared.settings import Settings

console = Console(stderr=True, highlight=False)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Login and password of the first organiser; shown once, when it is made."""

    login: str
    password: str


def migrate() -> None:
    """升级 DATABASE_URL 的数据库结构。 / Bring the database of DATABASE_URL to the present schema."""
    settings = Settings.read()
    if not settings.database_url:
        raise CommandError(
            "请设置 DATABASE_URL；内置数据库由 up 自动升级。 / Set DATABASE_URL; up migrates the embedded one."
        )
    made = asyncio.run(prepare_database(settings.owner_database_url or settings.database_url, settings.database_url))
    console.print("数据库已就绪。 / The database is ready.")
    if made is not None:
        announce_organiser(made)


def announce_organiser(made: SignIn) -> None:
    """Shows the first organiser's sign-in, the only time it can be."""
    console.print(
        "第一个主办方账号，只显示一次 / the first organiser, shown once: "
        f"[bold]{made.login}[/bold]  [bold]{made.password}[/bold]"
    )


async def prepare_database(owner_url: str, database_url: str) -> SignIn | None:
    """Migrates as the owner, grants the services' role what it needs, and answers the first organiser if it was made.

    Raises CommandError when the database does not answer.
    """
    try:
        owner = await connect(owner_url)
    except (OSError, ValueError, asyncpg.PostgresError) as error:
        raise CommandError(f"连不上数据库（{cause(error)}）。 / The database does not answer.") from error
    try:
        role = urlsplit(database_url).username if owner_url != database_url else None
        await bring_to_schema(owner, role)
        return await _first_organiser(owner)
    finally:
        await owner.close()


async def _first_organiser(owner: OwnConnection) -> SignIn | None:
    """Makes the login `organiser` when nobody may organise yet."""
    if await owner.fetchval("select exists (select from grants where role = 'ORGANISER' and contest_id is null)"):
        return None
    made = SignIn("organiser", new_password())
    async with owner.transaction():
        user = await owner.fetchval(
            "insert into users (id, login, name, password_hash) values ($1, $2, '主办方', $3)"
            " on conflict (login) do update set password_hash = excluded.password_hash, totp_sealed = null,"
            " totp_confirmed_at = null, disabled_at = null returning id",
            new_id(),
            made.login,
            await asyncio.to_thread(hash_password, made.password),
        )
        await owner.execute("insert into grants (id, user_id, role) values ($1, $2, 'ORGANISER')", new_id(), user)
    return made
