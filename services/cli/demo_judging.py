"""What is looked at in the demo before anything is published: flags, links of works, and a verification draw."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from services.cli.client import Client, RefusedError
from services.cli.demo_people import Scene
from services.cli.verified import verification_of

_PAUSE = 0.1


async def judge(scene: Scene, round_id: str) -> dict[str, Any]:
    """The best contestant's city adds a link, the judge raises a flag and verifies them; one of each city is drawn.

    Answers how many were drawn, and how far verification is.
    """
    told, judge_ = scene.beside.judged, scene.cast.judges[0].client
    best = (await judge_.query("BestStanding", roundId=round_id))["rankings"]["nodes"][0]
    who = best["contestant"]
    clerk = scene.cast.clerks[who["city"]["name"]].client
    await clerk.mutate("AddLink", contestantId=who["id"], kind="REPLAY", title=told.title, url=told.url)
    await judge_.mutate("RaiseFlag", contestantId=who["id"], reason=told.flag)
    drawn = await _draw(scene, round_id)
    item = best["score"]["items"][0]
    metric = item["metrics"][0]
    seen = {"item": item["item"], "metric": metric["metric"], "seen": metric["value"] or "0"}
    compared = {"method": "SCREEN", "figures": [seen], "outcome": "AGREES", "note": told.note}
    await judge_.mutate("RecordVerification", roundId=round_id, contestantId=who["id"], **compared)
    counts = await verification_of(judge_, round_id) or {}
    return {"drawn": drawn, **{name: counts[name] for name in ("required", "open")}}


async def _draw(scene: Scene, round_id: str) -> int:
    """Announces a draw, waits for its seed to be public, and makes it."""
    host, seed = scene.cast.organisers["HOST"].client, scene.beside.judged.seed
    draw_id = await _announced(scene, host, round_id)
    while True:
        try:
            drawn: int = (await host.mutate("MakeDraw", id=draw_id, seed=seed))["draw"]["drawnCount"]
        except RefusedError as refused:
            if refused.code != "DRAW_SEED_NOT_PUBLIC":
                raise
            await asyncio.sleep(_PAUSE)
        else:
            return drawn


async def _announced(scene: Scene, host: Client, round_id: str) -> str:
    """The id of a draw; where the machine is so busy that the seed would be public first, with more time."""
    told, within = scene.beside.judged, timedelta(seconds=1)
    how = {"seedSource": told.seed_source, "per": "CITY", "people": 1, "reason": told.reason}
    while True:
        at = (datetime.now(UTC) + within).isoformat()
        try:
            draw_id: str = (await host.mutate("AnnounceDraw", roundId=round_id, seedAt=at, **how))["draw"]["id"]
        except RefusedError as refused:
            if refused.code != "DRAW_SEED_PAST":
                raise
            within *= 4
        else:
            return draw_id
