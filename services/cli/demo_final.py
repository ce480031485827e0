"""The demo's final: rules of its own, figures typed off the screen, exports behind a freeze, awards, certificates."""

import asyncio
from datetime import timedelta
from typing import Any

from rich.progress import Progress

from services.cli.chosen import chosen_contestants, chosen_round
from services.cli.client import Client, RefusedError
from services.cli.demo_files import Packed, write_archive
from services.cli.demo_people import Scene
from services.cli.demo_publishing import approved, noticed
from services.cli.errors import CommandError
from services.cli.product import add_products, read_products
from services.cli.publish import prepared
from services.cli.rankings import best_teams, standings
from services.cli.score import adopt_run, start_run, watch_run
from services.cli.transfer import Parcel
from services.cli.upload import UploadProgress, upload_all
from services.sample.contest import HUBEI_2021
from services.sample.event import event_exports, event_of, on_screen
from services.sample.season import Season
from services.shared.beijing import BEIJING

KEY = "final"
_BEST, _EVERY_SECONDS, _PAUSE = 10, 10, 0.1
_NOTICE = timedelta(seconds=2)  # what takes days elsewhere


async def play_final(scene: Scene, teams: list[dict[str, Any]], progress: Progress) -> dict[str, Any]:
    """From the rules to certificates; `teams` are the confirmed ones. Answers what came of it."""
    host, round_id = scene.cast.organisers["HOST"].client, chosen_round(scene.contest, KEY)["id"]
    told = scene.beside.final
    document = await asyncio.to_thread(HUBEI_2021.with_name("final.toml").read_text, encoding="utf-8")
    await host.mutate("UpdateRules", roundId=round_id, document=document, reason=told.rules)
    await add_products(host, scene.contest, read_products(HUBEI_2021.with_name("featured.csv")), told.products)
    seasons = event_of(scene.files.sample, {who["account"]["handle"] for who in _streamers(teams)})
    await _live(scene, round_id, seasons)
    run = await _after_the_event(scene, round_id, seasons, progress)
    await _decide_ties(scene, round_id, run)
    revision = await _publish(scene, round_id)
    best, ranked = await asyncio.gather(
        standings(host, round_id, None, {}, _BEST), best_teams(host, round_id, None, len(teams))
    )
    return {
        "people": len(seasons),
        "typed": told.typed,
        "run": run["number"],
        "revision": revision["revision"],
        "digest": revision["digest"],
        **await _certify(host, scene.contest["id"], revision["id"]),
        "best": best["standings"],
        "teams": ranked["teams"],
    }


def final_json(found: dict[str, Any]) -> dict[str, Any]:
    """What --json tells of it; of nothing when the demo stopped early."""
    teams = [
        {"city": one["city"]["name"], "rank": one["rank"], "total": one["total"], "people": len(one["members"])}
        for one in found.get("teams", ())
    ]
    return {**{name: value for name, value in found.items() if name != "best"}, "teams": teams}


def _streamers(teams: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one["contestant"] for team in teams for one in team["streamers"]]


async def _live(scene: Scene, round_id: str, seasons: list[Season]) -> None:
    """One organiser types what the screens say, another the same; the ranking follows by itself."""
    told, hosts = scene.beside.final, scene.cast.organisers
    host, undertaker = hosts["HOST"].client, hosts["UNDERTAKER"].client
    contest_id, moment = scene.contest["id"], scene.files.sample.plan.final_read.astimezone(BEIJING)
    await host.mutate("RequireTypingConfirmation", contestId=contest_id, required=True, reason=told.live)
    await host.mutate("SetLiveRefresh", roundId=round_id, everySeconds=_EVERY_SECONDS, reason=told.live)
    accounts = {
        one["account"]["handle"]: one["account"]["id"]
        async for one in host.pages("Contestants", "contestants", contestId=contest_id)
    }
    given = {"contestId": contest_id, "source": "LIVE_SESSIONS", "reason": told.screen}
    for one in [one for one in seasons if one.broadcasts[0].started_at < moment][: told.typed]:
        screen = on_screen(one.broadcasts[0], moment)
        row = {"figures": [{"column": column, "value": value} for column, value in screen.items()]}
        account = {"accountId": accounts[one.person.handle], "exportedAt": moment.isoformat()}
        typed = (await undertaker.mutate("TypeFigures", **given, **account, rows=[row]))["upload"]
        await host.mutate("ConfirmTypedFigures", uploadId=typed["id"], rows=[row])
    while not (await standings(host, round_id, None, {}, 1))["totalCount"]:  # noqa: ASYNC110 (the scorer is at work)
        await asyncio.sleep(_PAUSE)
    await host.mutate("SetLiveRefresh", roundId=round_id, everySeconds=None, reason=told.live)


async def _after_the_event(scene: Scene, round_id: str, seasons: list[Season], progress: Progress) -> dict[str, Any]:
    """The ranking is frozen while the exports come in and are scored; then everybody sees the result."""
    told, host = scene.beside.final, scene.cast.organisers["HOST"].client
    judge = scene.cast.judges[0].client
    await host.mutate("FreezeRanking", roundId=round_id, reason=told.frozen)
    before = await standings(judge, round_id, None, {}, _BEST)
    await _upload(scene, await asyncio.to_thread(_write, scene, seasons), progress)
    run = await start_run(host, round_id, told.exported)
    run = await watch_run(host, run["id"], lambda _: None)
    await adopt_run(host, run["id"], told.exported)
    if await standings(judge, round_id, None, {}, _BEST) != before:
        raise CommandError("封榜之后评委看到的名次变了。 / The frozen ranking has changed.")
    await host.mutate("UnfreezeRanking", roundId=round_id, reason=told.exported)
    return run


def _write(scene: Scene, seasons: list[Season]) -> list[Packed]:
    return [write_archive(scene.files.folder / "final", one) for one in event_exports(scene.files.sample, seasons)]


async def _upload(scene: Scene, archives: list[Packed], progress: Progress) -> None:
    parcels = [
        Parcel(one.path, one.path.name, exported_at=one.exported_at.isoformat(), attested=True) for one in archives
    ]
    uploaded = await upload_all(scene.cast.first, scene.contest["id"], parcels, UploadProgress(progress))
    for task in progress.task_ids:
        progress.remove_task(task)
    if uploaded["refused"]:
        raise CommandError("\n  ".join(one["message"] for one in uploaded["problems"]))


async def _decide_ties(scene: Scene, round_id: str, run: dict[str, Any]) -> None:
    """Equals for the last of a prize: people decide, here those that come first in the list."""
    host = scene.cast.organisers["HOST"].client
    cities = {one["name"]: one["id"] for one in scene.contest["cities"]}
    for award in (await host.query("Awards", roundId=round_id, runId=run["id"]))["awards"]:
        chosen = award["tied"][: award["seats"]]
        if chosen:
            numbers = [one["standing"]["number"] for one in chosen if one["standing"]]
            people = await chosen_contestants(host, scene.contest["id"], numbers) if numbers else {}
            teams = [cities[one["city"]["name"]] for one in chosen if not one["standing"]]
            given = {"contestantIds": list(people.values()), "cityIds": teams, "reason": scene.beside.final.tied}
            await host.mutate("DecideAward", runId=run["id"], award=award["key"], **given)


async def _publish(scene: Scene, round_id: str) -> dict[str, Any]:
    """A notice, and once it has ended the final publication."""
    await noticed(scene, round_id, _NOTICE, "")
    undertaker = scene.cast.organisers["UNDERTAKER"].client
    while True:
        try:
            return await approved(scene, await prepared(undertaker, {"roundId": round_id, "stage": "FINAL"}))
        except RefusedError as refused:
            if refused.code != "NOTICE_NOT_ENDED":
                raise
            await asyncio.sleep(_PAUSE)


async def _certify(host: Client, contest_id: str, publication_id: str) -> dict[str, Any]:
    """Certificates of all awards; the code of the first is looked up like anybody may."""
    issued = (await host.mutate("IssueCertificates", publicationId=publication_id))["issued"]
    first = (await host.query("Certificates", contestId=contest_id))["certificates"]["nodes"][0]
    async with Client(host.server) as visitor:
        found = (await visitor.query("CheckCertificate", code=first["code"]))["certificate"]
    if not found["valid"]:
        raise CommandError("证书查验不符。 / A certificate is not confirmed.")
    return {"certificates": issued, "code": first["code"]}
