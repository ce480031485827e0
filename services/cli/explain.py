"""`./livecup explain`: how somebody's points came about, down to the files and their lines, on a page."""

import asyncio
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_contest, chosen_round, chosen_run
from services.cli.client import signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, RoundKey, Server, emit
from services.shared.words import Language


def explain(
    number: Annotated[int, typer.Argument(help="选手编号 / number of the contestant")],
    *,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    run: Annotated[
        str | None, typer.Option("--run", help="第几次核算，或其 id；默认已采用或公布的 / default: adopted, published")
    ] = None,
    english: Annotated[bool, typer.Option("--english", help="用英文 / in English")] = False,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """说明一名选手的得分：项目、指标、公式，直到文件的行。 / Explain somebody's points, down to the lines of files."""
    language = Language.EN if english else Language.ZH
    found = asyncio.run(_explain(server, contest, round_key, run, (number, language)))
    if as_json:
        emit(found)
    else:
        typer.echo(found["explanationText"], nl=False)


async def _explain(
    server: str | None, slug: str | None, key: str | None, run: str | None, asked: tuple[int, Language]
) -> dict[str, Any]:
    number, language = asked
    async with signed_in(server) as client:
        chosen = chosen_round(await chosen_contest(client, slug), key)
        run_id = await chosen_run(client, chosen["id"], run) if run is not None else None
        where = {"roundId": chosen["id"], "runId": run_id, "search": str(number)}
        async for one in client.pages("StandingsNamed", "rankings", **where):
            if one["number"] == number:
                found: dict[str, Any] = (await client.query("Explanation", id=one["id"], language=language))["node"]
                if found["explanationText"] is not None:
                    return found
        raise CommandError(
            f"成绩里没有 {number} 号选手，或您无权查看；编号见 ./livecup rankings。"
            " / Nobody of that number, or not yours to see: `rankings` lists them."
        )
