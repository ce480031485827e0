"""What the demo publishes: a notice, an objection to it that is upheld, a second run, and the corrected notice."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.cli.client import Client, RefusedError
from services.cli.compare import compared
from services.cli.demo_people import Scene
from services.cli.publish import prepared
from services.cli.score import adopt_run, start_run, watch_run


async def publish(scene: Scene, round_id: str) -> dict[str, Any]:
    """Answers the revision that holds, what the objection led to, and how far the two runs differ."""
    told, host = scene.beside.published, scene.cast.organisers["HOST"].client
    undertaker = scene.cast.organisers["UNDERTAKER"].client
    days = timedelta(days=told.days)
    first = await noticed(scene, round_id, days, "")
    objected = await _objection(scene, round_id)
    given = {"contestantId": objected["who"], "roundId": round_id, "kind": "SUBTRACT", "item": told.item}
    penalty = (await host.mutate("ApplyPenalty", **given, points=str(told.points), reason=told.penalty))["penalty"]
    before = (await host.query("ScoringRuns", roundId=round_id))["scoringRuns"]["nodes"][0]
    run = await start_run(host, round_id, told.recomputed)
    run = await watch_run(host, run["id"], lambda _: None)
    comparison = await compared(host, {"baseRunId": before["id"], "otherRunId": run["id"]})
    await adopt_run(host, run["id"], told.recomputed)
    second = await noticed(scene, round_id, days, told.corrected)
    for outcome in (penalty, run, comparison, second):
        await undertaker.mutate("LinkAppeal", id=objected["id"], outcomeId=outcome["id"])
    summary = comparison["summary"]
    return {
        "revision": second["revision"],
        "corrects": first["revision"],
        "digest": second["digest"],
        "objection": objected["number"],
        "run": run["number"],
        **{name: summary[name] for name in ("changed", "up", "down")},
    }


async def noticed(scene: Scene, round_id: str, within: timedelta, reason: str) -> dict[str, Any]:
    """A notice that the undertaker prepares and the host approves; where the machine is so busy that it would be over
    before that, with more time.
    """
    hosts = scene.cast.organisers
    given = {"roundId": round_id, "stage": "PROPOSED", "reason": reason, "contacts": scene.beside.notice["contacts"]}
    while True:
        until = (datetime.now(UTC) + within).isoformat()
        revision = await prepared(hosts["UNDERTAKER"].client, {**given, "noticeUntil": until})
        try:
            return await approved(scene, revision)
        except RefusedError as refused:
            if refused.code != "NOTICE_PAST":
                raise
            late = {"publicationId": revision["id"], "reason": str(refused)}
            await hosts["HOST"].client.mutate("DeclinePublication", **late)
            within *= 4


async def approved(scene: Scene, revision: dict[str, Any]) -> dict[str, Any]:
    """A revision that was prepared, as it is once the host has approved it."""
    given = {"publicationId": revision["id"], "digest": revision["digest"]}
    done = await scene.cast.organisers["HOST"].client.mutate("ApprovePublication", **given)
    publication: dict[str, Any] = done["publication"]
    return publication


async def _objection(scene: Scene, round_id: str) -> dict[str, Any]:
    """Somebody of the public objects to whoever is first. A judge who has had nothing to do with them upholds it: the
    first one has verified their figures, and the organisers have reviewed them.
    """
    told, cast = scene.beside.published, scene.cast
    best = (await cast.first.query("BestStanding", roundId=round_id))["rankings"]["nodes"][0]["contestant"]
    about = {"kind": "OBJECTION", "roundId": round_id, "number": best["number"]}
    async with Client(cast.first.server) as visitor:
        signed = {"name": told.objector, "phone": told.phone}
        filed = (await visitor.mutate("FileAppeal", **about, **signed, text=told.objection))["appeal"]
    host, assigned = cast.organisers["HOST"].client, cast.judges[1]
    await host.mutate("AssignAppeal", id=filed["id"], userId=assigned.user_id)
    await assigned.client.mutate("DecideAppeal", id=filed["id"], verdict="UPHELD", reason=told.upheld)
    return {"id": filed["id"], "number": filed["number"], "who": best["id"]}
