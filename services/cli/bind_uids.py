"""`./livecup bind-uids`: tell which account a platform's own number (达人ID) belongs to, once."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, emit, notes, word
from services.cli.small_table import read_small_table
from services.shared.handles import handle_key, read_platform
from services.shared.vocabulary import Platform

_AT_ONCE = 500
_UID = ("达人ID", "uid")
_COLUMNS = (("平台", "platform"), ("账号", "handle"), _UID)


class Binding(NamedTuple):
    """Whose number on the platform is whose, and the line of the file that says so."""

    line: int
    platform: Platform
    handle: str
    uid: str


def bind_uids(
    file: Annotated[
        Path, typer.Argument(help="csv 或 xlsx 表，列：平台、账号、达人ID / a table: platform, handle, uid")
    ],
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """绑定账号与平台达人ID，订单据此归属。 / Bind accounts to the platforms' numbers; orders follow them."""
    bindings = read_bindings(file)
    bound = asyncio.run(_bind(server, contest, bindings))
    if as_json:
        emit({"bound": bound})
        return
    already = f"，{len(bindings) - bound} 个此前已绑定" if bound < len(bindings) else ""
    notes.print(f"已绑定 {bound} 个账号{already}。 / Bound.")


def read_bindings(file: Path) -> list[Binding]:
    """Raises CommandError naming the line that is wrong."""
    table = read_small_table(file, *_COLUMNS, ids=_UID)
    places = [table.column(names) for names in _COLUMNS]
    return [_binding(f"{file} 第 {line.number} 行", line.number, *map(line.at, places)) for line in table.lines]


def _binding(where: str, number: int, named: str, handle: str, uid: str) -> Binding:
    platform, uid = read_platform(named), uid.lstrip("'")
    if platform is None:
        raise CommandError(f"{where}的平台“{named}”不认识，应为抖音或快手。 / Line {number}: no such platform.")
    if not uid.isdecimal():
        raise CommandError(f"{where}的达人ID“{uid}”不是数字。 / Line {number}: the uid is not a number.")
    return Binding(number, platform, handle, uid)


async def _bind(server: str | None, slug: str | None, bindings: Sequence[Binding]) -> int:
    async with signed_in(server) as client:
        return await bind(client, (await chosen_contest(client, slug))["id"], bindings)


async def bind(client: Client, contest_id: str, bindings: Sequence[Binding]) -> int:
    """Binds in one go what is not bound yet; raises CommandError when an account does not take part."""
    accounts = {
        (one["account"]["platform"], handle_key(one["account"]["handle"])): one["account"]
        async for one in client.pages("Contestants", "contestants", contestId=contest_id)
    }
    wanted: dict[str, str] = {}
    for one in bindings:
        account = accounts.get((one.platform, handle_key(one.handle)))
        if account is None:
            raise CommandError(
                f"第 {one.line} 行：没有参赛账号 {word(one.platform)} {one.handle}，没有绑定任何账号。"
                f" / Line {one.line}: no such account takes part; nothing was bound."
            )
        if account["uid"] != one.uid:
            wanted[account["id"]] = one.uid
    given = [{"accountId": account_id, "uid": uid} for account_id, uid in wanted.items()]
    for start in range(0, len(given), _AT_ONCE):
        await client.mutate("BindUids", contestId=contest_id, bindings=given[start : start + _AT_ONCE])
    return len(wanted)
