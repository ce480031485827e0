"""`./livecup contest quotas`, `division`, `round`, `link-hosts`, `consent`, `typed-by-two`: changes under way."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.chosen import change_contest, chosen_city, chosen_contest, chosen_division, chosen_round
from services.cli.client import signed_in
from services.cli.contest import round_lines
from services.cli.errors import CommandError, cause
from services.cli.moments import end_of, moment
from services.cli.output import ContestSlug, Json, Server, emit, results, say

Why = Annotated[str, typer.Option("--reason", help="原因，记入记录 / why; kept")]


def quotas(
    changes: Annotated[list[str], typer.Argument(help="市州:组别=名额，如 武汉市:退役军人=120 / city:division=places")],
    *,
    reason: Why,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """调整推荐名额；不能少于已占用的。 / Change places; not below those held."""
    done = asyncio.run(_quotas(server, contest, [_quota(one) for one in changes], reason))
    say(done, f"已调整 {len(changes)} 项名额。", as_json=as_json)


def _quota(text: str) -> tuple[str, str, int]:
    """City, division and places of `武汉市:退役军人=120`; raises CommandError."""
    where, _, places = text.replace("：", ":").rpartition("=")
    city, _, division = where.partition(":")
    if not (city and division and places.isdecimal()):
        raise CommandError(f"看不懂 {text}，应如 武汉市:退役军人=120。 / Not like city:division=places.")
    return city, division, int(places)


async def _quotas(
    server: str | None, slug: str | None, changes: list[tuple[str, str, int]], reason: str
) -> dict[str, Any]:
    async with signed_in(server) as client:
        chosen = await chosen_contest(client, slug)
        keys = {chosen_division(chosen, one["name"]): one["key"] for one in chosen["divisions"]}
        quotas = [
            {"city": _city(chosen, city), "division": keys[chosen_division(chosen, division)], "places": places}
            for city, division, places in changes
        ]
        return await client.mutate("UpdateQuotas", contestId=chosen["id"], quotas=quotas, reason=reason)


def _city(chosen: dict[str, Any], name: str) -> str:
    """The city's own name."""
    key = chosen_city(chosen, name)
    named: str = next(city["name"] for city in chosen["cities"] if city["id"] == key)
    return named


def division(
    named: Annotated[str, typer.Argument(help="组别 / the division")],
    *,
    cap: Annotated[int, typer.Option("--cap", min=0, help="人数上限 / how many it takes at most")],
    reason: Why,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """调整组别人数上限。 / Change how many a division takes."""
    say(asyncio.run(_division(server, contest, named, cap, reason)), f"{named}人数上限：{cap}。", as_json=as_json)


async def _division(server: str | None, slug: str | None, named: str, cap: int, reason: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        key = chosen_division(await chosen_contest(client, slug), named)
        return await client.mutate("UpdateDivision", id=key, cap=cap, reason=reason)


def round_(
    named: Annotated[str, typer.Argument(metavar="ROUND", help="轮次 / the round")],
    *,
    opens: Annotated[str | None, typer.Option("--opens", help="开始时间，北京时间，开赛前可改 / begins")] = None,
    closes: Annotated[str | None, typer.Option("--closes", help="结束时间，只写日期即当天 24:00 / ends")] = None,
    exported_from: Annotated[str | None, typer.Option("--exported-from", help="导出起始 / exports count from")] = None,
    exported_until: Annotated[str | None, typer.Option("--exported-until", help="导出截止 / exports until")] = None,
    uploads: Annotated[str | None, typer.Option("--uploads-until", help="上传截止，随时可改 / files until")] = None,
    due_days: Annotated[
        int | None,
        typer.Option("--exports-due", min=0, help="每周结束后几天内交齐数据 / days until exports are late"),
    ] = None,
    reason: Why,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """调整轮次的时间，或每周数据几天后算迟交（以前各周也按新的算）。 / Move a round, or when exports are late."""
    times = {"opensAt": moment(opens), "closesAt": end_of(closes), "exportedFrom": moment(exported_from)}
    times |= {"exportedUntil": end_of(exported_until), "uploadsUntil": end_of(uploads)}
    done = asyncio.run(_round(server, contest, named, {**times, "exportsDueDays": due_days, "reason": reason}))
    if as_json:
        emit(done)
    else:
        results.print(*round_lines(done["round"]), sep="\n", soft_wrap=True)


async def _round(server: str | None, slug: str | None, named: str, given: dict[str, Any]) -> dict[str, Any]:
    async with signed_in(server) as client:
        key = chosen_round(await chosen_contest(client, slug), named)["id"]
        return await client.mutate("UpdateRound", id=key, **given)


def link_hosts(
    hosts: Annotated[list[str], typer.Argument(help="全部可用的域名，如 douyin.com / all hosts")],
    *,
    reason: Why,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """设定作品链接可用的域名（含其下级域名），代替原来的。 / Set where links of works may lead."""
    done = asyncio.run(change_contest(server, contest, "UpdateLinkHosts", hosts=hosts, reason=reason))
    say(done, f"作品链接可用的域名：{'、'.join(hosts)}。", as_json=as_json)


def consent(
    version: Annotated[str, typer.Argument(help="版本，如 2021-06 / its version")],
    text: Annotated[Path, typer.Argument(help="同意书全文，文本文件 / a file with the text")],
    *,
    reason: Why,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """发布新版报名同意书。 / Publish the text that whoever registers agrees to."""
    try:
        words = text.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"无法读取 {text}（{cause(error)}）。 / It cannot be read.") from None
    done = asyncio.run(change_contest(server, contest, "UpdateConsent", version=version, text=words, reason=reason))
    say(done, f"同意书已更新为 {version} 版。", as_json=as_json)


def typed_by_two(
    *,
    needed: Annotated[bool, typer.Option("--needed/--not-needed", help="须两人，或不要求 / needed or not")],
    reason: Why,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """设置人工录入是否须两人：各录一次，相同才计入。 / Whether figures are typed by two people."""
    given = {"required": needed, "reason": reason}
    done = asyncio.run(change_contest(server, contest, "RequireTypingConfirmation", **given))["contest"]
    said = "人工录入的数据须两人各录一次，相同才计入。" if done["typingNeedsTwo"] else "人工录入的数据一人录入即计入。"
    say(done, said, as_json=as_json)
