"""Typing figures in: they go the way of a file, and say ever after that they were typed, by whom and why."""

from collections.abc import AsyncIterator, Sequence
from hashlib import sha256
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.access import Scope
from services.api.accounts.types import Account
from services.api.context import Context, Info
from services.api.errors import Conflict, InvalidInput, InvalidInputError, NotAllowed, NotFound, NotFoundError
from services.api.idempotency.store import once
from services.api.nodes import key_of
from services.api.scalars import now_in_beijing
from services.api.typed_figures.inputs import TypedRowInput, TypeFiguresInput, check_typed
from services.api.typed_figures.table import Typed, UnknownColumnError, as_file, kind_of
from services.api.uploads import store
from services.api.uploads.lock import check_open
from services.api.uploads.types import Upload
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value
from services.shared.database.pool import Connection
from services.shared.file_vocabulary import Source
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue
from services.shared.messages.store import tell_organisers
from services.shared.problems import Parameters
from services.shared.storage.originals import Original, seal_original
from services.shared.storage.store import give_key


@strawberry.type(description="The figures wait to be read, like a file. (已录入)")
class TypeFiguresPayload:
    upload: Upload = strawberry.field(description="What was made of them. (上传文件)")


TypeFiguresResult = Annotated[
    TypeFiguresPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("TypeFiguresResult", description="What typeFigures answers. (人工录入的结果)"),
]


@strawberry.type
class TypedFiguresMutation:
    @strawberry.mutation(description="Takes figures that were typed in, for a reason that is shown. (人工录入)")
    async def type_figures(
        self,
        info: Info,
        input: Annotated[TypeFiguresInput, strawberry.argument(description="Figures. (输入)")],  # noqa: A002
    ) -> TypeFiguresResult:
        context = info.context
        scope = context.may("typeFigures")
        check_typed(input, now_in_beijing())
        account: Account | None = await context.load("Account", key_of(input.account_id, "Account"))
        if account is None:
            raise InvalidInputError("ACCOUNT_UNKNOWN", field="accountId")
        upload_id = await once(
            context, "typeFigures", input, lambda connection: _type(context, connection, scope, account, input)
        )
        await context.send_jobs()
        return TypeFiguresPayload(upload=await context.load("Upload", upload_id))


async def _type(
    context: Context, connection: Connection, scope: Scope, account: Account, typed: TypeFiguresInput
) -> UUID:
    contest_id = key_of(typed.contest_id, "Contest")
    if contest_id is None:
        raise NotFoundError
    theirs = await store.find_named_account(
        connection, scope, contest_id, account_id=account.uuid, handle_key=None, platform=None
    )
    if theirs is None:
        raise InvalidInputError("ACCOUNT_UNKNOWN", field="accountId")
    await check_open(connection, contest_id, None)
    content = file_of(typed.source, typed.rows, account)
    new = store.NewUpload(
        id=new_id(),
        contest_id=contest_id,
        name=f"人工录入-{account.handle}.csv",
        size=len(content),
        sha256=sha256(content).hexdigest(),
        kind=kind_of(typed.source),
        account_id=account.uuid,
        exported_at=typed.exported_at,
        attested=True,
        typing_reason=typed.reason,
    )
    await store.add_upload(connection, new, None, context.viewer.user_id)
    key = await give_key(connection, context.resources.vault, new.id)
    await seal_original(context.resources.files, Original(new.id, None, new.size, new.sha256), key, _whole(content))
    await store.mark_bytes(connection, new.id)
    await _hand_on(connection, new, account)
    changes: dict[str, tuple[Value, Value]] = {"rows": (None, len(typed.rows)), "sha256": (None, new.sha256)}
    whose = contest_id, None, account.contestant_id
    await context.record(
        connection, Entry(Action.TYPE_FIGURES, "Upload", new.id, *whose, changes=changes, reason=typed.reason)
    )
    return new.id


async def _hand_on(connection: Connection, new: store.NewUpload, account: Account) -> None:
    """To the scorer, or first to a second person where the contest asks for one."""
    if await store.needs_two_typists(connection, new.contest_id):
        said: Parameters = {"account": account.handle}
        await tell_organisers(connection, "FIGURES_WAIT", new.contest_id, f"typed {new.id}", said)
        return
    await store.queue_upload(connection, new.id)
    await enqueue(connection, JobKind.INGEST_UPLOAD, new.id)


def file_of(source: Source, typed: Sequence[TypedRowInput], account: Account) -> bytes:
    """The same bytes for the same figures; raises InvalidInputError for a column that is none."""
    rows = [[Typed(figure.column, figure.value) for figure in row.figures] for row in typed]
    try:
        return as_file(source, account.platform, account.handle, rows)
    except UnknownColumnError as unknown:
        field = f"rows.{unknown.row}.figures.{unknown.place}.column"
        raise InvalidInputError("FIGURE_UNKNOWN", field=field, column=unknown.column[:60]) from None


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content
