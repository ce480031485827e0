"""From where a request comes, and how often one address may try."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis
from starlette.requests import HTTPConnection

from services.api.address import address_of, client_key
from services.api.attempts import Attempts
from services.api.errors import TooManyAttemptsError
from services.shared.changes import connect_redis
from services.shared.settings import Settings


@pytest.mark.parametrize(
    ("client", "forwarded", "expected"),
    [
        ("192.0.2.7", [], "192.0.2.7"),
        ("192.0.2.7", ["198.51.100.1"], "192.0.2.7"),  # no proxy of ours wrote it
        ("10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["203.0.113.9, 198.51.100.1"], "198.51.100.1"),  # the client made up the first
        ("10.0.0.2", ["203.0.113.9", "198.51.100.1, 10.0.0.9"], "198.51.100.1"),
        ("10.0.0.2", ["nonsense"], "10.0.0.2"),
        ("10.0.0.2", ["198.51.100.1, nonsense, 10.0.0.9"], "10.0.0.9"),
        ("10.0.0.2", [], "10.0.0.2"),
        ("10.0.0.2", ["10.0.0.3"], "10.0.0.3"),
        ("::1", ["2001:db8::5"], "2001:db8::5"),
        ("::ffff:10.0.0.2", ["::ffff:198.51.100.1"], "198.51.100.1"),
        (None, ["198.51.100.1"], ""),
    ],
)
def test_an_address_is_believed_as_far_as_our_own_proxies_wrote_it(
    client: str | None, forwarded: list[str], expected: str
) -> None:
    settings = Settings(trusted_proxies="10.0.0.0/24, ::1")
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    scope = {"type": "http", "client": (client, 1234) if client else None, "headers": headers}
    assert address_of(HTTPConnection(scope), settings) == expected


def test_proxies_that_are_no_addresses_are_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="trusted_proxies"):
        Settings(trusted_proxies="10.0.0.0/24, proxy.example.org")


def test_one_client_is_one_however_many_addresses_its_network_has() -> None:
    assert client_key("192.0.2.7") == "192.0.2.7"
    assert client_key("2001:db8:1:2::5") == client_key("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert client_key("2001:db8:1:3::5") == "2001:db8:1:3::/64"


@pytest.fixture
async def attempts(redis: Redis) -> AsyncIterator[Attempts]:
    yield Attempts(redis)


async def test_an_address_may_try_so_often_and_no_more(attempts: Attempts, redis: Redis) -> None:
    other_process = Attempts(redis)
    for each in (attempts, other_process, attempts):
        await each.count("signIn", "192.0.2.7", most=3, seconds=600)
    with pytest.raises(TooManyAttemptsError) as refused:
        await other_process.count("signIn", "192.0.2.7", most=3, seconds=600)
    remaining = refused.value.retry_at - datetime.now(UTC)
    assert timedelta(0) < remaining <= timedelta(seconds=600)
    await attempts.count("signIn", "192.0.2.8", most=3, seconds=600)
    await attempts.count("acceptInvitation", "192.0.2.7", most=3, seconds=600)


async def test_who_has_no_address_is_not_counted(attempts: Attempts, redis: Redis) -> None:
    for _ in range(3):
        await attempts.count("signIn", "", most=1, seconds=600)
    assert await redis.keys() == []


async def test_without_redis_nobody_is_kept_out_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    nowhere = connect_redis("redis://127.0.0.1:1")
    attempts = Attempts(nowhere)
    with caplog.at_level(logging.WARNING, logger="services.api.attempts"):
        for _ in range(2):
            await attempts.count("signIn", "192.0.2.7", most=1, seconds=600)
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "signIn from 192.0.2.7 was not counted, Redis is away"
    ] * 2
    await nowhere.aclose()
