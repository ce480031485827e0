"""`./livecup appeal`: file, list, assign, decide, confirm, link and take back appeals and objections."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer

from services.cli.appeal_words import KINDS, STATES, VERDICTS, code_of, line, lines
from services.cli.chosen import change_contest, chosen_contest, chosen_round
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, RoundKey, Server, emit, results, say
from services.cli.publish import chosen_revision
from services.cli.transfer import fingerprint
from services.cli.usage import Livecup
from services.cli.user import find_user
from services.shared.settings import Settings

appeal = Livecup(help="申诉、异议：提交、指定、办理、关联结果。 / Appeals and objections.")

Number = Annotated[int, typer.Argument(metavar="编号", help="申诉、异议的编号，见 appeal list / its number")]
Why = Annotated[str, typer.Option("--reason", help="理由 / why")]
Secret = Annotated[str | None, typer.Option("--secret", help="提交时给出的查询码，无账号时用 / told when it was filed")]
Place = tuple[str | None, str | None]  # server and contest, as they were typed


@appeal.command()
def file(
    person: Annotated[int, typer.Argument(metavar="选手编号", help="对谁的数据 / whose figures, by number")],
    *,
    kind: Annotated[str, typer.Option("--kind", help="申诉、异议 / APPEAL, OBJECTION")] = "申诉",
    text: Annotated[str, typer.Option("--text", help="事实和依据 / what is wrong, and how it is known")],
    name: Annotated[str | None, typer.Option("--name", help="真实姓名，异议必填 / real name")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="单位名称 / of which unit")] = None,
    phone: Annotated[str | None, typer.Option("--phone", help="手机号，异议必填 / mobile number")] = None,
    papers: Annotated[list[Path] | None, typer.Option("--file", help="材料，可多次 / papers, several times")] = None,
    public: Annotated[bool, typer.Option("--public", help="不登录提交异议 / without signing in")] = False,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """提交申诉（本人数据）或异议（公示期内，实名）。 / File an appeal or, during the notice, an objection."""
    if (public or code_of(KINDS, kind) == "OBJECTION") and not (name and phone):
        raise CommandError(
            "异议须实名，请写 --name 真实姓名 --phone 手机号。 / An objection needs a real name and a phone."
        )
    given = {"kind": code_of(KINDS, kind), "number": person, "text": text, "name": name, "unit": unit, "phone": phone}
    done = asyncio.run(_file((server, contest), round_key, given, papers or (), public=public))
    number, secret = done["appeal"]["number"], done["secret"]
    said = f"已提交，编号 {number}。查询码（只显示这一次）：{secret}"
    said += f"\n办理情况：./livecup appeal show {number} --secret {secret}"
    say(done, said, as_json=as_json)


@appeal.command("list")
def list_appeals(
    *,
    state: Annotated[str | None, typer.Option("--state", help="、".join(STATES))] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="申诉、异议 / APPEAL, OBJECTION")] = None,
    led_to: Annotated[str | None, typer.Option("--led-to", help="促成某处理结果的，其 ID / that led to this")] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """列出您可以看到的申诉、异议。 / List those that are yours to see."""
    only = {"state": code_of(STATES, state), "kind": code_of(KINDS, kind), "ledTo": led_to}
    found = asyncio.run(_list((server, contest), {key: value for key, value in only.items() if value}))
    if as_json:
        emit({"appeals": found})
        return
    for one in found:
        results.print(line(one), markup=False, soft_wrap=True)
    if not found:
        results.print("没有申诉、异议。 / None.")


@appeal.command()
def show(
    number: Number, *, secret: Secret = None, contest: ContestSlug = None, server: Server = None, as_json: Json = False
) -> None:
    """查看一件的内容、进度和结论。 / What it says, how far it is, what was decided."""
    one = asyncio.run(_show((server, contest), number, secret))
    if as_json:
        emit(one)
    else:
        results.print(*lines(one), sep="\n", markup=False, soft_wrap=True)


@appeal.command()
def assign(
    number: Number,
    login: Annotated[str, typer.Argument(help="承办人登录名，主办方人员或评委 / who looks into it")],
    *,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """指定承办人；与此事有关的人会被拒绝，并说明原因。 / Give it to somebody who is not concerned."""
    done = asyncio.run(_assign((server, contest), number, login))
    say(done, f"{line(done)}，承办人 {done['assignedTo']}。", as_json=as_json)


@appeal.command()
def decide(
    number: Number,
    verdict: Annotated[str, typer.Argument(help="、".join(VERDICTS))],
    *,
    reason: Why,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """承办人作出结论，提出人可见理由。 / Decide on what is assigned to you."""
    given = {"verdict": code_of(VERDICTS, verdict), "reason": reason}
    done = asyncio.run(_change(server, contest, "DecideAppeal", number, given))
    say(done, f"{line(done)}。", as_json=as_json)


@appeal.command()
def confirm(
    number: Number,
    verdict: Annotated[str, typer.Argument(help=f"所同意的结论：{'、'.join(VERDICTS)} / the verdict you agree with")],
    *,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """复核他人作出的结论；已改为别的结论的，会被拒绝。 / Confirm what somebody else has decided."""
    given = {"verdict": code_of(VERDICTS, verdict)}
    done = asyncio.run(_change(server, contest, "ConfirmAppeal", number, given))
    say(done, f"{line(done)}。", as_json=as_json)


@appeal.command()
def withdraw(
    number: Number, *, secret: Secret = None, contest: ContestSlug = None, server: Server = None, as_json: Json = False
) -> None:
    """撤回自己提出的、未办结的。 / Take back what you have filed."""
    done = asyncio.run(_change(server, contest, "WithdrawAppeal", number, {"secret": secret}, secret=secret))
    say(done, f"{line(done)}。", as_json=as_json)


@appeal.command()
def link(
    number: Number,
    outcome: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="文件、扣罚、核算、对比的 ID，或公布的第几版 / an id, or a revision's number"
        ),
    ],
    *,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """关联一件成立的申诉、异议促成的处理结果。 / Say what an upheld one has led to."""
    done = asyncio.run(_link(server, contest, number, outcome))
    say(done, "\n".join(lines(done)), as_json=as_json)


@appeal.command()
def filer(
    number: Number, *, reason: Why, contest: ContestSlug = None, server: Server = None, as_json: Json = False
) -> None:
    """查看提出人完整姓名和电话，查看会留下记录。 / Read whole who filed it; it is recorded."""
    done = asyncio.run(_change(server, contest, "RevealFiler", number, {"reason": reason}, answer=None))
    say(done, f"{done['name']} {done['unit'] or ''} {done['phone'] or ''}", as_json=as_json)


@appeal.command()
def inquiry(number: Number, *, contest: ContestSlug = None, server: Server = None, as_json: Json = False) -> None:
    """告知选手和所在市（州）数据正在核实，不透露异议。 / Tell whom it is about that figures are looked into."""
    done = asyncio.run(_change(server, contest, "TellOfInquiry", number, {}))
    say(done, "已告知选手和所在市（州）：数据正在核实。", as_json=as_json)


@appeal.command()
def settings(
    *,
    two: Annotated[bool, typer.Option("--two/--one", help="结论须两人，或一人 / needs two people or one")],
    blocking: Annotated[bool, typer.Option("--blocking/--not-blocking", help="未办结不公布 / blocks publication")],
    reason: Why,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """设置申诉、异议的办理方式。 / Set how they are handled."""
    given = {"needTwo": two, "blockPublication": blocking, "reason": reason}
    done = asyncio.run(change_contest(server, contest, "UpdateAppealSettings", **given))["contest"]
    said = "结论须两人。" if done["appealsNeedTwo"] else "结论由承办人作出。"
    said += "未办结不公布。" if done["appealsBlockPublication"] else "未办结不影响公布。"
    say(done, said, as_json=as_json)


def _client(server: str | None, *, public: bool) -> Client:
    own = Settings.read()
    return Client(server or f"http://{own.host}:{own.port}") if public else signed_in(server)


async def _file(
    place: Place, round_key: str | None, given: dict[str, Any], papers: Sequence[Path], *, public: bool
) -> dict[str, Any]:
    async with _client(place[0], public=public) as client:
        contest = await chosen_contest(client, place[1])
        prints = [await asyncio.to_thread(fingerprint, paper) for paper in papers]
        announced = [
            {"title": paper.stem, "size": size, "sha256": sha256}
            for paper, (sha256, size) in zip(papers, prints, strict=True)
        ]
        done: dict[str, Any] = await client.mutate(
            "FileAppeal", **given, roundId=chosen_round(contest, round_key)["id"], papers=announced,
            idempotencyKey=str(uuid4()),
        )  # fmt: skip
        for paper, where in zip(papers, done["papers"], strict=True):
            await client.put(where["putUrl"], where["putToken"], paper, lambda _: None)
        return done


async def _list(place: Place, only: dict[str, Any]) -> list[dict[str, Any]]:
    async with signed_in(place[0]) as client:
        contest = await chosen_contest(client, place[1])
        return [one async for one in client.pages("Appeals", "appeals", contestId=contest["id"], filter=only)]


async def _show(place: Place, number: int, secret: str | None) -> dict[str, Any]:
    async with _client(place[0], public=secret is not None) as client:
        return await _find(client, place[1], number, secret)


async def _find(client: Client, slug: str | None, number: int, secret: str | None = None) -> dict[str, Any]:
    """Raises CommandError when there is none, or it is not theirs to see."""
    contest = await chosen_contest(client, slug)
    if secret is not None:
        found = (await client.query("Appeal", contestId=contest["id"], number=number, secret=secret))["appeal"]
        if found is not None:
            one: dict[str, Any] = found
            return one
    else:
        async for each in client.pages("Appeals", "appeals", contestId=contest["id"]):
            if each["number"] == number:
                return each
    raise CommandError(f"没有第 {number} 号，或您无权查看。 / There is none, or it is not yours to see.")


async def _assign(place: Place, number: int, login: str) -> dict[str, Any]:
    async with signed_in(place[0]) as client:
        found = await _find(client, place[1], number)
        who = await find_user(client, login)
        done: dict[str, Any] = (await client.mutate("AssignAppeal", id=found["id"], userId=who["id"]))["appeal"]
        return done


async def _link(server: str | None, slug: str | None, number: int, outcome: str) -> dict[str, Any]:
    """What is published goes by the number that people know it by, everything else by its id."""
    if outcome.isdecimal():
        async with signed_in(server) as client:
            revision = await chosen_revision(client, (await chosen_contest(client, slug))["slug"], int(outcome))
            outcome = revision["id"]
    return await _change(server, slug, "LinkAppeal", number, {"outcomeId": outcome})


async def _change(
    server: str | None,
    slug: str | None,
    name: str,
    number: int,
    given: dict[str, Any],
    *,
    secret: str | None = None,
    answer: str | None = "appeal",
) -> dict[str, Any]:
    async with _client(server, public=secret is not None) as client:
        found = await _find(client, slug, number, secret)
        made: dict[str, Any] = await client.mutate(name, id=found["id"], **given)
        return made[answer] if answer else made
