"""`./livecup activate`: codes with which a city's recommended people activate their accounts, on a sheet to print."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
import xlsxwriter

from services.cli.chosen import chosen_city, chosen_contest, chosen_contestants
from services.cli.client import signed_in
from services.cli.errors import CommandError, cause
from services.cli.moments import end_of
from services.cli.output import ContestSlug, Json, Server, emit, notes, results, when
from services.cli.table import Column, table

SUFFIXES = (".html", ".xlsx")
_COLUMNS = [Column("编号", "number", number=True), Column("姓名", "name"), Column("激活码", "code", whole=True)]


def activate(
    *,
    city: Annotated[str, typer.Option("--city", help="市州 / the city")],
    number: Annotated[
        list[int] | None, typer.Option("--number", help="只给这些选手编号，可多次 / only these contestants")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="已有码的也换新码 / those too who have a code")] = False,
    until: Annotated[str | None, typer.Option("--until", help="有效期至，默认 30 天 / default: 30 days")] = None,
    sheet: Annotated[Path | None, typer.Option("--sheet", help="写成打印页或表格 / .html or .xlsx")] = None,
    contest: ContestSlug = None,
    server: Server = None,
    as_json: Json = False,
) -> None:
    """给一个市的推荐选手签发激活码，只显示一次。 / Make activation codes for a city's people; they are shown once."""
    if sheet is not None and sheet.suffix not in SUFFIXES:
        raise CommandError(f"{sheet.name} 应以 .html 或 .xlsx 结尾。 / A sheet is .html or .xlsx.")
    if sheet is not None and sheet.exists():  # before there are codes that nobody would see again
        raise CommandError(f"{sheet} 已存在，请换个文件名。 / The file exists; choose another name.")
    made = asyncio.run(_issue(server, contest, city, number, again=again, until=end_of(until)))
    if sheet is not None:
        _write(sheet, made)
    if as_json:
        emit({"codes": made["codes"], "expiresAt": made["expiresAt"]})
    elif sheet is None:
        people = ((one["contestant"], one["code"]) for one in made["codes"])
        results.print(table(_COLUMNS, ((str(person["number"]), person["name"], code) for person, code in people)))
    count, ends = len(made["codes"]), when(made["expiresAt"])
    where = f"，已写入 {sheet}" if sheet else ""
    notes.print(f"签发了 {count} 个激活码，有效至 {ends}{where}。 / {count} codes.", markup=False)


async def _issue(
    server: str | None, slug: str | None, city: str, numbers: list[int] | None, *, again: bool, until: str | None
) -> dict[str, Any]:
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        city_id = chosen_city(contest, city)
        ids = await chosen_contestants(client, contest["id"], numbers) if numbers else {}
        whom = {"contestantIds": list(ids.values())} if numbers else {"all": True}
        given = {"cityId": city_id, "again": again, "expiresAt": until, **whom}
        return await client.mutate("IssueActivationCodes", **given)


def _write(path: Path, made: dict[str, Any]) -> None:
    try:
        path.touch(mode=0o600, exist_ok=False)  # whoever reads it can activate these accounts
        if path.suffix == ".html":
            path.write_text(made["sheet"], encoding="utf-8")
        else:
            _write_table(path, made)
    except OSError as error:
        raise CommandError(f"无法写入 {path}（{cause(error)}）。 / It cannot be written.") from None


def _write_table(path: Path, made: dict[str, Any]) -> None:
    """Texts stay texts, whatever they begin with."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet("激活码")
        page.write_row(0, 0, ["编号", "姓名", "激活码", "链接", "有效至"])
        for row, card in enumerate(made["codes"], 1):
            person = card["contestant"]
            page.write_number(row, 0, person["number"])
            for column, text in enumerate([person["name"], card["code"], card["link"], when(made["expiresAt"])], 1):
                page.write_string(row, column, text)
        page.set_column(1, 4, 28)
