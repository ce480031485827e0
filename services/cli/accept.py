"""`./livecup accept`: use an invitation or activation code."""

import asyncio
import sys
from typing import Annotated, Any

import typer

from services.cli.client import Client, signed_in
from services.cli.credentials import Credentials, keep
from services.cli.output import Json, emit, notes, when
from services.cli.sign_in import read_password
from services.shared.settings import Settings


def accept(
    code: Annotated[str, typer.Argument(help="邀请码、激活码或整条链接，- 为标准输入 / a code or link, - is stdin")],
    *,
    login: Annotated[str | None, typer.Option("--login", help="新账号的登录名 / the new account's login")] = None,
    name: Annotated[str | None, typer.Option("--name", help="姓名，默认同邀请 / default: as invited")] = None,
    join: Annotated[bool, typer.Option("--join", help="加到已登录的账号 / add it to who is signed in")] = False,
    server: Annotated[str | None, typer.Option("--server", help="API 地址 / the API's address")] = None,
    password: Annotated[str | None, typer.Option("--password-file", help="密码文件，- 为标准输入 / - is stdin")] = None,
    as_json: Json = False,
) -> None:
    """接受邀请或激活账号，并登录；重设密码不需要登录名。 / Accept an invitation, or set a new password by a link."""
    settings = Settings.read()
    given = {"code": sys.stdin.readline() if code == "-" else code, "login": login, "name": name}
    if join:
        client = signed_in(server)
    else:
        client = Client(server or f"http://{settings.host}:{settings.port}")
        given["password"] = read_password(password)
    made = asyncio.run(_accept(client, given))
    who, token = made["user"]["login"], made["token"]
    if token:
        keep(Credentials(client.server, who, token, made["expiresAt"]), settings.home)
    if as_json:
        emit({"server": client.server, "login": who, "expiresAt": made["expiresAt"]})
    if token:
        notes.print(f"已登录 {client.server}，账号 {who}，有效至 {when(made['expiresAt'])}。 / Signed in.")
    elif join:
        notes.print(f"已加到账号 {who}。 / The right is added.")
    else:
        notes.print(f"密码已重设，请用 ./livecup sign-in {who} 登录。 / The new password holds: now sign in.")


async def _accept(client: Client, given: dict[str, Any]) -> dict[str, Any]:
    async with client:
        return await client.mutate("AcceptInvitation", **given)
