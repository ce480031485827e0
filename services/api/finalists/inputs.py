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
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key selects once. (幂等键)"
    )


@strawberry.input(description="A streamer leaves, or a place is free: another moves up. (替换与递补)")
class ReplaceFinalistInput:
    round_id: strawberry.ID = strawberry.field(description="The round. (轮次)")
    contestant_id: strawberry.ID | None = strawberry.field(
        default=None, description="Who leaves; either this or cityId. (退出的主播)"
    )
    city_id: strawberry.ID | None = strawberry.field(
        default=None, description="Nobody leaves: the city whose free place is filled. (补满名额的市州)"
    )
    reason: str = strawberry.field(description="Why. (原因)")
    replacement_id: strawberry.ID | None = strawberry.field(
        default=None, description="Who comes instead; the next reserve when left out. (指定递补人)"
    )
