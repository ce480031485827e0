"""Certificates, as those whom they concern and as the public see them."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from services.api.contestants.types import Contestant
from services.api.contests.types import City
from services.api.context import Info
from services.api.nodes import Node
from services.api.rows import Row


@strawberry.type(description="A certificate of an award. (证书)")
class Certificate(Node):
    contest_id: strawberry.Private[UUID]
    city_id: strawberry.Private[UUID]
    contestant_id: strawberry.Private[UUID | None]
    title: str = strawberry.field(description="The award. (奖项)")
    named: str = strawberry.field(description="To whom, as published. (获奖者)")
    code: str = strawberry.field(description="By it everybody can check the certificate. (查验码)")
    printed: bool = strawberry.field(description="Its PDF can be fetched. (是否已生成)")
    issued_at: datetime = strawberry.field(description="When it was issued. (签发时间)")

    @classmethod
    def of(cls, row: Row) -> Self:
        same = "contest_id city_id contestant_id title named code printed issued_at"
        return cls(uuid=row["id"], **{name: row[name] for name in same.split()})

    @strawberry.field(description="Of which city. (市州)")
    async def city(self, info: Info) -> City:
        city: City = await info.context.load("City", self.city_id)
        return city

    @strawberry.field(description="Whose it is; none for a team's. (选手)")
    async def contestant(self, info: Info) -> Contestant | None:
        contestant: Contestant | None = await info.context.load("Contestant", self.contestant_id)
        return contestant


@strawberry.type(description="What the public is told of a certificate by its code. (证书查验结果)")
class CertificateCheck:
    code: str = strawberry.field(description="As it stands on the certificate. (查验码)")
    valid: bool = strawberry.field(
        description="What is published now still gives the award to whom it names. (是否有效)"
    )
    named: str = strawberry.field(description="To whom, as published. (获奖者)")
    city: str = strawberry.field(description="Of which city. (市州)")
    award: str = strawberry.field(description="The award. (奖项)")
    contest: str = strawberry.field(description="The contest. (赛事)")
    round: str = strawberry.field(description="The round. (轮次)")
    issued_at: datetime = strawberry.field(description="When it was issued. (签发时间)")
    revision: int | None = strawberry.field(
        description="The revision by which it holds; none when it does not. (依据第几号)"
    )

    @classmethod
    def of(cls, row: Row) -> Self:
        same = "code named city award contest round issued_at revision"
        return cls(valid=row["revision"] is not None, **{name: row[name] for name in same.split()})
