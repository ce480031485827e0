"""Whatever can be found again by its id."""

import asyncio
from typing import Annotated

import strawberry

from services.api.context import Info
from services.api.errors import InvalidInputError
from services.api.nodes import MOST, GlobalId, Node, parse_global_id

# What can be found by its id; standings and finalists by run and contestant.
NODES_OF_TWO = frozenset({"Standing", "Finalist"})
NODES = NODES_OF_TWO | {
    "User",
    "Invitation",
    "Contest",
    "City",
    "Division",
    "Round",
    "Rules",
    "Contestant",
    "Archive",
    "Certificate",
    "Notice",
    "Publication",
    "Account",
    "AccountAlias",
    "Appeal",
    "DoubleEntry",
    "Flag",
    "Link",
    "Penalty",
    "Product",
    "JuryPanel",
    "VerificationDraw",
    "Team",
    "Upload",
    "UidClaim",
    "RosterImport",
    "Document",
    "Submission",
    "GivenList",
    "ScoringRun",
    "Comparison",
    "AuditEntry",
}


@strawberry.type
class NodeQuery:
    @strawberry.field(description="Anything by its id, as far as visible. (按编号取对象)")
    async def node(self, info: Info, id: GlobalId) -> Node | None:  # noqa: A002
        return await _find_node(info, id)

    @strawberry.field(description="Several by their ids, none where there is none. (按编号批量取对象)")
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 200 ids. (编号)")],
    ) -> list[Node | None]:
        if len(ids) > MOST:
            raise InvalidInputError("LIST_TOO_LONG", field="ids", most=MOST)
        return [await found for found in [asyncio.ensure_future(_find_node(info, each)) for each in ids]]


async def _find_node(info: Info, text: strawberry.ID) -> Node | None:
    found = parse_global_id(text)
    if found is None or found[0] not in NODES or isinstance(found[1], tuple) != (found[0] in NODES_OF_TWO):
        return None
    node: Node | None = await info.context.load(*found)
    return node
