"""GraphQL over HTTP: POST and GET /graphql, one operation a request, and event streams for subscriptions."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import orjson
from graphql import GraphQLError, get_operation_ast, parse
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from strawberry import Schema
from strawberry.exceptions import MissingQueryError
from strawberry.http.streaming import SSETransport, merge_stream_with_heartbeat
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from services.api.address import address_of
from services.api.answers import Answers
from services.api.context import Context, Resources
from services.api.errors import RefusalError, SessionEndedError
from services.api.language import language_of
from services.api.limits import MOST_CHARACTERS, MOST_TOKENS
from services.api.masking import said
from services.api.users.cookies import cookie_header, token_of

logger = logging.getLogger(__name__)

LARGEST_BODY = 1 << 20
BODY_SECONDS = 30
UNKEPT = {"cache-control": "no-store"}  # nothing between us and the client keeps what is this viewer's
JSON, RESPONSE_JSON, EVENTS = "application/json", "application/graphql-response+json", "text/event-stream"
GET_TYPES = frozenset(OperationType) - {OperationType.MUTATION}
POST_TYPES = frozenset(OperationType) - {OperationType.SUBSCRIPTION}


class BadRequestError(Exception):
    """The request is none that GraphQL over HTTP knows; answered with its status and a message."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers


class OperationFailedError(Exception):
    """An operation of our own has no data for a reason that nobody expected."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation as it was sent."""

    document: str
    variables: dict[str, Any]
    name: str | None

    @classmethod
    def of(cls, body: object) -> Self:
        """From the decoded JSON of a request; raises BadRequestError."""
        if not isinstance(body, dict):
            raise BadRequestError(400, "The body must be one JSON object.")
        document, variables, name = body.get("query"), body.get("variables"), body.get("operationName")
        if not isinstance(document, str) or not document:
            raise BadRequestError(400, "`query` must be a string.")
        if len(document) > MOST_CHARACTERS:
            raise BadRequestError(400, f"`query` is longer than {MOST_CHARACTERS} characters.")
        if not isinstance(variables, dict | None):
            raise BadRequestError(400, "`variables` must be an object.")
        if not isinstance(name, str | None):
            raise BadRequestError(400, "`operationName` must be a string.")
        if not isinstance(body.get("extensions"), dict | None):
            raise BadRequestError(400, "`extensions` must be an object.")
        # What the document does not name it cannot declare.
        named = {key: value for key, value in (variables or {}).items() if key in document}
        return cls(document, named, name)

    @property
    def changes(self) -> bool:
        """Whether it is a mutation; what cannot be parsed is answered where it would be executed."""
        with suppress(GraphQLError, RecursionError):
            operation = get_operation_ast(parse(self.document, max_tokens=MOST_TOKENS), self.name)
            return operation is not None and operation.operation.value == OperationType.MUTATION.value
        return False


class Operations:
    """The endpoint. `answer` is a Starlette endpoint for GET and POST."""

    def __init__(self, schema: Schema, resources: Resources) -> None:
        self._schema = schema
        self._resources = resources
        self._answers = Answers(resources.pool)

    async def answer(self, request: Request) -> Response:
        accept = request.headers.get("accept", "*/*")
        media_type = RESPONSE_JSON if RESPONSE_JSON in accept else JSON
        try:
            asked = await _read(request)
            if request.method == "GET" and asked.changes:
                raise BadRequestError(405, "GET is for queries.", {"allow": "POST"})
            context = await self._context(request)
        except BadRequestError as error:
            errors = [{"message": str(error)}]
            return _json({"errors": errors}, media_type, error.status, error.headers)
        except SessionEndedError as error:
            message = error.message(language_of(request.headers))
            return _json({"errors": [{"message": message, "extensions": {"code": error.code}}]}, media_type, 401)
        if EVENTS in accept:
            allowed = GET_TYPES if request.method == "GET" else frozenset(OperationType)
            return self._stream(asked, context, allowed)
        key = self._answers.key(asked.document, asked.variables, asked.name, context)
        kept = await self._answers.find(key)
        if kept is not None:
            return Response(kept, headers=UNKEPT, media_type=media_type)
        response = await self._execute(request, asked, context, media_type, lenient=JSON in accept)
        if context.follows is not None and response.status_code == 200:
            self._answers.keep(key, context.follows, bytes(response.body))
        return response

    async def data(self, document: str, variables: dict[str, Any], name: str, context: Context) -> Mapping[str, Any]:
        """What an operation of our own pages answers.

        Raises the RefusalError of a query, OperationFailedError where anything else went wrong, which has been logged.
        """
        result = await self._schema.execute(
            document,
            variable_values={key: value for key, value in variables.items() if f"${key}" in document},
            context_value=context,
            operation_name=name,
            allowed_operation_types=POST_TYPES,
        )
        for error in result.errors or ():
            if isinstance(error.original_error, RefusalError):
                raise error.original_error
            told = said(error, context.language)
            if (told.extensions or {}).get("code") != "UNEXPECTED":  # that one is in the log by now
                logger.error("the page's operation %s failed: %s", name, told.message)
        if result.errors or result.data is None:
            raise OperationFailedError(name)
        return result.data

    async def _context(self, request: Request) -> Context:
        token, is_bearer = token_of(request, self._resources.settings)
        address = address_of(request, self._resources.settings)
        context = Context(self._resources, language=language_of(request.headers), address=address)
        viewer = await self._resources.sessions.viewer(token) if token else None
        if viewer is not None:
            context.viewer, context.token = viewer, token
        elif is_bearer:
            raise SessionEndedError
        return context

    async def _execute(
        self, request: Request, asked: Asked, context: Context, media_type: str, *, lenient: bool
    ) -> Response:
        allowed = POST_TYPES if request.method == "POST" else POST_TYPES & GET_TYPES
        try:
            result = await self._schema.execute(
                asked.document,
                variable_values=asked.variables,
                context_value=context,
                operation_name=asked.name,
                allowed_operation_types=allowed,
            )
        except InvalidOperationTypeError:
            message = f"Subscriptions come as an event stream: accept {EVENTS}, or use a websocket."
            return _json({"errors": [{"message": message}]}, media_type, 406)
        except (CannotGetOperationTypeError, MissingQueryError):
            message = "There is no such operation in the document."
            return _json({"errors": [{"message": message}]}, media_type, 400)
        return _respond(result, context, media_type, lenient=lenient)

    def _stream(self, asked: Asked, context: Context, allowed: frozenset[OperationType]) -> Response:
        transport = SSETransport()

        async def events() -> AsyncGenerator[str, None]:
            stream = await self._schema.stream(
                asked.document,
                variable_values=asked.variables,
                context_value=context,
                operation_name=asked.name,
                allowed_operation_types=allowed,
            )
            async for result in stream:
                assert isinstance(result, ExecutionResult)  # noqa: S101  incremental delivery is off
                yield transport.encode_next(_body(result, context), lambda body: orjson.dumps(body).decode())
            yield transport.encode_complete()

        merged = merge_stream_with_heartbeat(
            events, lambda: transport.encode_comment("ping"), transport.heartbeat_interval, send_initial_heartbeat=False
        )
        return StreamingResponse(merged(), headers=dict(transport.headers))


async def _read(request: Request) -> Asked:
    if request.method == "GET":
        asked = dict(request.query_params)
        for name in ("variables", "extensions"):
            if name in asked:
                asked[name] = _decode(asked[name].encode(errors="replace"))
        return Asked.of(asked)
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != JSON:
        raise BadRequestError(415, f"The body must be {JSON}.")
    return Asked.of(_decode(await _read_body(request)))


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise BadRequestError(413, f"The body is larger than {LARGEST_BODY} bytes.")
    except TimeoutError:
        raise BadRequestError(408, "The body took too long.") from None
    return bytes(body)


def _decode(text: bytes) -> Any:
    if b"\\u0000" in text:
        raise BadRequestError(400, "The body holds a NUL character.")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadRequestError(400, "The body is not JSON.") from None


def _body(result: ExecutionResult, context: Context) -> Any:
    if not result.errors:
        return {"data": result.data}
    return {"errors": [said(error, context.language).formatted for error in result.errors], "data": result.data}


def _respond(result: ExecutionResult, context: Context, media_type: str, *, lenient: bool) -> Response:
    """A document that could not be executed is a bad request; where plain JSON was asked for, an answer like others."""
    status, body = 200, _body(result, context)
    if isinstance(result, PreExecutionError) or (result.data is None and _before_execution(result.errors)):
        del body["data"]
        status = 200 if lenient and not _too_much(result.errors) else 400
    headers = cookie_header(context)
    return _json(body, media_type, status, headers)


def _before_execution(errors: list[GraphQLError] | None) -> bool:
    """Variables that do not fit are found when execution begins: such errors have no path."""
    return bool(errors) and all(error.path is None for error in errors or ())


def _too_much(errors: list[GraphQLError] | None) -> bool:
    return any((error.extensions or {}).get("code") == "OPERATION_TOO_LARGE" for error in errors or ())


def _json(body: Any, media_type: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), status, headers={**UNKEPT, **(headers or {})}, media_type=media_type)
