"""What the command line asks of the API."""

from pathlib import Path

from services.shared.named_operations import NamedOperations

OPERATIONS = NamedOperations([Path(__file__).with_name("operations.graphql")])
