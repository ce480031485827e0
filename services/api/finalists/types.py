"""Proposed finalists, city by city, each with the reason it is there."""

from collections.abc import Mapping
from typing import Any, Self
from uuid import UUID

import strawberry

from services.api.contestants.types import Places
from services.api.contests.types import City
from services.api.nodes import Node
from services.api.problems import InLanguage, Parameter, parameters_of
from services.api.rankings.types import Standing
from services.api.rows import Row
from services.shared.vocabulary import Place
from services.shared.words import Language, put


@strawberry.type(description="Why somebody is where they are. (理由)")
class Reason:
    values: strawberry.Private[Mapping[str, Any]]
    code: str = strawberry.field(description="Stable, for programs. (理由代码)")

    @strawberry.field(description="The reason as a sentence. (说明)")
    def message(self, language: InLanguage = Language.ZH) -> str:
        return put(self.code, self.values, language)

    @strawberry.field(description="The values in the sentence. (参数)")
    def parameters(self) -> list[Parameter]:
        return parameters_of(self.values)


@strawberry.type(description="A contestant in a city's proposal. (拟推荐决赛选手)")
class Finalist(Node):
    run_id: strawberry.Private[UUID]
    place: Place = strawberry.field(description="Streamer, tied at the cut, or reserve. (入选类别)")
    position: int = strawberry.field(description="1 … n among those of the same place. (顺序)")
    standing: Standing = strawberry.field(description="What it follows from. (排名)")
    reason: Reason = strawberry.field(description="Why. (理由)")

    @property
    def node_key(self) -> str:
        return f"{self.run_id}.{self.uuid}"

    @classmethod
    def of(cls, row: Row, places: Places) -> Self:
        """From the columns of `list_proposal`."""
        standing = Standing.of(row, places)
        values = dict(row["reason"]["parameters"])
        if "division" in values:  # a place kept for a division is only ever filled by one of its own
            values["division"] = standing.contestant.division.name
        return cls(
            uuid=row["id"],
            run_id=row["run_id"],
            place=Place(row["place"]),
            position=row["place_position"],
            standing=standing,
            reason=Reason(code=row["reason"]["code"], values=values),
        )


@strawberry.type(description="What a run proposes for one city. (市州拟推荐名单)")
class CityFinalists:
    city: City = strawberry.field(description="The city. (市州)")
    streamers: list[Finalist] = strawberry.field(description="Proposed for the final, in order. (拟推荐主播)")
    tied: list[Finalist] = strawberry.field(description="Equal at the cut: a person decides. (并列待定)")
    reserves: list[Finalist] = strawberry.field(description="Who follows, in order. (候补)")
    shortage: int = strawberry.field(description="Streamers missing for the smallest team. (缺额)")
