"""`./livecup people reveal` and `people erase`: a person's numbers read whole, a person's data erased."""

import asyncio
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, emit, notes, results
from services.cli.people import Number, Why, find_person


def reveal(
    number: Number, *, reason: Why, contest: ContestSlug = None, server: Server = None, as_json: Json = False
) -> None:
    """查看完整身份证号和手机号；谁、何时、为何查看都会记录。 / Read the numbers whole; it is recorded."""
    found = asyncio.run(_reveal(server, contest, number, reason))
    if as_json:
        emit(found)
        return
    results.print(f"{number} 号 {found['name']}", markup=False)
    results.print(f"身份证号 {found['idNumber']}，手机号 {found['phone']}", markup=False)


def erase(
    number: Number,
    *,
    reason: Why,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问，用于脚本 / do not ask, for scripts")] = False,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """按本人要求删除个人信息，不能恢复；成绩以掩码保留。 / Erase a person's data for good; results stand masked."""
    if not yes:
        found = asyncio.run(_find(server, contest, number))
        notes.print(f"将删除 {number} 号 {found['name']} 的个人信息，不能恢复。 / This is for good.", markup=False)
        if typer.prompt("请输入选手编号确认 / type their number to confirm", err=True).strip() != str(number):
            raise CommandError("编号不一致，什么也没有删除。 / That is another number; nothing was erased.")
    done = asyncio.run(_erase(server, contest, number, reason))
    if as_json:
        emit(done)
        return
    results.print(
        f"已删除：{number} 号 {done['contestant']['name']}，材料 {done['documents']} 份，文件 {done['files']} 个。",
        markup=False,
    )


async def _find(server: str | None, slug: str | None, number: int) -> dict[str, Any]:
    async with signed_in(server) as client:
        return await find_person(client, await chosen_contest(client, slug), number)


async def _reveal(server: str | None, slug: str | None, number: int, reason: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        who = await find_person(client, await chosen_contest(client, slug), number)
        answer = await client.mutate("RevealPersonalData", contestantId=who["id"], reason=reason)
        return {"number": number, "name": who["name"], "idNumber": answer["idNumber"], "phone": answer["phone"]}


async def _erase(server: str | None, slug: str | None, number: int, reason: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        who = await find_person(client, await chosen_contest(client, slug), number)
        return await client.mutate("EraseContestant", contestantId=who["id"], reason=reason)
