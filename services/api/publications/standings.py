"""The lines of what is published, as standings: everything in them is from the snapshot alone."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from services.api.contestants.types import Contestant, Places
from services.api.context import Context, Info
from services.api.nodes import Connection, Page, key_of
from services.api.publications import store
from services.api.rankings.store import Wanted
from services.api.rankings.types import ItemPoints, RankingFilter, Standing
from services.api.rows import Row
from services.shared.vocabulary import Platform

FilterArgument = Annotated[RankingFilter | None, strawberry.argument(description="Only these. (筛选)")]


async def find_page(
    info: Info, publication_id: UUID, only: RankingFilter, first: int, after: str | None
) -> Connection[Standing]:
    """A page of a revision that the viewer may see. What the contest does not publish finds nothing either."""
    page = Page.of(f"published {publication_id} {only.city_id} {only.division_id} {only.search}", first, after)
    city, division = key_of(only.city_id, "City"), key_of(only.division_id, "Division")
    if (only.city_id and city is None) or (only.division_id and division is None):
        return page.connect([], 0)
    wanted = store.WantedLines(publication_id, city, division, only.search)
    rows, matching = await store.list_rows(info.context.pool, wanted, page, count=info.asks_for("totalCount"))
    found = await as_standings(info.context, rows)
    return page.connect([(standing.position, standing) for standing in found], matching)


async def find_line(context: Context, publication_id: UUID, number: int) -> Standing | None:
    """The line of a revision that the viewer may see."""
    row = await store.find_line(context.pool, publication_id, number)
    return (await as_standings(context, [row]))[0] if row else None


async def find_published(
    info: Info, wanted: Wanted, only: RankingFilter, first: int, after: str | None
) -> Connection[Standing]:
    """A page of what is published of a round now; of a run that is named only while it is the published one."""
    found = (await store.find_currents(info.context.pool, [wanted.round_id])).get(wanted.round_id)
    if found is None or (wanted.run_id is not None and found.run_id != wanted.run_id):
        return Page.empty(first)
    return await find_page(info, found.id, only, first, after)


async def find_published_of_rounds(
    context: Context, keys: Sequence[store.RoundAndContestant]
) -> dict[store.RoundAndContestant, Standing]:
    rows = await store.find_lines(context.pool, keys)
    standings = await as_standings(context, rows)
    return {(row["round_id"], row["contestant_id"]): one for row, one in zip(rows, standings, strict=True)}


async def find_published_of_runs(
    context: Context, keys: Sequence[store.RunAndContestant]
) -> dict[store.RunAndContestant, Standing]:
    rows = await store.find_lines_of_runs(context.pool, keys)
    standings = await as_standings(context, rows)
    return {(row["run_id"], row["contestant_id"]): one for row, one in zip(rows, standings, strict=True)}


async def as_standings(context: Context, rows: Sequence[Row]) -> list[Standing]:
    """Lines as standings. The viewer's own leads on to the person and to how the points came about."""
    own = context.rows("Score").contestants
    places, people = Places(), dict[UUID, Contestant | None]()
    for row in rows:
        if row["contestant_id"] in own:
            people[row["contestant_id"]] = await context.load("Contestant", row["contestant_id"])
    return [_standing(row, places, people) for row in rows]


def _standing(row: Row, places: Places, people: Mapping[UUID, Contestant | None]) -> Standing:
    line: Mapping[str, Any] = row["line"]
    return Standing(
        uuid=row["contestant_id"],
        run_id=row["run_id"],
        explanation=None,
        explained=row["contestant_id"] in people,
        line=line,
        position=line["position"],
        rank=line["rank"],
        city_rank=line["city_rank"],
        division_rank=line["division_rank"],
        number=line["number"],
        name=line["name"],
        city=places.city_of(row),
        division=places.division_of(row) if row["division_id"] else None,
        platform=Platform(line["platform"]),
        account=line["account"],
        contestant=people.get(row["contestant_id"]),
        total=Decimal(line["total"]),
        items=[
            ItemPoints(item=item["key"], title=item["title"], points=Decimal(points))
            for item, points in zip(row["items"], line["points"], strict=True)
        ],
    )
