"""Cities' numbered lists of recommended people (推荐上报)."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from services.api.contestants.types import Contestant
from services.api.contests.types import City, Division
from services.api.context import Info
from services.api.documents.types import Document
from services.api.nodes import After, Connection, First, Node
from services.api.rows import Row
from services.shared.vocabulary import SubmissionState


@strawberry.type(description="One person's place on a submitted list. (上报名单的一行)")
class SubmissionLine:
    division_id: strawberry.Private[UUID]
    contestant_id: strawberry.Private[UUID]
    position: int = strawberry.field(description="Their number within the division, from 1. (序号)")

    @strawberry.field(description="The division they were submitted for. (组别)")
    async def division(self, info: Info) -> Division:
        division: Division = await info.context.load("Division", self.division_id)
        return division

    @strawberry.field(description="The person, where visible. (选手)")
    async def contestant(self, info: Info) -> Contestant | None:
        contestant: Contestant | None = await info.context.load("Contestant", self.contestant_id)
        return contestant


@strawberry.type(description="A city's numbered list of recommended people, locked when submitted. (推荐上报)")
class Submission(Node):
    contest_id: strawberry.Private[UUID]
    city_id: strawberry.Private[UUID]
    signed_list_id: strawberry.Private[UUID | None]
    number: int = strawberry.field(
        description="How often it was submitted by now; 0: not in time, it may be still. (第几次上报)"
    )
    state: SubmissionState = strawberry.field(description="Whether it locks the city's people. (状态)")
    sha256: str = strawberry.field(description="SHA-256 over the list. (名单摘要)")
    people: int = strawberry.field(description="How many people it names. (人数)")
    submitted_at: datetime = strawberry.field(description="When it was submitted. (上报时间)")
    change_asked_at: datetime | None = strawberry.field(description="When the city asked to change it. (申请修改时间)")
    change_reason: str | None = strawberry.field(description="Why the city asked. (申请修改原因)")
    reopened_at: datetime | None = strawberry.field(description="When it was opened again. (退回修改时间)")
    reopened_reason: str | None = strawberry.field(description="Why it was opened again. (退回修改原因)")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            uuid=row["id"],
            contest_id=row["contest_id"],
            city_id=row["city_id"],
            signed_list_id=row["signed_list_id"],
            number=row["number"],
            state=SubmissionState(row["state"]),
            sha256=row["sha256"],
            people=row["people"],
            submitted_at=row["submitted_at"],
            change_asked_at=row["change_asked_at"],
            change_reason=row["change_reason"],
            reopened_at=row["reopened_at"],
            reopened_reason=row["reopened_reason"],
        )

    @strawberry.field(description="The city. (市州)")
    async def city(self, info: Info) -> City:
        city: City = await info.context.load("City", self.city_id)
        return city

    @strawberry.field(description="Its signed copy, once attached. (盖章件)")
    async def signed_list(self, info: Info) -> Document | None:
        document: Document | None = await info.context.load("Document", self.signed_list_id)
        return document

    @strawberry.field(description="Its lines, division by division. (名单)")
    async def lines(self, info: Info, first: First = 50, after: After = None) -> Connection[SubmissionLine]:
        page: Connection[SubmissionLine] = await info.context.load("Submission.lines", (self.uuid, first, after))
        return page
