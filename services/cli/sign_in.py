"""`./livecup sign-in`: keep a token for the commands that follow."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from services.cli.client import Client
from services.cli.credentials import Credentials, keep
from services.cli.errors import CommandError, cause
from services.cli.output import Json, emit, notes, when
from services.shared.settings import Settings


def sign_in(
    login: Annotated[str, typer.Argument(help="登录名 / login")],
    server: Annotated[str | None, typer.Option("--server", help="API 地址 / the API's address")] = None,
    password: Annotated[str | None, typer.Option("--password-file", help="密码文件，- 为标准输入 / - is stdin")] = None,
    as_json: Json = False,
) -> None:
    """登录，令牌只存本机。密码从提示、--password-file 或 LIVECUP_PASSWORD 读取。 / Sign in and keep the token here."""
    settings = Settings.read()
    address = server or f"http://{settings.host}:{settings.port}"
    kept = asyncio.run(_sign_in(address, login, read_password(password)))
    path = keep(kept, settings.home)
    if as_json:
        emit({"server": kept.server, "login": kept.login, "expiresAt": kept.expires_at})
    notes.print(
        f"已登录 {kept.server}，账号 {kept.login}，有效至 {when(kept.expires_at)}。 / Signed in; token in {path}."
    )


async def _sign_in(server: str, login: str, password: str) -> Credentials:
    async with Client(server) as client:
        answer = await client.mutate("SignIn", login=login, password=password)
    return Credentials(client.server, answer["user"]["login"], answer["token"], answer["expiresAt"])


def read_password(file: str | None) -> str:
    """From a file, the environment or a prompt; raises CommandError for a file that cannot be read."""
    if file is not None:
        try:
            return (sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")).rstrip("\r\n")
        except OSError as error:
            raise CommandError(f"无法读取 {file}（{cause(error)}）。 / It cannot be read.") from None
    given = os.environ.get("LIVECUP_PASSWORD")
    if given:
        return given
    asked: str = typer.prompt("密码 / password", hide_input=True, err=True)
    return asked
