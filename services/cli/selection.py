"""`./livecup finalists select` and `replace`: people decide from a run's proposal."""

import asyncio
import re
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_city, chosen_contest, chosen_contestants, chosen_round
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, RoundKey, Server, emit, results, word

_PLACES = {word(place): place for place in ("STREAMER", "RESERVE", "OUT")}
_CHOICE = re.compile(r"(?P<number>\d+)\s*[=＝]\s*(?P<place>[^:：\s]+)\s*[:：]?\s*(?P<reason>.*)", re.DOTALL)


def select(
    *,
    choose: Annotated[
        list[str] | None,
        typer.Option("--choose", help="“编号=主播|候补|不入选：原因”，可写多次 / 12=STREAMER:why, several times"),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="确认的依据 / why", prompt="确认的依据 / why")],
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """按拟推荐名单确认决赛人选；并列的、与名单不同的，用 --choose 逐人决定。 / Select the finalists."""
    choices = [read_choice(text) for text in choose or ()]
    cities = asyncio.run(_select(server, contest, round_key, choices, reason))
    if as_json:
        emit({"cities": cities})
        return
    for one in cities:
        counts = [sum(1 for who in one["selected"] if who["place"] == place) for place in ("STREAMER", "RESERVE")]
        results.print(f"{one['city']['name']}：主播 {counts[0]} 人，候补 {counts[1]} 人。", soft_wrap=True)


def read_choice(text: str) -> tuple[int, str, str]:
    """Number, place and reason of `12=主播：并列，直播时长更长`; raises CommandError."""
    found = _CHOICE.fullmatch(text.strip())
    place = found and (_PLACES.get(found["place"]) or found["place"].upper())
    if found is None or place not in _PLACES.values():
        raise CommandError(f"看不懂“{text}”。请写成 12=主播：原因（主播、候补或不入选）。 / Write 12=STREAMER:why.")
    return int(found["number"]), str(place), found["reason"].strip()


async def _select(
    server: str | None, slug: str | None, key: str | None, choices: list[tuple[int, str, str]], reason: str
) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        return await select_finalists(client, contest, chosen_round(contest, key), choices, reason)


async def select_finalists(
    client: Client,
    contest: dict[str, Any],
    round_: dict[str, Any],
    choices: list[tuple[int, str, str]],
    reason: str,
) -> list[dict[str, Any]]:
    """Every city with whom it has; `choices` are number, place and reason."""
    ids = await chosen_contestants(client, contest["id"], [number for number, _, _ in choices]) if choices else {}
    adopted = round_["adoptedRun"]
    answer = await client.mutate(
        "SelectFinalists",
        roundId=round_["id"],
        runId=adopted and adopted["id"],
        choices=[{"contestantId": ids[number], "place": place, "reason": why} for number, place, why in choices],
        reason=reason,
    )
    cities: list[dict[str, Any]] = answer["cities"]
    return cities


def replace(
    number: Annotated[int | None, typer.Argument(help="退出的主播的编号 / number of the streamer who leaves")] = None,
    *,
    city: Annotated[
        str | None, typer.Option("--city", help="无人退出，补满该市州空出的名额 / fill the city's free place")
    ] = None,
    by: Annotated[int | None, typer.Option("--by", help="指定递补人的编号，默认为下一名候补 / who comes")] = None,
    reason: Annotated[str, typer.Option("--reason", help="原因 / why", prompt="原因 / why")],
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """一名主播退出，或名额空出，由候补递补。 / A streamer leaves, or a place is free: a reserve moves up."""
    leaving = number if city is None else city
    if leaving is None or (number is not None and city is not None):
        raise CommandError("请写退出的主播的编号，或 --city 市州。 / Give either a number or --city.")
    answer = asyncio.run(_replace(server, contest, round_key, (leaving, by), reason))
    if as_json:
        emit(answer)
        return
    team = answer["team"]
    streamers = "、".join(f"{one['contestant']['number']} {one['contestant']['name']}" for one in team["streamers"])
    said = "已递补。" if answer["replaced"] else "已退出，没有可递补的候补。"
    results.print(f"{said}{team['city']['name']}现有主播：{streamers or '无'}。", soft_wrap=True, markup=False)
    if team["shortage"]:
        results.print(f"[yellow]缺 {team['shortage']} 人[/yellow]")


async def _replace(
    server: str | None, slug: str | None, key: str | None, who: tuple[int | str, int | None], reason: str
) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        return await replace_finalist(client, contest, chosen_round(contest, key), who, reason)


async def replace_finalist(
    client: Client, contest: dict[str, Any], round_: dict[str, Any], who: tuple[int | str, int | None], reason: str
) -> dict[str, Any]:
    """`replaced` and the team; `who` are the number of whoever leaves (or a city with a free place) and who comes."""
    leaving, coming = who
    city_id = chosen_city(contest, leaving) if isinstance(leaving, str) else None
    ids = await chosen_contestants(client, contest["id"], [one for one in who if isinstance(one, int)])
    return await client.mutate(
        "ReplaceFinalist",
        roundId=round_["id"],
        contestantId=ids[leaving] if isinstance(leaving, int) else None,
        cityId=city_id,
        replacementId=None if coming is None else ids[coming],
        reason=reason,
    )
