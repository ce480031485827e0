"""Reading appeals, who filed them, and what a contest wants of them."""

from typing import Annotated

import strawberry

from services.api.appeals import store
from services.api.appeals.inputs import AppealFilter, RevealFilerInput, UpdateAppealSettingsInput
from services.api.appeals.results import (
    RevealFilerPayload,
    RevealFilerResult,
    UpdateAppealSettingsPayload,
    UpdateAppealSettingsResult,
)
from services.api.appeals.steps import record_step
from services.api.appeals.types import OUTCOMES, Appeal
from services.api.attempts import APPEAL_SECRETS
from services.api.checks import check_reason
from services.api.contests.settings import set_contest
from services.api.context import Info
from services.api.errors import ConflictError
from services.api.nodes import After, Connection, ContestId, First, Page, key_of
from services.api.personal_data.limits import check_reveals
from services.api.users.sessions import token_hash
from services.shared.audit.actions import Action


@strawberry.type
class AppealQuery:
    @strawberry.field(description="Appeals and objections, the newest first, as far as visible. (申诉、异议)")
    async def appeals(
        self,
        info: Info,
        contest_id: ContestId,
        filter: Annotated[AppealFilter | None, strawberry.argument(description="Only these. (筛选)")] = None,  # noqa: A002
        first: First = 50,
        after: After = None,
    ) -> Connection[Appeal]:
        wanted = _wanted(contest_id, filter or AppealFilter())
        if wanted is None:
            return Page.empty(first)
        page = Page.of(f"appeals {wanted}", first, after)
        rows, total = await store.list_appeals(info.context.pool, store.Eyes.of(info.context), wanted, page)
        return page.connect([(row["id"], Appeal.of(row)) for row in rows], total)

    @strawberry.field(description="An appeal for whoever filed it without an account. (凭查询码查看)")
    async def appeal(
        self,
        info: Info,
        contest_id: ContestId,
        number: Annotated[int, strawberry.argument(description="Its number. (编号)")],
        secret: Annotated[str, strawberry.argument(description="What was answered when it was filed. (查询码)")],
    ) -> Appeal | None:
        await info.context.count_attempt("appealSecret", **APPEAL_SECRETS)
        contest = key_of(contest_id, "Contest")
        if contest is None:
            return None
        row = await store.find_by_secret(info.context.pool, contest, number, token_hash(secret))
        return Appeal.of(row) if row else None


def _wanted(contest_id: strawberry.ID, only: AppealFilter) -> store.Wanted | None:
    """None when an id in it is none of ours: nothing can fit."""
    contest, round_id = key_of(contest_id, "Contest"), key_of(only.round_id, "Round")
    city = key_of(only.city_id, "City")
    led_to = next((key for name in OUTCOMES.values() if (key := key_of(only.led_to, name))), None)
    given = ((only.round_id, round_id), (only.city_id, city), (only.led_to, led_to))
    if contest is None or any(text and key is None for text, key in given):
        return None
    return store.Wanted(contest, round_id, city, only.kind, only.state, led_to)


@strawberry.type
class AppealMutation:
    @strawberry.mutation(description="Reads whole who filed an appeal; it is recorded. (查看提出人)")
    async def reveal_filer(
        self,
        info: Info,
        input: Annotated[RevealFilerInput, strawberry.argument(description="Of which, and why. (输入)")],  # noqa: A002
    ) -> RevealFilerResult:
        context = info.context
        check_reason(input.reason)
        appeal: Appeal = await context.acting_on("revealFiler", "Appeal", input.id)
        whole = appeal.whole_filer(info)
        if whole is None:
            raise ConflictError("FILER_ERASED")
        async with context.pool.acquire() as connection, connection.transaction():
            await check_reveals(connection, context.viewer.user_id)
            await record_step(context, connection, Action.REVEAL_PERSONAL_DATA, appeal.row, {}, reason=input.reason)
        return RevealFilerPayload(**whole)

    @strawberry.mutation(description="Sets what a contest wants of appeals. (申诉设置)")
    async def update_appeal_settings(
        self,
        info: Info,
        input: Annotated[UpdateAppealSettingsInput, strawberry.argument(description="What. (输入)")],  # noqa: A002
    ) -> UpdateAppealSettingsResult:
        contest = await set_contest(
            info.context,
            "updateAppealSettings",
            Action.UPDATE_APPEAL_SETTINGS,
            input,
            appeals_need_two=input.need_two,
            appeals_block_publication=input.block_publication,
        )
        return UpdateAppealSettingsPayload(contest=contest)
