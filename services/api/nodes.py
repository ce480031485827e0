"""Global ids, lists in pages, and the cursors between pages (Relay's conventions)."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Generic, Self, TypeVar
from uuid import UUID

import strawberry

from services.api.errors import CursorOfAnotherListError, InvalidInputError, NotFoundError

Key = int | UUID
Item = TypeVar("Item")

MOST = 200  # the longest page
_NAME_BYTES = 6

GlobalId = Annotated[strawberry.ID, strawberry.argument(description="Its global id. (编号)")]
ContestId = Annotated[strawberry.ID, strawberry.argument(description="The contest. (赛事)")]
RoundId = Annotated[strawberry.ID, strawberry.argument(description="The round. (轮次)")]
First = Annotated[int, strawberry.argument(description="How many at most, 0 to 200. (每页条数)")]
After = Annotated[str | None, strawberry.argument(description="Only what follows this cursor. (从此游标之后)")]


NodeKey = UUID | tuple[UUID, ...]


def global_id(type_name: str, key: str) -> strawberry.ID:
    """The id that clients see: base64 of `Type:key`."""
    return strawberry.ID(base64.b64encode(f"{type_name}:{key}".encode()).decode())


def parse_global_id(text: str) -> tuple[str, NodeKey] | None:
    """Type name and key, or None for a text that never was an id of ours."""
    try:
        type_name, _, key = base64.b64decode(text, validate=True).decode().partition(":")
        parts = tuple(UUID(part) for part in key.split("."))
    except (ValueError, binascii.Error):
        return None
    return type_name, parts[0] if len(parts) == 1 else parts


def key_of(text: str | None, type_name: str) -> UUID | None:
    """The key of a global id of that type; None for anything else, as for something that does not exist."""
    found = parse_global_id(text) if text else None
    return found[1] if found and found[0] == type_name and isinstance(found[1], UUID) else None


def keys_of(texts: Sequence[str], type_name: str, *, field: str, most: int = MOST) -> list[UUID]:
    """The keys of global ids of one type, in their order.

    Raises InvalidInputError for too many of them, NotFoundError for one that never was an id of that type.
    """
    if len(texts) > most:
        raise InvalidInputError("LIST_TOO_LONG", field=field, most=most)
    keys = [key for text in texts if (key := key_of(text, type_name))]
    if len(keys) < len(texts):
        raise NotFoundError
    return keys


@strawberry.interface(description="Whatever can be found again by its id. (可按编号取回的对象)")
class Node:
    """`uuid` is the row's key; the id that clients see is made from it when it is asked for."""

    uuid: strawberry.Private[UUID]

    @property
    def node_key(self) -> str:
        """What its id is made of."""
        return str(self.uuid)

    @strawberry.field(description="Its id in the whole platform. (全局编号)")
    def id(self) -> strawberry.ID:
        return global_id(type(self).__name__, self.node_key)


@strawberry.type(description="Where a page lies in its list. (分页信息)")
class PageInfo:
    has_next_page: bool = strawberry.field(description="More follows. (是否有下一页)")
    has_previous_page: bool = strawberry.field(description="Something came before. (是否有上一页)")
    start_cursor: str | None = strawberry.field(description="Cursor of the first item. (首项游标)")
    end_cursor: str | None = strawberry.field(description="Cursor of the last item. (末项游标)")


@strawberry.type(description="An item of a list with its place in it. (列表项)")
class Edge(Generic[Item]):
    cursor: str = strawberry.field(description="Give it as `after` to go on behind this item. (游标)")
    node: Item = strawberry.field(description="The item. (对象)")


@strawberry.type(description="A page of a list. (分页列表)")
class Connection(Generic[Item]):
    edges: list[Edge[Item]] = strawberry.field(description="The items with their cursors. (列表项)")
    nodes: list[Item] = strawberry.field(description="The items alone. (对象)")
    page_info: PageInfo = strawberry.field(description="Where this page lies. (分页信息)")
    total_count: int = strawberry.field(description="How many the viewer may see in the whole list. (总数)")


@dataclass(frozen=True, slots=True)
class Page:
    """What was asked for of a list: `limit` items whose key comes after `after`.

    A cursor is the key together with a hash of the list's name, so that one of another list, filter or run is refused.
    """

    name: bytes
    limit: int
    after: Key | None

    @classmethod
    def of(cls, name: str, first: int, after: str | None) -> Self:
        """Raises InvalidInputError for a length out of range, CursorOfAnotherListError for a foreign cursor."""
        return cls._read(first, after).named(name)

    @classmethod
    def empty(cls, first: int) -> Connection[Item]:
        """What is answered about something that is not there; raises InvalidInputError for a length out of range."""
        return cls.of("nothing", first, None).connect([], 0)

    @classmethod
    def reading(cls, first: int, after: str | None) -> Self:
        """For a list by position whose name is known only once it has been read; `named` must follow."""
        page = cls._read(first, after)
        if isinstance(page.after, UUID):
            raise CursorOfAnotherListError
        return page

    @classmethod
    def _read(cls, first: int, after: str | None) -> Self:
        if not 0 <= first <= MOST:
            raise InvalidInputError("PAGE_TOO_LONG", field="first", most=MOST)
        return cls(b"", first, None) if after is None else cls(*_read_cursor(after, first))

    def named(self, name: str) -> Self:
        """Raises CursorOfAnotherListError when the cursor came from a list of another name."""
        digest = hashlib.blake2b(name.encode(), digest_size=_NAME_BYTES).digest()
        if self.name not in (b"", digest):
            raise CursorOfAnotherListError
        return replace(self, name=digest)

    def cursor(self, key: Key) -> str:
        tail = key.bytes if isinstance(key, UUID) else key.to_bytes(8, "big", signed=True)
        return base64.urlsafe_b64encode(self.name + tail).decode().rstrip("=")

    def connect(self, items: Sequence[tuple[Key, Item]], total: int) -> Connection[Item]:
        """The page as clients get it, from up to `limit` + 1 items with their keys."""
        shown = items[: self.limit]
        edges = [Edge(cursor=self.cursor(key), node=item) for key, item in shown]
        return Connection(
            edges=edges,
            nodes=[item for _, item in shown],
            page_info=PageInfo(
                has_next_page=len(items) > self.limit,
                has_previous_page=self.after is not None,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            ),
            total_count=total,
        )


def _read_cursor(text: str, limit: int) -> tuple[bytes, int, Key]:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise CursorOfAnotherListError from None
    name, tail = raw[:_NAME_BYTES], raw[_NAME_BYTES:]
    if len(tail) not in (8, 16):
        raise CursorOfAnotherListError
    return name, limit, UUID(bytes=tail) if len(tail) == 16 else int.from_bytes(tail, "big", signed=True)
