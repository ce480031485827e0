"""What selecting and replacing finalists takes."""

import strawberry

from services.shared.vocabulary import SelectedPlace


@strawberry.input(description="Where a person puts somebody. (对一名选手的决定)")
class FinalistChoiceInput:
    contestant_id: strawberry.ID = strawberry.field(description="Who: proposed, or with a standing. (选手)")
    place: SelectedPlace = strawberry.field(description="Streamer, reserve, or out. (确认结果)")
    reason: str = strawberry.field(default="", description="Needed for a tie and where it departs. (原因)")


@strawberry.input(description="Whom people select for the final. (确认决赛人选)")
class SelectFinalistsInput:
    round_id: strawberry.ID = strawberry.field(description="The round. (轮次)")
    run_id: strawberry.ID | None = strawberry.field(
        default=None, description="The run whose proposal is meant; when another one is adopted: Conflict. (成绩核算)"
    )
    choices: list[FinalistChoiceInput] = strawberry.field(
        default_factory=list, description="Ties, and whatever departs from the proposal. (决定)"
    )
    reason: str = strawberry.field(description="Why, for the record. (原因)")


@strawberry.input(description="A streamer leaves the team, another moves up. (替换与递补)")
class ReplaceFinalistInput:
    round_id: strawberry.ID = strawberry.field(description="The round. (轮次)")
    contestant_id: strawberry.ID = strawberry.field(description="Who leaves. (退出的主播)")
    reason: str = strawberry.field(description="Why. (原因)")
    replacement_id: strawberry.ID | None = strawberry.field(
        default=None, description="Who comes instead; the next reserve when left out. (指定递补人)"
    )
