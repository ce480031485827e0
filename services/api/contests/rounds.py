"""The rounds of a contest."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self
from uuid import UUID

import strawberry

from services.api.context import Info
from services.api.nodes import Node
from services.api.rows import Row

if TYPE_CHECKING:
    from services.api.contests.types import Contest
    from services.api.live.types import LiveRefresh
    from services.api.rules.types import Rules
    from services.api.scoring_runs.types import Adoption, ScoringRun
    from services.api.verification.types import VerificationCounts, VerificationDraw


@strawberry.type(description="A part of the contest with its own times and rules. (轮次)")
class Round(Node):
    contest_id: strawberry.Private[UUID]
    key: str = strawberry.field(description="Its short name. (代号)")
    title: str = strawberry.field(description="Its name. (名称)")
    opens_at: datetime = strawberry.field(description="What happens from here on counts. (开始时间)")
    closes_at: datetime = strawberry.field(description="What happens from here on no longer counts. (结束时间)")
    exported_from: datetime = strawberry.field(description="Exports from here on count. (导出起始时间)")
    exported_until: datetime = strawberry.field(description="Exports from here on no longer count. (导出截止时间)")
    uploads_until: datetime = strawberry.field(description="Files are taken until then. (上传截止时间)")
    exports_due_days: int = strawberry.field(
        description="A week's exports are late from so many days after its end. (每周数据迟交天数)"
    )
    frozen_from: datetime | None = strawberry.field(
        description="From when its ranking stands still for everybody but organisers. (封榜时间)"
    )

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            key=row["key"],
            title=row["title"],
            opens_at=row["opens_at"],
            closes_at=row["closes_at"],
            exported_from=row["exported_from"],
            exported_until=row["exported_until"],
            uploads_until=row["uploads_until"],
            exports_due_days=row["exports_due_days"],
            frozen_from=row["frozen_from"],
        )

    @strawberry.field(description="The contest it belongs to. (赛事)")
    async def contest(self, info: Info) -> Annotated["Contest", strawberry.lazy("services.api.contests.types")]:
        contest: Contest = await info.context.load("Contest", self.contest_id)
        return contest

    @strawberry.field(description="Its scoring rules, the last version. (计分规则)")
    async def rules(self, info: Info) -> Annotated["Rules", strawberry.lazy("services.api.rules.types")] | None:
        rules: Rules | None = await info.context.load("Round.rules", self.uuid)
        return rules

    @strawberry.field(description="Every version of its scoring rules, the last first. (计分规则各版本)")
    async def rules_versions(self, info: Info) -> list[Annotated["Rules", strawberry.lazy("services.api.rules.types")]]:
        versions: list[Rules] = await info.context.load("Round.rulesVersions", self.uuid)
        return versions

    @strawberry.field(description="The run whose results hold, where the viewer may know it. (采用的核算)")
    async def adopted_run(
        self, info: Info
    ) -> Annotated["ScoringRun", strawberry.lazy("services.api.scoring_runs.types")] | None:
        run: ScoringRun | None = await info.context.load("Round.adoptedRun", self.uuid)
        return run

    @strawberry.field(description="What came to hold here, the last first; for officials. (采用记录)")
    async def adoptions(
        self, info: Info
    ) -> list[Annotated["Adoption", strawberry.lazy("services.api.scoring_runs.types")]] | None:
        adoptions: list[Adoption] = await info.context.load("Round.adoptions", self.uuid)
        return adoptions

    @strawberry.field(description="How its ranking is kept fresh; none: it is not; for organisers. (现场刷新)")
    async def live_refresh(
        self, info: Info
    ) -> Annotated["LiveRefresh", strawberry.lazy("services.api.live.types")] | None:
        refresh: LiveRefresh | None = await info.context.load("Round.liveRefresh", self.uuid)
        return refresh

    @strawberry.field(description="Its verification draws, the newest first. (核验抽查)")
    async def draws(
        self, info: Info
    ) -> list[Annotated["VerificationDraw", strawberry.lazy("services.api.verification.types")]]:
        draws: list[VerificationDraw] = await info.context.load("Round.draws", self.uuid)
        return draws

    @strawberry.field(description="How far verification is; none for whoever sees no results. (核验进度)")
    async def verification(
        self, info: Info
    ) -> Annotated["VerificationCounts", strawberry.lazy("services.api.verification.types")] | None:
        counts: VerificationCounts | None = await info.context.load("Verification.counts", (self.uuid, None))
        return counts
