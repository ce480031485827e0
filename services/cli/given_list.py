"""`./livecup given-list`: lists that evidence is matched with, such as those who were trained."""

import asyncio
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import signed_in
from services.cli.output import ContestSlug, Json, Server, beijing, emit, results, word
from services.cli.problems import problem_table
from services.cli.table import Column, table
from services.cli.transfer import Parcel, send, wait_for
from services.cli.usage import Livecup
from services.shared.vocabulary import RosterImportState

given_list = Livecup(name="given-list", help="给定名单：导入、列出。 / Given lists: take in, list.")


@given_list.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(help="xlsx 或 csv，有“身份证号”一列 / with a column of ID numbers")],
    *,
    key: Annotated[str, typer.Option("--key", help="代号，如 training-2020 / short name")],
    title: Annotated[str, typer.Option("--title", help="名称，如 2020 年培训名单 / what it is")],
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """导入给定名单：只留可比对的标记，不留身份证号，文件随即删除。 / Take a list in; its ID numbers are not kept."""
    done = asyncio.run(_import(server, contest, file, {"key": key, "title": title}))
    if as_json:
        emit(done)
    else:
        if done["problems"]:
            results.print(problem_table((file.name, one) for one in done["problems"]))
        results.print(f"{title}：{word(done['state'])}，{done['people']} 人。", markup=False)
    if done["state"] != RosterImportState.DONE:
        raise typer.Exit(1)


@given_list.command("list")
def list_lists(*, contest: ContestSlug = None, server: Server = None, as_json: Json = False) -> None:
    """列出给定名单。 / List the given lists."""
    found = asyncio.run(_list(server, contest))
    if as_json:
        emit({"givenLists": found})
        return
    columns = (Column("代号", "key"), Column("名称", "title"), Column("人数", "people", number=True),
               Column("状态", "state"), Column("时间", "at"))  # fmt: skip
    rows = (
        (one["key"], one["title"], str(one["people"]), word(one["state"]), beijing(one["createdAt"])) for one in found
    )
    results.print(table(columns, rows))


async def _import(server: str | None, slug: str | None, file: Path, given: dict[str, str]) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        parcel = Parcel(file, file.name, kind="GIVEN_LIST")
        sent = await send(client, contest["id"], parcel, lambda _: None, again=str(uuid4()))
        made = await client.mutate("ImportGivenList", contestId=contest["id"], uploadId=sent.upload["id"], **given)
        list_id = made["givenList"]["id"]
        answers = await wait_for(client, "GivenListStates", [list_id], _ended, lambda _: None)
        return answers[list_id]


def _ended(answer: dict[str, Any]) -> bool:
    return RosterImportState(answer["state"]).ended


async def _list(server: str | None, slug: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        found: list[dict[str, Any]] = (await client.query("GivenLists", contestId=contest["id"]))["givenLists"]
        return found
