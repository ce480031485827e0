"""Adding and removing links of works and replays."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_text
from services.api.contestants.types import Contestant
from services.api.contests.types import Contest
from services.api.context import Context, Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    NotAllowed,
    NotAllowedError,
    NotFound,
    NotFoundError,
)
from services.api.idempotency.store import recall, remember
from services.api.links import store
from services.api.links.address import check_address
from services.api.links.types import Link
from services.api.nodes import key_of
from services.shared.audit.actions import Action
from services.shared.audit.store import HIDDEN, Entry
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection
from services.shared.file_vocabulary import LinkKind

MOST_LINKS = 50


@strawberry.input(description="The address of a work or a replay. (添加链接)")
class AddLinkInput:
    contestant_id: strawberry.ID = strawberry.field(description="Whose. (选手)")
    kind: LinkKind = strawberry.field(description="A work or a replay. (类别)")
    title: str = strawberry.field(description="Plain text. (标题)")
    url: str = strawberry.field(description="https, on a host that the contest takes. (网址)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key adds one link. (幂等键)"
    )


@strawberry.input(description="A link to take away. (移除链接)")
class RemoveLinkInput:
    id: strawberry.ID = strawberry.field(description="The link. (链接)")


@strawberry.type(description="It is there. (已添加)")
class AddLinkPayload:
    link: Link = strawberry.field(description="The link. (链接)")


@strawberry.type(description="It is gone. (已移除)")
class RemoveLinkPayload:
    contestant: Contestant = strawberry.field(description="Whose it was. (选手)")


AddLinkResult = Annotated[
    AddLinkPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("AddLinkResult", description="What addLink answers. (添加的结果)"),
]
RemoveLinkResult = Annotated[
    RemoveLinkPayload | NotFound | NotAllowed,
    strawberry.union("RemoveLinkResult", description="What removeLink answers. (移除的结果)"),
]


@strawberry.type
class LinkMutation:
    @strawberry.mutation(description="Adds the address of a work or a replay. (添加作品或回放链接)")
    async def add_link(
        self,
        info: Info,
        input: Annotated[AddLinkInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> AddLinkResult:
        context = info.context
        who = await _find(context, "addLink", key_of(input.contestant_id, "Contestant"))
        check_text("title", input.title)
        contest: Contest = await context.load("Contest", who.contest_id)
        url = check_address("url", input.url, contest.link_hosts)
        async with context.pool.acquire() as connection, connection.transaction():
            link_id = await recall(connection, context, "addLink", input.idempotency_key)
            if link_id is None:
                await advance_version(connection, who.contest_id)
                await _check_room(connection, who, url)
                whose, user = (who.contest_id, who.uuid), context.viewer.user_id
                link_id = await store.add_link(connection, whose, input.kind, input.title, url, user=user)
                await remember(connection, context, "addLink", input.idempotency_key, link_id)
                await context.record(connection, _entry(Action.ADD_LINK, who, link_id, (None, HIDDEN)))
        return AddLinkPayload(link=await context.load("Link", link_id))

    @strawberry.mutation(description="Takes a link away. (移除链接)")
    async def remove_link(
        self,
        info: Info,
        input: Annotated[RemoveLinkInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> RemoveLinkResult:
        context = info.context
        link: Link | None = await context.load("Link", key_of(input.id, "Link"))
        who = await _find(context, "removeLink", link.contestant_id if link else None)
        if link is None:
            raise NotFoundError
        async with context.changing(who.contest_id) as connection:
            await store.remove_link(connection, link.uuid, context.viewer.user_id)
            await context.record(connection, _entry(Action.REMOVE_LINK, who, link.uuid, (HIDDEN, None)))
        return RemoveLinkPayload(contestant=who)


async def _find(context: Context, mutation: str, contestant_id: UUID | None) -> Contestant:
    who: Contestant | None = await context.load("Contestant", contestant_id)
    if who is None:
        raise NotFoundError
    if not context.may(mutation).covers(who.contest_id, who.city.uuid, who.uuid):
        raise NotAllowedError
    return who


async def _check_room(connection: Connection, who: Contestant, url: str) -> None:
    """The contest is locked. Raises ConflictError."""
    urls = await store.list_urls(connection, who.uuid)
    if url in urls:
        raise ConflictError("LINK_TWICE")
    if len(urls) >= MOST_LINKS:
        raise ConflictError("LINKS_FULL", most=MOST_LINKS)


def _entry(action: Action, who: Contestant, link_id: UUID, url: tuple[str | None, str | None]) -> Entry:
    places = who.contest_id, who.city.uuid, who.uuid
    return Entry(action, "Link", link_id, *places, changes={"url": url})
