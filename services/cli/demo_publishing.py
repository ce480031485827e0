"""What the demo publishes: a notice, an objection to it that is upheld, a second run, and the corrected notice."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.cli.client import Client
from services.cli.compare import compared
from services.cli.demo_people import Scene
from services.cli.publish import prepared
from services.cli.score import adopt_run, start_run, watch_run


async def publish(scene: Scene, round_id: str) -> dict[str, Any]:
    """Answers the revision that holds, what the objection led to, and how far the two runs differ."""
    told, host = scene.beside.published, scene.cast.organisers["HOST"].client
    undertaker = scene.cast.organisers["UNDERTAKER"].client
    first = await _revision(scene, round_id, "")
    objected = await _objection(scene, round_id)
    given = {"contestantId": objected["who"], "roundId": round_id, "kind": "SUBTRACT", "item": told.item}
    penalty = (await host.mutate("ApplyPenalty", **given, points=str(told.points), reason=told.penalty))["penalty"]
    before = (await host.query("ScoringRuns", roundId=round_id))["scoringRuns"]["nodes"][0]
    run = await start_run(host, round_id, told.recomputed)
    run = await watch_run(host, run["id"], lambda _: None)
    comparison = await compared(host, {"baseRunId": before["id"], "otherRunId": run["id"]})
    await adopt_run(host, run["id"], told.recomputed)
    second = await _revision(scene, round_id, told.corrected)
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


async def _revision(scene: Scene, round_id: str, reason: str) -> dict[str, Any]:
    """A notice that the undertaker prepares and the host approves."""
    hosts = scene.cast.organisers
    until = datetime.now(UTC) + timedelta(days=scene.beside.published.days)
    given = {"roundId": round_id, "stage": "PROPOSED", "noticeUntil": until.isoformat(), "reason": reason}
    revision = await prepared(hosts["UNDERTAKER"].client, {**given, "contacts": scene.beside.notice["contacts"]})
    approved = {"publicationId": revision["id"], "digest": revision["digest"]}
    done: dict[str, Any] = (await hosts["HOST"].client.mutate("ApprovePublication", **approved))["publication"]
    return done


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
