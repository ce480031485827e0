"""The API as an ASGI application. `granian --interface asgi --factory services.api.app:create` runs it."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from services.api.attempts import Attempts
from services.api.context import Resources
from services.api.documents.receive import receive_document
from services.api.downloads.endpoint import download
from services.api.health.endpoints import healthz, readyz
from services.api.invitations.page import show_invitation, take_invitation
from services.api.loaders import LOADERS
from services.api.notices.attachment import attachment
from services.api.operations import Operations
from services.api.pages import page_routes
from services.api.renditions.endpoint import publication_document
from services.api.schema import build_schema
from services.api.single_sign_on.endpoints import callback, start
from services.api.single_sign_on.provider import Provider
from services.api.sockets import Sockets
from services.api.uploads.receive import receive_upload
from services.api.users.sessions import Sessions
from services.shared.changes import connect_redis
from services.shared.database.pool import Pool, open_pool
from services.shared.key_rotation.running import keep_holding
from services.shared.log import configure_logs
from services.shared.personal_data import open_vault
from services.shared.processes import die_with_parent
from services.shared.settings import Settings
from services.shared.storage import open_files


def create() -> Starlette:
    """The application with the settings of the environment: the entry point of the service."""
    settings = Settings.read()
    configure_logs(settings.log_format)
    if os.environ.get("LIVECUP_DIE_WITH_PARENT") == "1":
        die_with_parent()  # granian's worker outlives a parent that was killed
    return create_app(settings)


def create_app(settings: Settings) -> Starlette:
    """The application; it opens PostgreSQL and Redis when it starts and closes them when it ends."""
    schema = build_schema(production=settings.env == "production")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        redis = connect_redis(settings.redis_url)
        pool = await open_pool(settings.database_url)
        resources = _resources(settings, pool, redis)
        app.state.resources = resources
        app.state.operations = Operations(schema, resources)
        app.state.sockets = Sockets(schema, resources)
        app.state.provider = Provider(settings) if settings.oidc_issuer else None
        watching = asyncio.create_task(resources.sessions.watch())
        holding = asyncio.create_task(keep_holding(settings.database_url, resources.vault.present))
        try:
            yield
        finally:
            holding.cancel()
            await asyncio.wait({holding})
            while not watching.done():
                watching.cancel()  # once is not enough: a client that is just connecting may swallow it
                await asyncio.wait({watching}, timeout=0.05)
            if app.state.provider is not None:
                await app.state.provider.close()
            await pool.close()
            await redis.aclose()

    return Starlette(
        routes=_routes(),
        lifespan=lifespan,
    )


def _resources(settings: Settings, pool: Pool, redis: Redis) -> Resources:
    return Resources(
        settings=settings,
        pool=pool,
        redis=redis,
        files=open_files(settings),
        vault=open_vault(settings),
        sessions=Sessions(pool, redis),
        attempts=Attempts(redis),
        loaders=LOADERS,
    )


def _routes() -> list[Route | WebSocketRoute]:
    return [
        Route("/graphql", _answer, methods=["GET", "POST"]),
        WebSocketRoute("/graphql", _connect),
        Route("/uploads/{id}", receive_upload, methods=["PUT"]),
        Route("/invitation", show_invitation),
        Route("/invitation", take_invitation, methods=["POST"]),
        Route("/sign-in/oidc", start, methods=["GET", "POST"]),
        Route("/sign-in/oidc/callback", callback),
        Route("/documents/{id}", receive_document, methods=["PUT"]),
        Route("/downloads/{token}", download, methods=["GET"]),
        Route("/notices/{notice}/{document}", attachment, methods=["GET"]),
        Route("/publications/{contest}/{revision:number}/{document}", publication_document, methods=["GET"]),
        *page_routes(),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
    ]


async def _answer(request: Request) -> Response:
    operations: Operations = request.app.state.operations
    return await operations.answer(request)


async def _connect(websocket: WebSocket) -> None:
    sockets: Sockets = websocket.app.state.sockets
    await sockets(websocket.scope, websocket.receive, websocket.send)
