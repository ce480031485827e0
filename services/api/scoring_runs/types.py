"""Scoring runs: how far they are and what they were computed from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import strawberry

from services.api.contests.rounds import Round
from services.api.context import Info
from services.api.nodes import Node
from services.api.problems import Problem
from services.api.rows import Row
from services.api.rules.types import Rules
from services.api.scalars import Long
from services.shared.vocabulary import RunStage, RunState


@strawberry.type(description="That a run's results came to hold for its round. (采用记录)")
class Adoption:
    run_id: strawberry.Private[UUID]
    replaced_run_id: strawberry.Private[UUID | None]
    reason: str = strawberry.field(description="Why. (原因)")
    adopted_by: str | None = strawberry.field(description="Who adopted it. (采用人)")
    adopted_at: datetime = strawberry.field(description="When. (采用时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        """From the columns of `list_adoptions`."""
        names = ("run_id", "replaced_run_id", "reason", "adopted_by", "adopted_at")
        return cls(**{name: row[name] for name in names})

    @strawberry.field(description="The run. (采用的核算)")
    async def run(self, info: Info) -> "ScoringRun":
        run: ScoringRun = await info.context.load("ScoringRun", self.run_id)
        return run

    @strawberry.field(description="The run that held before; none: it was the first. (被替换的核算)")
    async def replaced(self, info: Info) -> "ScoringRun | None":
        run: ScoringRun | None = await info.context.load("ScoringRun", self.replaced_run_id)
        return run


@strawberry.type(description="One computation over a fixed set of uploads and one version of the rules. (成绩核算)")
class ScoringRun(Node):
    contest_id: strawberry.Private[UUID]
    round_id: strawberry.Private[UUID]
    rules_id: strawberry.Private[UUID]
    number: int = strawberry.field(description="1, 2, 3 … in the round. (编号)")
    state: RunState = strawberry.field(description="How far it has come; once ended it never changes. (状态)")
    sequence: Long = strawberry.field(description="The uploads it sees: those up to this number. (数据序号)")
    digest: str | None = strawberry.field(description="SHA-256 of the canonical result file. (结果摘要)")
    contestant_count: int | None = strawberry.field(description="Contestants with a standing. (选手数)")
    error: Problem | None = strawberry.field(description="Why it failed. (失败原因)")
    reason: str = strawberry.field(description="Why it was started. (发起原因)")
    created_at: datetime = strawberry.field(description="When it was started. (发起时间)")
    ended_at: datetime | None = strawberry.field(description="When it ended. (结束时间)")
    adopted: bool = strawberry.field(description="Whether its results hold for the round. (是否采用)")
    stage: RunStage | None = strawberry.field(default=None, description="While it runs, as far as known. (阶段)")
    progress: float | None = strawberry.field(
        default=None, description="Part of the work that is behind it, 0 to 1. (进度)"
    )

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            round_id=row["round_id"],
            rules_id=row["rules_id"],
            number=row["number"],
            state=RunState(row["state"]),
            sequence=Long(row["sequence"]),
            digest=row["digest"],
            contestant_count=row["contestants"],
            error=Problem.of(row["error"]) if row["error"] else None,
            reason=row["reason"],
            created_at=row["created_at"],
            ended_at=row["ended_at"],
            adopted=row["adopted"],
        )

    def show_progress(self, news: Mapping[str, Any]) -> None:
        """Takes over what Redis told of a run under way: `stage`, `done` and `total`."""
        stage, total = news.get("stage"), news.get("total")
        self.stage = RunStage(stage) if stage is not None and stage in RunStage.__members__ else None
        self.progress = min(float(news.get("done", 0)) / float(total), 1.0) if total else None

    @strawberry.field(description="The round. (轮次)")
    async def round(self, info: Info) -> Round:
        found: Round = await info.context.load("Round", self.round_id)
        return found

    @strawberry.field(description="The version of the rules. (计分规则)")
    async def rules(self, info: Info) -> Rules:
        rules: Rules = await info.context.load("Rules", self.rules_id)
        return rules
