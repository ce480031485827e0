"""What the mutations on cities' lists take, and what they answer."""

from typing import Annotated

import strawberry

from services.api.errors import Conflict, InvalidInput, NotAllowed, NotFound
from services.api.submissions.types import Submission


@strawberry.input(description="A city's list to be submitted. (推荐上报)")
class SubmitCityListInput:
    city_id: strawberry.ID = strawberry.field(description="The city. (市州)")
    expected_people: int | None = strawberry.field(
        default=None, description="How many people you have checked; refused if there are more or fewer. (核对人数)"
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key submits once. (幂等键)"
    )


@strawberry.input(description="A wish to change a list that was submitted. (申请修改名单)")
class AskListChangeInput:
    city_id: strawberry.ID = strawberry.field(description="The city. (市州)")
    reason: str = strawberry.field(description="What is to be changed, and why. (原因)")


@strawberry.input(description="A list to be opened again. (退回名单)")
class ReopenCityListInput:
    city_id: strawberry.ID = strawberry.field(description="The city. (市州)")
    reason: str = strawberry.field(description="Why. (原因)")


@strawberry.input(description="The signed copy of a list. (盖章名单)")
class AttachSignedListInput:
    submission_id: strawberry.ID = strawberry.field(description="The list. (上报名单)")
    document_id: strawberry.ID = strawberry.field(description="The document. (盖章件)")


@strawberry.type(description="The list is submitted and locked. (已上报)")
class SubmitCityListPayload:
    submission: Submission = strawberry.field(description="The list. (上报名单)")


@strawberry.type(description="The organisers see that the city asks. (已申请)")
class AskListChangePayload:
    submission: Submission = strawberry.field(description="The list. (上报名单)")


@strawberry.type(description="The city can change its people again. (已退回)")
class ReopenCityListPayload:
    submission: Submission = strawberry.field(description="The list. (上报名单)")


@strawberry.type(description="The signed copy is attached. (已附盖章件)")
class AttachSignedListPayload:
    submission: Submission = strawberry.field(description="The list. (上报名单)")


SubmitCityListResult = Annotated[
    SubmitCityListPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("SubmitCityListResult", description="What submitCityList answers. (上报的结果)"),
]
AskListChangeResult = Annotated[
    AskListChangePayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("AskListChangeResult", description="What askListChange answers. (申请修改的结果)"),
]
ReopenCityListResult = Annotated[
    ReopenCityListPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("ReopenCityListResult", description="What reopenCityList answers. (退回名单的结果)"),
]
AttachSignedListResult = Annotated[
    AttachSignedListPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("AttachSignedListResult", description="What attachSignedList answers. (附盖章件的结果)"),
]
