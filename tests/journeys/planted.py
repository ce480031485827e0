"""Numbers that are planted, and the places in which they are looked for afterwards."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
from redis.asyncio import Redis

from services.shared.database.pool import Pool
from services.shared.settings import Settings
from tests.people import an_id_number

GOOD, OTHER, THIRD = an_id_number(41_234), an_id_number(57_891), an_id_number(63_517)
WRONG = GOOD[:17] + ("1" if GOOD[17] != "1" else "2")  # its check digit is not what it should be
PHONES = ("13871650249", "13971650358", "138716502491")  # the last is too long
PLANTED = (GOOD, OTHER, THIRD, WRONG, *PHONES)


def traces(text: str) -> list[str]:
    """Which planted values a text holds: whole, as the hex of a bytea, or their last six places by themselves."""
    ends = (value for value in PLANTED if re.search(rf"(?<![0-9A-Za-z.]){value[-6:]}(?![0-9A-Za-z])", text))
    whole = (value for value in PLANTED if value in text or value.encode().hex() in text)
    return sorted({*whole, *ends})


@asynccontextmanager
async def overheard(redis: Redis) -> AsyncIterator[list[str]]:
    """Every command that Redis gets meanwhile, published news among them."""
    heard: list[str] = []

    async def listen() -> None:
        async with redis.monitor() as monitor:
            async for command in monitor.listen():
                heard.append(str(command))  # noqa: PERF401  it is read while this goes on

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0.2)
    try:
        yield heard
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


async def dumped(pool: Pool) -> str:
    """Every row of every table as text."""
    tables = await pool.fetch("select tablename from pg_tables where schemaname = 'public' order by 1")
    rows = [await pool.fetch(f"select t::text from {table['tablename']} t") for table in tables]
    return "\n".join(row[0] for each in rows for row in each)


async def kept(redis: Redis) -> str:
    """Every key of Redis with its value."""
    return "\n".join([str((key, await redis.dump(key))) for key in await redis.keys("*")])


async def files_kept(pool: Pool, home: Path) -> list[Path]:
    """Every file in the home folder, but for a roster that was only tried: it waits to be imported."""
    rows = await pool.fetch("select upload_id from roster_imports group by upload_id having bool_and(dry_run)")
    waiting = {str(row["upload_id"]) for row in rows}
    return [path for path in home.rglob("*") if path.is_file() and path.name not in waiting]  # noqa: ASYNC240


class Answers(list[str]):
    """What clients were answered; those that may hold numbers are popped from it by the test."""

    async def keep(self, response: httpx.Response) -> None:
        self.append((await response.aread()).decode(errors="replace"))


async def places(pool: Pool, redis: Redis, settings: Settings) -> dict[str, str]:
    """Where things stay: the tables, Redis, and each file in the home folder by its path."""
    files = await files_kept(pool, settings.home)
    return {
        "database": await dumped(pool),
        "redis": await kept(redis),
        **{str(each): each.read_bytes().decode("latin-1") for each in files},
    }
