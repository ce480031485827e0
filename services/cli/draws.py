"""Announcing and making a verification draw, and computing it once more from its roll, without any server."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_contest, chosen_round
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.moments import moment
from services.cli.output import ContestSlug, Json, RoundKey, Server, beijing, emit, notes, results, say
from services.shared.verification import roll as rolls

_PER = {"city": "CITY", "division": "DIVISION"}
_NAMES = {"CITY": "每市州", "DIVISION": "每组别"}

Number = Annotated[int, typer.Argument(help="第几次抽查 / which draw, by its number")]


def draws(
    *, contest: ContestSlug = None, round_key: RoundKey = None, server: Server = None, as_json: Json = False
) -> None:
    """列出抽查：种子来源与时间、名册摘要、抽中的人。 / List draws."""
    found = asyncio.run(_draws(server, contest, round_key))
    if as_json:
        emit({"draws": found})
        return
    for one in found:
        results.print(*_lines(one), sep="\n", markup=False, soft_wrap=True)
    if not found:
        results.print("还没有公告抽查。 / None is announced.")


def _lines(one: dict[str, Any]) -> Iterator[str]:
    how = f"{_NAMES[one['per']]} {one['people']} 人，名册 {one['population']} 人"
    yield f"第 {one['number']} 次：{how}，{beijing(one['announcedAt'])} 公告"
    yield f"    种子：{one['seedSource']}，{beijing(one['seedAt'])} 公布"
    yield f"    名册摘要（SHA-256）：{one['rollSha256']}"
    if one["seed"] is not None:
        yield f"    {beijing(one['drawnAt'])} 用种子“{one['seed']}”抽出 {one['drawnCount']} 人："
    for each in one.get("drawn", ()):
        who = each["contestant"]
        named = f"{who['number']} {who['name']}（{who['city']['name']}）" if who else "-"
        yield f"      {named} {each['ticket'][:16]}…"
    if one["cancelledAt"]:
        yield f"    {beijing(one['cancelledAt'])} 作废：{one['cancelledReason']}"


async def _list(client: Client, slug: str | None, key: str | None) -> list[dict[str, Any]]:
    round_id = chosen_round(await chosen_contest(client, slug), key)["id"]
    found: list[dict[str, Any]] = (await client.query("VerificationDraws", roundId=round_id))["node"]["draws"]
    return found


async def _draws(server: str | None, slug: str | None, key: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        return await _list(client, slug, key)


async def _chosen(client: Client, slug: str | None, key: str | None, number: int) -> str:
    for one in await _list(client, slug, key):
        if one["number"] == number:
            draw_id: str = one["id"]
            return draw_id
    raise CommandError(f"没有第 {number} 次抽查。 / There is no draw {number}.")


def announce(
    *,
    per: Annotated[str, typer.Option("--per", help="city 每市州，或 division 每组别")],
    people: Annotated[int, typer.Option("--people", help="每单位抽几人 / so many of each")],
    source: Annotated[
        str, typer.Option("--seed-source", help="种子用哪个公开数字、怎样书写 / which public number, how written")
    ],
    at: Annotated[str, typer.Option("--seed-at", help="种子公布时间，北京时间，应在将来 / when it becomes public")],
    reason: Annotated[str, typer.Option("--reason", help="说明 / why")],
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """公告一次抽查：种子公布之前定下名册和规则。 / Announce a draw before its seed is known."""
    if per not in _PER:
        raise CommandError(f"--per 可写：{'、'.join(_PER)}。 / --per is city or division.")
    given = {"per": _PER[per], "people": people, "seedSource": source, "seedAt": moment(at), "reason": reason}
    done = asyncio.run(_announce(server, contest, round_key, given))
    say(done, "\n".join(_lines(done)), as_json=as_json)


async def _announce(server: str | None, slug: str | None, key: str | None, given: dict[str, Any]) -> dict[str, Any]:
    async with signed_in(server) as client:
        round_id = chosen_round(await chosen_contest(client, slug), key)["id"]
        done: dict[str, Any] = (await client.mutate("AnnounceDraw", roundId=round_id, **given))["draw"]
        return done


def draw(
    number: Number,
    *,
    seed: Annotated[str, typer.Option("--seed", help="公布的种子，照公告的写法 / as announced")],
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """种子公布后进行抽取。 / Make the draw with its seed."""
    done = asyncio.run(_manage(server, "MakeDraw", (contest, round_key), number, seed=seed))
    say(done, "\n".join(_lines(done)), as_json=as_json)


def cancel(
    number: Number,
    *,
    reason: Annotated[str, typer.Option("--reason", help="原因，公开可见 / why; public")],
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """作废一次抽查；种子、名册摘要和抽中的人仍可查看。 / Cancel a draw; it stays readable."""
    done = asyncio.run(_manage(server, "CancelDraw", (contest, round_key), number, reason=reason))
    say(done, f"第 {done['number']} 次抽查已作废。 / Cancelled.", as_json=as_json)


async def _manage(
    server: str | None, mutation: str, named: tuple[str | None, str | None], number: int, **given: str
) -> dict[str, Any]:
    async with signed_in(server) as client:
        draw_id = await _chosen(client, *named, number)
        done: dict[str, Any] = (await client.mutate(mutation, id=draw_id, **given))["draw"]
        return done


def roll(
    number: Number,
    to: Annotated[Path, typer.Option("--to", help="写到这个文件 / write it to this file")],
    *,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
) -> None:
    """下载名册文件，供任何人复算。 / Write the roll to a file, for anybody to compute the draw again."""
    found = asyncio.run(_roll(server, (contest, round_key), number))
    if found["roll"] is None:
        raise CommandError("名册含全部参赛账号，您无权查看。 / The roll names all accounts: not yours to see.")
    to.write_bytes(found["roll"].encode())
    notes.print(f"{to}：SHA-256 {found['rollSha256']}", markup=False)


async def _roll(server: str | None, named: tuple[str | None, str | None], number: int) -> dict[str, Any]:
    async with signed_in(server) as client:
        found: dict[str, Any] = (await client.query("VerificationRoll", id=await _chosen(client, *named, number)))[
            "node"
        ]
        return found


def check(
    file: Annotated[Path, typer.Argument(help="名册文件 / the roll", exists=True, dir_okay=False)],
    *,
    seed: Annotated[str, typer.Option("--seed", help="公布的种子 / the seed")],
    as_json: Json = False,
) -> None:
    """用名册和种子复算抽查，不连接服务器、不用登录。 / Compute a draw again from its roll, without any server."""
    try:
        read = rolls.Roll.read(file.read_text(encoding="utf-8"))
    except (rolls.WrongRollError, UnicodeDecodeError):
        raise CommandError(f"{file} 不是名册文件。 / This is no roll.") from None
    drawn = rolls.draw(read, seed.strip())
    found = {
        name: [{"account": one.lot.account, "ticket": one.ticket} for one in group] for name, group in drawn.items()
    }
    if as_json:
        emit({"rollSha256": read.sha256, "drawn": found})
        return
    results.print(f"名册摘要（SHA-256）：{read.sha256}，应与公告一致。")
    for name, group in found.items():
        results.print(
            name, *(f"    {one['account']}  {one['ticket']}" for one in group), sep="\n", markup=False, soft_wrap=True
        )
