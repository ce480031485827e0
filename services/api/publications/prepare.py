"""Preparing a revision: what is to be published, from which hour on, with which notice."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.context import Context, Info
from services.api.errors import NotFoundError
from services.api.idempotency.store import once
from services.api.nodes import key_of
from services.api.publications import store
from services.api.publications.inputs import PublishRunInput, PublishRunPayload, PublishRunResult, check_publication
from services.api.publications.plan import plan
from services.api.publications.ready import check_ready
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry, Value, stored
from services.shared.contests.store import advance_version
from services.shared.database.pool import Connection
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue
from services.shared.publications.snapshot import NoticeDays, NoticeWindow


@strawberry.type
class PrepareMutation:
    @strawberry.mutation(description="Prepares a revision, which another person approves. (准备公示或公布)")
    async def publish_run(
        self,
        info: Info,
        input: Annotated[PublishRunInput, strawberry.argument(description="What, and when. (输入)")],  # noqa: A002
    ) -> PublishRunResult:
        context = info.context
        check_publication(input)
        key = await once(context, "publishRun", input, lambda connection: _prepare(context, connection, input))
        await context.send_jobs()
        return PublishRunPayload(publication=await context.load("Publication", key))


async def _prepare(context: Context, connection: Connection, asked: PublishRunInput) -> UUID:
    round_id = key_of(asked.round_id, "Round")
    situation = await store.lock_round(connection, context.may("publishRun"), round_id) if round_id else None
    if round_id is None or situation is None:
        raise NotFoundError
    planned = plan(asked, key_of(asked.run_id, "ScoringRun"), situation)
    await check_ready(connection, round_id, planned.run_id, asked.stage)
    contacts = [{"name": one.name, "phone": one.phone, "role": one.role.value} for one in asked.contacts]
    by = context.viewer.user_id
    made = store.Prepared(new_id(), round_id, asked.stage, contacts, asked.reason, by)
    await store.add_publication(connection, made, planned, situation)
    await enqueue(connection, JobKind.PREPARE_PUBLICATION, made.id)
    window = planned.notice
    changes: dict[str, tuple[Value, Value]] = {
        "revision": (None, situation.revision),
        "title": (None, planned.title),
        "publish_at": (None, stored(planned.publish_at)),
        "notice_until": (None, stored(window.ends if isinstance(window, NoticeWindow) else None)),
        "notice_days": (None, window.days if isinstance(window, NoticeDays) else None),
        "run": (None, str(planned.run_id)),
    }
    entry = Entry(
        Action.PUBLISH_RUN, "Publication", made.id, situation.contest_id, changes=changes, reason=asked.reason
    )
    await context.record(connection, entry)
    await advance_version(connection, situation.contest_id)
    return made.id
