"""`./livecup certificate`: issue the certificates of a publication, fetch them, check one by its code."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, emit, results, say
from services.cli.publication_documents import write
from services.cli.publish import chosen_revision
from services.cli.table import Column, table
from services.cli.usage import Livecup
from services.shared.settings import Settings

certificate = Livecup(help="证书：签发、列出、取得、查验。 / Certificates: issue, list, fetch, check.")
_COLUMNS = (
    Column("查验码", "code", whole=True),
    Column("奖项", "award"),
    Column("获奖者", "to whom"),
    Column("市州", "city"),
    Column("编号", "number", number=True),
    Column("状态", "state"),
)


@certificate.command()
def issue(
    revision: Annotated[int, typer.Argument(help="第几版公布 / the number of the final publication")],
    *,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """为一次正式公布的奖项签发证书；再次执行只补发缺的。 / Issue what is missing for a final publication."""
    done = asyncio.run(_issue(server, contest, revision))
    say(done, f"新签发 {done['issued']} 张证书。 / {done['issued']} are new.", as_json=as_json)


async def _issue(server: str | None, slug: str | None, revision: int) -> dict[str, Any]:
    async with signed_in(server) as client:
        found = await chosen_revision(client, (await chosen_contest(client, slug))["slug"], revision)
        return await client.mutate("IssueCertificates", publicationId=found["id"])


@certificate.command("list")
def list_certificates(*, contest: ContestSlug = None, server: Server = None, as_json: Json = False) -> None:
    """列出您有权查看的证书。 / List the certificates that are yours to see."""
    found = asyncio.run(_list(server, contest))
    if as_json:
        emit({"certificates": found})
    elif not found:
        results.print("没有证书。 / No certificates.")
    else:
        results.print(table(_COLUMNS, [_row(one) for one in found]))


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    number = str(one["contestant"]["number"]) if one["contestant"] else ""
    state = "可下载" if one["printed"] else "未生成"
    return one["code"], one["title"], one["named"], one["city"]["name"], number, state


async def _list(server: str | None, slug: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        return await _all(client, slug)


async def _all(client: Client, slug: str | None) -> list[dict[str, Any]]:
    contest = await chosen_contest(client, slug)
    return [one async for one in client.pages("Certificates", "certificates", contestId=contest["id"])]


@certificate.command()
def fetch(
    folder: Annotated[Path, typer.Argument(help="写到哪个文件夹 / where to")],
    *,
    codes: Annotated[list[str] | None, typer.Option("--code", help="只取这个查验码的，可重复 / only this one")] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """把已生成的证书（PDF）存到文件夹，文件名为查验码。 / Write certificates as PDF, named by their codes."""
    written = asyncio.run(_fetch(server, contest, folder, codes))
    say({"files": [str(path) for path in written]}, f"已写入 {len(written)} 张证书：{folder}", as_json=as_json)


async def _fetch(server: str | None, slug: str | None, folder: Path, codes: list[str] | None) -> list[Path]:
    async with signed_in(server) as client:
        found = [one for one in await _all(client, slug) if codes is None or one["code"] in codes]
        if missing := {*(codes or ())} - {one["code"] for one in found}:
            raise CommandError(
                f"没有查验码为 {'、'.join(sorted(missing))} 的证书，或您无权查看。 / No such certificate."
            )
        written = []
        for one in found:
            if one["printed"]:
                address = (await client.mutate("FetchCertificate", id=one["id"]))["url"]
                content = await client.fetch(address)
                written.append(await asyncio.to_thread(write, folder / f"{one['code']}.pdf", content))
        return written


@certificate.command()
def check(
    code: Annotated[str, typer.Argument(help="证书上的查验码 / the code on the certificate")],
    *,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """查验一张证书，不需要登录。 / Check a certificate; no sign-in needed."""
    found = asyncio.run(_check(server, code))
    if as_json:
        emit({"certificate": found})
    elif found is None:
        raise CommandError("没有这个查验码的证书，请核对后再输入。 / No certificate has this code.")
    else:
        about = f"{found['named']}（{found['city']}）　{found['contest']}{found['round']}　{found['award']}"
        held = f"有效，依据第 {found['revision']} 版公布" if found["valid"] else "已失效：现行公布中没有这一奖项"
        results.print(f"{found['code']}　{about}\n{held}", markup=False, soft_wrap=True)


async def _check(server: str | None, code: str) -> dict[str, Any] | None:
    settings = Settings.read()
    async with Client(server or f"http://{settings.host}:{settings.port}") as client:
        found: dict[str, Any] | None = (await client.query("CheckCertificate", code=code))["certificate"]
        return found
