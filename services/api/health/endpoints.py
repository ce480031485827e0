"""/healthz: the process answers. /readyz: so do PostgreSQL and Redis."""

import asyncio

import asyncpg
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.api.context import Resources
from services.api.health import store

PATIENCE = 3  # seconds


async def healthz(_request: Request) -> Response:
    return JSONResponse({"alive": True})


async def readyz(request: Request) -> Response:
    """503 when one of them is away; `resultsProtected` is false when the services sign in as the database's owner."""
    resources: Resources = request.app.state.resources
    protected, redis = await asyncio.gather(_results_protected(resources), _redis_answers(resources))
    ready = protected is not None and redis
    body = {"ready": ready, "database": protected is not None, "redis": redis, "resultsProtected": bool(protected)}
    return JSONResponse(body, status_code=200 if ready else 503)


async def _results_protected(resources: Resources) -> bool | None:
    try:
        async with asyncio.timeout(PATIENCE):
            return not await store.can_change_results(resources.pool)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None


async def _redis_answers(resources: Resources) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            await resources.redis.ping()
    except (OSError, TimeoutError, RedisError):
        return False
    return True
