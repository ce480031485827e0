"""What happens around the execution of an operation, whichever way it came."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from graphql import GraphQLError, NoSchemaIntrospectionCustomRule
from strawberry.extensions import AddValidationRules, ParserCache, SchemaExtension, ValidationCache
from strawberry.types.execution import ExecutionResult

from services.api.limits import MOST_TOKENS, Limits, TooMuchError
from services.api.masking import said


class Parsing(ParserCache):
    """Parses once, up to the most tokens that are taken. What fails is left to strawberry, which answers it."""

    def on_operation(self) -> Iterator[None]:
        self.execution_context.parse_options["max_tokens"] = MOST_TOKENS
        yield

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        with suppress(GraphQLError, RecursionError):
            context.graphql_document = self.cached_parse_document(context.query, **context.parse_options)
        yield


class Validation(ValidationCache):
    """Validates once; a limit that is broken is the one error, found before any other rule has looked."""

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        try:
            errors = self.cached_validate_document(
                context.schema._schema,
                context.graphql_document,
                context.validation_rules,
            )
        except GraphQLError as error:
            errors = [error]
        except RecursionError:
            errors = [TooMuchError("The document is nested too deeply.")]
        context.pre_execution_errors = errors
        yield


class Saying(SchemaExtension):
    """Errors in streams, as HTTP says them: expected ones in words, unexpected ones masked."""

    def on_stream_result(self, result: object) -> Iterator[None]:
        if isinstance(result, ExecutionResult) and result.errors:
            language = self.execution_context.context.language
            result.errors = [_plain(said(error, language)) for error in result.errors]
        yield


def _plain(error: GraphQLError) -> GraphQLError:
    """For a syntax error strawberry would close the whole websocket, which granian does not carry out."""
    return GraphQLError(
        error.message, error.nodes, error.source, error.positions, error.path, extensions=error.extensions
    )


def _rules() -> SchemaExtension:
    return AddValidationRules([Limits])


def _rules_of_production() -> SchemaExtension:
    return AddValidationRules([Limits, NoSchemaIntrospectionCustomRule])


EXTENSIONS: Sequence[Callable[[], SchemaExtension]] = (_rules, Parsing, Validation, Saying)
PRODUCTION_EXTENSIONS: Sequence[Callable[[], SchemaExtension]] = (_rules_of_production, Parsing, Validation, Saying)
