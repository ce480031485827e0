"""A city's team for the final, as far as it is known."""

import strawberry

from services.api.contests.types import City
from services.api.finalists.types import Finalist
from services.api.nodes import Node


@strawberry.type(description="A city's people for the final: leader, assistant and streamers. (参赛队)")
class Team(Node):
    city: City = strawberry.field(description="The city. (市州)")
    leader: str | None = strawberry.field(description="Name of the leader who has access for this city. (领队)")
    assistant: str | None = strawberry.field(description="Name of the assistant, once there is one. (助理)")
    streamers: list[Finalist] = strawberry.field(description="Proposed streamers. (主播)")
    tied: list[Finalist] = strawberry.field(description="Equal at the cut: a person decides. (并列待定)")
    reserves: list[Finalist] = strawberry.field(description="Who follows, in order. (候补)")
    shortage: int = strawberry.field(description="Streamers missing for the smallest team. (缺额)")
    size: int = strawberry.field(description="People in it so far, leader and assistant included. (人数)")
    minimum_size: int = strawberry.field(description="The fewest it may have. (最少人数)")
    maximum_size: int = strawberry.field(description="The most it may have. (最多人数)")
