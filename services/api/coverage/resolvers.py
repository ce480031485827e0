"""Who has handed in which weekly exports."""

from typing import Annotated

import strawberry

from services.api.context import Info
from services.api.coverage import store
from services.api.coverage.types import Coverage, asked_of, coverage_of
from services.api.coverage.weeks import cells_of
from services.api.nodes import RoundId, key_of
from services.shared.file_vocabulary import Source


@strawberry.input(description="Only those that fit all that is given. (筛选)")
class CoverageFilter:
    city_id: strawberry.ID | None = strawberry.field(default=None, description="Of this city. (市州)")
    contestant_id: strawberry.ID | None = strawberry.field(default=None, description="Of this contestant. (选手)")
    week: int | None = strawberry.field(default=None, description="Of the week of this number. (第几周)")
    source: Source | None = strawberry.field(default=None, description="Of this source. (数据类别)")


@strawberry.type
class CoverageQuery:
    @strawberry.field(
        description="Which weekly exports of a round are there, late or missing, as far as visible. (数据导出情况)"
    )
    async def coverage(
        self,
        info: Info,
        round_id: RoundId,
        filter: Annotated[CoverageFilter | None, strawberry.argument(description="Only these. (筛选)")] = None,  # noqa: A002
    ) -> Coverage | None:
        context, only = info.context, filter or CoverageFilter()
        scope = context.rows("Coverage")
        key, city = key_of(round_id, "Round"), key_of(only.city_id, "City")
        contestant = key_of(only.contestant_id, "Contestant")
        foreign = (only.city_id and city is None) or (only.contestant_id and contestant is None)
        round_ = await store.find_round(context.pool, key) if key and not foreign and not scope.is_empty else None
        if key is None or round_ is None:
            return None
        weeks, needs = asked_of(round_)
        weeks = [week for week in weeks if only.week in (None, week.number)]
        needs = {source: measures for source, measures in needs.items() if only.source in (None, source)}
        people = await store.list_people(context.pool, scope, round_["contest_id"], city, contestant)
        files = await store.list_files(context.pool, [(one["id"], key) for one in people])
        cells = [(one, cells_of(weeks, needs, files.get((one["id"], key), ()), round_["now"])) for one in people]
        return coverage_of(f"{city} {contestant} {only.week} {only.source}", key, weeks, needs, cells)
