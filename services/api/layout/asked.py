"""What the pages ask of the API: the operations of all domains, and the fragments they share."""

from pathlib import Path

from services.shared.named_operations import NamedOperations

_API = Path(__file__).parents[1]

OPERATIONS = NamedOperations(sorted(_API.glob("*/operations.graphql")))
