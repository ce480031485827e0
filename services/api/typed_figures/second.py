"""Figures typed off a screen count once a second person, who does not see the first one's, has typed the same."""

from hashlib import sha256
from typing import Annotated

import strawberry

from services.api.accounts.types import Account
from services.api.checks import check_reason
from services.api.contests.settings import set_contest
from services.api.contests.types import Contest
from services.api.context import Context, Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    NotAllowed,
    NotAllowedError,
    NotFound,
    NotFoundError,
)
from services.api.nodes import key_of
from services.api.rows import Row
from services.api.typed_figures.inputs import TypedRowInput, check_rows
from services.api.typed_figures.resolvers import file_of
from services.api.typed_figures.table import source_of
from services.api.uploads import store
from services.api.uploads.types import Upload
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.database.pool import Connection
from services.shared.file_vocabulary import UploadKind, UploadState
from services.shared.jobs import JobKind, enqueue


@strawberry.input(description="The same figures, typed by a second person. (第二人录入)")
class ConfirmTypedFiguresInput:
    upload_id: strawberry.ID = strawberry.field(description="What was made of the first one's. (待确认的录入)")
    rows: list[TypedRowInput] = strawberry.field(description="As read off the screen, in the same order. (数据行)")


@strawberry.input(description="Typed figures that are not to count. (退回录入)")
class DeclineTypedFiguresInput:
    upload_id: strawberry.ID = strawberry.field(description="What was made of them. (待确认的录入)")
    reason: str = strawberry.field(description="Why. (原因)")


@strawberry.input(description="Whether figures are typed by two people. (录入须两人)")
class RequireTypingConfirmationInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    required: bool = strawberry.field(description="Two people from now on. (是否须两人)")
    reason: str = strawberry.field(description="Why. (原因)")


@strawberry.type(description="Both typed the same: the figures wait to be read, like a file. (已确认)")
class ConfirmTypedFiguresPayload:
    upload: Upload = strawberry.field(description="What was made of them. (上传文件)")


@strawberry.type(description="They never count. (已退回)")
class DeclineTypedFiguresPayload:
    upload: Upload = strawberry.field(description="What was made of them. (上传文件)")


@strawberry.type(description="It holds from now on. (已设置)")
class RequireTypingConfirmationPayload:
    contest: Contest = strawberry.field(description="The contest. (赛事)")


ConfirmTypedFiguresResult = Annotated[
    ConfirmTypedFiguresPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("ConfirmTypedFiguresResult", description="What confirmTypedFigures answers. (第二人录入的结果)"),
]
DeclineTypedFiguresResult = Annotated[
    DeclineTypedFiguresPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("DeclineTypedFiguresResult", description="What declineTypedFigures answers. (退回录入的结果)"),
]
RequireTypingConfirmationResult = Annotated[
    RequireTypingConfirmationPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union(
        "RequireTypingConfirmationResult", description="What requireTypingConfirmation answers. (设置的结果)"
    ),
]


@strawberry.type
class SecondTypingMutation:
    @strawberry.mutation(description="Types figures a second time: equal ones count. (第二人录入)")
    async def confirm_typed_figures(
        self,
        info: Info,
        input: Annotated[ConfirmTypedFiguresInput, strawberry.argument(description="Figures. (输入)")],  # noqa: A002
    ) -> ConfirmTypedFiguresResult:
        context = info.context
        check_rows(input.rows)
        upload: Upload | None = await context.load("Upload", key_of(input.upload_id, "Upload"))
        account: Account | None = await context.load("Account", upload.account_id) if upload else None
        if account is None:
            raise NotFoundError
        async with context.pool.acquire() as connection, connection.transaction():
            row = await _lock_waiting(context, connection, "confirmTypedFigures", input.upload_id)
            typed = file_of(source_of(UploadKind(row["kind_stated"])), input.rows, account)
            if sha256(typed).hexdigest() != row["sha256"]:
                raise ConflictError("FIGURES_DIFFER")
            await store.queue_upload(connection, row["id"])
            await enqueue(connection, JobKind.INGEST_UPLOAD, row["id"])
            await context.record(connection, _entry(Action.CONFIRM_TYPED_FIGURES, row))
        await context.send_jobs()
        return ConfirmTypedFiguresPayload(upload=await context.load("Upload", row["id"]))

    @strawberry.mutation(description="Figures that were typed once are not to count. (退回录入)")
    async def decline_typed_figures(
        self,
        info: Info,
        input: Annotated[DeclineTypedFiguresInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> DeclineTypedFiguresResult:
        context = info.context
        check_reason(input.reason)
        async with context.pool.acquire() as connection, connection.transaction():
            row = await _lock_waiting(context, connection, "declineTypedFigures", input.upload_id, own=True)
            await store.decline_typed(connection, row["id"], input.reason)
            await context.record(connection, _entry(Action.DECLINE_TYPED_FIGURES, row, input.reason))
        return DeclineTypedFiguresPayload(upload=await context.load("Upload", row["id"]))

    @strawberry.mutation(description="Sets whether figures are typed by two people. (设置录入须两人)")
    async def require_typing_confirmation(
        self,
        info: Info,
        input: Annotated[RequireTypingConfirmationInput, strawberry.argument(description="Whether. (输入)")],  # noqa: A002
    ) -> RequireTypingConfirmationResult:
        done = "requireTypingConfirmation", Action.REQUIRE_TYPING_CONFIRMATION
        contest = await set_contest(info.context, *done, input, typing_needs_two=input.required)
        return RequireTypingConfirmationPayload(contest=contest)


async def _lock_waiting(
    context: Context, connection: Connection, mutation: str, named: strawberry.ID, *, own: bool = False
) -> Row:
    """Figures that were typed once; `own` ones the viewer may not confirm."""
    key = key_of(named, "Upload")
    row = await store.lock_typed(connection, context.may(mutation), key) if key else None
    if row is None:
        raise NotFoundError
    if row["state"] != UploadState.CREATED:
        raise ConflictError("FIGURES_NOT_WAITING")
    if row["created_by"] == context.viewer.user_id and not own:
        raise NotAllowedError("FIGURES_OF_YOUR_OWN")
    return row


def _entry(action: Action, row: Row, reason: str = "") -> Entry:
    return Entry(action, "Upload", row["id"], row["contest_id"], None, row["contestant_id"], reason=reason)
