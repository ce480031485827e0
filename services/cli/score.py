"""`./livecup score` and `./livecup adopt`: compute a round's result, and make it the one that counts."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.progress import Progress

from services.cli.chosen import chosen_contest, chosen_round, chosen_run
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import (
    ContestSlug,
    Json,
    RoundKey,
    Server,
    beijing,
    emit,
    notes,
    results,
    run_name,
    short,
    word,
)
from services.shared.vocabulary import RunState

_PAUSE = 0.1  # seconds

Reason = Annotated[str, typer.Option("--reason", help="原因，记入记录 / kept with it")]


def score(
    *,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    reason: Reason = "",
    watch: Annotated[bool, typer.Option("--watch", help="等到算完 / wait until it ends")] = False,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """核算成绩。 / Start a scoring run."""
    run = asyncio.run(_score(server, contest, round_key, reason, watch=watch))
    if as_json:
        emit(run)
    else:
        results.print(run_line(run), soft_wrap=True)
        if run["state"] == "SCORED":
            results.print(f"采用为本轮成绩：./livecup adopt {run['number']} --reason 原因", soft_wrap=True)
    if run["state"] in {"FAILED", "CANCELLED"}:
        raise typer.Exit(1)


async def _score(server: str | None, slug: str | None, key: str | None, reason: str, *, watch: bool) -> dict[str, Any]:
    async with signed_in(server) as client:
        chosen = chosen_round(await chosen_contest(client, slug), key)
        run = await start_run(client, chosen["id"], reason)
        if not watch:
            return run
        with Progress(console=notes, transient=True) as progress:
            task = progress.add_task("核算", total=1.0)
            return await watch_run(
                client,
                run["id"],
                lambda now: progress.update(
                    task, description=word(now["stage"] or now["state"]), completed=float(now["progress"] or 0)
                ),
            )


async def start_run(client: Client, round_id: str, reason: str) -> dict[str, Any]:
    started = await client.mutate("StartScoringRun", roundId=round_id, reason=reason, idempotencyKey=str(uuid4()))
    run: dict[str, Any] = started["scoringRun"]
    return run


async def watch_run(client: Client, run_id: str, heard: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Asks for a run until it ends; `heard` is told of it each time."""
    while True:
        run: dict[str, Any] | None = (await client.query("ScoringRun", id=run_id))["scoringRun"]
        if run is None:
            raise CommandError(f"没有核算 {run_id}。 / There is no such run.")
        heard(run)
        if RunState(run["state"]).ended:
            return run
        await asyncio.sleep(_PAUSE)


def adopt(
    run: Annotated[str | None, typer.Argument(help="第几次核算，或其 id；默认最近一次 / number or id")] = None,
    *,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    reason: Annotated[
        str, typer.Option("--reason", help="采用的原因，记入记录 / why; kept", prompt="采用的原因 / why")
    ],
    server: Server = None,
    as_json: Json = False,
) -> None:
    """采用一次核算作为本轮成绩。 / Make a run the round's result."""
    if not reason.strip():
        raise CommandError("请用 --reason 写明采用的原因。 / Say why, with --reason.")
    adopted, before = asyncio.run(_adopt(server, contest, round_key, run, reason))
    if as_json:
        emit(adopted)
        return
    results.print(f"已采用为本轮成绩。 / Adopted. {run_line(adopted)}", soft_wrap=True)
    if before is not None and before["id"] != adopted["id"]:
        back = f"恢复：./livecup adopt {before['number']} --reason 原因"
        results.print(f"替换了{run_name(before)}。{back} / How to go back to the run before.", soft_wrap=True)


async def _adopt(
    server: str | None, slug: str | None, key: str | None, named: str | None, reason: str
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The run, and the one that held before: should another one have been adopted meanwhile, nothing happens."""
    async with signed_in(server) as client:
        chosen = chosen_round(await chosen_contest(client, slug), key)
        before: dict[str, Any] | None = chosen["adoptedRun"]
        run_id = await chosen_run(client, chosen["id"], named)
        replaced = before["id"] if before else None
        given = {"runId": run_id, "reason": reason, "replacesRunId": replaced}
        return (await client.mutate("AdoptRun", **given))["scoringRun"], before


def adoptions(
    *, contest: ContestSlug = None, round_key: RoundKey = None, server: Server = None, as_json: Json = False
) -> None:
    """列出采用记录：何时采用了哪次核算、由谁、为何。 / What was adopted when, by whom and why."""
    found = asyncio.run(_adoptions(server, contest, round_key))
    if as_json:
        emit({"adoptions": found})
        return
    for one in found or ():
        replaced = f"，替换{run_name(one['replaced'])}" if one["replaced"] else ""
        who = one["adoptedBy"] or "-"
        results.print(f"{beijing(one['adoptedAt'])}  {run_name(one['run'])}{replaced}，{who}：{one['reason']}")
    if not found:
        results.print("这一轮还没有采用成绩，或您无权查看。 / Nothing was adopted, or it is not yours to see.")


async def _adoptions(server: str | None, slug: str | None, key: str | None) -> list[dict[str, Any]] | None:
    async with signed_in(server) as client:
        round_id = chosen_round(await chosen_contest(client, slug), key)["id"]
        found: list[dict[str, Any]] | None = (await client.query("Adoptions", id=round_id))["node"]["adoptions"]
        return found


async def adopt_run(client: Client, run_id: str, reason: str) -> dict[str, Any]:
    run: dict[str, Any] = (await client.mutate("AdoptRun", runId=run_id, reason=reason))["scoringRun"]
    return run


def run_line(run: dict[str, Any]) -> str:
    """`第 3 次核算（#3）已完成，200 人，摘要 5d5c5550e64b`, or why it failed."""
    said = f"{run_name(run)}{word(run['state'])}"
    if run["contestantCount"] is not None:
        said += f"，{run['contestantCount']} 人"
    if run["digest"]:
        said += f"，摘要 {short(run['digest'])}"
    return f"{said}：{run['error']['message']}" if run["error"] else f"{said}。"
