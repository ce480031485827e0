"""`./livecup bind-uids`: tell which account a platform's own number (达人ID) belongs to, once."""

import asyncio
import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError, cause
from services.cli.output import ContestSlug, Json, Server, emit, notes, word
from services.shared.handles import handle_key, read_platform
from services.shared.vocabulary import Platform

_AT_ONCE = 500
_COLUMNS = ("平台", "账号", "达人ID")


class Binding(NamedTuple):
    """Whose number on the platform is whose, and the line of the file that says so."""

    line: int
    platform: Platform
    handle: str
    uid: str


def bind_uids(
    file: Annotated[Path, typer.Argument(help="csv，三列：平台、账号、达人ID，第一行为表头 / platform, handle, uid")],
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
    """The bindings of a csv in UTF-8 or GB 18030; raises CommandError naming the line that is wrong."""
    try:
        text = decoded(file.read_bytes())
    except OSError as error:
        raise CommandError(f"无法读取 {file}（{cause(error)}）。 / It cannot be read.") from None
    if text is None:
        raise CommandError(f"{file} 不是文本文件，请另存为 CSV。 / It is not text; save it as CSV.")
    lines = list(csv.reader(io.StringIO(text, newline="")))[1:]
    return [_binding(file, number, line) for number, line in enumerate(lines, start=2) if any(map(str.strip, line))]


def decoded(content: bytes) -> str | None:
    """The text of a csv as Excel and WPS write it; None when it is none."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _binding(file: Path, number: int, line: list[str]) -> Binding:
    where = f"{file} 第 {number} 行"
    if len(line) != len(_COLUMNS):
        raise CommandError(
            f"{where}应有三列“平台，账号，达人ID”，这一行有 {len(line)} 列。 / Line {number} has not three columns."
        )
    platform, handle, uid = read_platform(line[0]), line[1].strip(), line[2].strip().lstrip("'")
    if platform is None:
        raise CommandError(
            f"{where}的平台“{line[0].strip()}”不认识，应为抖音或快手。 / Line {number}: no such platform."
        )
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
