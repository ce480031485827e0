"""Looking at what is published, keeping it, and checking a kept one without any server."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_contest
from services.cli.client import signed_in
from services.cli.errors import CommandError, cause
from services.cli.output import ContestSlug, Json, Server, beijing, emit, results, say, word
from services.cli.publish import STAGE_WORDS, chosen_revision
from services.cli.table import Column, table
from services.shared.publications.signature import is_signed
from services.shared.publications.snapshot import digest_of, read_snapshot

_STATES = {
    "PREPARING": "正在生成",
    "PREPARED": "待批准",
    "APPROVED": "已批准",
    "DECLINED": "未批准",
    "FAILED": "生成失败",
}
_COLUMNS = (
    Column("名次", "rank", number=True),
    Column("编号", "number", number=True),
    Column("姓名", "name"),
    Column("市州", "city"),
    Column("组别", "division"),
    Column("账号", "account"),
    Column("总分", "total", number=True),
    Column("决赛", "finalist"),
)

Revision = Annotated[int | None, typer.Argument(help="第几版，默认最近公开的 / default: the last that is public")]
_SEALS = ("digest", "signature", "public-key")


def list_revisions(*, contest: ContestSlug = None, server: Server = None, as_json: Json = False) -> None:
    """列出各版。 / List the revisions."""
    found = asyncio.run(_revisions(server, contest))
    if as_json:
        emit({"publications": found})
        return
    results.print("\n".join(map(_line, found)) or "还没有公示或公布。 / Nothing yet.", markup=False, soft_wrap=True)


async def _revisions(server: str | None, slug: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest_id = (await chosen_contest(client, slug))["id"]
        return [one async for one in client.pages("Publications", "publications", contestId=contest_id)]


def _line(one: dict[str, Any]) -> str:
    state = "已公开" if one["public"] else _STATES[one["state"]]
    if one["withdrawnAt"]:
        state = f"已撤回（{one['withdrawnReason']}）"
    hour = beijing(one["publishAt"]) if one["publishAt"] else "批准时发布"
    return f"第 {one['revision']} 版　{STAGE_WORDS[one['stage']]}　{one['title']}　{hour}　{state}"


def show(
    revision: Revision = None, *, contest: ContestSlug = None, server: Server = None, as_json: Json = False
) -> None:
    """查看一版的全部内容。 / Show a revision."""
    one, standings = asyncio.run(_whole(server, contest, revision))
    if as_json:
        emit({**one, "standings": standings})
        return
    results.print(*_head(one), sep="\n", markup=False, soft_wrap=True)
    results.print(table(_COLUMNS, [_row(each) for each in standings]))


async def _whole(
    server: str | None, slug: str | None, revision: int | None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    async with signed_in(server) as client:
        chosen = (await chosen_contest(client, slug))["slug"]
        one = await chosen_revision(client, chosen, revision)
        standings: list[dict[str, Any]] = []
        after = None
        while True:
            asked = {"contest": chosen, "revision": one["revision"], "after": after}
            page = (await client.query("PublishedStandings", **asked))["publication"]["standings"]
            standings += page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return one, standings
            after = page["pageInfo"]["endCursor"]


def _head(one: dict[str, Any]) -> Iterator[str]:
    yield _line(one)
    if one["corrects"]:
        yield f"更正第 {one['corrects']['revision']} 版：{one['reason']}"
    if one["replacedBy"]:
        yield f"已由第 {one['replacedBy']['revision']} 版代替"
    if one["noticeDays"]:
        yield f"公示期：自批准发布之时起，至次日起算的第 {one['noticeDays']} 天 24:00（北京时间）"
    elif one["noticeUntil"]:
        begins = beijing(one["noticeFrom"]) if one["noticeFrom"] else "批准发布之时"
        yield f"公示期：{begins} 至 {beijing(one['noticeUntil'])}（北京时间）"
    for contact in one["contacts"]:
        yield f"{'监督电话' if contact['role'] == 'SUPERVISION' else '联系人'}：{contact['name']} {contact['phone']}"
    if one["digest"]:
        yield f"第 {one['run']['number']} 次核算，成绩摘要 {one['run']['digest']}"
        yield f"{'本版' if one['publishAt'] else '待批准稿'}摘要 {one['digest']}"


def _row(each: dict[str, Any]) -> tuple[str, ...]:
    division = each["division"]["name"] if each["division"] else "-"
    last = "作废" if each["void"] else word(each["finalist"])
    return (
        str(each["rank"]),
        str(each["number"]),
        each["name"],
        each["city"]["name"],
        division,
        each["account"],
        each["total"],
        last,
    )


def save(
    revision: Revision = None,
    *,
    to: Annotated[Path, typer.Option("--to", help="存到哪个文件夹 / into which folder")] = Path(),
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """保存一版的规范文本和签名，供以后校验。 / Keep a revision's canonical form and signature."""
    one = asyncio.run(_canonical(server, contest, revision))
    file = to / f"publication-{one['revision']}.json"
    seals = zip(_SEALS, (one["digest"], one["signature"], one["publicKey"]), strict=True)
    try:
        to.mkdir(parents=True, exist_ok=True)
        file.write_bytes(one["canonical"].encode())
        _seals_of(file).write_text("".join(f"{name} {value}\n" for name, value in seals), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"写不了 {file}（{cause(error)}）。 / It cannot be written.") from None
    say({"file": str(file), "digest": one["digest"]}, f"已存为 {file} 和 {_seals_of(file)}。", as_json=as_json)


async def _canonical(server: str | None, slug: str | None, revision: int | None) -> dict[str, Any]:
    async with signed_in(server) as client:
        chosen = (await chosen_contest(client, slug))["slug"]
        one = await chosen_revision(client, chosen, revision)
        asked = {"contest": chosen, "revision": one["revision"]}
        found: dict[str, Any] = (await client.query("CanonicalPublication", **asked))["publication"]
    if found["canonical"] is None:
        raise CommandError("这一版还没有生成。 / It has not been put together yet.")
    return found


def _seals_of(file: Path) -> Path:
    return file.with_suffix(".signature")


def verify(
    file: Annotated[Path, typer.Argument(help="save 存下的 .json / the file that save kept")],
    *,
    key: Annotated[
        str | None, typer.Option("--key", help="主办方另行公布的公钥 / the public key as announced elsewhere")
    ] = None,
    as_json: Json = False,
) -> None:
    """离线校验保存的一版：摘要和签名。 / Check a kept revision without any server."""
    try:
        content = file.read_bytes()
        lines = _seals_of(file).read_text(encoding="utf-8").splitlines()
        seals = dict(line.split(" ", 1) for line in lines)
        digest, signature, public = (seals[name] for name in _SEALS)
        signed = is_signed(content, bytes.fromhex(signature), bytes.fromhex(public))
        snapshot = read_snapshot(content)
    except OSError as error:
        raise CommandError(f"读不了 {file}（{cause(error)}）。 / It cannot be read.") from None
    except (KeyError, ValueError):
        raise CommandError(f"{file} 或它的签名文件内容不对，已被改动。 / It is not what was published.") from None
    if digest_of(content) != digest or not signed:
        raise CommandError(f"不一致：{file} 与摘要或签名不符，已被改动。 / It is not what was signed.")
    if key is not None and key.lower() != public:
        raise CommandError("签名用的是另一把密钥，不是所给的公钥。 / It is signed with another key.")
    said = f"一致：{snapshot.contest_title}第 {snapshot.revision} 版，摘要 {digest}，公钥 {public}。 / It holds."
    say({"holds": True, "revision": snapshot.revision, "digest": digest, "publicKey": public}, said, as_json=as_json)
