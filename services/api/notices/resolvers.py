"""Publishing notices, withdrawing them, reading them."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_reason
from services.api.context import Context, Info
from services.api.errors import ConflictError, NotFoundError
from services.api.idempotency.store import once
from services.api.nodes import After, Connection, ContestId, First, Page, key_of
from services.api.notices import store
from services.api.notices.inputs import (
    PublishNoticeInput,
    PublishNoticePayload,
    PublishNoticeResult,
    WithdrawNoticeInput,
    WithdrawNoticePayload,
    WithdrawNoticeResult,
    check_notice,
)
from services.api.notices.types import Notice
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection as Database
from services.shared.identity import new_id
from services.shared.messages.store import tell_cities
from services.shared.problems import Parameters


@strawberry.type
class NoticeQuery:
    @strawberry.field(description="The notices of a contest, the newest first. (通知公告)")
    async def notices(
        self, info: Info, contest_id: ContestId, first: First = 50, after: After = None
    ) -> Connection[Notice]:
        contest = key_of(contest_id, "Contest")
        if contest is None:
            return Page.empty(first)
        page: Connection[Notice] = await info.context.load("Contest.notices", (contest, first, after))
        return page


@strawberry.type
class NoticeMutation:
    @strawberry.mutation(description="Announces something to everyone; it is never edited. (发布通知)")
    async def publish_notice(
        self,
        info: Info,
        input: Annotated[PublishNoticeInput, strawberry.argument(description="What. (输入)")],  # noqa: A002
    ) -> PublishNoticeResult:
        context = info.context
        check_notice(input)
        contest = await context.acting_in("publishNotice", input.contest_id)
        key = await once(
            context, "publishNotice", input, lambda connection: _publish(context, connection, contest, input)
        )
        return PublishNoticePayload(notice=await context.load("Notice", key))

    @strawberry.mutation(description="Withdraws a notice; to correct one, publish another. (撤回通知)")
    async def withdraw_notice(
        self,
        info: Info,
        input: Annotated[WithdrawNoticeInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> WithdrawNoticeResult:
        context = info.context
        check_reason(input.reason)
        notice: Notice = await context.acting_on("withdrawNotice", "Notice", input.notice_id)
        key = notice.uuid
        async with context.pool.acquire() as connection, connection.transaction():
            await lock_contest(connection, notice.contest_id)
            if not await store.withdraw(connection, notice, input.reason):
                raise ConflictError("NOTICE_WITHDRAWN")
            entry = Entry(
                Action.WITHDRAW_NOTICE, "Notice", key, contest_id=notice.contest_id,
                changes={"number": (notice.number, None)}, reason=input.reason,
            )  # fmt: skip
            await context.record(connection, entry)
            told: Parameters = {"number": notice.number, "title": notice.title}
            await tell_cities(connection, notice.contest_id, "NOTICE_TAKEN_BACK", f"notice withdrawn {key}", told)
        return WithdrawNoticePayload(notice=await context.load("Notice", key))


async def _publish(context: Context, connection: Database, contest: UUID, given: PublishNoticeInput) -> UUID:
    key = new_id()
    await lock_contest(connection, contest)
    attached = [document for text in given.attachment_ids if (document := key_of(text, "Document"))]
    if len({*attached}) != len(given.attachment_ids):
        raise NotFoundError
    if await store.count_attachable(connection, contest, attached) != len(attached):
        raise ConflictError("ATTACHMENT_NOT_READY")
    timetable = [
        {"title": one.title, "from": one.start, "to": one.end, "to_be_announced": one.to_be_announced}
        for one in given.timetable
    ]
    contacts = [{"name": one.name, "phone": one.phone, "role": one.role.value} for one in given.contacts]
    values = given.title, given.body, timetable, contacts, attached, context.viewer.user_id
    number = await store.add_notice(connection, key, contest, *values)
    changes: dict[str, tuple[Value, Value]] = {"number": (None, number), "title": (None, given.title)}
    await context.record(connection, Entry(Action.PUBLISH_NOTICE, "Notice", key, contest_id=contest, changes=changes))
    said: Parameters = {"number": number, "title": given.title}
    await tell_cities(connection, contest, "NOTICE_PUBLISHED", f"notice {key}", said)
    return key
