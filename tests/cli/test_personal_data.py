"""`people reveal` and `erase`, `messages` and `notice` as somebody types them, against the API itself."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fastexcel
import httpx
import pytest
from redis.asyncio import Redis
from typer.testing import CliRunner

from services.cli import main, messages, notice, personal_data
from services.cli.client import Client, RefusedError
from services.cli.errors import CommandError
from services.scorer.context import Scorer
from services.scorer.jobs.perform import perform
from services.shared.database.pool import Pool
from services.shared.messages.store import Message, tell
from services.shared.settings import Settings
from services.shared.vocabulary import Role
from tests.api.conftest import running
from tests.factories import AContest, APerson, a_contest, a_person
from tests.people import AContestant, a_contestant
from tests.scorer.conftest import scorer  # noqa: F401  a fixture
from tests.scorer.documents.papers import pdf

Type = Callable[..., Awaitable[str]]
TEXT = "编号 {} 的选手已要求删除个人信息，不再参赛；其名额已空出。"


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


@pytest.fixture
async def typed(settings: Settings, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Type]:
    """Runs a command for whoever has a token and answers what it printed; its failures are raised."""
    loop = asyncio.get_running_loop()
    token = [""]

    def run(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    async with running(settings) as api:
        for module in (messages, notice, personal_data):
            monkeypatch.setattr(module, "asyncio", SimpleNamespace(run=run, to_thread=asyncio.to_thread))
            there = httpx.ASGITransport(api)
            monkeypatch.setattr(module, "signed_in", lambda _, there=there: Client("http://a.test", token[0], there))

        async def type_in(who: APerson, *words: object, text: str | None = None) -> str:
            token[0] = who.token
            result = await asyncio.to_thread(CliRunner().invoke, main.app, [str(word) for word in words], text)
            if result.exception is not None:
                raise result.exception
            return result.stdout

        yield type_in


async def entries(database: Pool) -> list[tuple[Any, ...]]:
    rows = await database.fetch("select action, contestant_id, reason from audit_entries order by id")
    return [tuple(row) for row in rows]


async def told(contest: AContest, person: AContestant, number: int) -> None:
    async with contest.pool.acquire() as connection, connection.transaction():
        said: dict[str, str | int] = {"number": number}
        event = f"event {number}"
        await tell(connection, Message("PERSON_ERASED_OF_CITY", contest.id, event, said, contestant_id=person.id))


async def test_numbers_are_read_whole_for_a_reason(
    typed: Type, database: Pool, contest: AContest, organiser: APerson
) -> None:
    await a_contestant(contest)
    person = await a_contestant(contest, "李四")
    words = ("people", "reveal", person.number, "--reason", "核对身份")
    assert json.loads(await typed(organiser, *words, "--json")) == {
        "number": 2,
        "name": "李四",
        "idNumber": person.id_number,
        "phone": person.phone,
    }
    assert await typed(organiser, *words) == f"2 号 李四\n身份证号 {person.id_number}，手机号 {person.phone}\n"
    assert await entries(database) == [("REVEAL_PERSONAL_DATA", person.id, "核对身份")] * 2
    judge = await a_person(database, Role.JUDGE, contest)
    with pytest.raises(RefusedError) as refused:
        await typed(judge, *words)
    assert refused.value.code == "NOT_ALLOWED"
    with pytest.raises(CommandError, match="没有编号为 9 的选手"):
        await typed(organiser, "people", "reveal", 9, "--reason", "核对身份")
    assert len(await entries(database)) == 2


async def test_somebody_is_erased_once_their_number_has_been_typed(
    typed: Type, database: Pool, contest: AContest, organiser: APerson
) -> None:
    person, other = await a_contestant(contest), await a_contestant(contest, "李四")
    words = ("people", "erase", person.number, "--reason", "本人要求")
    with pytest.raises(CommandError, match="什么也没有删除"):
        await typed(organiser, *words, text=f"{other.number}\n")
    assert await database.fetchval("select count(*) from contestants where erased_at is not null") == 0
    assert await entries(database) == []
    said = await typed(organiser, *words, text=f"{person.number}\n")
    assert said.splitlines()[-1] == "已删除：1 号 张**，材料 0 份，文件 0 个。"
    done = json.loads(await typed(organiser, "people", "erase", 2, "--reason", "来信", "--yes", "--json"))
    assert done == {"documents": 0, "files": 0, "contestant": {"number": 2, "name": "李**"}}
    assert await database.fetchval("select count(*) from contestants where erased_at is not null") == 2
    expected = [("ERASE_CONTESTANT", person.id, "本人要求"), ("ERASE_CONTESTANT", other.id, "来信")]
    assert await entries(database) == expected


async def test_messages_are_listed_by_city_person_and_time(
    typed: Type, database: Pool, contest: AContest, organiser: APerson
) -> None:
    one, two = await a_contestant(contest), await a_contestant(contest, "李四", city=1)
    await told(contest, one, 1)
    await told(contest, two, 2)
    await database.execute("update messages set created_at = '2021-06-30T23:59:59+08' where contestant_id = $1", one.id)

    async def listed(*words: object) -> list[str]:
        return [
            each["text"]
            for each in json.loads(await typed(organiser, "messages", "list", *words, "--json"))["messages"]
        ]

    first, second = TEXT.format(1), TEXT.format(2)
    assert await listed() == [second, first]
    assert await listed("--contestant", one.number) == [first]
    cities = [row["name"] for row in await database.fetch("select name from cities order by name")]
    by_city = {city: await listed("--city", city) for city in cities}
    assert sorted(text for texts in by_city.values() for text in texts) == [first, second]
    assert [len(texts) for texts in by_city.values() if texts] == [1, 1]
    assert await listed("--since", "2021-07-01") == [second]
    assert await listed("--since", "2021-06-30T23:59:59") == [second, first]
    assert "2 李四" in await typed(organiser, "messages", "list")
    for words, said in ((("--contestant", 9), "没有编号为 9"), (("--since", "昨天"), "看不懂时间 昨天")):
        with pytest.raises(CommandError, match=said):
            await listed(*words)


async def test_messages_are_taken_out_once_into_a_file_of_ones_own(
    typed: Type, database: Pool, contest: AContest, organiser: APerson, tmp_path: Path
) -> None:
    person = await a_contestant(contest)
    await told(contest, person, 1)
    out, book = tmp_path / "短信.csv", tmp_path / "短信.xlsx"
    words = ("messages", "export", "--reason", "通知", "--format", "csv", "--out", out, "--json")
    made = json.loads(await typed(organiser, *words))
    assert (made["file"], made["messages"]) == (str(out), 1)
    assert out.read_bytes().decode() == f"\ufeff手机号,短信内容\r\n{person.phone},{TEXT.format(1)}\r\n"
    assert out.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="已存在"):
        await typed(organiser, *words)
    export = ("messages", "export", "--reason", "重发", "--out", book)
    with pytest.raises(RefusedError) as refused:
        await typed(organiser, *export)
    assert refused.value.code == "NO_MESSAGES_TO_EXPORT"
    assert not book.exists()
    said = await typed(organiser, *export, "--again", made["fileId"])
    assert said == f"已导出 1 条：{book}，内有完整手机号，用完请删除。重新下载：--again {made['fileId']}\n"
    rows = fastexcel.read_excel(book.read_bytes()).load_sheet(0).to_polars().rows()
    assert rows == [(person.phone, TEXT.format(1))]
    reasons = [(action, reason) for action, _, reason in await entries(database)]
    exports = [("EXPORT_MESSAGES", "通知"), ("EXPORT_PERSONAL_DATA", "通知")]
    assert sorted(reasons) == sorted([*exports, *((action, "重发") for action, _ in exports)])


@pytest.fixture
async def working(scorer: Scorer) -> AsyncIterator[None]:  # noqa: F811
    """Does whatever waits to be done."""

    async def work() -> None:
        while True:
            for job in await scorer.pool.fetch("select id, attempt from jobs where state = 'QUEUED'"):
                await perform(scorer, job["id"], job["attempt"])
            await asyncio.sleep(0.05)

    doing = asyncio.create_task(work())
    yield
    doing.cancel()


async def test_a_notice_with_everything_is_published(
    typed: Type, working: None, database: Pool, contest: AContest, organiser: APerson, tmp_path: Path
) -> None:
    body, times, paper = tmp_path / "正文.txt", tmp_path / "日程.toml", tmp_path / "推荐表.pdf"
    body.write_text("第一段。\n\n第二段。", encoding="utf-8")
    lines = (
        'title = "推荐上报"\nfrom = 2021-06-01\nto = 2021-07-07',
        'title = "决赛"\nto_be_announced = true',
    )
    times.write_text("".join(f"[[timetable]]\n{line}\n" for line in lines), encoding="utf-8")
    paper.write_bytes(pdf())
    words = ("notice", "publish", "关于报名的通知", body, "--timetable", times, "--when", "自主报名=/2021-08-01 12:00")
    contacts = ("--contact", "张老师：027-87654321", "--contact", "值班室", "--supervision", "监督:027-12345678")
    attached = ("--attach", paper, "--attach", f"附件二={paper}", "--json")
    made = json.loads(await typed(organiser, *words, *contacts, *attached))
    assert (made["number"], made["title"]) == (1, "关于报名的通知")
    row = await database.fetchrow("select body, timetable, contacts from notices")
    assert row is not None
    assert row["body"] == "第一段。\n\n第二段。"
    times_kept = [(one["title"], one["from"], one["to"], one["to_be_announced"]) for one in row["timetable"]]
    assert times_kept == [
        ("推荐上报", "2021-06-01T00:00:00+08:00", "2021-07-08T00:00:00+08:00", False),
        ("决赛", None, None, True),
        ("自主报名", None, "2021-08-01T12:00:00+08:00", False),
    ]
    assert row["contacts"] == [
        {"name": "张老师", "phone": "027-87654321", "role": "CONTACT"},
        {"name": "值班室", "phone": None, "role": "CONTACT"},
        {"name": "监督", "phone": "027-12345678", "role": "SUPERVISION"},
    ]
    (listed,) = json.loads(await typed(organiser, "notice", "list", "--json"))["notices"]
    assert [one["title"] for one in listed["attachments"]] == ["推荐表", "附件二"]
    assert (
        await typed(organiser, "notice", "withdraw", 1, "--reason", "时间有误") == "已撤回第 1 号通知。 / Withdrawn.\n"
    )


async def test_what_is_wrong_with_a_notice_is_said_and_nothing_is_published(
    typed: Type, working: None, database: Pool, organiser: APerson, tmp_path: Path
) -> None:
    body, times, paper = tmp_path / "正文.txt", tmp_path / "日程.toml", tmp_path / "a.pdf"
    body.write_text("正文", encoding="utf-8")
    paper.write_bytes(b"this is no PDF")
    wrong = [
        ("--when", "决赛", "看不懂日程"),
        ("--when", "决赛=明天/后天", "看不懂时间 明天"),
        ("--attach", tmp_path / "nothing.pdf", "没有文件"),
        ("--attach", paper, "PDF"),
    ]
    for option, value, said in wrong:
        with pytest.raises(CommandError, match=said):
            await typed(organiser, "notice", "publish", "通知", body, option, value)
    for text, said in (("x = 1", "只有"), ("[[timetable]]\nwhat = 1", "title"), ("]", "TOML"),
                       ('[[timetable]]\ntitle = "a"\nfrom = 5', "时间")):  # fmt: skip
        times.write_text(text, encoding="utf-8")
        with pytest.raises(CommandError, match=said):
            await typed(organiser, "notice", "publish", "通知", body, "--timetable", times)
    assert await database.fetchval("select count(*) from notices") == 0
