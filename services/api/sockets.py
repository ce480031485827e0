"""GraphQL over WebSocket: the protocol graphql-transport-ws and no other."""

import asyncio
from contextlib import ExitStack

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry import Schema
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_transport_ws.types import ConnectionInitMessage, SubscribeMessage
from strawberry.types.unset import UnsetType

from services.api.address import address_of
from services.api.context import Context, Resources
from services.api.errors import SessionEndedError
from services.api.language import language_of
from services.api.users.cookies import token_of


class Socket(BaseGraphQLTransportWSHandler[Context, None]):
    """One websocket. It lives no longer than the session it was opened with, and asks for it before each operation."""

    async def handle(self) -> None:
        self._ended = False
        self._serving = asyncio.ensure_future(super().handle())
        with ExitStack() as self._watching:
            try:
                await self._serving
            except asyncio.CancelledError:
                if not self._ended:
                    raise
                await self._close()

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        await super().handle_connection_init(message)
        if self.connection_acknowledged and self.context.token is not None:
            watched = self.context.resources.sessions.watched(self.context.token, self._end)
            self._watching.enter_context(watched)

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        try:
            if self.connection_acknowledged:
                await self.context.still_signed_in(fresh=False)
        except SessionEndedError:
            await self._close()
        else:
            await super().handle_subscribe(message)

    def _end(self) -> None:
        """Granian does not carry out a close while a message is waited for, so the waiting ends first."""
        self._ended = True
        self._serving.cancel()

    async def _close(self) -> None:
        await self.websocket.close(code=4403, reason="Forbidden")


class Sockets(GraphQL[Context, None]):
    """An ASGI application for websockets alone. A page of another origin is refused with 403.

    The token comes as a header, a cookie, or as `{"token": …}` in connection_init.
    """

    graphql_transport_ws_handler_class = Socket

    def __init__(self, schema: Schema, resources: Resources) -> None:
        super().__init__(schema, graphql_ide=None, subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL])
        self._resources = resources

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        settings = self._resources.settings
        token, _ = token_of(request, settings)
        address = address_of(request, settings)
        return Context(self._resources, language=language_of(request.headers), token=token, address=address)

    async def on_ws_connect(self, context: Context) -> UnsetType | dict[str, object] | None:
        """Raises ConnectionRejectionError for a token that is no session's."""
        given = (context.connection_params or {}).get("token")
        if isinstance(given, str):
            context.token = given
        if context.token is not None:
            viewer = await self._resources.sessions.viewer(context.token)
            if viewer is None:
                raise ConnectionRejectionError
            context.viewer = viewer
        return await super().on_ws_connect(context)
