"""`./livecup window set`: when people may come in by a way."""

import asyncio
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import signed_in
from services.cli.errors import CommandError
from services.cli.moments import end_of, moment
from services.cli.output import ContestSlug, Json, Server, beijing, emit, results, word
from services.cli.usage import Livecup
from services.shared.vocabulary import EntryWay

window = Livecup(help="报名时间。 / When people may come in.")
_WAYS = {word(way): way for way in EntryWay} | {way.value: way for way in EntryWay}


@window.command("set")
def set_window(
    way: Annotated[str, typer.Argument(help="推荐 或 自主报名 / RECOMMENDED or SELF_REGISTERED")],
    *,
    closes: Annotated[
        str, typer.Option("--closes", help="截止时间，只写日期即当天 24:00 / from then on closed; a day: its end")
    ],
    opens: Annotated[
        str | None, typer.Option("--opens", help="开始时间，不写为另行通知 / none: to be announced")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="原因，记入记录 / why; kept")],
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """设定报名时间 [开始, 截止)。 / Set when people may come in."""
    given = {"entryWay": read_way(way), "opensAt": moment(opens), "closesAt": end_of(closes)}
    windows = asyncio.run(_set(server, contest, {**given, "reason": reason}))
    if as_json:
        emit({"entryWindows": windows})
        return
    for one in windows:
        begins = beijing(one["opensAt"]) if one["opensAt"] else "另行通知"
        results.print(f"{word(one['entryWay'])}：{begins} 至 {beijing(one['closesAt'])}", markup=False)


def read_way(text: str) -> str:
    """A way of coming in as the API calls it; raises CommandError."""
    if text not in _WAYS:
        raise CommandError(f"没有报名方式“{text}”，可写：{'、'.join(_WAYS)}。 / There is no such way.")
    return _WAYS[text].value


async def _set(server: str | None, slug: str | None, given: dict[str, Any]) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        chosen = await chosen_contest(client, slug)
        answer = await client.mutate("SetEntryWindow", contestId=chosen["id"], **given)
        windows: list[dict[str, Any]] = answer["contest"]["entryWindows"]
        return windows
