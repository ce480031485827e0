"""Reading the record of who did what."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.audit import store
from services.api.audit.types import AuditEntry, AuditHead
from services.api.context import Info
from services.api.nodes import After, Connection, First, Page, key_of, parse_global_id


@strawberry.input(description="Only those that fit all that is given. (筛选)")
class AuditFilter:
    user_id: strawberry.ID | None = strawberry.field(default=None, description="By this user. (操作人)")
    action: str | None = strawberry.field(default=None, description="Of this code, such as ADOPT_RUN. (操作代码)")
    subject_id: strawberry.ID | None = strawberry.field(default=None, description="Done to this. (对象)")
    city_id: strawberry.ID | None = strawberry.field(default=None, description="About this city. (市州)")
    contestant_id: strawberry.ID | None = strawberry.field(default=None, description="About this contestant. (选手)")
    since: datetime | None = strawberry.field(default=None, name="from", description="From then on. (起始时间)")
    until: datetime | None = strawberry.field(default=None, name="to", description="Before then. (截止时间)")
    search: str | None = strawberry.field(
        default=None, description="Part of login, name, address, reason or changes. (文字)"
    )


@strawberry.type
class AuditQuery:
    @strawberry.field(description="The record of who did what, the newest first, as far as visible. (操作记录)")
    async def audit_log(
        self,
        info: Info,
        contest_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Of this contest; none: whatever is visible. (赛事)")
        ] = None,
        filter: Annotated[AuditFilter | None, strawberry.argument(description="Only these. (筛选)")] = None,  # noqa: A002
        first: First = 50,
        after: After = None,
    ) -> Connection[AuditEntry]:
        wanted = _wanted(contest_id, filter or AuditFilter())
        if wanted is None:
            return Page.empty(first)
        page = Page.of(f"audit {wanted}", first, after)
        found, total = await store.list_entries(info.context.pool, info.context.runs("AuditEntry"), wanted, page)
        return page.connect([(entry.uuid, entry) for entry in found], total)

    @strawberry.field(description="How far the record is sealed; none for whoever sees none of it. (审计链头)")
    async def audit_head(self, info: Info) -> AuditHead | None:
        if info.context.rows("AuditEntry").is_empty:
            return None
        return await store.find_head(info.context.pool)


def _wanted(contest_id: strawberry.ID | None, only: AuditFilter) -> store.Wanted | None:
    """None when an id in it is none of ours: nothing can fit."""
    given = (contest_id, only.user_id, only.subject_id, only.city_id, only.contestant_id)
    contest, user, city = key_of(contest_id, "Contest"), key_of(only.user_id, "User"), key_of(only.city_id, "City")
    subject, contestant = _any_key(only.subject_id), key_of(only.contestant_id, "Contestant")
    keys = (contest, user, subject, city, contestant)
    if any(text is not None and key is None for text, key in zip(given, keys, strict=True)):
        return None
    return store.Wanted(
        contest_id=contest,
        user_id=user,
        action=only.action,
        subject_id=subject,
        city_id=city,
        contestant_id=contestant,
        since=only.since,
        until=only.until,
        search=only.search or None,
    )


def _any_key(text: str | None) -> UUID | None:
    found = parse_global_id(text) if text else None
    return found[1] if found and isinstance(found[1], UUID) else None
