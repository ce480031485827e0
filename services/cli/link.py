"""`./livecup link`: works and replays on the platforms, for judges to look at."""

import asyncio
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_contest, chosen_contestants
from services.cli.client import Client, signed_in
from services.cli.output import ContestSlug, Json, Server, emit, results, say
from services.cli.usage import Livecup

link = Livecup(help="作品与回放链接：列出、添加、移除。 / Links of works and replays: list, add, remove.")

Person = Annotated[int, typer.Argument(help="选手编号 / the contestant's number")]
_KINDS = {"WORK": "作品", "REPLAY": "回放"}


@link.command("list")
def list_links(person: Person, *, contest: ContestSlug = None, server: Server = None, as_json: Json = False) -> None:
    """列出一名选手的链接。 / List somebody's links."""
    found = asyncio.run(_list(server, contest, person))
    if as_json:
        emit(found)
        return
    for one in found["links"]:
        results.print(f"{_KINDS[one['kind']]} {one['title']} {one['url']}", markup=False, soft_wrap=True)
        results.print(f"    编号 {one['id']}", markup=False)
    if not found["links"]:
        results.print("没有链接。 / No links.")


async def _whose(client: Client, slug: str | None, person: int) -> str:
    contest = await chosen_contest(client, slug)
    return (await chosen_contestants(client, contest["id"], [person]))[person]


async def _list(server: str | None, slug: str | None, person: int) -> dict[str, Any]:
    async with signed_in(server) as client:
        found: dict[str, Any] = (await client.query("Links", id=await _whose(client, slug, person)))["node"]
        return found


@link.command()
def add(
    person: Person,
    url: Annotated[str, typer.Argument(help="抖音、快手的网址，https:// 开头 / an address of Douyin or Kuaishou")],
    *,
    title: Annotated[str, typer.Option("--title", help="标题 / its title")],
    replay: Annotated[bool, typer.Option("--replay", help="是直播回放 / the replay of a session")] = False,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """添加一个作品或回放的链接。 / Add a link."""
    given = {"url": url, "title": title, "kind": "REPLAY" if replay else "WORK"}
    done = asyncio.run(_add(server, contest, person, given))
    say(done, f"已添加，编号 {done['id']}。 / Added.", as_json=as_json)


async def _add(server: str | None, slug: str | None, person: int, given: dict[str, str]) -> dict[str, Any]:
    async with signed_in(server) as client:
        who = await _whose(client, slug, person)
        done: dict[str, Any] = (await client.mutate("AddLink", contestantId=who, **given))["link"]
        return done


@link.command()
def remove(
    named: Annotated[str, typer.Argument(metavar="ID", help="链接的编号，见 link list / its id, see link list")],
    *,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """移除一个链接；记录中仍可查到。 / Take a link away."""
    done = asyncio.run(_remove(server, named))
    say(done, "已移除。 / Removed.", as_json=as_json)


async def _remove(server: str | None, named: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        done: dict[str, Any] = await client.mutate("RemoveLink", id=named)
        return done
