"""The floors of `rankings`: two bare Starlette routes, one with the same SQL, one with a constant answer."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.shared.database.pool import open_pool
from services.shared.database.sql import load
from services.shared.processes import die_with_parent
from services.shared.settings import Settings

PAGE = 50

queries = load(Path(__file__).parents[2] / "services" / "api" / "rankings" / "queries.sql")


def create() -> Starlette:
    """The application; the constant answer is what POST /constant was given last."""
    settings = Settings.read()
    die_with_parent()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with await open_pool(settings.database_url) as pool:
            app.state.pool, app.state.constant = pool, b""
            yield

    routes = [
        Route("/rankings", _rankings),
        Route("/constant", _set_constant, methods=["POST"]),
        Route("/constant", _constant),
        Route("/readyz", _constant),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


async def _rankings(request: Request) -> Response:
    asked = request.query_params
    everything = (True, (), (), ())
    run, after = UUID(asked["run"]), int(asked["after"])
    rows = await request.app.state.pool.fetch(
        queries.list_standings,
        *everything,
        UUID(asked["round"]),
        run,
        None,
        None,
        after,
        PAGE + 1,
        False,
        False,
        *(None, True, ()),
    )
    body = {
        "data": {
            "rankings": {
                "nodes": [_standing(row) for row in rows[:PAGE]],
                "pageInfo": {"hasNextPage": len(rows) > PAGE, "endCursor": str(after + PAGE)},
            }
        }
    }
    return Response(orjson.dumps(body, default=str), media_type="application/json")


def _standing(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "position": row["position"],
        "rank": row["rank"],
        "cityRank": row["city_rank"],
        "divisionRank": row["division_rank"],
        "total": row["total"],
        "items": [{"item": item["item"], "points": item["points"]} for item in row["items"]],
        "contestant": {
            "number": row["number"],
            "name": row["name"],
            "city": {"name": row["city_name"]},
            "division": {"name": row["division_name"]},
            "account": {"platform": row["platform"], "handle": row["handle"]},
        },
    }


async def _set_constant(request: Request) -> Response:
    request.app.state.constant = await request.body()
    return Response()


async def _constant(request: Request) -> Response:
    return Response(request.app.state.constant, media_type="application/json")
