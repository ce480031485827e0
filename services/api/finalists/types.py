"""Proposed finalists, city by city, each with the reason it is there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import strawberry

from services.api.contestants.types import Contestant, Places
from services.api.contests.types import City
from services.api.context import Info
from services.api.nodes import Node
from services.api.problems import InLanguage, Parameter, parameters_of
from services.api.rankings.types import Standing
from services.api.rows import Row
from services.api.verification.types import VerificationCounts
from services.shared.vocabulary import Place, SelectedPlace
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
    contestant: strawberry.Private[Contestant]
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
        contestant = Contestant.of(row, places)
        return cls(
            uuid=row["id"],
            run_id=row["run_id"],
            contestant=contestant,
            place=Place(row["place"]),
            position=row["place_position"],
            standing=Standing.of(row, contestant),
            reason=_reason(row["reason"], contestant),
        )


def _reason(stored: Mapping[str, Any], contestant: Contestant) -> Reason:
    values = dict(stored["parameters"])
    if "division" in values:  # a place kept for a division is only ever filled by one of its own
        values["division"] = contestant.division.name
    return Reason(code=stored["code"], values=values)


@strawberry.type(description="Somebody's place for the final: as proposed, until people select. (决赛人选)")
class SelectedFinalist:
    run_id: strawberry.Private[UUID]
    replaced_by_id: strawberry.Private[UUID | None]
    contestant: Contestant = strawberry.field(description="Who. (选手)")
    place: SelectedPlace | None = strawberry.field(description="As selected; none before that. (确认结果)")
    position: int = strawberry.field(description="Order among those of the same place. (顺序)")
    proposed_place: Place | None = strawberry.field(description="As the run proposes; none: not proposed. (拟推荐结果)")
    proposal: Reason | None = strawberry.field(description="Why the run proposes that. (拟推荐理由)")
    reason: str = strawberry.field(description="Why people departed from the proposal. (调整原因)")
    changed_at: datetime | None = strawberry.field(description="When a replacement changed it. (递补时间)")
    eligible: bool | None = strawberry.field(
        description="May still compete for the city: approved, has not left; none before selection. (是否仍有资格)"
    )

    @classmethod
    def of(cls, row: Row, places: Places) -> Self:
        """From the columns of `list_selected`."""
        contestant = Contestant.of(row, places)
        return cls(
            run_id=row["run_id"],
            replaced_by_id=row["replaced_by"],
            contestant=contestant,
            place=SelectedPlace(row["selected_place"]),
            position=row["selected_position"],
            proposed_place=Place(row["proposed_place"]) if row["proposed_place"] else None,
            proposal=_reason(row["proposal_reason"], contestant) if row["proposal_reason"] else None,
            reason=row["selected_reason"],
            changed_at=row["changed_at"],
            eligible=row["eligible"],
        )

    @classmethod
    def proposed(cls, finalist: Finalist) -> Self:
        """Before people have selected."""
        return cls(
            run_id=finalist.run_id,
            replaced_by_id=None,
            contestant=finalist.contestant,
            place=None,
            position=finalist.position,
            proposed_place=finalist.place,
            proposal=finalist.reason,
            reason="",
            changed_at=None,
            eligible=None,
        )

    @strawberry.field(description="Their place in the run the selection follows, where visible. (排名)")
    async def standing(self, info: Info) -> Standing | None:
        found: Standing | None = await info.context.load("Standing", (self.run_id, self.contestant.uuid))
        return found

    @strawberry.field(description="Who took over their place. (递补人)")
    async def replaced_by(self, info: Info) -> Contestant | None:
        found: Contestant | None = await info.context.load("Contestant", self.replaced_by_id)
        return found


@strawberry.type(description="What a run proposes for one city. (市州拟推荐名单)")
class CityFinalists:
    round_id: strawberry.Private[UUID]
    city: City = strawberry.field(description="The city. (市州)")
    streamers: list[Finalist] = strawberry.field(description="Proposed for the final, in order. (拟推荐主播)")
    tied: list[Finalist] = strawberry.field(description="Equal at the cut: a person decides. (并列待定)")
    reserves: list[Finalist] = strawberry.field(description="Who follows, in order. (候补)")
    shortage: int = strawberry.field(description="Streamers missing for the smallest team. (缺额)")

    @strawberry.field(description="How far verification of its people is. (核验进度)")
    async def verification(self, info: Info) -> VerificationCounts | None:
        key = self.round_id, self.city.uuid
        counts: VerificationCounts | None = await info.context.load("Verification.counts", key)
        return counts

    @strawberry.field(description="Whom people have selected for the round, and passed over; none before. (确认人选)")
    async def selected(self, info: Info) -> list[SelectedFinalist] | None:
        found: list[SelectedFinalist] | None = await info.context.load(
            "CityFinalists.selected", (self.round_id, self.city.uuid)
        )
        return found
