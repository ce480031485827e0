"""What the mutations of teams take."""

import strawberry


@strawberry.input(description="Who leads and who assists; what is left out stays as it is. (领队与助理)")
class SetTeamOfficialsInput:
    city_id: strawberry.ID = strawberry.field(description="The city. (市州)")
    leader_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="User id of the leader, see Team.leaders; null for nobody. (领队)"
    )
    assistant_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="Name of the assistant; null for nobody. (助理姓名)"
    )
    assistant_phone: str | None = strawberry.field(
        default=strawberry.UNSET, description="The assistant's mobile number; needed for a new name. (助理手机号)"
    )


@strawberry.input(description="The leader confirms the team. (确认参赛队)")
class ConfirmTeamInput:
    city_id: strawberry.ID = strawberry.field(description="The city. (市州)")
    expected_streamers: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The streamers as the leader saw them; when others are in it: Conflict. (主播)"
    )


@strawberry.input(description="A confirmed team may be changed again. (重新打开参赛队)")
class ReopenTeamInput:
    city_id: strawberry.ID = strawberry.field(description="The city. (市州)")
    reason: str = strawberry.field(description="Why. (原因)")
