"""`./livecup publish`: prepare, approve, decline and withdraw what is published; what of people is published."""

import asyncio
from typing import Annotated, Any

import typer

from services.cli.chosen import change_contest, chosen_contest, chosen_round, chosen_run
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.moments import end_of, moment
from services.cli.notice_parts import read_contact
from services.cli.output import ContestSlug, Json, RoundKey, Server, beijing, say
from services.cli.transfer import wait_for
from services.cli.usage import Livecup

publish = Livecup(help="公示与公布：准备、批准、撤回、查看、校验。 / Publications.")

STAGES = {"公示": "PROPOSED", "公布": "FINAL", "notice": "PROPOSED", "final": "FINAL"}
STAGE_WORDS = {"PROPOSED": "公示", "FINAL": "公布"}
_NAMES = {"全名": "FULL", "仅姓": "SURNAME", "full": "FULL", "surname": "SURNAME"}

Revision = Annotated[int, typer.Argument(help="第几版 / which revision, by its number")]
Why = Annotated[str, typer.Option("--reason", help="原因 / why")]


Title = Annotated[str, typer.Option("--title", help="标题，默认“轮次＋成绩公示/公布” / heading")]
Hour = Annotated[
    str | None, typer.Option("--at", help="发布时间，北京时间，默认批准之时 / its hour; else its approval")
]
Begins = Annotated[str | None, typer.Option("--notice-from", help="公示起始，默认发布时间 / objections from")]
Ends = Annotated[str | None, typer.Option("--notice-until", help="公示截止，只写日期即当天 24:00 / until")]
Days = Annotated[int | None, typer.Option("--notice-days", help="公示几天，从发布次日起算 / for so many days")]
Contacts = Annotated[list[str] | None, typer.Option("--contact", help="联系人，如 组委会:027-87654321 / whom to ask")]
Supervision = Annotated[list[str] | None, typer.Option("--supervision", help="监督电话，同上 / to tell of wrongs")]


@publish.command()
def prepare(
    stage: Annotated[str, typer.Argument(help="公示 notice，或公布 final")],
    *,
    run: Annotated[str | None, typer.Option("--run", help="第几次核算，须是已采用的 / the adopted one")] = None,
    title: Title = "",
    at: Hour = None,
    begins: Begins = None,
    ends: Ends = None,
    days: Days = None,
    contacts: Contacts = None,
    supervision: Supervision = None,
    reason: Annotated[
        str,
        typer.Option(
            "--reason", help="更正前一版的原因，公众可见，不要写出异议和提出人 / why it corrects another; public"
        ),
    ] = "",
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """准备一版公示或公布，由另一人批准后发布。 / Prepare a revision; another person approves it."""
    if stage not in STAGES:
        raise CommandError("请写 公示 或 公布。 / Say notice or final.")
    named = [read_contact(one, "CONTACT") for one in contacts or ()]
    named += [read_contact(one, "SUPERVISION") for one in supervision or ()]
    times = {"publishAt": moment(at), "noticeFrom": moment(begins), "noticeUntil": end_of(ends), "noticeDays": days}
    given = {"stage": STAGES[stage], "title": title, **times, "contacts": named, "reason": reason}
    done = asyncio.run(_prepare(server, contest, round_key, run, given))
    say(done, _prepared(done), as_json=as_json)


def _prepared(done: dict[str, Any]) -> str:
    revision = done["revision"]
    return (
        f"第 {revision} 版《{done['title']}》已准备好，摘要 {done['digest']}。\n"
        f"请另一位主办方人员核对（./livecup publish show {revision}）后批准（./livecup publish approve {revision}）。"
    )


async def _prepare(
    server: str | None, slug: str | None, key: str | None, run: str | None, given: dict[str, Any]
) -> dict[str, Any]:
    async with signed_in(server) as client:
        round_id = chosen_round(await chosen_contest(client, slug), key)["id"]
        run_id = await chosen_run(client, round_id, run) if run is not None else None
        return await prepared(client, {"roundId": round_id, "runId": run_id, **given})


async def prepared(client: Client, given: dict[str, Any]) -> dict[str, Any]:
    """Has a revision prepared and answers it once it can be approved; raises CommandError when it failed."""
    made = (await client.mutate("PublishRun", **given))["publication"]
    ended = await wait_for(
        client, "PublicationState", [made["id"]], lambda one: one["state"] != "PREPARING", lambda _: None
    )
    found: dict[str, Any] = ended[made["id"]]
    if found["state"] == "FAILED":
        raise CommandError("这一版没能生成，请联系管理员查看日志。 / It could not be put together: see the log.")
    return found


@publish.command()
def approve(
    revision: Revision,
    *,
    digest: Annotated[str | None, typer.Option("--digest", help="核对过的摘要 / of what you read")] = None,
    reason: Annotated[str, typer.Option("--reason", help="说明 / a remark")] = "",
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """批准一版，到发布时间对所有人公开。 / Approve a revision: everybody reads it from its hour on."""
    done = asyncio.run(_manage(server, "ApprovePublication", contest, revision, digest=digest, reason=reason))
    when = "现已公开" if done["public"] else f"{beijing(done['publishAt'])} 公开"
    said = f"第 {revision} 版已批准，{when}，摘要 {done['digest']}。\n网页：{done['page']}"
    say(done, said, as_json=as_json)


@publish.command()
def decline(
    revision: Revision, *, reason: Why, contest: ContestSlug = None, server: Server = None, as_json: Json = False
) -> None:
    """不批准一版；版号留给下一版。 / Decline a revision; its number is free again."""
    done = asyncio.run(_manage(server, "DeclinePublication", contest, revision, reason=reason))
    say(done, f"第 {revision} 版未批准。", as_json=as_json)


@publish.command()
def withdraw(
    revision: Revision, *, reason: Why, contest: ContestSlug = None, server: Server = None, as_json: Json = False
) -> None:
    """撤回一版；已公开的仍可查看，并显示原因。 / Withdraw a revision; it stays readable, with the reason."""
    done = asyncio.run(_manage(server, "WithdrawPublication", contest, revision, reason=reason))
    say(done, f"第 {revision} 版已撤回。", as_json=as_json)


async def _manage(server: str | None, operation: str, slug: str | None, revision: int, **given: Any) -> dict[str, Any]:
    """A revision after somebody has decided about it."""
    async with signed_in(server) as client:
        chosen = (await chosen_contest(client, slug))["slug"]
        found = await chosen_revision(client, chosen, revision)
        done: dict[str, Any] = (await client.mutate(operation, publicationId=found["id"], **given))["publication"]
        return {**done, "page": f"{client.server}/contests/{chosen}/publications/{revision}"}


async def chosen_revision(client: Client, slug: str, revision: int | None) -> dict[str, Any]:
    """The revision of that number; without one the last that is public. Raises CommandError."""
    found: dict[str, Any] | None = (await client.query("Publication", contest=slug, revision=revision))["publication"]
    if found is None:
        what = "还没有公开的版本" if revision is None else f"没有第 {revision} 版，或还没有公开"
        raise CommandError(f"{what}。 / There is no such revision, or it is not public yet.")
    return found


@publish.command()
def mask(
    *,
    names: Annotated[str, typer.Option("--names", help="姓名：全名 full，或 仅姓 surname")],
    divisions: Annotated[bool, typer.Option(help="是否公布组别 / whether divisions are shown")] = True,
    accounts: Annotated[bool, typer.Option(help="是否公布完整账号 / whether accounts are shown whole")] = True,
    reason: Why,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """设定公布选手的哪些信息，从下一版起。 / What is published of people, from the next revision on."""
    if names not in _NAMES:
        raise CommandError("--names 请写 全名 或 仅姓。 / --names is full or surname.")
    given = {"names": _NAMES[names], "divisions": divisions, "accounts": accounts, "reason": reason}
    done = asyncio.run(change_contest(server, contest, "UpdateMasking", **given))["contest"]
    shown = "姓名只公布姓" if done["masking"]["names"] == "SURNAME" else "公布全名"
    shown += "，公布组别" if divisions else "，不公布组别"
    say(done, f"从下一版起：{shown}，{'公布完整账号' if accounts else '账号脱敏'}。", as_json=as_json)
