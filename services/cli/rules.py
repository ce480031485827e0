"""`./livecup rules`: check, explain and try a rules document, save it, and see the versions of a round's rules."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from services.cli.chosen import chosen_contest, chosen_round
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError, cause
from services.cli.output import ContestSlug, Json, RoundKey, Server, beijing, emit, results, say
from services.cli.table import Column, table
from services.cli.usage import Livecup
from services.shared.exact import plain
from services.shared.problems import Problem
from services.shared.rules.check import InvalidRules, parse_rules
from services.shared.rules.model import Rules
from services.shared.rules.prose import prose
from services.shared.rules.sentence import remarks, sentence
from services.shared.words import Language, put

if TYPE_CHECKING:
    from services.cli.trial import Tried

rules = Livecup(help="计分规则：检查、说明、试算、保存、各版本。 / Scoring rules: check, explain, try, save, versions.")

Document = Annotated[Path, typer.Argument(metavar="FILE", help="规则文件，TOML / the rules, TOML")]


@rules.command()
def check(path: Document, *, as_json: Json = False) -> None:
    """检查规则文件，指出要改的行。 / Check a document; what is wrong is named by its line."""
    problems = _problems(_text(path))
    if as_json:
        emit({"valid": not problems, "problems": [_said(problem) for problem in problems]})
    elif not problems:
        results.print(f"{path} 可以使用。与轮次是否相符，保存时再检查。 / It can be used.")
    if problems and not as_json:
        raise CommandError(_listed(path, problems))
    if problems:
        raise typer.Exit(1)


@rules.command()
def explain(
    path: Document,
    *,
    language: Annotated[
        str | None, typer.Option("--language", help="zh 或 en，默认两种 / zh or en; default: both")
    ] = None,
    as_json: Json = False,
) -> None:
    """把规则写成可宣读、可签字的文字。 / Write the rules as prose that can be read aloud and signed."""
    found = _rules(path)
    wanted = [Language.ZH, Language.EN] if language is None else [_language(language)]
    texts = {each.value.lower(): prose(found, each) for each in wanted}
    if as_json:
        emit(texts)
    else:
        results.print("\n".join(texts.values()), markup=False, soft_wrap=True, end="")


@rules.command("try")
def try_(
    path: Document,
    figures: Annotated[
        Path, typer.Argument(metavar="FIGURES", help="指标表，csv 或 xlsx / a table of figures, csv or xlsx")
    ],
    *,
    details: Annotated[bool, typer.Option("--details", help="逐项写出计算 / with every calculation")] = False,
    as_json: Json = False,
) -> None:
    """用一张小表试算规则，不需要服务器。 / Score a small table of figures by the rules; no server needed."""
    from services.cli.trial import try_out  # noqa: PLC0415  the scorer's code takes long to load

    found = _rules(path)
    tried = try_out(found, figures)
    if as_json:
        emit({"standings": list(_standings(found, tried)), "unread": list(tried.unread)})
        return
    results.print(_as_table(found, tried))
    results.print(*_awards(tried), sep="\n", markup=False, soft_wrap=True, end="")
    if details:
        results.print(*_details(found, tried), sep="\n", markup=False, soft_wrap=True)
    if tried.unread:
        results.print(f"没有用到的列：{'、'.join(tried.unread)}。 / Columns that no metric reads.", markup=False)


@rules.command()
def save(
    path: Document,
    *,
    reason: Annotated[str, typer.Option("--reason", help="修改原因，公开可见 / why; everybody can read it")],
    after_opening: Annotated[
        bool, typer.Option("--after-opening", help="开赛后仍要修改 / although the round has opened")
    ] = False,
    contest: ContestSlug = None,
    round_key: RoundKey = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """保存为轮次规则的新版本。 / Save the document as the next version of a round's rules."""
    text = _text(path)
    asyncio.run(_save(server, contest, round_key, text, reason, after_opening=after_opening, as_json=as_json))


@rules.command()
def versions(
    *, contest: ContestSlug = None, round_key: RoundKey = None, server: Server = None, as_json: Json = False
) -> None:
    """列出各版本及其差异。 / List the versions and what each says differently."""
    found = asyncio.run(_versions(server, contest, round_key))
    if as_json:
        emit({"versions": found})
        return
    for one in found:
        results.print(*_version(one), sep="\n", markup=False, soft_wrap=True)
    if not found:
        results.print("这一轮还没有计分规则。 / The round has no rules yet.")


async def _save(
    server: str | None,
    slug: str | None,
    key: str | None,
    document: str,
    reason: str,
    *,
    after_opening: bool,
    as_json: bool,
) -> None:
    async with signed_in(server) as client:
        chosen = await _round(client, slug, key)
        given = {"roundId": chosen["id"], "document": document, "reason": reason, "afterOpening": after_opening}
        answer = await client.mutate("UpdateRules", input=given)
    version = answer["rules"]["version"]
    say(
        answer, f"已保存为《{chosen['title']}》计分规则第 {version} 版。 / Saved as version {version}.", as_json=as_json
    )


async def _versions(server: str | None, slug: str | None, key: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        chosen = await _round(client, slug, key)
        found: list[dict[str, Any]] = (await client.query("RulesVersions", id=chosen["id"]))["round"]["rulesVersions"]
        return found


async def _round(client: Client, slug: str | None, key: str | None) -> dict[str, Any]:
    return chosen_round(await chosen_contest(client, slug), key)


def _version(one: dict[str, Any]) -> Iterator[str]:
    yield f"第 {one['version']} 版  {beijing(one['createdAt'])}  {one['reason']}  SHA-256 {one['sha256']}"
    for change in one["changes"]:
        yield f"    {change['place']}: {change['base'] or '-'} → {change['other'] or '-'}"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"无法读取 {path}（{cause(error)}）。 / It cannot be read.") from None


def _problems(text: str) -> list[Problem]:
    try:
        parse_rules(text)
    except InvalidRules as error:
        return error.problems
    return []


def _rules(path: Path) -> Rules:
    text = _text(path)
    if problems := _problems(text):
        raise CommandError(_listed(path, problems))
    return parse_rules(text)


def _listed(path: Path, problems: list[Problem]) -> str:
    lines = (f"  第 {one.line or '-'} 行 / line：{put(one.code, one.parameters)}" for one in problems)
    return "\n".join([f"{path} 有 {len(problems)} 处要改。 / To be mended:", *lines])


def _said(problem: Problem) -> dict[str, Any]:
    return {"line": problem.line, "code": problem.code, "message": put(problem.code, problem.parameters)}


def _language(text: str) -> Language:
    if text.upper() not in Language.__members__:
        raise CommandError(f"没有语言 {text}，可写 zh、en。 / Say zh or en.")
    return Language(text.upper())


def _standings(found: Rules, tried: "Tried") -> Iterator[dict[str, Any]]:
    from services.scorer.scores.score import Explainer  # noqa: PLC0415  as above

    explainer = Explainer(found)
    for one in tried.outcome.standings:
        who = one.score.contestant
        yield {
            "who": who.handle,
            "city": tried.cities[who.city_id],
            "division": who.division,
            "rank": one.rank,
            "cityRank": one.city_rank,
            **explainer.explanation(one.score),
        }


def _as_table(found: Rules, tried: "Tried") -> Table:
    columns = [Column("名次", number=True), Column("选手"), Column("市州"), Column("组别")]
    columns += [Column(item.title or key, number=True) for key, item in found.items.items()]
    columns.append(Column("总分", number=True))
    rows = []
    for one in tried.outcome.standings:
        who = one.score.contestant
        points = [plain(each) for each in one.score.items]
        rows.append(
            [str(one.rank), who.handle, tried.cities[who.city_id], who.division, *points, plain(one.score.total)]
        )
    return table(columns, rows, title=found.title)


def _awards(tried: "Tried") -> Iterator[str]:
    names: dict[object, str] = {
        one.score.contestant.contestant_id: one.score.contestant.handle for one in tried.outcome.standings
    }
    for given in tried.outcome.awards:
        tied = "" if given.seats is None else f"（并列，其中 {given.seats} 名，由人决定）"
        yield f"{given.award.title}：{(names | dict(tried.cities))[given.winner]}{tied}\n"


def _details(found: Rules, tried: "Tried") -> Iterator[str]:
    for standing in _standings(found, tried):
        void = "，成绩作废" if standing.get("void") else ""
        yield f"\n{standing['who']}  总分 {standing['total']}，第 {standing['rank']} 名{void}"
        yield from (f"  {remark}" for remark in remarks(standing))
        for item in standing["items"]:
            yield f"  {item['title']} {item['points']}"
            yield from (f"    {sentence(metric)}" for metric in item["metrics"])
