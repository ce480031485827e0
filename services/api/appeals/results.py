"""What the mutations of appeals answer."""

from typing import Annotated

import strawberry

from services.api.appeals.types import Appeal
from services.api.contests.types import Contest
from services.api.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooManyAttempts


@strawberry.type(description="Where the bytes of a paper go. (材料上传地址)")
class PaperPlace:
    title: str = strawberry.field(description="Of which paper. (名称)")
    put_url: str = strawberry.field(description="PUT the bytes here; may be relative to the API. (上传地址)")
    put_token: str | None = strawberry.field(
        description="Send it with them as `Authorization: Bearer …`, once; none when they are there. (上传令牌)"
    )


@strawberry.type(description="It is filed. (已提交)")
class FileAppealPayload:
    appeal: Appeal = strawberry.field(description="The appeal with its number. (申诉)")
    secret: str = strawberry.field(description="Follows it, with its number; told only now. (查询码)")
    papers: list[PaperPlace] = strawberry.field(description="Where its papers go, in the order given. (材料)")


@strawberry.type(description="Somebody looks into it. (已指定)")
class AssignAppealPayload:
    appeal: Appeal = strawberry.field(description="The appeal. (申诉)")


@strawberry.type(description="It is decided, or waits for a second person. (已作出结论)")
class DecideAppealPayload:
    appeal: Appeal = strawberry.field(description="The appeal. (申诉)")


@strawberry.type(description="The decision holds. (已复核)")
class ConfirmAppealPayload:
    appeal: Appeal = strawberry.field(description="The appeal. (申诉)")


@strawberry.type(description="It is taken back. (已撤回)")
class WithdrawAppealPayload:
    appeal: Appeal = strawberry.field(description="The appeal. (申诉)")


@strawberry.type(description="It is known what it led to. (已关联)")
class LinkAppealPayload:
    appeal: Appeal = strawberry.field(description="The appeal. (申诉)")


@strawberry.type(description="Who filed it, whole. (提出人)")
class RevealFilerPayload:
    name: str = strawberry.field(description="Real name. (姓名)")
    unit: str | None = strawberry.field(description="For which unit. (单位)")
    phone: str | None = strawberry.field(description="To ask back. (手机号)")


@strawberry.type(description="Contestant and city know that figures are looked into, no more. (已告知)")
class TellOfInquiryPayload:
    appeal: Appeal = strawberry.field(description="The objection. (异议)")


@strawberry.type(description="It holds from now on. (已设置)")
class UpdateAppealSettingsPayload:
    contest: Contest = strawberry.field(description="The contest. (赛事)")


FileAppealResult = Annotated[
    FileAppealPayload | InvalidInput | NotFound | Conflict | TooManyAttempts,
    strawberry.union("FileAppealResult", description="What fileAppeal answers. (提交的结果)"),
]
AssignAppealResult = Annotated[
    AssignAppealPayload | NotFound | NotAllowed | Conflict,
    strawberry.union("AssignAppealResult", description="What assignAppeal answers. (指定的结果)"),
]
DecideAppealResult = Annotated[
    DecideAppealPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("DecideAppealResult", description="What decideAppeal answers. (结论的结果)"),
]
ConfirmAppealResult = Annotated[
    ConfirmAppealPayload | NotFound | NotAllowed | Conflict,
    strawberry.union("ConfirmAppealResult", description="What confirmAppeal answers. (复核的结果)"),
]
WithdrawAppealResult = Annotated[
    WithdrawAppealPayload | NotFound | NotAllowed | Conflict | TooManyAttempts,
    strawberry.union("WithdrawAppealResult", description="What withdrawAppeal answers. (撤回的结果)"),
]
LinkAppealResult = Annotated[
    LinkAppealPayload | NotFound | NotAllowed | Conflict,
    strawberry.union("LinkAppealResult", description="What linkAppeal answers. (关联的结果)"),
]
RevealFilerResult = Annotated[
    RevealFilerPayload | InvalidInput | NotFound | NotAllowed | Conflict | TooManyAttempts,
    strawberry.union("RevealFilerResult", description="What revealFiler answers. (查看的结果)"),
]
TellOfInquiryResult = Annotated[
    TellOfInquiryPayload | NotFound | NotAllowed | Conflict,
    strawberry.union("TellOfInquiryResult", description="What tellOfInquiry answers. (告知的结果)"),
]
UpdateAppealSettingsResult = Annotated[
    UpdateAppealSettingsPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("UpdateAppealSettingsResult", description="What updateAppealSettings answers. (设置的结果)"),
]
