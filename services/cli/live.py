"""`./livecup live`: runs started and adopted by themselves while a round is under way."""

import asyncio
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_contest, chosen_round
from services.cli.client import signed_in
from services.cli.moments import end_of
from services.cli.output import ContestSlug, Json, RoundKey, Server, beijing, say
from services.cli.usage import Livecup

live = Livecup(help="现场刷新：有新数据就自动核算并采用。 / Keep a ranking fresh during its round.")

Why = Annotated[str, typer.Option("--reason", help="说明，记入记录 / why; kept")]


@live.command()
def on(
    *,
    every: Annotated[int, typer.Option("--every", help="至少间隔多少秒，10 到 86400 / seconds between two runs")],
    until: Annotated[
        str | None, typer.Option("--until", help="截止时间，默认上传截止；只写日期即当天 24:00 / until; a day: its end")
    ] = None,
    reason: Why,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """打开现场刷新；因失败停止后，再次打开即继续。 / Switch it on, or on again after it stopped."""
    given = {"everySeconds": every, "until": end_of(until), "reason": reason}
    done = asyncio.run(_set(server, contest, round_key, given))
    say(done, f"{done['title']}：现场刷新{live_line(done['liveRefresh'])}", as_json=as_json)


@live.command()
def off(
    *,
    reason: Why,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """关闭现场刷新；已采用的成绩不变。 / Switch it off; what was adopted stays."""
    done = asyncio.run(_set(server, contest, round_key, {"everySeconds": None, "reason": reason}))
    say(done, f"{done['title']}：现场刷新已关闭。", as_json=as_json)


def live_line(refresh: dict[str, Any]) -> str:
    """`至少间隔 30 秒，至 2021-09-01 20:00。`, and why it stopped."""
    said = f"至少间隔 {refresh['everySeconds']} 秒，至 {beijing(refresh['until'])}。"
    return f"{said}已停止：{refresh['problem']['message']}" if refresh["problem"] else said


async def _set(server: str | None, slug: str | None, key: str | None, given: dict[str, Any]) -> dict[str, Any]:
    async with signed_in(server) as client:
        round_id = chosen_round(await chosen_contest(client, slug), key)["id"]
        done: dict[str, Any] = (await client.mutate("SetLiveRefresh", roundId=round_id, **given))["round"]
        return done
