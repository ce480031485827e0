"""A way back in for whoever has lost the password: a link that sets a new one, once."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from services.api.checks import check_reason
from services.api.context import Context, Info
from services.api.errors import InvalidInput, NotAllowed, NotAllowedError, NotFound, NotFoundError
from services.api.grants.reach import lock_rights
from services.api.grants.rights import may_give
from services.api.invitations import store
from services.api.invitations.codes import code_hash, link_to, new_link_code
from services.api.invitations.types import Invitation
from services.api.nodes import key_of
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.database.pool import Connection
from services.shared.vocabulary import Role

OPEN_DAYS = 3


@strawberry.input(description="Whose password is to be set anew. (重设密码)")
class RenewAccessInput:
    user_id: strawberry.ID = strawberry.field(description="Who has lost it. (用户)")
    reason: str = strawberry.field(description="Why, for the record. (原因)")


@strawberry.type(description="The link is shown this once; until it is used nothing changes. (已签发)")
class RenewAccessPayload:
    invitation: Invitation = strawberry.field(description="The link's state. (链接状态)")
    invitation_code: str = strawberry.field(description="Its code. (重设码)")
    link: str = strawberry.field(description="What to send to them. (重设链接)")
    expires_at: datetime = strawberry.field(description="Until when it can be used. (有效期至)")


RenewAccessResult = Annotated[
    RenewAccessPayload | InvalidInput | NotFound | NotAllowed,
    strawberry.union("RenewAccessResult", description="What renewAccess answers. (重设密码的结果)"),
]


@strawberry.type
class RenewMutation:
    @strawberry.mutation(
        description="Makes a link that sets a new password, for 3 days; once used, all their sessions end. (重设密码)"
    )
    async def renew_access(
        self,
        info: Info,
        input: Annotated[RenewAccessInput, strawberry.argument(description="Whose. (用户)")],  # noqa: A002
    ) -> RenewAccessResult:
        context, user_id = info.context, key_of(input.user_id, "User")
        check_reason(input.reason)
        if user_id is None:
            raise NotFoundError
        code = new_link_code()
        async with context.pool.acquire() as connection, connection.transaction():
            contest_id, city_id = await _find_place(context, connection, user_id)
            await store.revoke_open(connection, user_id=user_id)
            expires_at = await store.expiry(connection, None, OPEN_DAYS)
            made = await store.add_invitation(
                connection,
                None,
                user_id=user_id,
                place=(contest_id, city_id),
                code_hash=code_hash(context.resources.vault, code),
                created_by=context.viewer.user_id,
                expires_at=expires_at,
            )
            entry = Entry(Action.RENEW_ACCESS, "User", user_id, contest_id, city_id, reason=input.reason.strip())
            await context.record(connection, entry)
        invitation = await context.load("Invitation", made)
        link = link_to(context.resources.settings.site, code)
        return RenewAccessPayload(invitation=invitation, invitation_code=code, link=link, expires_at=expires_at)


async def _find_place(context: Context, connection: Connection, user_id: UUID) -> tuple[UUID | None, UUID | None]:
    """Contest and city under which the link is kept: those of the user's rights where they are all the same.

    Raises NotFoundError for somebody outside the viewer's reach, NotAllowedError unless every right of theirs is one
    that the viewer could give: whoever can set a password can be that person.
    """
    person, rights = await lock_rights(connection, user_id)
    scope = context.may("renewAccess")
    reached = [one for one in rights if one.contest_id is not None and scope.covers(one.contest_id, one.city_id)]
    if person is None or not (reached or scope.everywhere):
        raise NotFoundError
    if user_id == context.viewer.user_id or person["disabled_at"] is not None:
        raise NotAllowedError
    if not all(may_give(context.viewer.grants, right) for right in rights):
        raise NotAllowedError
    contests, cities = {right.contest_id for right in rights}, {right.city_id for right in rights}
    staff = {right.role for right in rights} <= {Role.CITY_CLERK, Role.CONTESTANT}
    contest_id = contests.pop() if len(contests) == 1 else None
    return contest_id, cities.pop() if contest_id and staff and len(cities) == 1 else None
