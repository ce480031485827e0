"""Who was told what and when, and marking one's own messages as read."""

from datetime import datetime
from typing import Annotated

import strawberry

from services.api.context import Info
from services.api.errors import InvalidInput, NotAllowed, NotAllowedError, NotFound, NotFoundError
from services.api.messages import store
from services.api.messages.types import Message
from services.api.nodes import After, Connection, ContestId, First, Page, key_of, keys_of


@strawberry.input(description="Only those that fit all that is given. (筛选)")
class MessageFilter:
    city_id: strawberry.ID | None = strawberry.field(default=None, description="To this city or its people. (市州)")
    contestant_id: strawberry.ID | None = strawberry.field(default=None, description="To this contestant. (选手)")
    code: str | None = strawberry.field(default=None, description="Of this code. (消息代码)")
    since: datetime | None = strawberry.field(default=None, name="from", description="From then on. (起始时间)")
    until: datetime | None = strawberry.field(default=None, name="to", description="Before then. (截止时间)")


@strawberry.input(description="Which messages of your own have been read. (标记已读)")
class MarkReadInput:
    ids: list[strawberry.ID] = strawberry.field(default_factory=list, description="These, at most 200. (消息)")
    all: bool = strawberry.field(default=False, description="All of them. (全部)")


@strawberry.type(description="They are marked as read. (已标记)")
class MarkReadPayload:
    unread: int = strawberry.field(description="How many are still unread. (未读数)")


MarkReadResult = Annotated[
    MarkReadPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("MarkReadResult", description="What markRead answers. (标记已读的结果)"),
]


@strawberry.type
class MessageQuery:
    @strawberry.field(description="Who was told what in a contest, the newest first, as far as visible. (消息记录)")
    async def messages(
        self,
        info: Info,
        contest_id: ContestId,
        filter: Annotated[MessageFilter | None, strawberry.argument(description="Only these. (筛选)")] = None,  # noqa: A002
        first: First = 50,
        after: After = None,
    ) -> Connection[Message]:
        only, contest = filter or MessageFilter(), key_of(contest_id, "Contest")
        city, contestant = key_of(only.city_id, "City"), key_of(only.contestant_id, "Contestant")
        if contest is None or (only.city_id and city is None) or (only.contestant_id and contestant is None):
            return Page.empty(first)
        wanted = store.Wanted(contest, city, contestant, only.code, only.since, only.until)
        page = Page.of(f"messages {wanted}", first, after)
        found, total = await store.list_messages(info.context.pool, info.context.rows("Message"), wanted, page)
        return page.connect([(message.uuid, message) for message in found], total)


@strawberry.type
class MessageMutation:
    @strawberry.mutation(description="Marks messages of your own inbox as read. (标记已读)")
    async def mark_read(
        self,
        info: Info,
        input: Annotated[MarkReadInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> MarkReadResult:
        context = info.context
        if context.viewer.user_id is None:
            raise NotAllowedError
        ids = keys_of(input.ids, "Message", field="ids")
        inbox = store.Inbox.of(context.viewer)
        async with context.pool.acquire() as connection, connection.transaction():
            if await store.count_own(connection, inbox, ids) < len({*ids}):
                raise NotFoundError
            await store.mark_read(connection, inbox, None if input.all else ids)
            _, _, unread = await store.list_inbox(connection, inbox, Page.of("inbox", 0, None), unread_only=True)
        return MarkReadPayload(unread=unread)
