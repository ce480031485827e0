"""Filing an appeal, and taking it back."""

import hmac
import json
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.address import client_key
from services.api.appeals import store
from services.api.appeals.inputs import FileAppealInput, Signed, WithdrawAppealInput, check_filing
from services.api.appeals.results import (
    FileAppealPayload,
    FileAppealResult,
    PaperPlace,
    WithdrawAppealPayload,
    WithdrawAppealResult,
)
from services.api.appeals.steps import record_step, tell_handlers
from services.api.appeals.types import Appeal
from services.api.attempts import APPEAL_SECRETS, APPEALS
from services.api.context import Context, Info
from services.api.decisions.viewers import ORGANISERS, UPLOADERS
from services.api.documents.store import NewDocument, add_document, renew_token
from services.api.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from services.api.nodes import key_of
from services.api.users.sessions import new_token, token_hash
from services.shared.appeal_vocabulary import OPEN_APPEALS, AppealKind, AppealState
from services.shared.audit.actions import Action
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection
from services.shared.identity import new_id
from services.shared.vocabulary import DocumentPurpose

# Objections to one contest in a day: from one address, and from all. Organisers enter those of letters beyond that.
MOST_OF_ADDRESS, MOST_A_DAY = 20, 300


@strawberry.type
class FileAppealMutation:
    @strawberry.mutation(
        description="Files an appeal about own figures, or during the notice an objection about anybody's; for an"
        " objection no account is needed. (提出申诉或异议)"
    )
    async def file_appeal(
        self,
        info: Info,
        input: Annotated[FileAppealInput, strawberry.argument(description="What, about whom, by whom. (输入)")],  # noqa: A002
    ) -> FileAppealResult:
        context, secret = info.context, new_token()
        signed = check_filing(input, context.viewer.name)
        round_ = await context.load("Round", key_of(input.round_id, "Round"))
        if round_ is None:
            raise NotFoundError
        if not context.viewer.scope(ORGANISERS).covers(round_.contest_id):
            await context.count_attempt("fileAppeal", **APPEALS)
        requests = _hashes(context, input)
        async with context.pool.acquire() as connection, connection.transaction():
            await lock_contest(connection, round_.contest_id)
            found = await store.find_request(connection, round_.contest_id, requests) if requests else None
            if found is None:
                found = await _file(
                    context, connection, input, signed, (round_.uuid, requests[0] if requests else None)
                )
            else:
                context.nothing_to_record()
            await store.renew_secret(connection, found, token_hash(secret))
            papers = await _places(connection, found)
            row = await store.find_appeal(connection, found)
        return FileAppealPayload(appeal=Appeal.of(row), secret=secret, papers=papers)

    @strawberry.mutation(description="Takes an appeal back, as long as nobody has decided on it. (撤回申诉、异议)")
    async def withdraw_appeal(
        self,
        info: Info,
        input: Annotated[WithdrawAppealInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> WithdrawAppealResult:
        context, key = info.context, key_of(input.id, "Appeal")
        if input.secret is not None:
            await context.count_attempt("appealSecret", **APPEAL_SECRETS)
        async with context.pool.acquire() as connection, connection.transaction():
            appeal = await _own(context, connection, key, input.secret)
            await lock_contest(connection, appeal.contest_id)
            row = await store.find_appeal(connection, appeal.uuid)
            if row["state"] not in OPEN_APPEALS:
                raise ConflictError("APPEAL_CLOSED")
            await store.withdraw(connection, row["id"])
            changes = {"state": (row["state"], AppealState.WITHDRAWN.value)}
            await record_step(context, connection, Action.WITHDRAW_APPEAL, row, changes, by_filer=True)
            row = await store.find_appeal(connection, row["id"])
        return WithdrawAppealPayload(appeal=Appeal.of(row))


async def _own(context: Context, connection: Connection, key: UUID | None, secret: str | None) -> Appeal:
    """The viewer's own, or that of whoever has its secret; raises NotFoundError, NotAllowedError."""
    if key is None:
        raise NotFoundError
    if secret is not None:
        kept = await store.find_secret(connection, key)
        if kept is None or not hmac.compare_digest(kept, token_hash(secret)):
            raise NotFoundError
        return Appeal.of(await store.find_appeal(connection, key))
    rows = await store.find_appeals(connection, store.Eyes.of(context), [key])
    if not rows:
        raise NotFoundError
    appeal = Appeal.of(rows[0])
    own = appeal.row["filed_by"] is not None and appeal.row["filed_by"] == context.viewer.user_id
    theirs = appeal.kind is AppealKind.APPEAL and appeal.row["contestant_id"] in context.rows("Appeal").contestants
    if not own and not theirs:
        raise NotAllowedError
    return appeal


def _hashes(context: Context, asked: FileAppealInput) -> list[bytes]:
    """What the request is found again by: nobody but who knows every field of it gets its answer once more."""
    if asked.idempotency_key is None:
        return []
    whole = json.dumps([str(context.viewer.user_id), asdict(asked)], sort_keys=True)
    return context.resources.vault.indexes(whole)


async def _file(
    context: Context, connection: Connection, asked: FileAppealInput, signed: Signed, given: tuple[UUID, bytes | None]
) -> UUID:
    """The contest is locked. Raises NotFoundError, InvalidInputError, ConflictError."""
    round_id, request = given
    about = _about_own if asked.kind is AppealKind.APPEAL else _about_published
    contest_id, contestant_id, publication_id = await about(context, connection, round_id, asked.number)
    source = await _source(context, connection, contest_id) if asked.kind is AppealKind.OBJECTION else None
    vault, appeal_id = context.resources.vault, new_id()
    sealed = vault.seal(asked.text.strip(), appeal_id), vault.seal(json.dumps(asdict(signed)), appeal_id)
    places = contest_id, round_id, contestant_id, publication_id
    user = context.viewer.user_id
    new = store.NewAppeal(appeal_id, *places, asked.kind, *sealed, user, token_hash(new_token()), request, source)
    await store.add_appeal(connection, new)
    for paper in asked.papers:
        document = NewDocument(
            new_id(), contest_id, None, None, DocumentPurpose.APPEAL, None, paper.title, paper.size, paper.sha256,
            appeal_id=appeal_id,
        )  # fmt: skip
        # Nobody is told of the papers of an objection, so nobody stands as their sender.
        sender = user if asked.kind is AppealKind.APPEAL else None
        await add_document(connection, document, token_hash(new_token()), sender)
    row = await store.find_appeal(connection, appeal_id)
    changes = {"appeal": (None, row["kind"]), "state": (None, row["state"])}
    await record_step(context, connection, Action.FILE_APPEAL, row, changes, by_filer=True)
    await tell_handlers(connection, row, "APPEAL_FILED")
    if source is not None and (await store.count_filed(connection, contest_id, [])).number == MOST_A_DAY:
        await tell_handlers(connection, row, "OBJECTIONS_FULL_TODAY")
    return appeal_id


async def _source(context: Context, connection: Connection, contest_id: UUID) -> bytes | None:
    """What an objection that comes in by itself is counted by; raises ConflictError when there were too many."""
    if context.viewer.scope(ORGANISERS).covers(contest_id):
        return None
    hashes = context.resources.vault.indexes(f"objection from {client_key(context.address)}")
    filed = await store.count_filed(connection, contest_id, hashes)
    if filed.from_there >= MOST_OF_ADDRESS:
        raise ConflictError("OBJECTIONS_OF_ADDRESS_FULL", most=MOST_OF_ADDRESS)
    if filed.number >= MOST_A_DAY:
        raise ConflictError("OBJECTIONS_FULL", most=MOST_A_DAY)
    return hashes[0]


async def _about_own(
    context: Context, connection: Connection, round_id: UUID, number: int
) -> tuple[UUID, UUID, UUID | None]:
    """Contest, contestant and revision of an appeal; raises NotFoundError, ConflictError."""
    row = await store.find_own(connection, context.viewer.scope(UPLOADERS), round_id, number)
    if row is None:
        raise NotFoundError
    if not row["opened"]:
        raise ConflictError("APPEAL_BEFORE_THE_ROUND")
    if row["open_number"] is not None:
        raise ConflictError("APPEAL_OPEN_ALREADY", number=row["open_number"])
    return row["contest_id"], row["id"], row["publication_id"]


async def _about_published(
    context: Context, connection: Connection, round_id: UUID, number: int
) -> tuple[UUID, UUID, UUID | None]:
    """The same of an objection: that somebody exists who is not on the list, no answer tells."""
    row = await store.find_published(connection, round_id, number)
    if row is None:
        raise ConflictError("OBJECTION_WITHOUT_NOTICE")
    if not row["in_notice"] and not context.viewer.scope(ORGANISERS).covers(row["contest_id"]):
        raise ConflictError("OBJECTION_WITHOUT_NOTICE")
    if row["contestant_id"] is None:
        raise InvalidInputError("OBJECTION_NOT_ON_THE_LIST", field="number")
    return row["contest_id"], row["contestant_id"], row["publication_id"]


async def _places(connection: Connection, appeal_id: UUID) -> list[PaperPlace]:
    """Where the papers of an appeal go, each with a fresh token as long as its bytes have not come."""
    places = []
    for row in await store.find_documents(connection, [appeal_id]):
        token = new_token()
        awaited = await renew_token(connection, row["id"], token_hash(token))
        url = f"/documents/{row['id']}"
        places.append(PaperPlace(title=row["title"], put_url=url, put_token=token if awaited else None))
    return places
