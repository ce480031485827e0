"""News through Redis, and what is told where news may have been lost."""

import pytest
from redis.asyncio import Redis

from services.shared import changes
from services.shared.changes import listen, publish
from services.shared.identity import new_id


async def test_news_come_as_published_after_a_bare_beginning(redis: Redis) -> None:
    subject = new_id()
    news = listen(redis, subject)
    assert await anext(news) == {"id": str(subject)}
    await publish(redis, new_id(), state="RUNNING")
    await publish(redis, subject, state="RUNNING", done=1, total=2)
    assert await anext(news) == {"id": str(subject), "state": "RUNNING", "done": 1, "total": 2}


async def test_silence_is_bare_news(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_QUIET_SECONDS", 0.01)
    subject = new_id()
    news = listen(redis, subject)
    assert [await anext(news) for _ in range(3)] == [{"id": str(subject)}] * 3
