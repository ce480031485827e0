"""Making and revoking personal tokens, for programs that work for somebody."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import strawberry

from services.api.checks import check_text
from services.api.context import Info
from services.api.errors import (
    Conflict,
    ConflictError,
    InvalidInput,
    InvalidInputError,
    NotAllowed,
    NotFound,
    NotFoundError,
    SignInRefused,
    TooManyAttempts,
)
from services.api.nodes import key_of
from services.api.tokens import store
from services.api.tokens.types import ApiToken
from services.api.users.cookies import TOKEN_PREFIX
from services.api.users.credentials import attempt, check_password, own_id
from services.api.users.sessions import new_token, token_hash
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.vocabulary import TokenScope

LONGEST_LIFE = timedelta(days=366)
MOST_TOKENS = 50  # good ones of one user


@strawberry.input(description="A token for a program. (新令牌)")
class CreateTokenInput:
    name: str = strawberry.field(description="What to call it. (名称)")
    scope: TokenScope = strawberry.field(description="What it may do. (权限范围)")
    expires_at: datetime = strawberry.field(description="When it ends, within a year. (有效期至)")
    password: str | None = strawberry.field(
        default=None, description="The password, of whoever has one. (有密码的必填)"
    )


@strawberry.type(description="The token, this once. (令牌只显示一次)")
class CreateTokenPayload:
    token: str = strawberry.field(description="Send it as `Authorization: Bearer …`; begins with lct_. (令牌)")
    api_token: ApiToken = strawberry.field(description="What is kept of it. (令牌信息)")


CreateTokenResult = Annotated[
    CreateTokenPayload | InvalidInput | NotAllowed | Conflict | SignInRefused | TooManyAttempts,
    strawberry.union("CreateTokenResult", description="What createToken answers. (创建令牌的结果)"),
]


@strawberry.input(description="Which token. (要撤销的令牌)")
class RevokeTokenInput:
    token_id: strawberry.ID = strawberry.field(description="The id of a token of one's own. (令牌编号)")


@strawberry.type(description="The token is good for nothing any more. (已撤销)")
class RevokeTokenPayload:
    api_token: ApiToken = strawberry.field(description="What is kept of it. (令牌信息)")


RevokeTokenResult = Annotated[
    RevokeTokenPayload | NotFound | NotAllowed,
    strawberry.union("RevokeTokenResult", description="What revokeToken answers. (撤销令牌的结果)"),
]


@strawberry.type
class TokenMutation:
    @strawberry.mutation(description="Makes a personal token; it is shown this once. (创建个人令牌)")
    async def create_token(
        self,
        info: Info,
        input: Annotated[CreateTokenInput, strawberry.argument(description="The token. (新令牌)")],  # noqa: A002
    ) -> CreateTokenResult:
        context, user_id = info.context, own_id(info.context)
        check_text("name", input.name)
        if not timedelta(0) < input.expires_at - datetime.now(UTC) <= LONGEST_LIFE:
            raise InvalidInputError("TOKEN_LIFE", field="expiresAt", days=LONGEST_LIFE.days)
        async with attempt(context):
            await check_password(context, input.password)
        token = TOKEN_PREFIX + new_token()
        async with context.pool.acquire() as connection, connection.transaction():
            if await store.count_tokens(connection, user_id) >= MOST_TOKENS:
                raise ConflictError("TOKENS_ENOUGH", most=MOST_TOKENS)
            row = await store.add_token(
                connection,
                user_id,
                token_hash(token),
                name=input.name,
                scope=input.scope,
                expires_at=input.expires_at,
            )
            changes = {"name": (None, input.name), "scope": (None, str(input.scope))}
            await context.record(connection, Entry(Action.CREATE_TOKEN, "ApiToken", row["id"], changes=changes))
        return CreateTokenPayload(token=token, api_token=ApiToken.of(row))

    @strawberry.mutation(description="Ends a personal token of the viewer, at once. (撤销个人令牌)")
    async def revoke_token(
        self,
        info: Info,
        input: Annotated[RevokeTokenInput, strawberry.argument(description="Which. (令牌)")],  # noqa: A002
    ) -> RevokeTokenResult:
        context, user_id = info.context, own_id(info.context)
        token_id = key_of(input.token_id, "ApiToken")
        if token_id is None:
            raise NotFoundError
        async with context.pool.acquire() as connection, connection.transaction():
            row = await store.revoke_token(connection, token_id, user_id)
            if row is None:
                raise NotFoundError
            await context.record(connection, Entry(Action.REVOKE_TOKEN, "ApiToken", token_id))
        await context.resources.sessions.ended([row["token_hash"]])
        return RevokeTokenPayload(api_token=ApiToken.of(row))
