"""Errors of a whole operation as clients see them: expected ones in words, unexpected ones masked and logged."""

import logging
from typing import Any

import asyncpg
from graphql import GraphQLError

from services.api.errors import InvalidInputError, RefusalError
from services.shared.identity import new_id
from services.shared.words import Language, put

logger = logging.getLogger(__name__)


def told(error: GraphQLError, language: Language) -> dict[str, Any]:
    """The error as JSON. What nobody expected is logged under an id and shown by that id alone."""
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if isinstance(cause, asyncpg.DataError):
        cause = InvalidInputError("VALUE_NOT_STORABLE", field="input")
    shown: dict[str, Any] = dict(error.formatted)
    if isinstance(cause, RefusalError):
        shown["message"] = cause.message(language)
        shown["extensions"] = {"code": cause.code}
    elif isinstance(cause, RecursionError):
        shown = {"message": "The document is nested too deeply.", "extensions": {"code": "OPERATION_TOO_LARGE"}}
    elif cause is not None and not _about_input(error):
        fault = str(new_id())
        logger.error("unexpected error %s", fault, exc_info=cause)
        shown["message"] = put("UNEXPECTED", {"id": fault}, language)
        shown["extensions"] = {"code": "UNEXPECTED", "id": fault}
    return shown


def _about_input(error: GraphQLError) -> bool:
    """A value that a scalar did not take carries the scalar's ValueError, made for the client's eyes."""
    return error.path is None and isinstance(error.original_error, ValueError | TypeError)
