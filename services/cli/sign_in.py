"""`./livecup sign-in`, `sign-out` and `password`: a token for the commands that follow, and its end."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.client import Client, RefusedError, signed_in
from services.cli.credentials import Credentials, forget, keep
from services.cli.errors import CommandError, cause
from services.cli.output import Json, Server, emit, notes, when
from services.shared.settings import Settings

PasswordFile = Annotated[
    str | None, typer.Option("--password-file", help="密码文件，- 为标准输入 / a file with the password, - is stdin")
]
Code = Annotated[str | None, typer.Option("--code", help="动态验证码或恢复码 / code, or a recovery code")]


def sign_in(
    login: Annotated[str, typer.Argument(help="登录名 / login")],
    server: Annotated[str | None, typer.Option("--server", help="API 地址 / the API's address")] = None,
    password: PasswordFile = None,
    code: Code = None,
    as_json: Json = False,
) -> None:
    """登录，令牌只存本机。密码从提示、--password-file 或 LIVECUP_PASSWORD 读取。 / Sign in and keep the token here."""
    settings = Settings.read()
    address = server or f"http://{settings.host}:{settings.port}"
    kept = asyncio.run(_sign_in(address, login, read_password(password), code))
    path = keep(kept, settings.home)
    if as_json:
        emit({"server": kept.server, "login": kept.login, "expiresAt": kept.expires_at})
    notes.print(
        f"已登录 {kept.server}，账号 {kept.login}，有效至 {when(kept.expires_at)}。 / Signed in; token in {path}."
    )


async def _sign_in(server: str, login: str, password: str, code: str | None) -> Credentials:
    given = {"login": login, "password": password}
    async with Client(server) as client:
        try:
            answer = await client.mutate("SignIn", **given, code=code)
        except RefusedError as error:
            if error.code != "CODE_NEEDED" or not sys.stdin.isatty():
                raise
            answer = await client.mutate("SignIn", **given, code=read_code())
    return Credentials(client.server, answer["user"]["login"], answer["token"], answer["expiresAt"])


def sign_out(
    *,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="在所有设备上退出 / on all devices")] = False,
    tokens: Annotated[bool, typer.Option("--tokens", help="同时撤销个人令牌 / revoke personal tokens")] = False,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """退出登录。 / Sign out."""
    if tokens and not everywhere:
        raise CommandError("--tokens 须与 --everywhere 一起使用。 / --tokens goes with --everywhere.")
    ended = asyncio.run(_sign_out(server, everywhere=everywhere, tokens=tokens))
    forget(Settings.read().home)
    if as_json:
        emit(ended)
    elif everywhere:
        notes.print(f"已退出：登录 {ended['sessions']} 处，撤销令牌 {ended['tokens']} 个。 / Signed out everywhere.")
    else:
        notes.print("已退出。 / Signed out.")


async def _sign_out(server: str | None, *, everywhere: bool, tokens: bool) -> dict[str, Any]:
    async with signed_in(server) as client:
        if everywhere:
            answer = await client.mutate("SignOutEverywhere", tokens=tokens)
            return {"sessions": answer["sessions"], "tokens": answer["tokens"]}
        signed_out = (await client.query("SignOut"))["signOut"]["signedOut"]
        return {"sessions": int(signed_out), "tokens": 0}


def change_password(server: Server = None, as_json: Json = False) -> None:
    """修改自己的密码，其他设备上的登录随之结束。 / Change your password; your other sessions end."""
    old = typer.prompt("原密码 / present password", hide_input=True, err=True)
    new = typer.prompt("新密码 / new password", hide_input=True, confirmation_prompt=True, err=True)
    answer = asyncio.run(_change_password(server, old, new))
    if as_json:
        emit({"sessions": answer["sessions"]})
    notes.print(f"密码已修改，结束了其他 {answer['sessions']} 处登录。 / Changed; other sessions have ended.")


async def _change_password(server: str | None, old: str, new: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        return await client.mutate("ChangePassword", oldPassword=old, newPassword=new)


def read_password(file: str | None) -> str:
    """From the file, the environment, or whoever sits there."""
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


def read_code() -> str:
    """From whoever sits there."""
    asked: str = typer.prompt("动态验证码 / code", err=True)
    return asked
