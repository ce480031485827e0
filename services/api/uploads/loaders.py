"""Many uploads at once, and what hangs on them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.nodes import Connection, Page
from services.api.problems import Problem
from services.api.uploads import store
from services.api.uploads.types import Upload

PartKey = tuple[UUID, UUID, int, str | None]  # contest, whose, first, after


async def uploads(context: Context, ids: Sequence[UUID]) -> list[Upload | None]:
    return await store.find_uploads(context, ids)


async def page_of(context: Context, wanted: store.Wanted, first: int, after: str | None) -> Connection[Upload]:
    """A page of the uploads that are wanted and that the viewer may see."""
    page = Page.of(f"uploads {wanted}", first, after)
    found, total = await store.list_uploads(context, wanted, page)
    return page.connect([(upload.uuid, upload) for upload in found], total)


async def uploads_of_contestant(context: Context, keys: Sequence[PartKey]) -> list[Connection[Upload]]:
    return [
        await page_of(context, store.Wanted(contest, contestant_id=contestant), first, after)
        for contest, contestant, first, after in keys
    ]


async def children(context: Context, keys: Sequence[PartKey]) -> list[Connection[Upload]]:
    return [
        await page_of(context, store.Wanted(contest, parent_id=parent), first, after)
        for contest, parent, first, after in keys
    ]


async def files(context: Context, ids: Sequence[UUID]) -> list[Mapping[str, int]]:
    return await store.count_files(context.pool, ids)


async def problems(context: Context, keys: Sequence[tuple[UUID, int, str | None]]) -> list[Connection[Problem]]:
    pages = []
    for upload_id, first, after in keys:
        page = Page.of(f"problems {upload_id}", first, after)
        pages.append(page.connect(*await store.list_problems(context.pool, upload_id, page)))
    return pages


LOADERS: Mapping[str, Loader] = {
    "Upload": uploads,
    "Upload.children": children,
    "Upload.files": files,
    "Upload.problems": problems,
    "Contestant.uploads": uploads_of_contestant,
}
