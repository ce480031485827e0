"""`invite`, `activate` and `accept` as somebody types them, against the API itself."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import python_calamine
import typer
from redis.asyncio import Redis
from typer.testing import CliRunner

from services.cli import accept, activate, invite
from services.cli.client import Client
from services.cli.credentials import kept
from services.cli.errors import CommandError
from services.shared.database.pool import Pool
from services.shared.settings import Settings
from services.shared.vocabulary import Role
from tests.api.conftest import running
from tests.factories import a_contest, a_person
from tests.people import a_contestant

Type = Callable[..., Awaitable[str]]
runner = CliRunner()

app = typer.Typer()
app.add_typer(invite.invite, name="invite")
app.command()(activate.activate)
app.command()(accept.accept)


@pytest.fixture
async def typed(settings: Settings, redis: Redis, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Runs a command for whoever has a token, and answers what it printed; its failures are raised."""
    loop = asyncio.get_running_loop()
    monkeypatch.setenv("LIVECUP_HOME", str(tmp_path))
    monkeypatch.setenv("LIVECUP_PASSWORD", "correct horse battery")
    token: list[str | None] = [None]

    def run(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    async with running(settings) as api:

        def client(_server: str | None = None) -> Client:
            return Client("http://livecup.test", token[0], httpx.ASGITransport(api))

        for module in (invite, activate, accept):
            monkeypatch.setattr(module, "asyncio", SimpleNamespace(run=run))
        monkeypatch.setattr(invite, "signed_in", client)
        monkeypatch.setattr(activate, "signed_in", client)
        monkeypatch.setattr(accept, "signed_in", client)
        monkeypatch.setattr(accept, "Client", client)

        async def type_in(who: str | None, *words: str, text: str | None = None) -> str:
            token[0] = who
            result = await asyncio.to_thread(runner.invoke, app, list(words), text)
            if result.exception is not None:
                raise result.exception
            return result.stdout

        yield type_in


async def test_an_invitation_from_the_shell_to_a_sign_in(typed: Type, database: Pool, tmp_path: Path) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    until = ("--until", "2100-01-01")
    with pytest.raises(CommandError, match="366"):
        await typed(organiser.token, "invite", "create", "王经办", "--role", "经办人", "--city", "武汉", *until)
    words = ("invite", "create", "王经办", "--role", "经办人", "--city", "武汉", "--json")
    made = json.loads(await typed(organiser.token, *words))
    assert made["invitation"]["state"] == "OPEN"

    said = await typed(None, "accept", "-", "--login", "wang", "--json", text=f"{made['link']}\n")
    assert json.loads(said)["login"] == "wang"
    credentials = kept(tmp_path)
    assert credentials.login == "wang"
    assert (
        await database.fetchval("select count(*) from sessions s join users u on u.id = s.user_id where login = 'wang'")
        == 1
    )
    listed = json.loads(await typed(organiser.token, "invite", "list", "--state", "已接受", "--json"))["invitations"]
    assert [(one["name"], one["acceptedBy"], one["city"]) for one in listed] == [("王经办", "wang", {"name": "武汉市"})]
    assert "王经办" in await typed(organiser.token, "invite", "list")
    with pytest.raises(CommandError, match="已被接受或已作废"):
        await typed(organiser.token, "invite", "revoke", listed[0]["id"])
    with pytest.raises(CommandError, match="邀请码无效"):
        await typed(None, "accept", made["link"], "--login", "other")
    with pytest.raises(CommandError, match="没有状态"):
        await typed(organiser.token, "invite", "list", "--state", "x")


async def test_whoever_is_signed_in_takes_a_second_right(typed: Type, database: Pool) -> None:
    contest = await a_contest(database)
    organiser, judge = await a_person(database, Role.ORGANISER, contest), await a_person(database, Role.JUDGE, contest)
    words = ("invite", "create", "审计", "--role", "审计", "--json")
    code = json.loads(await typed(organiser.token, *words))["invitationCode"]
    assert json.loads(await typed(judge.token, "accept", code, "--join", "--json"))["login"] == judge.login
    roles = await database.fetch("select role from grants where user_id = $1 order by role", judge.user_id)
    assert [row["role"] for row in roles] == ["AUDITOR", "JUDGE"]


async def test_a_citys_codes_on_a_sheet(typed: Type, database: Pool, tmp_path: Path) -> None:
    contest = await a_contest(database)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    first, second = await a_contestant(contest, "张三"), await a_contestant(contest, "=1+1")
    sheet, page = tmp_path / "codes.xlsx", tmp_path / "codes.html"
    city = ("activate", "--city", "武汉")
    codes = json.loads(await typed(clerk.token, *city, "--sheet", str(sheet), "--json"))["codes"]
    assert [code["contestant"]["number"] for code in codes] == [first.number, second.number]
    rows = python_calamine.CalamineWorkbook.from_path(str(sheet)).get_sheet_by_index(0).to_python()
    assert [row[:4] for row in rows[1:]] == [
        [float(code["contestant"]["number"]), code["contestant"]["name"], code["code"], code["link"]] for code in codes
    ]
    assert (sheet.stat().st_mode & 0o777) == 0o600

    with pytest.raises(CommandError, match="已存在"):
        await typed(clerk.token, *city, "--again", "--sheet", str(sheet))
    with pytest.raises(CommandError, match="html"):
        await typed(clerk.token, *city, "--again", "--sheet", str(tmp_path / "codes.pdf"))
    with pytest.raises(CommandError, match="没有编号为 77 的选手"):
        await typed(clerk.token, *city, "--number", "77")
    assert await database.fetchval("select count(*) from invitations") == 2

    await typed(clerk.token, *city, "--number", str(second.number), "--sheet", str(page))
    text = page.read_text(encoding="utf-8")
    assert (text.count("<svg"), "张三" in text, "=1+1" in text) == (1, False, True)
    code = json.loads(await typed(clerk.token, *city, "--again", "--json"))["codes"][0]["code"]
    with pytest.raises(CommandError, match="登录名为"):
        await typed(None, "accept", code, "--login", "张三")
    assert json.loads(await typed(None, "accept", code, "--login", "zhangsan", "--json"))["login"] == "zhangsan"
