"""Reading what is published."""

from typing import Annotated

import strawberry

from services.api.context import Info
from services.api.nodes import After, Connection, ContestId, First, Page, key_of
from services.api.publications import store
from services.api.publications.types import Publication


@strawberry.type
class PublicationQuery:
    @strawberry.field(description="A revision of what a contest publishes. (公示、公布)")
    async def publication(
        self,
        info: Info,
        contest: Annotated[str, strawberry.argument(description="The contest's short name in addresses. (赛事代号)")],
        revision: Annotated[
            int | None, strawberry.argument(description="Which; the last that is public when left out. (第几版)")
        ] = None,
    ) -> Publication | None:
        context = info.context
        found = await store.find_revision(context.pool, context.rows("Publication"), contest, revision)
        publication: Publication | None = await context.load("Publication", found)
        return publication

    @strawberry.field(description="The revisions of a contest, the last first, as far as visible. (各版公示、公布)")
    async def publications(
        self,
        info: Info,
        contest_id: ContestId,
        round_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only of this round. (轮次)")] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[Publication]:
        context, contest, round_key = info.context, key_of(contest_id, "Contest"), key_of(round_id, "Round")
        if contest is None or (round_id and round_key is None):
            return Page.empty(first)
        page: Connection[Publication] = await context.load("Contest.publications", (contest, round_key, first, after))
        return page
