"""`./livecup token`: personal tokens for programs."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from services.cli.client import signed_in
from services.cli.errors import CommandError
from services.cli.output import Json, Server, beijing, emit, notes, results, word
from services.cli.sign_in import PasswordFile, read_password
from services.cli.table import Column, table
from services.cli.usage import Livecup
from services.shared.vocabulary import TokenScope

token = Livecup(help="个人令牌：供程序使用。 / Personal tokens, for programs.")


@token.command()
def create(
    name: Annotated[str, typer.Argument(help="名称 / name")],
    *,
    scope: Annotated[str, typer.Option("--scope", help="权限：READ、UPLOAD 或 FULL / what it may do")] = "READ",
    days: Annotated[int, typer.Option("--days", min=1, max=365, help="有效天数 / days it is good for")] = 90,
    password: PasswordFile = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """新建令牌，只显示一次。 / Make a token; it is shown once."""
    if scope.upper() not in list(TokenScope):
        raise CommandError(f"没有权限范围 {scope}，可写：{'、'.join(TokenScope)}。 / There is no such scope.")
    ends = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    given = {"name": name, "scope": scope.upper(), "expiresAt": ends, "password": read_password(password)}
    made = asyncio.run(_create(server, given))
    if as_json:
        emit({"token": made["token"], **made["apiToken"]})
        return
    notes.print("令牌只显示这一次。使用方法：请求头 Authorization: Bearer … / The token, this once:")
    results.print(made["token"], markup=False, soft_wrap=True)


async def _create(server: str | None, given: dict[str, str]) -> dict[str, Any]:
    async with signed_in(server) as client:
        return await client.mutate("CreateToken", **given)


@token.command("list")
def list_tokens(server: Server = None, as_json: Json = False) -> None:
    """列出自己的令牌。 / List your tokens."""
    found = asyncio.run(_list(server))
    if as_json:
        emit({"tokens": found})
        return
    columns = [
        Column("编号", "id", whole=True),
        Column("名称", "name"),
        Column("权限", "scope"),
        Column("有效至", "expires", whole=True),
        Column("最近使用", "last used", whole=True),
    ]
    results.print(table(columns, (_cells(one) for one in found)))


def _cells(one: dict[str, Any]) -> tuple[str, ...]:
    ends = f"已撤销 {beijing(one['revokedAt'])}" if one["revokedAt"] else beijing(one["expiresAt"])
    return one["id"], one["name"], word(f"SCOPE_{one['scope']}"), ends, one["lastUsedOn"] or "-"


async def _list(server: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        viewer = (await client.query("Tokens"))["viewer"]
        found: list[dict[str, Any]] = viewer["tokens"] if viewer else []
        return found


@token.command()
def revoke(
    named: Annotated[str, typer.Argument(metavar="TOKEN", help="令牌编号或名称 / its id or name")],
    server: Server = None,
    as_json: Json = False,
) -> None:
    """撤销令牌，立即失效。 / Revoke a token, at once."""
    ended = asyncio.run(_revoke(server, named))
    if as_json:
        emit(ended)
    notes.print(f"已撤销 {ended['name']}。 / Revoked.", markup=False)


async def _revoke(server: str | None, named: str) -> dict[str, Any]:
    found = [
        one for one in await _list(server) if named == one["id"] or (named == one["name"] and not one["revokedAt"])
    ]
    if len(found) != 1:
        raise CommandError(
            f"没有或不止一个叫 {named} 的令牌，请用编号。 / None or several of that name: use the id of `token list`."
        )
    async with signed_in(server) as client:
        ended: dict[str, Any] = (await client.mutate("RevokeToken", tokenId=found[0]["id"]))["apiToken"]
        return ended
