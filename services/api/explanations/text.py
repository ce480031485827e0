"""A standing's page of explanation, with the files as far as the viewer sees them."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.api.context import Info
from services.api.explanations.facts import Fact
from services.api.explanations.page import Explained, FileSaid, page
from services.shared.exact import plain
from services.shared.words import Language

if TYPE_CHECKING:
    from services.api.rankings.types import Standing
    from services.api.uploads.types import Upload


async def explanation_text(info: Info, standing: "Standing", language: Language) -> str:
    context, key = info.context, (standing.run_id, standing.uuid)
    explanation: Mapping[str, Any] = standing.explanation or await context.load("Standing.score", key)
    rows: Sequence[Sequence[Fact]] = await context.load("Standing.facts", key)
    told = Explained(
        run=await context.load("Standing.run", standing.run_id),
        person={
            "number": standing.number,
            "name": standing.name,
            "city": standing.city.name,
            "division": standing.division.name if standing.division else "-",
        },
        ranks={
            "total": plain(standing.total),
            "rank": standing.rank,
            "city_rank": standing.city_rank,
            "division_rank": standing.division_rank or "-",
        },
        explanation=explanation,
        rows=rows,
        files=await _files(info, rows),
    )
    return page(told, language)


async def _files(info: Info, rows: Sequence[Sequence[Fact]]) -> dict[UUID, FileSaid]:
    ids = {place.upload_id for facts in rows for fact in facts for place in fact.places}
    named = sorted(ids)
    found: list[Upload | None] = await asyncio.gather(*(info.context.load("Upload", each) for each in named))
    return {
        key: FileSaid(upload.name, upload.origin) if upload else FileSaid(None, None)
        for key, upload in zip(named, found, strict=True)
    }
