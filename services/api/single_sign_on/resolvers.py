"""Joining the provider's account to one's own, and parting them again."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.context import Context, Info
from services.api.errors import (
    Conflict,
    ConflictError,
    NotAllowed,
    SignInRefused,
    SignInRefusedError,
    TooManyAttempts,
)
from services.api.second_factor.check import code_is_right
from services.api.second_factor.store import find_second_factor
from services.api.single_sign_on.journey import link_ticket
from services.api.single_sign_on.store import delete_identities
from services.api.users.credentials import attempt, check_password, own_id
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry


@strawberry.input(description="Whoever asks is the user themselves, not only their open session. (本人确认)")
class LinkIdentityInput:
    password: str = strawberry.field(description="The password. (密码)")
    code: str | None = strawberry.field(
        default=None, description="Where a second factor is on: its code, or a recovery code. (动态验证码或恢复码)"
    )


@strawberry.input(description="Whoever asks is the user themselves, not only their open session. (本人确认)")
class UnlinkIdentityInput(LinkIdentityInput):
    pass


@strawberry.type(description="Where to go on, in the browser that is signed in. (前往关联)")
class LinkIdentityPayload:
    url: str = strawberry.field(
        description="Open it within five minutes; only the session of the same user is let through. (关联地址)"
    )


@strawberry.type(description="Nobody signs in as the viewer by the provider any more. (已解除关联)")
class UnlinkIdentityPayload:
    identities: int = strawberry.field(description="How many were parted. (解除数量)")


LinkIdentityResult = Annotated[
    LinkIdentityPayload | NotAllowed | Conflict | SignInRefused | TooManyAttempts,
    strawberry.union("LinkIdentityResult", description="What linkIdentity answers. (关联统一登录的结果)"),
]
UnlinkIdentityResult = Annotated[
    UnlinkIdentityPayload | NotAllowed | Conflict | SignInRefused | TooManyAttempts,
    strawberry.union("UnlinkIdentityResult", description="What unlinkIdentity answers. (解除关联的结果)"),
]


@strawberry.type
class SingleSignOnMutation:
    @strawberry.mutation(
        description="Begins to join the viewer's account at the OpenID provider to their account here. (关联统一登录)"
    )
    async def link_identity(
        self,
        info: Info,
        input: Annotated[LinkIdentityInput, strawberry.argument(description="Password and code. (密码与验证码)")],  # noqa: A002
    ) -> LinkIdentityResult:
        context, user_id = info.context, own_id(info.context)
        if not context.resources.settings.oidc_issuer:
            raise ConflictError("SINGLE_SIGN_ON_OFF")
        await _prove(context, user_id, input)
        context.nothing_to_record()  # joining is recorded when it is done
        ticket = link_ticket(context.resources.vault, user_id)
        return LinkIdentityPayload(url=f"{context.resources.settings.site}/sign-in/oidc?link={ticket}")

    @strawberry.mutation(
        description="Parts the viewer's account from every account at the OpenID provider. (解除统一登录关联)"
    )
    async def unlink_identity(
        self,
        info: Info,
        input: Annotated[UnlinkIdentityInput, strawberry.argument(description="Password and code. (密码与验证码)")],  # noqa: A002
    ) -> UnlinkIdentityResult:
        context, user_id = info.context, own_id(info.context)
        await _prove(context, user_id, input)
        async with context.pool.acquire() as connection, connection.transaction():
            parted = await delete_identities(connection, user_id)
            if not parted:
                raise ConflictError("IDENTITY_NONE")
            await context.record(connection, Entry(Action.UNLINK_IDENTITY, "User", user_id))
        return UnlinkIdentityPayload(identities=parted)


async def _prove(context: Context, user_id: UUID, given: LinkIdentityInput) -> None:
    """Raises SignInRefusedError, TooManyAttemptsError; ConflictError for whoever has no password."""
    async with attempt(context):
        await check_password(context, given.password, must_exist=True)
        async with context.pool.acquire() as connection, connection.transaction():
            if (await find_second_factor(connection, user_id))["totp_confirmed_at"] is None:
                return
            if not given.code:
                raise SignInRefusedError("CODE_NEEDED")
            if not await code_is_right(connection, context.resources.vault, user_id, given.code):
                raise SignInRefusedError("CODE_WRONG")
