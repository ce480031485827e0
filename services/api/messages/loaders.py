"""What became of many messages at once, and pages of them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.messages import store
from services.api.messages.types import Message, MessageFile, MessageReading
from services.api.nodes import Connection, Page


async def inboxes(
    context: Context, keys: Sequence[tuple[int, str | None, bool]]
) -> list[tuple[Connection[Message], int]]:
    """A page of the viewer's own messages, and how many are unread."""
    return [await _inbox(context, *key) for key in keys]


async def _inbox(context: Context, first: int, after: str | None, unread_only: bool) -> tuple[Connection[Message], int]:
    page, inbox = Page.of(f"inbox {unread_only}", first, after), store.Inbox.of(context.viewer)
    found, total, unread = await store.list_inbox(context.pool, inbox, page, unread_only=unread_only)
    return page.connect([(message.uuid, message) for message in found], total), unread


async def readings(context: Context, ids: Sequence[UUID]) -> list[list[MessageReading]]:
    return await store.find_readings(context.pool, context.rows("Message"), ids)


async def files(context: Context, ids: Sequence[UUID]) -> list[list[MessageFile]]:
    return await store.find_files(context.pool, context.rows("Message"), ids)


LOADERS: Mapping[str, Loader] = {"Viewer.messages": inboxes, "Message.readings": readings, "Message.files": files}
