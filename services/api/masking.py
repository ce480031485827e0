"""Errors of a whole operation as clients see them: expected ones in words, unexpected ones masked and logged."""

import logging
from typing import Any

import asyncpg
from graphql import GraphQLError

from services.api.errors import InvalidInputError, RefusalError
from services.shared.identity import new_id
from services.shared.personal_data import UnknownKeyError
from services.shared.words import Language, put

logger = logging.getLogger(__name__)


def said(error: GraphQLError, language: Language) -> GraphQLError:
    """The error for the client's eyes. What nobody expected is logged under an id and shown by that id alone."""
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if isinstance(cause, asyncpg.DataError):
        cause = InvalidInputError("VALUE_NOT_STORABLE", field="input")
    if isinstance(cause, RefusalError):
        return _as(error, cause.message(language), {"code": cause.code})
    if isinstance(cause, RecursionError):
        return _as(error, "The document is nested too deeply.", {"code": "OPERATION_TOO_LARGE"})
    if cause is None or _about_input(error, cause):
        return error
    if isinstance(cause, UnknownKeyError):
        logger.error("%s", cause)
        return _as(error, put("KEY_MISSING", {"key": cause.key_id}, language), {"code": "KEY_MISSING"})
    fault = str(new_id())
    logger.error("unexpected error %s", fault, exc_info=cause)
    return _as(error, put("UNEXPECTED", {"id": fault}, language), {"code": "UNEXPECTED", "id": fault})


def _as(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLError:
    return GraphQLError(message, error.nodes, error.source, error.positions, error.path, extensions=extensions)


def _about_input(error: GraphQLError, cause: Exception) -> bool:
    """A value that a scalar did not take carries the scalar's ValueError, made for the client's eyes."""
    return error.path is None and isinstance(cause, ValueError | TypeError)
