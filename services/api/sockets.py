"""GraphQL over WebSocket: the protocol graphql-transport-ws and no other."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry import Schema
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.unset import UnsetType

from services.api.context import Context, Resources
from services.api.language import language_of
from services.api.users.cookies import token_of


class Sockets(GraphQL[Context, None]):
    """An ASGI application for websockets alone. A page of another origin is refused with 403.

    The token comes as a header, a cookie, or as `{"token": …}` in connection_init.
    """

    def __init__(self, schema: Schema, resources: Resources) -> None:
        super().__init__(schema, graphql_ide=None, subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL])
        self._resources = resources

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        token, _ = token_of(request)
        return Context(self._resources, language=language_of(request.headers), token=token)

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
