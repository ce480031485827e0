"""`./livecup uploads confirm-typed`, `decline-typed`: figures that another person typed; and how rows are typed."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from services.cli.client import signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, say
from services.cli.upload_numbers import chosen_uploads, upload_number

Id = Annotated[str, typer.Argument(help="上传编号，见 ./livecup uploads list / the upload's number")]
Rows = Annotated[
    list[str], typer.Option("--row", help="一行数据，如 作品标题=黑木耳;发布时间=2021-07-21 09:30;播放量=1.2万")
]


def confirm_typed(
    upload: Id, *, row: Rows, contest: ContestSlug = None, server: Server = None, as_json: Json = False
) -> None:
    """第二人照屏幕再录入一次；与第一人的相同才计入。 / Type what another person typed: equal figures count."""
    done = asyncio.run(_confirm(server, contest, upload, typed_rows(row)))
    shown = f"./livecup uploads show {upload_number(done['id'])}"
    say(done, f"两次录入相同，正在读取。结果见 {shown}", as_json=as_json)


def decline_typed(
    upload: Id,
    *,
    reason: Annotated[str, typer.Option("--reason", help="原因 / why")],
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """退回只录入了一次的数据，不再计入。 / Figures that were typed once are not to count."""
    say(asyncio.run(_decline(server, contest, upload, reason)), "已退回，不计入。", as_json=as_json)


def typed_rows(rows: Sequence[str]) -> list[dict[str, Any]]:
    """Rows as the API takes them; raises CommandError."""
    return [{"figures": list(_figures(one))} for one in rows]


def _figures(row: str) -> Iterable[dict[str, str]]:
    for part in filter(str.strip, row.replace("；", ";").split(";")):
        column, mark_, value = part.partition("=")
        if not mark_:
            raise CommandError(f"“{part}”应写作 列名=值。 / Write column=value.")
        if value.strip():
            yield {"column": column.strip(), "value": value.strip()}


async def _confirm(server: str | None, slug: str | None, upload: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    async with signed_in(server) as client:
        (upload,) = await chosen_uploads(client, slug, [upload])
        done: dict[str, Any] = (await client.mutate("ConfirmTypedFigures", uploadId=upload, rows=rows))["upload"]
        return done


async def _decline(server: str | None, slug: str | None, upload: str, reason: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        (upload,) = await chosen_uploads(client, slug, [upload])
        done: dict[str, Any] = (await client.mutate("DeclineTypedFigures", uploadId=upload, reason=reason))["upload"]
        return done
