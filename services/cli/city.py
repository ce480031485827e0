"""`./livecup city`: a city's list of recommended people, submitted, exported, opened again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer

from services.cli.chosen import chosen_city, chosen_contest, chosen_division
from services.cli.city_status import status
from services.cli.client import Client, signed_in
from services.cli.documents import ready, send_document
from services.cli.errors import CommandError, cause
from services.cli.output import ContestSlug, Json, Server, emit, results, say, when
from services.cli.usage import Livecup

city = Livecup(help="市（州）：工作情况，上报、导出、退回推荐名单。 / Cities: where they stand, and their lists.")
city.command()(status)

City = Annotated[str, typer.Argument(help="市（州），如 武汉 / the city")]
Reason = Annotated[str, typer.Option("--reason", help="原因 / why")]


@city.command()
def submit(
    named: City,
    *,
    people: Annotated[int | None, typer.Option("--people", help="核对过的人数 / how many you have checked")] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """上报本市（州）的推荐名单，上报后锁定。 / Submit the city's list; it is locked then."""
    done = asyncio.run(_submit(server, contest, named, people))
    say(done, f"已上报：第 {done['number']} 次，{done['people']} 人，{when(done['submittedAt'])}。", as_json=as_json)


@city.command("ask-change")
def ask_change(
    named: City, reason: Reason, *, contest: ContestSlug = None, server: Server = None, as_json: Json = False
) -> None:
    """向主办方申请修改已上报的名单。 / Ask the organisers to open the list again."""
    done = asyncio.run(_ask_change(server, contest, named, reason))
    say(done, "已向主办方申请修改，退回后即可修改。", as_json=as_json)


@city.command()
def reopen(
    named: City, reason: Reason, *, contest: ContestSlug = None, server: Server = None, as_json: Json = False
) -> None:
    """退回已上报的名单（主办方）。 / Open a submitted list again, as an organiser."""
    done = asyncio.run(_reopen(server, contest, named, reason))
    say(done, f"第 {done['number']} 次上报的名单已退回，市（州）可以修改。", as_json=as_json)


@city.command()
def export(
    named: City,
    division: Annotated[str, typer.Argument(help="组别，如 退役军人 / the division")],
    *,
    out: Annotated[Path | None, typer.Option("--out", help="保存为 / where to")] = None,
    submission: Annotated[int | None, typer.Option("--submission", help="第几次上报 / a submission's number")] = None,
    reason: Annotated[
        str | None,
        typer.Option("--reason", help="需要完整身份证号和手机号的原因，会留痕 / why whole; it is recorded"),
    ] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """导出推荐表（xlsx），默认身份证号和手机号打码。 / Export the form; masked unless a reason is given."""
    which = "" if submission is None else f"_第{submission}次上报"
    path = out or _free(f"{named}_{division}_推荐表{which}" + ("" if reason else "_脱敏"))
    if path.exists():
        raise CommandError(f"{path} 已存在，不会覆盖。请换一个文件名。 / There is such a file already.")
    people, content = asyncio.run(_export(server, contest, (named, division), submission, reason))
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CommandError(f"无法写入 {path}（{cause(error)}）。 / It cannot be written.") from None
    if as_json:
        emit({"file": str(path), "people": people, "whole": reason is not None})
        return
    shown = "身份证号和手机号完整，请妥善保管" if reason is not None else "身份证号和手机号已打码"
    results.print(f"已导出 {people} 人：{path}（{shown}）。", markup=False, soft_wrap=True)


def _free(name: str) -> Path:
    """A file of that name that is not there yet: an earlier export is not written over."""
    tried = (Path(f"{name}{f' ({again})' if again else ''}.xlsx") for again in range(1000))
    return next(path for path in tried if not path.exists())


@city.command()
def sign(
    named: City,
    file: Annotated[Path, typer.Argument(help="盖章件：图片或 PDF，最大 20 MiB / the signed copy")],
    *,
    submission: Annotated[
        int | None, typer.Option("--submission", help="第几次上报，默认最近一次 / default: the last")
    ] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """把盖章件附到已上报的名单。 / Attach the signed copy to a submitted list."""
    done = asyncio.run(_sign(server, contest, named, file, submission))
    say(done, f"盖章件已附到第 {done['number']} 次上报的名单。 / Attached.", as_json=as_json)


@asynccontextmanager
async def _at(server: str | None, slug: str | None, named: str) -> AsyncIterator[tuple[Client, str | None]]:
    """Whoever is signed in, and the id of the city."""
    async with signed_in(server) as client:
        yield client, chosen_city(await chosen_contest(client, slug), named)


async def _submit(server: str | None, slug: str | None, named: str, people: int | None) -> dict[str, Any]:
    async with _at(server, slug, named) as (client, city_id):
        done = await client.mutate("SubmitCityList", cityId=city_id, expectedPeople=people, idempotencyKey=str(uuid4()))
        submission: dict[str, Any] = done["submission"]
        return submission


async def _ask_change(server: str | None, slug: str | None, named: str, reason: str) -> dict[str, Any]:
    async with _at(server, slug, named) as (client, city_id):
        done = await client.mutate("AskListChange", cityId=city_id, reason=reason)
        submission: dict[str, Any] = done["submission"]
        return submission


async def _reopen(server: str | None, slug: str | None, named: str, reason: str) -> dict[str, Any]:
    async with _at(server, slug, named) as (client, city_id):
        done = await client.mutate("ReopenCityList", cityId=city_id, reason=reason)
        submission: dict[str, Any] = done["submission"]
        return submission


async def _export(
    server: str | None, slug: str | None, names: tuple[str, str], submission: int | None, reason: str | None
) -> tuple[int, bytes]:
    """How many people the form names, and the form."""
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        city_id, division_id = chosen_city(contest, names[0]), chosen_division(contest, names[1])
        given = {"cityId": city_id, "divisionId": division_id, "reason": reason}
        if submission is not None:
            given["submissionId"] = await _submission(client, city_id, submission)
        made = await client.mutate("ExportCityList", **given)
        return made["people"], await client.fetch(made["url"])


async def _submission(client: Client, city_id: str | None, number: int | None) -> str:
    """The id of a city's submission by its number, the last for none; raises CommandError."""
    lists = (await client.query("CitySubmissions", id=city_id))["node"]["submissions"]
    for one in lists:
        if number is None or one["number"] == number:
            found: str = one["id"]
            return found
    which = "已上报的名单" if number is None else f"第 {number} 次上报"
    raise CommandError(f"没有{which}，或您无权查看。 / There is no such submission.")


async def _sign(server: str | None, slug: str | None, named: str, file: Path, number: int | None) -> dict[str, Any]:
    async with _at(server, slug, named) as (client, city_id):
        submission = await _submission(client, city_id, number)
        document = ready(await send_document(client, file, purpose="SIGNED_LIST", cityId=city_id))
        done = await client.mutate("AttachSignedList", submissionId=submission, documentId=document)
        attached: dict[str, Any] = done["submission"]
        return attached
