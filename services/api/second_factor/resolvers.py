"""A second factor beside the password: codes from an authenticator."""

from typing import Annotated
from uuid import UUID

import strawberry

from services.api.context import Context, Info
from services.api.errors import Conflict, ConflictError, NotAllowed, SignInRefused, SignInRefusedError, TooManyAttempts
from services.api.second_factor import store
from services.api.second_factor.check import code_is_right
from services.api.second_factor.codes import (
    matching_steps,
    new_recovery_codes,
    new_secret,
    otpauth_uri,
    recovery_hash,
)
from services.api.users.credentials import attempt, check_password, own_id
from services.api.users.types import User
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry


@strawberry.input(description="Who asks, once more. (确认身份)")
class BeginTotpInput:
    password: str | None = strawberry.field(
        default=None, description="The password, of whoever has one. (有密码的必填)"
    )


@strawberry.type(description="A secret for an authenticator; not asked for before it is confirmed. (待确认的密钥)")
class BeginTotpPayload:
    secret: str = strawberry.field(description="To type in, base32. (密钥)")
    uri: str = strawberry.field(description="To show as a QR code, `otpauth://…`. (二维码内容)")


@strawberry.input(description="A code that shows that the authenticator works. (首个验证码)")
class ConfirmTotpInput:
    code: str = strawberry.field(description="What the authenticator shows. (验证码)")


@strawberry.type(description="From now on signing in takes a code. (已启用)")
class ConfirmTotpPayload:
    recovery_codes: list[str] = strawberry.field(
        description="Each signs in once without the authenticator; shown this once. (恢复码)"
    )


@strawberry.input(description="Password and code. (密码与验证码)")
class DisableTotpInput:
    password: str | None = strawberry.field(
        default=None, description="The password, of whoever has one. (有密码的必填)"
    )
    code: str = strawberry.field(description="A code, or a recovery code. (验证码或恢复码)")


@strawberry.type(description="Signing in takes no code any more. (已停用)")
class DisableTotpPayload:
    user: User = strawberry.field(description="The viewer. (用户)")


BeginTotpResult = Annotated[
    BeginTotpPayload | NotAllowed | Conflict | SignInRefused | TooManyAttempts,
    strawberry.union("BeginTotpResult", description="What beginTotp answers. (开始启用的结果)"),
]
ConfirmTotpResult = Annotated[
    ConfirmTotpPayload | NotAllowed | Conflict | SignInRefused | TooManyAttempts,
    strawberry.union("ConfirmTotpResult", description="What confirmTotp answers. (启用的结果)"),
]
DisableTotpResult = Annotated[
    DisableTotpPayload | NotAllowed | Conflict | SignInRefused | TooManyAttempts,
    strawberry.union("DisableTotpResult", description="What disableTotp answers. (停用的结果)"),
]


@strawberry.type
class SecondFactorMutation:
    @strawberry.mutation(description="Makes a secret for codes; confirmTotp switches it on. (开始启用动态验证码)")
    async def begin_totp(
        self,
        info: Info,
        input: Annotated[BeginTotpInput, strawberry.argument(description="Once more. (确认身份)")],  # noqa: A002
    ) -> BeginTotpResult:
        context, user_id = info.context, own_id(info.context)
        async with attempt(context):
            await check_password(context, input.password)
        secret = new_secret()
        async with context.pool.acquire() as connection, connection.transaction():
            if not await store.begin(connection, user_id, context.resources.vault.seal(secret, user_id)):
                raise ConflictError("TOTP_ON")
            await context.record(connection, Entry(Action.BEGIN_TOTP, "User", user_id))
        return BeginTotpPayload(secret=secret, uri=otpauth_uri(secret, context.viewer.login))

    @strawberry.mutation(description="Switches the second factor on. (启用动态验证码)")
    async def confirm_totp(
        self,
        info: Info,
        input: Annotated[ConfirmTotpInput, strawberry.argument(description="A code. (验证码)")],  # noqa: A002
    ) -> ConfirmTotpResult:
        context, user_id = info.context, own_id(info.context)
        async with attempt(context):
            return ConfirmTotpPayload(recovery_codes=await _switch_on(context, user_id, input.code))

    @strawberry.mutation(description="Switches the second factor off. (停用动态验证码)")
    async def disable_totp(
        self,
        info: Info,
        input: Annotated[DisableTotpInput, strawberry.argument(description="Password and code. (密码与验证码)")],  # noqa: A002
    ) -> DisableTotpResult:
        context, user_id = info.context, own_id(info.context)
        if (await store.find_second_factor(context.pool, user_id))["totp_confirmed_at"] is None:
            raise ConflictError("TOTP_OFF")
        async with attempt(context):
            await check_password(context, input.password)
            async with context.pool.acquire() as connection, connection.transaction():
                if not await code_is_right(connection, context.resources.vault, user_id, input.code):
                    raise SignInRefusedError("CODE_WRONG")
                await store.switch_off(connection, user_id)
                await context.record(connection, Entry(Action.DISABLE_TOTP, "User", user_id))
        return DisableTotpPayload(user=User(uuid=user_id, login=context.viewer.login, name=context.viewer.name))


async def _switch_on(context: Context, user_id: UUID, code: str) -> list[str]:
    """The recovery codes; raises SignInRefusedError for a wrong code, ConflictError for nothing to confirm."""
    codes = new_recovery_codes()
    async with context.pool.acquire() as connection, connection.transaction():
        row = await store.find_second_factor(connection, user_id)
        if row["totp_sealed"] is None or row["totp_confirmed_at"] is not None:
            raise ConflictError("TOTP_ON" if row["totp_confirmed_at"] else "TOTP_NOT_BEGUN")
        steps = matching_steps(context.resources.vault.open(row["totp_sealed"], user_id), code, row["now"])
        if not steps:
            raise SignInRefusedError("CODE_WRONG")
        hashes = [recovery_hash(user_id, each) for each in codes]
        if not await store.confirm(connection, user_id, row["totp_sealed"], steps[0], hashes):
            raise ConflictError("TOTP_NOT_BEGUN")
        await context.record(connection, Entry(Action.CONFIRM_TOTP, "User", user_id))
    return codes
