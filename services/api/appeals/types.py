"""Appeals and objections, as whoever may see one reads it."""

import json
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import strawberry

from services.api.contestants.types import Contestant
from services.api.contests.rounds import Round
from services.api.context import Info
from services.api.documents.types import Document
from services.api.nodes import Node
from services.api.publications.types import Publication
from services.api.rows import Row
from services.shared.appeal_vocabulary import OPEN_APPEALS, AppealKind, AppealState, AppealVerdict, OutcomeKind
from services.shared.personal_data import mask_name, mask_phone

# The type whose id an outcome of a kind has.
OUTCOMES = {
    OutcomeKind.UPLOAD: "Upload",
    OutcomeKind.PENALTY: "Penalty",
    OutcomeKind.RUN: "ScoringRun",
    OutcomeKind.COMPARISON: "Comparison",
    OutcomeKind.PUBLICATION: "Publication",
}


@strawberry.type(description="Who filed it, masked; whole by revealFiler. (提出人)")
class AppealFiler:
    name: str = strawberry.field(description="Real name. (姓名)")
    unit: str | None = strawberry.field(description="For which unit; none: for themselves. (单位)")
    phone: str | None = strawberry.field(description="To ask back; none where an account filed it. (联系电话)")

    @classmethod
    def masked(cls, whole: dict[str, Any]) -> Self:
        phone = whole["phone"]
        return cls(name=mask_name(whole["name"]), unit=whole["unit"], phone=mask_phone(phone) if phone else None)


@strawberry.type(description="Something that an upheld appeal has led to. (处理结果)")
class AppealOutcome:
    kind: OutcomeKind = strawberry.field(description="What kind of thing. (种类)")
    subject: Node = strawberry.field(description="What it is. (内容)")
    added_at: datetime = strawberry.field(description="When it was linked. (关联时间)")


@strawberry.type(description="What somebody proposes to decide; a second person confirms it. (待复核的结论)")
class AppealProposal:
    verdict: AppealVerdict = strawberry.field(description="What. (结论)")
    reason: str = strawberry.field(description="Why. (理由)")


@strawberry.type(
    description="Figures that are contested: by their contestant (申诉), or by anybody during the notice (异议)."
    " Of an objection neither the contestant nor their city ever learns. (申诉、异议)"
)
class Appeal(Node):
    row: strawberry.Private[Row]
    contest_id: strawberry.Private[UUID]
    number: int = strawberry.field(description="1, 2, 3 … in the contest. (编号)")
    kind: AppealKind = strawberry.field(description="By whom, about whom. (种类)")
    state: AppealState = strawberry.field(description="How far it has come. (状态)")
    contestant_number: int = strawberry.field(description="Whose figures: their number. (所涉选手编号)")
    filed_at: datetime = strawberry.field(description="When it came. (提交时间)")
    assigned_at: datetime | None = strawberry.field(description="Since when somebody looks into it. (受理时间)")
    ended_at: datetime | None = strawberry.field(description="Since when it is closed. (办结时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        """From the columns of the view `appeal_details`."""
        same = "contest_id number contestant_number filed_at assigned_at ended_at"
        return cls(
            uuid=row["id"],
            row=row,
            kind=AppealKind(row["kind"]),
            state=AppealState(row["state"]),
            **{name: row[name] for name in same.split()},
        )

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_APPEALS

    @strawberry.field(description="What it says; none once it is erased. (内容)")
    def text(self, info: Info) -> str | None:
        sealed = self.row["text_sealed"]
        return info.context.resources.vault.open(sealed, self.uuid) if sealed else None

    @strawberry.field(description="Who filed it; for officials, none once it is erased. (提出人)")
    def filer(self, info: Info) -> AppealFiler | None:
        whole = self.whole_filer(info)
        return AppealFiler.masked(whole) if whole else None

    def whole_filer(self, info: Info) -> dict[str, Any] | None:
        sealed = self.row["filer_sealed"]
        if not sealed:
            return None
        whole: dict[str, Any] = json.loads(info.context.resources.vault.open(sealed, self.uuid))
        return whole

    @strawberry.field(description="What was decided; none while it is open. (结论)")
    def verdict(self) -> AppealVerdict | None:
        return None if self.is_open or self.row["verdict"] is None else AppealVerdict(self.row["verdict"])

    @strawberry.field(description="Why. (理由)")
    def reason(self) -> str | None:
        reason: str | None = None if self.is_open else self.row["decided_reason"]
        return reason

    @strawberry.field(description="What is proposed, while it waits for a second person; for officials. (待复核的结论)")
    def proposal(self) -> AppealProposal | None:
        if self.state is not AppealState.PROPOSED:
            return None
        return AppealProposal(verdict=AppealVerdict(self.row["verdict"]), reason=self.row["decided_reason"])

    @strawberry.field(description="Who looks into it; for officials. (承办人)")
    def assigned_to(self) -> str | None:
        name: str | None = self.row["assignee"]
        return name

    @strawberry.field(description="Who decided; for officials. (决定人)")
    def decided_by(self) -> str | None:
        name: str | None = self.row["decider"]
        return name

    @strawberry.field(description="Who confirmed it; for officials. (复核人)")
    def confirmed_by(self) -> str | None:
        name: str | None = self.row["confirmer"]
        return name

    @strawberry.field(description="Of which round. (轮次)")
    async def round(self, info: Info) -> Round | None:
        found: Round | None = await info.context.load("Round", self.row["round_id"])
        return found

    @strawberry.field(description="Whose figures, where visible. (所涉选手)")
    async def contestant(self, info: Info) -> Contestant | None:
        found: Contestant | None = await info.context.load("Contestant", self.row["contestant_id"])
        return found

    @strawberry.field(description="The revision it is about; none: nothing was published yet. (所涉公示或公布)")
    async def publication(self, info: Info) -> Publication | None:
        found: Publication | None = await info.context.load("Publication", self.row["publication_id"])
        return found

    @strawberry.field(description="Papers that came with it. (材料)")
    async def documents(self, info: Info) -> list[Document]:
        found: list[Document] = await info.context.load("Appeal.documents", self.uuid)
        return found

    @strawberry.field(description="What it has led to, as far as visible, in order. (处理结果)")
    async def outcome(self, info: Info) -> list[AppealOutcome]:
        rows: list[Row] = await info.context.load("Appeal.outcome", self.uuid)
        kinds = [OutcomeKind(row["kind"]) for row in rows]
        loads = [info.context.load(OUTCOMES[kind], row["subject_id"]) for kind, row in zip(kinds, rows, strict=True)]
        subjects = [await load for load in loads]
        return [
            AppealOutcome(kind=kind, subject=subject, added_at=row["added_at"])
            for kind, row, subject in zip(kinds, rows, subjects, strict=True)
            if subject is not None
        ]
