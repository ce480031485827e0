"""`./livecup freeze` and `unfreeze`: a ranking stands still for everybody but organisers."""

import asyncio
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_contest, chosen_round
from services.cli.client import signed_in
from services.cli.moments import moment
from services.cli.output import ContestSlug, Json, RoundKey, Server, beijing, say

Why = Annotated[str, typer.Option("--reason", help="说明，记入记录 / why; kept")]


def freeze(
    *,
    frozen_from: Annotated[str | None, typer.Option("--from", help="封榜时间，默认现在 / from when; now")] = None,
    reason: Why,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """封榜：此后采用的成绩只有主办方看得到。 / Only organisers see what is adopted from then on."""
    done = asyncio.run(_freeze(server, contest, round_key, moment(frozen_from), reason))
    said = f"{beijing(done['frozenFrom'])} 起封榜，此后采用的成绩只有主办方看得到。"
    say(done, f"{done['title']}：{said}", as_json=as_json)


def unfreeze(
    *,
    reason: Why,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """解除封榜，公开其间采用的成绩。 / Show everybody what was adopted meanwhile."""
    done = asyncio.run(_unfreeze(server, contest, round_key, reason))
    say(done, f"{done['title']}：已解除封榜。", as_json=as_json)


async def _freeze(
    server: str | None, slug: str | None, key: str | None, frozen_from: str | None, reason: str
) -> dict[str, Any]:
    async with signed_in(server) as client:
        given = {"roundId": chosen_round(await chosen_contest(client, slug), key)["id"], "reason": reason}
        done: dict[str, Any] = (await client.mutate("FreezeRanking", frozenFrom=frozen_from, **given))["round"]
        return done


async def _unfreeze(server: str | None, slug: str | None, key: str | None, reason: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        given = {"roundId": chosen_round(await chosen_contest(client, slug), key)["id"], "reason": reason}
        done: dict[str, Any] = (await client.mutate("UnfreezeRanking", **given))["round"]
        return done
