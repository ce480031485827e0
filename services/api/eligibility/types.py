"""The review of a contestant's eligibility, as it is read."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from services.api.contests.types import City, Division
from services.api.rows import Row
from services.shared.vocabulary import ReviewDecision, ReviewStep


@strawberry.type(description="One decision of a review. (审核记录)")
class EligibilityReview:
    uuid: strawberry.Private[UUID]  # of the contestant, as the city and the contest: where the decision lies
    contest_id: strawberry.Private[UUID]
    city: strawberry.Private[City]
    reviewer: strawberry.Private[str]
    step: ReviewStep = strawberry.field(description="At which step. (审核环节)")
    decision: ReviewDecision = strawberry.field(description="What was decided. (审核结论)")
    reason: str = strawberry.field(description="Why; empty where it was approved without a word. (原因)")
    at: datetime = strawberry.field(description="When. (时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["contestant_id"],
            contest_id=row["contest_id"],
            city=City(uuid=row["city_id"], contest_id=row["contest_id"], name="", aliases=[]),
            reviewer=row["reviewer"],
            step=ReviewStep(row["step"]),
            decision=ReviewDecision(row["decision"]),
            reason=row["reason"],
            at=row["reviewed_at"],
        )

    @strawberry.field(description="Whose decision it was; for officials. (审核人)")
    def by(self) -> str | None:
        return self.reviewer


@strawberry.type(description="How many people of a city and division are in which state. (资格认定统计)")
class EligibilityCount:
    city: City = strawberry.field(description="The city. (市州)")
    division: Division = strawberry.field(description="The division. (组别)")
    pending_at_city: int = strawberry.field(description="Wait for the city. (待市州审核)")
    pending_at_organiser: int = strawberry.field(description="Wait for the organiser. (待主办方审核)")
    approved: int = strawberry.field(description="May compete. (通过)")
    returned: int = strawberry.field(description="To be mended and sent again. (退回)")
    rejected: int = strawberry.field(description="May not compete. (不通过)")
    withdrawn: int = strawberry.field(description="Have left, whatever the review found. (已退出)")
