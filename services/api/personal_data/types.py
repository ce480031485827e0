"""What the mutations on personal data take and answer."""

from typing import Annotated

import strawberry

from services.api.contestants.types import Contestant
from services.api.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooManyAttempts


@strawberry.input(description="Whose ID number and phone to read whole. (查看完整个人信息)")
class RevealPersonalDataInput:
    contestant_id: strawberry.ID = strawberry.field(description="The contestant. (选手)")
    reason: str = strawberry.field(description="Why; it is recorded. (原因)")


@strawberry.type(description="Personal data whole; that it was read is recorded. (完整个人信息)")
class RevealPersonalDataPayload:
    contestant: Contestant = strawberry.field(description="The contestant. (选手)")
    id_number: str = strawberry.field(description="The ID number, 18 characters. (身份证号)")
    phone: str = strawberry.field(description="The phone number, 11 digits. (手机号)")


@strawberry.input(description="Whose personal data to erase, at their request. (删除个人信息)")
class EraseContestantInput:
    contestant_id: strawberry.ID = strawberry.field(description="The contestant. (选手)")
    reason: str = strawberry.field(description="Who asked, and when; it is recorded. (原因)")


@strawberry.type(description="The personal data are erased; results stand under a mask. (已删除)")
class EraseContestantPayload:
    contestant: Contestant = strawberry.field(description="What is left of the contestant. (选手)")
    documents: int = strawberry.field(description="Documents that were deleted. (删除的材料数)")
    files: int = strawberry.field(description="Uploaded files whose bytes were deleted. (删除的上传文件数)")


RevealPersonalDataResult = Annotated[
    RevealPersonalDataPayload | InvalidInput | NotFound | NotAllowed | Conflict | TooManyAttempts,
    strawberry.union("RevealPersonalDataResult", description="What revealPersonalData answers. (查看的结果)"),
]
EraseContestantResult = Annotated[
    EraseContestantPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("EraseContestantResult", description="What eraseContestant answers. (删除的结果)"),
]
