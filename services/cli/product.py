"""`./livecup product`: the featured product pool: list it, fill it from a table, take products out."""

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.chosen import chosen_city, chosen_contest
from services.cli.client import Client, signed_in
from services.cli.errors import CommandError
from services.cli.output import ContestSlug, Json, Server, emit, results, say, word
from services.cli.small_table import read_small_table
from services.cli.table import Column, table
from services.cli.usage import Livecup

product = Livecup(help="特色商品池：列出、导入、移出。 / Featured products: list, add, remove.")

_HEADINGS = {"platform": ("平台",), "product_id": ("商品ID",), "title": ("商品名称",), "city": ("产地市州",)}
_AT_ONCE = 200
_COLUMNS = (
    Column("平台", "platform"),
    Column("商品ID", "product id"),
    Column("商品名称", "title"),
    Column("产地市州", "city"),
)


@product.command("list")
def list_products(
    *,
    city: Annotated[str | None, typer.Option("--city", help="只看一个市州 / one city, by name")] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """列出特色商品。 / List the featured products."""
    found = asyncio.run(_list(server, contest, city))
    if as_json:
        emit({"products": found})
        return
    rows = [
        (word(one["platform"]), one["productId"], one["title"], one["city"]["name"] if one["city"] else "-")
        for one in found
    ]
    results.print(table(_COLUMNS, rows, title=f"特色商品 {len(found)} 种"))


async def _list(server: str | None, slug: str | None, city: str | None) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        only = {"cityId": chosen_city(contest, city)} if city else {}
        return [one async for one in client.pages("Products", "products", contestId=contest["id"], filter=only)]


@product.command()
def add(
    file: Annotated[Path, typer.Argument(help="csv 或 xlsx 表，列：平台、商品ID、商品名称、产地市州 / a table")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="说明 / why")] = "",
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """从表格加入特色商品；已在池中的不变。 / Add products from a table; those in the pool stay as they are."""
    lines = list(read_products(file))
    found = asyncio.run(_add(server, contest, lines, reason))
    say({"products": found}, f"特色商品池已有表中的 {len(found)} 种商品。 / In the pool.", as_json=as_json)


def read_products(file: Path) -> Iterator[dict[str, str]]:
    """The lines by column; raises CommandError for a file without the columns."""
    *needed, _ = _HEADINGS.values()
    table = read_small_table(file, *needed, ids=_HEADINGS["product_id"])
    places = {key: table.column(names) for key, names in _HEADINGS.items()}
    for line in table.lines:
        yield {key: line.at(place) for key, place in places.items()}


async def _add(server: str | None, slug: str | None, lines: list[dict[str, str]], reason: str) -> list[dict[str, Any]]:
    async with signed_in(server) as client:
        return await add_products(client, await chosen_contest(client, slug), lines, reason)


async def add_products(
    client: Client, contest: dict[str, Any], lines: Iterable[dict[str, str]], reason: str
) -> list[dict[str, Any]]:
    """Those of the lines as they are in the pool now; raises CommandError."""
    platforms = {word(code): code for code in ("DOUYIN", "KUAISHOU")}
    given = [
        {
            "platform": platforms.get(line["platform"], line["platform"].upper()),
            "productId": line["product_id"],
            "title": line["title"],
            "cityId": chosen_city(contest, line["city"] or None),
        }
        for line in lines
    ]
    wrong = sorted({one["platform"] or "-" for one in given} - {*platforms.values()})
    if wrong:
        raise CommandError(f"没有平台“{'、'.join(wrong)}”，可写：{'、'.join(platforms)}。 / No such platform.")
    found: list[dict[str, Any]] = []
    for start in range(0, len(given), _AT_ONCE):
        some = given[start : start + _AT_ONCE]
        done = await client.mutate("AddProducts", contestId=contest["id"], products=some, reason=reason)
        found += done["products"]
    return found


@product.command()
def remove(
    numbers: Annotated[list[str], typer.Argument(metavar="商品ID...", help="商品 ID，可多个 / product ids")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="说明，记入记录 / why; kept")],
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """移出特色商品；此后的核算不再计为特色商品。 / Take products out of the pool."""
    done = asyncio.run(_remove(server, contest, numbers, reason))
    say(done, f"已移出 {done['removed']} 种。 / Removed.", as_json=as_json)


async def _remove(server: str | None, slug: str | None, numbers: list[str], reason: str) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        pages = client.pages("Products", "products", contestId=contest["id"], filter={})
        pool = [one async for one in pages if one["productId"] in numbers]
        missing = sorted(set(numbers) - {one["productId"] for one in pool})
        if missing:
            raise CommandError(f"池中没有商品 {'、'.join(missing)}。 / They are not in the pool.")
        ids = [one["id"] for one in pool]
        return await client.mutate("RemoveProducts", contestId=contest["id"], productIds=ids, reason=reason)
