"""What a contest publishes of people: names whole or masked, divisions and accounts shown or not."""

from typing import Annotated

import strawberry

from services.api.checks import check_reason
from services.api.contests.types import Contest
from services.api.context import Info
from services.api.errors import InvalidInput, NotAllowed, NotFound
from services.api.publications import store
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.publications.masking import Masking
from services.shared.vocabulary import NamePolicy


@strawberry.input(description="What is published of people from the next revision on. (公布时的脱敏方式)")
class UpdateMaskingInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    names: NamePolicy = strawberry.field(description="Whole, or the surname alone. (姓名)")
    divisions: bool = strawberry.field(description="Whether divisions are shown. (是否公布组别)")
    accounts: bool = strawberry.field(description="Whether accounts are shown whole. (是否公布完整账号)")
    reason: str = strawberry.field(description="Why. (原因)")


@strawberry.type(description="It holds from the next revision on. (已修改)")
class UpdateMaskingPayload:
    contest: Contest = strawberry.field(description="The contest. (赛事)")


UpdateMaskingResult = Annotated[
    UpdateMaskingPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("UpdateMaskingResult", description="What updateMasking answers. (修改脱敏方式的结果)"),
]


@strawberry.type
class MaskingMutation:
    @strawberry.mutation(description="What is published of people; what is published already stays. (公布时的脱敏方式)")
    async def update_masking(
        self,
        info: Info,
        input: Annotated[UpdateMaskingInput, strawberry.argument(description="What, and why. (输入)")],  # noqa: A002
    ) -> UpdateMaskingResult:
        context = info.context
        check_reason(input.reason)
        contest_id = await context.acting_in("updateMasking", input.contest_id)
        after = Masking(input.names, input.divisions, input.accounts)
        async with context.changing(contest_id) as connection:
            before = _recorded(await store.write_masking(connection, contest_id, after))
            changes = {name: (before[name], value) for name, value in _recorded(after).items() if before[name] != value}
            what = Action.UPDATE_MASKING, "Contest", contest_id, contest_id
            await context.record(connection, Entry(*what, changes=changes, reason=input.reason))
        return UpdateMaskingPayload(contest=await context.load("Contest", contest_id))


def _recorded(masking: Masking) -> dict[str, bool]:
    return {
        "names_whole": masking.names is NamePolicy.FULL,
        "divisions_shown": masking.divisions,
        "accounts_whole": masking.accounts,
    }
