"""Many panels, judges and marks at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.api.context import Context, Loader
from services.api.jury import store
from services.api.jury.types import JuryMark, JuryPanel, JurySeat, Recusal
from services.api.nodes import Connection, Page

MarksKey = tuple[JuryPanel, UUID | None, int, str | None]  # panel, about whom, first, after


async def panels(context: Context, ids: Sequence[UUID]) -> list[JuryPanel | None]:
    return await store.find_panels(context.pool, context.rows("JuryPanel"), ids)


async def judges(context: Context, ids: Sequence[UUID]) -> list[list[JurySeat]]:
    return await store.list_seats(context.pool, ids)


async def recusals(context: Context, ids: Sequence[UUID]) -> list[list[Recusal]]:
    return await store.list_recusals(context.pool, ids)


async def is_seated(context: Context, panel: JuryPanel) -> bool:
    """Whether the viewer is a judge of the panel."""
    seats: list[JurySeat] = await context.load("JuryPanel.judges", panel.uuid)
    return context.viewer.user_id in {seat.judge_key for seat in seats}


async def marks(context: Context, keys: Sequence[MarksKey]) -> list[Connection[JuryMark]]:
    return [await _marks(context, *key) for key in keys]


async def _marks(
    context: Context, panel: JuryPanel, contestant: UUID | None, first: int, after: str | None
) -> Connection[JuryMark]:
    """Blind to each other: until marking is closed a judge gets their own alone, whatever else they are."""
    oversees = context.rows("JuryMark").covers(panel.contest_id) and not await is_seated(context, panel)
    judge = None if panel.closed_at is not None or oversees else context.viewer.user_id
    page = Page.of(f"marks {panel.uuid} {contestant} {judge}", first, after)
    return page.connect(*await store.list_marks(context.pool, panel.uuid, page, judge=judge, contestant=contestant))


LOADERS: Mapping[str, Loader] = {
    "JuryPanel": panels,
    "JuryPanel.judges": judges,
    "JuryPanel.marks": marks,
    "Contest.recusals": recusals,
}
