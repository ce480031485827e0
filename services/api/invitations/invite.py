"""Letting officials in by a link, ending what is still open, and reading who was let in by whom."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_text
from services.api.context import Context, Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    InvalidInputError,
    NotAllowed,
    NotFound,
    NotFoundError,
)
from services.api.grants.reach import check_may_give, check_right, find_right
from services.api.grants.rights import Right
from services.api.idempotency.store import recall, remember
from services.api.invitations import store
from services.api.invitations.codes import code_hash, link_to, new_link_code
from services.api.invitations.types import Invitation
from services.api.nodes import After, Connection, First, Page, key_of
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.contests.store import lock_contest
from services.shared.database.pool import Connection as Database
from services.shared.vocabulary import HostRole, InvitationState, Role

OPEN_DAYS = 14


@strawberry.input(description="Whom to let in, and with what right. (邀请)")
class InviteUserInput:
    name: str = strawberry.field(description="Their name. (姓名)")
    role: Role = strawberry.field(description="Any but CONTESTANT: contestants get activation codes. (角色)")
    contest_id: strawberry.ID | None = strawberry.field(
        default=None, description="Where; organisers and auditors without one are of the whole installation. (赛事)"
    )
    city_id: strawberry.ID | None = strawberry.field(default=None, description="Of a clerk or leader. (市州)")
    host_role: HostRole | None = strawberry.field(default=None, description="An organiser's side. (主办或承办)")
    expires_at: datetime | None = strawberry.field(
        default=None, description="Until when it can be used; without one, for 14 days. (有效期至)"
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key makes nothing new. (幂等键)"
    )


@strawberry.type(description="The link is shown this once. (已邀请)")
class InviteUserPayload:
    invitation: Invitation = strawberry.field(description="The invitation. (邀请)")
    invitation_code: str | None = strawberry.field(description="Its code; none when the request was repeated. (邀请码)")
    link: str | None = strawberry.field(description="What to send to them. (邀请链接)")


@strawberry.input(description="Which invitation to end. (作废邀请)")
class RevokeInvitationInput:
    invitation_id: strawberry.ID = strawberry.field(description="The invitation. (邀请)")


@strawberry.type(description="It lets nobody in any more. (已作废)")
class RevokeInvitationPayload:
    invitation: Invitation = strawberry.field(description="The invitation. (邀请)")


InviteUserResult = Annotated[
    InviteUserPayload | InvalidInput | NotFound | NotAllowed | Conflict,
    strawberry.union("InviteUserResult", description="What inviteUser answers. (邀请的结果)"),
]
RevokeInvitationResult = Annotated[
    RevokeInvitationPayload | NotFound | NotAllowed | Conflict,
    strawberry.union("RevokeInvitationResult", description="What revokeInvitation answers. (作废邀请的结果)"),
]


@strawberry.input(description="Only those that fit all that is given. (筛选)")
class InvitationFilter:
    role: Role | None = strawberry.field(default=None, description="To this right. (角色)")
    state: InvitationState | None = strawberry.field(default=None, description="In this state. (状态)")


@strawberry.type
class InvitationQuery:
    @strawberry.field(description="Invitations, the newest first, as far as the viewer may see them. (邀请列表)")
    async def invitations(
        self,
        info: Info,
        contest_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="To this contest; none: to the whole installation. (赛事)"),
        ] = None,
        filter: Annotated[  # noqa: A002
            InvitationFilter | None, strawberry.argument(description="Only these. (筛选)")
        ] = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[Invitation]:
        contest, only = key_of(contest_id, "Contest"), filter or InvitationFilter()
        if contest_id is not None and contest is None:
            return Page.empty(first)
        wanted = store.Wanted(contest, only.role, only.state)
        page, context = Page.of(f"invitations {wanted}", first, after), info.context
        found, total = await store.list_invitations(context.pool, context.rows("Invitation"), wanted, page)
        return page.connect([(invitation.uuid, invitation) for invitation in found], total)


@strawberry.type
class InviteMutation:
    @strawberry.mutation(description="Makes a link that lets an official in, once. (邀请工作人员)")
    async def invite_user(
        self,
        info: Info,
        input: Annotated[InviteUserInput, strawberry.argument(description="Whom. (受邀人)")],  # noqa: A002
    ) -> InviteUserResult:
        context = info.context
        _check_invitation(input)
        async with context.pool.acquire() as connection, connection.transaction():
            place = input.contest_id, input.city_id, input.host_role
            right = await find_right(context, connection, "inviteUser", input.role, *place)
            await lock_contest(connection, right.contest_id)
            check_may_give(context, right)
            made = await recall(connection, context, "inviteUser", input.idempotency_key)
            code = None if made else new_link_code()
            if code is not None:
                made = await _invite(context, connection, right, input, code)
        invitation = await context.load("Invitation", made)
        link = link_to(context.resources.settings.site, code) if code else None
        return InviteUserPayload(invitation=invitation, invitation_code=code, link=link)

    @strawberry.mutation(description="Ends an invitation that nobody has used. (作废邀请)")
    async def revoke_invitation(
        self,
        info: Info,
        input: Annotated[  # noqa: A002
            RevokeInvitationInput, strawberry.argument(description="Which one. (邀请)")
        ],
    ) -> RevokeInvitationResult:
        context = info.context
        found: Invitation | None = await context.load("Invitation", key_of(input.invitation_id, "Invitation"))
        if found is None:
            raise NotFoundError
        async with context.pool.acquire() as connection, connection.transaction():
            await lock_contest(connection, found.contest_id)
            _check_may_revoke(context, found)
            if not await store.mark_revoked(connection, found.uuid):
                raise ConflictError("INVITATION_CLOSED")
            await context.record(
                connection,
                Entry(
                    Action.REVOKE_INVITATION,
                    "Invitation",
                    found.uuid,
                    contest_id=found.contest_id,
                    city_id=found.city_id,
                    contestant_id=found.contestant_id,
                    changes={"state": (InvitationState.OPEN, InvitationState.REVOKED)},
                ),
            )
        return RevokeInvitationPayload(invitation=await context.load("Invitation", found.uuid))


def _check_invitation(asked: InviteUserInput) -> None:
    check_text("name", asked.name)
    if asked.role in (Role.CONTESTANT, Role.PUBLIC):
        raise InvalidInputError("ROLE_NOT_INVITED", field="role")
    check_right(asked.role, asked.contest_id, asked.city_id, asked.host_role)


async def _invite(context: Context, connection: Database, right: Right, asked: InviteUserInput, code: str) -> UUID:
    invitation_id = await store.add_invitation(
        connection,
        right,
        name=asked.name.strip(),
        code_hash=code_hash(context.resources.vault, code),
        created_by=context.viewer.user_id,
        expires_at=await store.expiry(connection, asked.expires_at, OPEN_DAYS),
    )
    changes = {"role": (None, str(right.role)), "host_role": (None, right.host_role and str(right.host_role))}
    await context.record(
        connection,
        Entry(
            Action.INVITE_USER,
            "Invitation",
            invitation_id,
            contest_id=right.contest_id,
            city_id=right.city_id,
            changes={name: pair for name, pair in changes.items() if pair[1]},
        ),
    )
    await remember(connection, context, "inviteUser", asked.idempotency_key, invitation_id)
    return invitation_id


def _check_may_revoke(context: Context, invitation: Invitation) -> None:
    """Whoever could have made it may end it; raises NotAllowedError for all others."""
    if invitation.role is not None:
        right = Right(invitation.role, invitation.contest_id, invitation.city_id, invitation.host_role)
    else:  # a new password: made by whoever is set over its holder, who is of the same place
        right = Right(Role.CITY_CLERK if invitation.city_id else Role.JUDGE, invitation.contest_id, invitation.city_id)
    check_may_give(context, right)
