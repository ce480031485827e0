"""`./livecup totp`: a second factor beside the password."""

import asyncio
from typing import Annotated, Any

import segno
import typer

from services.cli.client import signed_in
from services.cli.output import Json, Server, emit, notes, results
from services.cli.sign_in import PasswordFile, read_code, read_password
from services.cli.usage import Livecup

totp = Livecup(help="动态验证码：登录时在密码之外再要一个验证码。 / A second factor beside the password.")


@totp.command()
def begin(password: PasswordFile = None, server: Server = None, as_json: Json = False) -> None:
    """显示二维码，用验证器应用扫描；之后运行 totp confirm。 / Show a QR code for your authenticator."""
    begun = asyncio.run(_begin(server, read_password(password)))
    if as_json:
        emit({"secret": begun["secret"], "uri": begun["uri"]})
        return
    segno.make(begun["uri"], error="m").terminal(compact=True)
    results.print(f"密钥 / secret: {begun['secret']}", markup=False)
    notes.print("扫描后运行 ./livecup totp confirm 验证码。确认之前不生效。 / Then confirm it.")


async def _begin(server: str | None, password: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        return await client.mutate("BeginTotp", password=password)


@totp.command()
def confirm(
    code: Annotated[str, typer.Argument(help="验证器显示的验证码 / what the authenticator shows")],
    server: Server = None,
    as_json: Json = False,
) -> None:
    """启用，并显示一次恢复码。 / Switch it on; recovery codes are shown once."""
    codes = asyncio.run(_confirm(server, code))
    if as_json:
        emit({"recoveryCodes": codes})
        return
    notes.print("已启用。恢复码只显示这一次，每个可用一次，请离线保存。 / On. Keep these, each works once:")
    for each in codes:
        results.print(each, markup=False)


async def _confirm(server: str | None, code: str) -> list[str]:
    async with signed_in(server) as client:
        codes: list[str] = (await client.mutate("ConfirmTotp", code=code))["recoveryCodes"]
        return codes


@totp.command()
def disable(
    code: Annotated[str | None, typer.Option("--code", help="验证码或恢复码 / a code, or a recovery code")] = None,
    password: PasswordFile = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """停用，需要密码和验证码。 / Switch it off; takes password and code."""
    login = asyncio.run(_disable(server, read_password(password), code or read_code()))
    if as_json:
        emit({"login": login})
    notes.print(f"已停用 {login} 的动态验证码。 / Off.", markup=False)


async def _disable(server: str | None, password: str, code: str) -> str:
    async with signed_in(server) as client:
        login: str = (await client.mutate("DisableTotp", password=password, code=code))["user"]["login"]
        return login
