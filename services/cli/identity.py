"""`./livecup user identity`: the single sign-on accounts by which one signs in too."""

import asyncio
from typing import Annotated, Any

import typer

from services.cli.client import signed_in
from services.cli.output import Json, Server, beijing, emit, results
from services.cli.sign_in import PasswordFile, read_password
from services.cli.usage import Livecup

identity = Livecup(help="统一登录：查看、关联、解除关联自己的账号。 / Your accounts of the single sign-on.")
Code = Annotated[str | None, typer.Option("--code", help="启用了动态验证码的须写 / where a second factor is on")]


@identity.command("list")
def list_identities(server: Server = None, as_json: Json = False) -> None:
    """列出已关联的统一登录账号。 / List what is linked."""
    found = asyncio.run(_list(server))
    if as_json:
        emit({"identities": found})
    elif not found:
        results.print("没有关联统一登录账号。 / None is linked.")
    else:
        lines = (f"{one['issuer']}，{beijing(one['linkedAt'])} 关联" for one in found)
        results.print(*lines, sep="\n", markup=False, soft_wrap=True)


async def _list(server: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        viewer = (await client.query("OwnIdentities"))["viewer"]
        found: list[dict[str, Any]] = viewer["identities"] if viewer else []
        return found


@identity.command()
def link(code: Code = None, password: PasswordFile = None, server: Server = None, as_json: Json = False) -> None:
    """关联统一登录账号，需要密码；在已登录的浏览器里打开给出的地址。 / Link one: open the address in your browser."""
    url = asyncio.run(_link(server, read_password(password), code))
    if as_json:
        emit({"url": url})
        return
    results.print(f"请在五分钟内，在已登录本平台的浏览器里打开：\n{url}", markup=False, soft_wrap=True)


@identity.command()
def unlink(code: Code = None, password: PasswordFile = None, server: Server = None, as_json: Json = False) -> None:
    """解除与统一登录账号的关联，需要密码。 / Part from all of them."""
    parted = asyncio.run(_unlink(server, read_password(password), code))
    if as_json:
        emit({"identities": parted})
    else:
        results.print(f"已解除 {parted} 个统一登录账号的关联。 / Parted.")


async def _link(server: str | None, password: str, code: str | None) -> str:
    async with signed_in(server) as client:
        url: str = (await client.mutate("LinkIdentity", password=password, code=code))["url"]
        return url


async def _unlink(server: str | None, password: str, code: str | None) -> int:
    async with signed_in(server) as client:
        parted: int = (await client.mutate("UnlinkIdentity", password=password, code=code))["identities"]
        return parted
