"""Real servers for every test: a PostgreSQL database of its own, copied from a template, and an empty Redis."""

import os
from collections.abc import AsyncIterator, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis.asyncio import Redis

from services.shared.database.embedded import EmbeddedServers
from services.shared.database.migrate import migrate
from services.shared.database.pool import Pool, connect, open_pool
from services.shared.identity import new_id
from services.shared.settings import Settings
from tests.s3_server import S3Server

TEMPLATE = "livecup_test_template"


@dataclass(frozen=True)
class Servers:
    """An owner's URL of a PostgreSQL server that may make databases, and the URL of a Redis."""

    database_url: str
    redis_url: str

    def database(self, name: str) -> str:
        """The URL of another database of the same server."""
        before, _, query = self.database_url.partition("?")
        return f"{before.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what needs the servers, so that it can be run once more on other ones."""
    for item in items:
        if "servers" in getattr(item, "fixturenames", ()):
            item.add_marker("servers")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything is required, a test that was skipped has failed."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("LIVECUP_REQUIRE_ALL") == "1":
        report.outcome = "failed"
        report.longrepr = f"skipped although LIVECUP_REQUIRE_ALL=1: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Servers]:
    """The servers named by DATABASE_URL and REDIS_URL, or embedded ones in a folder of this test run."""
    if os.environ.get("DATABASE_URL"):
        yield Servers(os.environ["DATABASE_URL"], os.environ["REDIS_URL"])
        return
    with EmbeddedServers(tmp_path_factory.mktemp("servers"), durable=False) as embedded:
        yield Servers(embedded.owner_database_url, embedded.redis_url)


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """`gw0`, `gw1` … under xdist, `main` otherwise; keeps the databases of parallel runs apart."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture
async def database_url(servers: Servers, worker_id: str) -> AsyncIterator[str]:
    """The URL of a migrated, empty database that is dropped after the test."""
    name, template = f"livecup_test_{new_id().hex}", f"{TEMPLATE}_{worker_id}"
    owner = await connect(servers.database_url)
    try:
        if not await owner.fetchval("select exists (select from pg_database where datname = $1)", template):
            await _make_template(servers, template)
        await owner.execute(f"create database {name} template {template}")
        yield servers.database(name)
        await owner.execute(f"drop database {name} with (force)")
    finally:
        await owner.close()


async def _make_template(servers: Servers, template: str) -> None:
    owner = await connect(servers.database_url)
    await owner.execute(f"create database {template}_partial")
    fresh = await connect(servers.database(f"{template}_partial"))
    await migrate(fresh)
    await fresh.close()
    await owner.execute(f"alter database {template}_partial rename to {template}")
    await owner.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Pool]:
    """A pool on a fresh database."""
    pool = await open_pool(database_url)
    yield pool
    await pool.close()


@pytest.fixture
def redis_url(servers: Servers, worker_id: str) -> str:
    """A database number of its own for each test process."""
    number = 2 + int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 1
    base, _, _ = servers.redis_url.partition("?")
    return f"{base}?db={number}"


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of an empty Redis."""
    client = Redis.from_url(redis_url)
    await client.flushdb()
    yield client
    await client.flushdb()
    await client.aclose()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """Started once, for the tests that keep files in a bucket."""
    with S3Server() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, database_url: str, redis_url: str) -> Settings:
    """Settings for services on this test's servers and a home folder of its own."""
    return Settings(
        env="test",
        home=tmp_path / "home",
        database_url=database_url,
        redis_url=redis_url,
        secret_key="5a" * 32,
    )
