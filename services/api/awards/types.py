"""Awards of a run: who has them, and who is tied for one."""

from typing import Self
from uuid import UUID

import strawberry

from services.api.contests.types import City
from services.api.context import Info
from services.api.rankings.types import Standing
from services.shared.awards.settle import Prize, Settled


@strawberry.type(description="Who has an award, or is tied for it. (获奖者)")
class AwardWinner:
    run_id: strawberry.Private[UUID]
    prize: strawberry.Private[Prize]
    place: int = strawberry.field(description="Among those who could have it; equals share one. (名次)")

    @classmethod
    def of(cls, prize: Prize, run_id: UUID) -> Self:
        return cls(run_id=run_id, prize=prize, place=prize.place)

    @strawberry.field(description="Theirs, or the one whose team it is. (市州)")
    async def city(self, info: Info) -> City:
        city: City = await info.context.load("City", self.prize.city_id)
        return city

    @strawberry.field(description="What a contestant has it for; none: the city's team has it. (排名)")
    async def standing(self, info: Info) -> Standing | None:
        if self.prize.contestant_id is None:
            return None
        found: Standing | None = await info.context.load("Standing", (self.run_id, self.prize.contestant_id))
        return found


@strawberry.type(description="An award of a run. (奖项)")
class Award:
    key: str = strawberry.field(description="Its key in the rules. (代号)")
    title: str = strawberry.field(description="Its name. (名称)")
    winners: list[AwardWinner] = strawberry.field(description="Who has it, by place. (获奖名单)")
    tied: list[AwardWinner] = strawberry.field(description="Equals at the cut, until people decide. (并列待定)")
    seats: int = strawberry.field(description="So many of those tied get it. (待定名额)")

    @classmethod
    def of(cls, settled: Settled, run_id: UUID) -> Self:
        return cls(
            key=settled.award,
            title=settled.title,
            winners=[AwardWinner.of(prize, run_id) for prize in settled.winners],
            tied=[AwardWinner.of(prize, run_id) for prize in settled.tied],
            seats=settled.seats,
        )
