"""`./livecup bind-uids`: tell which account a platform's own number (达人ID) belongs to, once."""

import asyncio
import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, emit, notes
from services.shared.handles import read_platform

_AT_ONCE = 500
Account = tuple[str, str]  # platform, handle


def bind_uids(
    file: Annotated[Path, typer.Argument(help="csv,三列：平台、账号、达人ID,第一行为表头 / platform, handle, uid")],
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """绑定账号与平台达人ID,订单据此归属。 / Bind accounts to the platforms' numbers; orders follow them."""
    bindings = read_bindings(file)
    bound = asyncio.run(_bind(server, contest, bindings))
    if as_json:
        emit({"bound": bound})
    notes.print(f"已绑定 {bound} 个账号。 / Bound.")


def read_bindings(file: Path) -> dict[Account, str]:
    """(platform, handle) → uid; raises CommandError naming the line that is wrong."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            lines = list(csv.reader(opened))[1:]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"无法读取 {file}。 / It cannot be read: {error}") from None
    found: dict[Account, str] = {}
    for number, line in enumerate(lines, start=2):
        platform = read_platform(line[0]) if len(line) == 3 else None
        uid = line[2].strip().lstrip("'") if len(line) == 3 else ""
        if platform is None or not uid.isdecimal():
            raise CommandError(
                f"{file} 第 {number} 行应为“平台，账号，达人ID”。 / Line {number} is not platform,handle,uid."
            )
        found[platform, line[1].strip()] = uid
    return found


async def _bind(server: str | None, slug: str | None, bindings: Mapping[Account, str]) -> int:
    async with signed_in(server) as client:
        return await bind(client, (await chosen_contest(client, slug))["id"], bindings)


async def bind(client: Client, contest_id: str, bindings: Mapping[Account, str]) -> int:
    """Binds in one go what is not bound yet; raises CommandError when an account does not take part."""
    accounts = {
        (one["account"]["platform"], one["account"]["handle"].casefold()): one["account"]
        async for one in client.pages("Contestants", "contestants", contestId=contest_id)
    }
    wanted = []
    for (platform, handle), uid in bindings.items():
        account = accounts.get((platform, handle.casefold()))
        if account is None:
            raise CommandError(f"没有参赛账号 {platform} {handle}。 / No such account takes part.")
        if account["uid"] != uid:
            wanted.append({"accountId": account["id"], "uid": uid})
    for start in range(0, len(wanted), _AT_ONCE):
        await client.mutate("BindUids", contestId=contest_id, bindings=wanted[start : start + _AT_ONCE])
    return len(wanted)
