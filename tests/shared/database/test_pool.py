"""Waiting for a connection."""

import pytest

from services.shared.database import pool
from services.shared.database.pool import open_pool


async def test_nobody_waits_for_ever(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "WAIT_SECONDS", 0.1)
    async with await open_pool(database_url, max_size=1) as connections:
        async with connections.acquire():
            with pytest.raises(TimeoutError):
                await connections.fetchval("select 1")
        assert await connections.fetchval("select 2") == 2
