"""Approving, declining and withdrawing a revision. Who prepared it never decides about it."""

import asyncio
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_reason
from services.api.context import Context, Info
from services.api.errors import ConflictError, NotAllowedError, NotFoundError
from services.api.publications import store
from services.api.publications.inputs import (
    ApprovePublicationInput,
    ApprovePublicationPayload,
    ApprovePublicationResult,
    DeclinePublicationInput,
    DeclinePublicationPayload,
    DeclinePublicationResult,
    WithdrawPublicationInput,
    WithdrawPublicationPayload,
    WithdrawPublicationResult,
)
from services.api.publications.plan import Times, check_notice_ended, hour_of_approval
from services.api.publications.ready import check_ready
from services.api.publications.types import Publication
from services.api.rows import Row
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value, stored
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection
from services.shared.jobs import JobKind, enqueue
from services.shared.messages.store import Message, tell
from services.shared.publications.snapshot import digest_of, read_snapshot
from services.shared.publications.store import signing_key
from services.shared.vocabulary import HostRole, PublicationStage, PublicationState, Role


@strawberry.type
class DecidePublicationMutation:
    @strawberry.mutation(description="Signs a revision and lets it be read from its hour on. (批准发布)")
    async def approve_publication(
        self,
        info: Info,
        input: Annotated[ApprovePublicationInput, strawberry.argument(description="Which. (输入)")],  # noqa: A002
    ) -> ApprovePublicationResult:
        context = info.context
        if input.reason:
            check_reason(input.reason)
        found: Publication = await context.acting_on("approvePublication", "Publication", input.publication_id)
        async with context.pool.acquire() as connection, connection.transaction():
            row = await _lock_prepared(context, connection, found)
            hour = await _check_approvable(connection, row, input.digest)
            digest = await _sign(context, connection, row, hour)
            await store.decide(connection, row["id"], PublicationState.APPROVED, context.viewer.user_id, input.reason)
            until = await store.seconds_to_hour(connection, row["id"])
            await enqueue(connection, JobKind.ANNOUNCE_PUBLICATION, row["id"], after_seconds=until)
            changes: dict[str, tuple[Value, Value]] = {
                "revision": (None, row["revision"]),
                "digest": (None if hour is None else row["digest"], digest),
            }
            if hour is not None:
                changes["publish_at"] = stored(row["publish_at"]), stored(hour)
                await enqueue(connection, JobKind.RENDER_PUBLICATION, row["id"])
            await context.record(connection, _entry(Action.APPROVE_PUBLICATION, row, changes, input.reason))
        await context.send_jobs()
        return ApprovePublicationPayload(publication=await context.load("Publication", found.uuid))

    @strawberry.mutation(description="Keeps a revision from being published; its number is free again. (不予批准)")
    async def decline_publication(
        self,
        info: Info,
        input: Annotated[DeclinePublicationInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> DeclinePublicationResult:
        context = info.context
        check_reason(input.reason)
        found: Publication = await context.acting_on("declinePublication", "Publication", input.publication_id)
        async with context.pool.acquire() as connection, connection.transaction():
            row = await _lock_prepared(context, connection, found)
            await store.decide(connection, row["id"], PublicationState.DECLINED, context.viewer.user_id, input.reason)
            changes: dict[str, tuple[Value, Value]] = {"revision": (row["revision"], None)}
            await context.record(connection, _entry(Action.DECLINE_PUBLICATION, row, changes, input.reason))
            event, said = f"publication declined {row['id']}", {"revision": row["revision"]}
            told = Message("PUBLICATION_DECLINED", row["contest_id"], event, said, user_id=row["prepared_by"])
            await tell(connection, told)
        return DeclinePublicationPayload(publication=await context.load("Publication", found.uuid))

    @strawberry.mutation(description="Withdraws a revision; it stays readable, with the reason. (撤回发布)")
    async def withdraw_publication(
        self,
        info: Info,
        input: Annotated[WithdrawPublicationInput, strawberry.argument(description="Which, and why. (输入)")],  # noqa: A002
    ) -> WithdrawPublicationResult:
        context = info.context
        check_reason(input.reason)
        found: Publication = await context.acting_on("withdrawPublication", "Publication", input.publication_id)
        async with context.pool.acquire() as connection, connection.transaction():
            row = await _lock(connection, found)
            if row["state"] != PublicationState.APPROVED:
                raise ConflictError("PUBLICATION_NOT_APPROVED")
            if row["withdrawn_at"] is not None:
                raise ConflictError("PUBLICATION_WITHDRAWN")
            await store.withdraw(connection, row["id"], context.viewer.user_id, input.reason)
            if row["public"]:
                await enqueue(connection, JobKind.ANNOUNCE_PUBLICATION, row["id"])
            changes: dict[str, tuple[Value, Value]] = {"revision": (row["revision"], None)}
            await context.record(connection, _entry(Action.WITHDRAW_PUBLICATION, row, changes, input.reason))
        await context.send_jobs()
        return WithdrawPublicationPayload(publication=await context.load("Publication", found.uuid))


async def _lock(connection: Connection, found: Publication) -> Row:
    await advance_version(connection, found.contest_id)
    row = await store.lock_publication(connection, found.uuid)
    if row is None:
        raise NotFoundError
    return row


async def _lock_prepared(context: Context, connection: Connection, found: Publication) -> Row:
    """A revision that waits, for somebody who did not prepare it and works for the host, where sides are known."""
    row = await _lock(connection, found)
    if row["state"] != PublicationState.PREPARED:
        raise ConflictError("PUBLICATION_NOT_PREPARED")
    if row["prepared_by"] == context.viewer.user_id:
        raise NotAllowedError("PUBLICATION_NEEDS_ANOTHER")
    if not _works_for_host(context, row["contest_id"]):
        raise NotAllowedError("PUBLICATION_NEEDS_HOST")
    return row


def _works_for_host(context: Context, contest_id: UUID) -> bool:
    return any(
        grant.host_role in (None, HostRole.HOST)
        for grant in context.viewer.grants
        if grant.role is Role.ORGANISER and grant.contest_id in (None, contest_id)
    )


async def _check_approvable(connection: Connection, row: Row, digest: str | None) -> datetime | None:
    """What has changed since it was prepared may not be lost on who approves it; raises ConflictError. Answers the hour
    that it gets by being approved, if any.
    """
    if digest is not None and digest != row["digest"]:
        raise ConflictError("ANOTHER_DIGEST")
    if row["adopted_run_id"] != row["run_id"]:
        raise ConflictError("ANOTHER_RUN_ADOPTED")
    situation = await store.find_situation(connection, row["round_id"])
    if row["stage"] == PublicationStage.FINAL:
        check_notice_ended(situation, situation.now)
    stage, times = PublicationStage(row["stage"]), Times(row["publish_at"], row["notice_from"], row["notice_until"])
    await check_ready(connection, row["round_id"], row["run_id"], stage)
    return hour_of_approval(stage, times, situation.now)


async def _sign(context: Context, connection: Connection, row: Row, hour: datetime | None) -> str:
    """What was read is signed as it was, but for the hour; answers its digest. Raises ConflictError where what waits is
    not what its digest says: somebody has changed it by hand.
    """
    canonical = await store.find_snapshot(connection, row["id"])
    if digest_of(canonical) != row["digest"]:
        raise ConflictError("ANOTHER_DIGEST")
    if hour is not None:
        snapshot = await asyncio.to_thread(lambda: read_snapshot(canonical).at(hour))
        canonical = await store.take_effect(connection, row["id"], snapshot)
    key = await signing_key(connection, context.resources.vault)
    return await store.add_signature(connection, row["id"], canonical, key)


def _entry(action: Action, row: Row, changes: dict[str, tuple[Value, Value]], reason: str) -> Entry:
    return Entry(action, "Publication", row["id"], row["contest_id"], changes=changes, reason=reason)
