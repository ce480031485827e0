"""What happens around the execution of an operation."""

from collections.abc import Callable, Iterator, Sequence

from graphql import NoSchemaIntrospectionCustomRule
from strawberry.extensions import AddValidationRules, ParserCache, SchemaExtension, ValidationCache

from services.api.limits import MOST_TOKENS, Limits


class Tokens(SchemaExtension):
    """Stops the parser at the longest document that is taken."""

    def on_operation(self) -> Iterator[None]:
        self.execution_context.parse_options["max_tokens"] = MOST_TOKENS
        yield


def _limits() -> SchemaExtension:
    return AddValidationRules([Limits])


def _limits_of_production() -> SchemaExtension:
    return AddValidationRules([Limits, NoSchemaIntrospectionCustomRule])


EXTENSIONS: Sequence[Callable[[], SchemaExtension]] = (Tokens, _limits, ParserCache, ValidationCache)
PRODUCTION_EXTENSIONS = (Tokens, _limits_of_production, ParserCache, ValidationCache)
