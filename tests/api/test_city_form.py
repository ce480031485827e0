"""The form that a city prints: the same people, inert text, whole numbers only for a reason that is kept."""

import io
from dataclasses import fields
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from python_calamine import CalamineWorkbook
from starlette.applications import Starlette

from services.api.submissions.form import COLUMNS, FormLine, Head, city_form, followers
from services.scorer.rosters.parse import parse_roster
from services.shared.database.pool import Pool
from services.shared.personal_data import Vault, mask_id_number, open_vault
from services.shared.settings import Settings
from services.shared.vocabulary import Eligibility, Platform, Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, APerson, a_contest, a_person
from tests.lists import a_recommended, id_number

EXPORT = """mutation ($input: ExportCityListInput!) { exportCityList(input: $input) { __typename
  ... on ExportCityListPayload { url people } ... on InvalidInput { field } ... on Error { code } } }"""
SUBMIT = """mutation ($id: ID!) { submitCityList(input: {cityId: $id}) {
  ... on SubmitCityListPayload { submission { id } } } }"""
HEAD = Head("测试赛", "武汉市", "王五", "退役军人")


def cells(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def a_line(number: int, **more: Any) -> FormLine:
    told = {
        "name": f"选手{number}",
        "id_number": id_number(number),
        "phone": f"138123400{number:02}",
        "platform": Platform.KUAISHOU,
        "handle": f"handle{number}",
        "followers": 12_345,
        "experience": "无",
        "remark": "",
    }
    return FormLine(**{**told, **more})


def test_the_form_is_laid_out_as_the_one_people_fill_in() -> None:
    rows = cells(city_form(HEAD, [a_line(1, followers=500_000), a_line(2)]))
    assert rows[0][0] == "测试赛选手推荐表"
    assert [cell for cell in rows[1] if cell] == ["推荐单位：武汉市", "联系人：王五", "参赛组别：退役军人"]
    assert rows[2] == [heading for heading, _ in COLUMNS]
    assert rows[3] == ["1", "武汉市", "选手1", id_number(1), "13812340001", "快手: handle1", "50 万", "无", ""]
    assert [row[0] for row in rows[3:]] == ["1", "2"]


def test_it_is_printed_on_a4_landscape_with_the_headings_on_every_page() -> None:
    with ZipFile(io.BytesIO(city_form(HEAD, [a_line(1)]))) as book:
        sheet, names = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/workbook.xml").decode()
    assert '<pageSetup paperSize="9" fitToHeight="0" orientation="landscape"/>' in sheet
    assert '<pageSetUpPr fitToPage="1"/>' in sheet
    assert "推荐表!$3:$3" in names
    assert "<v>" + id_number(1) not in sheet  # a string, not a number


@pytest.mark.parametrize("text", ["=1+1", "+86 1", "-@x", "@SUM(1)", "\t=1"])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    content = city_form(HEAD, [a_line(1, name=text, remark=text, experience=text)])
    with ZipFile(io.BytesIO(content)) as book:
        sheet, styles = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert 'quotePrefix="1"' in styles
    assert cells(content)[3][2] == text


@pytest.mark.parametrize(
    ("count", "shown"),
    [(None, ""), (0, "0"), (8600, "8600"), (10_000, "1 万"), (12_345, "1.2345 万"), (10**7, "1000 万")],
)
def test_followers_are_written_as_people_do(count: int | None, shown: str) -> None:
    assert followers(count) == shown


def test_what_was_exported_whole_is_read_again_as_the_same_people(tmp_path: Path) -> None:
    lines = [a_line(number, platform=list(Platform)[number % 2], remark="党员") for number in range(1, 40)]
    (tmp_path / "form").write_bytes(city_form(HEAD, lines))
    read = parse_roster(tmp_path / "form", "推荐表.xlsx")
    assert (read.problems, read.city_text, read.contact, read.division_text) == ([], "武汉市", "王五", "退役军人")
    told = [FormLine(**{field.name: getattr(one, field.name) for field in fields(FormLine)}) for one in read.lines]
    assert told == lines


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return open_vault(settings)


@pytest.fixture
async def clerk(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])


def asked(contest: AContest, city: int = 0, division: int = 1, **more: object) -> dict[str, Any]:
    return {
        "cityId": gid("City", contest.cities[city]),
        "divisionId": gid("Division", contest.divisions[division]),
        **more,
    }


async def fetched(client: httpx.AsyncClient, person: APerson, url: str) -> httpx.Response:
    return await client.get(url, headers={"authorization": f"Bearer {person.token}"})


async def test_a_city_exports_its_people_masked_and_for_a_reason_whole(
    ask: Ask, client: httpx.AsyncClient, contest: AContest, vault: Vault, clerk: APerson, database: Pool
) -> None:
    first = await a_recommended(contest, vault, "甲", id_number(1), division=1, phone="13812340001")
    second = await a_recommended(contest, vault, "乙", id_number(2), division=1, phone="13812340002")
    await a_recommended(contest, vault, "丙", id_number(3), division=0)
    await a_recommended(contest, vault, "丁", id_number(4), division=1, city=1)
    await a_recommended(contest, vault, "戊", id_number(5), division=1, eligibility=Eligibility.REJECTED)
    made = (await ask(EXPORT, clerk, input=asked(contest)))["exportCityList"]
    assert made["people"] == 2
    answer = await fetched(client, clerk, made["url"])
    assert (answer.status_code, [row[2] for row in cells(answer.content)[3:]]) == (200, ["甲", "乙"])
    assert cells(answer.content)[3][3:5] == [f"{id_number(1)[:4]}**********{id_number(1)[-4:]}", "138****0001"]
    assert (await fetched(client, clerk, made["url"])).status_code == 404

    made = (await ask(EXPORT, clerk, input=asked(contest, reason="打印盖章")))["exportCityList"]
    whole = cells((await fetched(client, clerk, made["url"])).content)
    assert [row[3:5] for row in whole[3:]] == [[id_number(1), "13812340001"], [id_number(2), "13812340002"]]
    kept = await database.fetch("select action, subject_id, reason from audit_entries order by at, action desc")
    assert [tuple(one) for one in kept if one["action"] == "EXPORT_CITY_LIST"] == [
        ("EXPORT_CITY_LIST", contest.cities[0], ""),
        ("EXPORT_CITY_LIST", contest.cities[0], "打印盖章"),
    ]
    shown = {(one["subject_id"], one["reason"]) for one in kept if one["action"] == "EXPORT_PERSONAL_DATA"}
    assert shown == {(first, "打印盖章"), (second, "打印盖章")}


async def test_a_submission_is_exported_as_it_was_submitted(
    ask: Ask, client: httpx.AsyncClient, contest: AContest, vault: Vault, clerk: APerson, database: Pool
) -> None:
    await a_recommended(contest, vault, "甲", id_number(1), division=1)
    gone = await a_recommended(contest, vault, "乙", id_number(2), division=1)
    submitted = await ask(SUBMIT, clerk, id=gid("City", contest.cities[0]))
    submission = submitted["submitCityList"]["submission"]["id"]
    given = {"submissionId": submission, "reason": "打印盖章"}
    made = (await ask(EXPORT, clerk, input=asked(contest, **given)))["exportCityList"]
    before = cells((await fetched(client, clerk, made["url"])).content)
    await database.execute("update contestants set name = '改名', remark = '改过' where name = '甲'")
    await database.execute(
        "update accounts set handle = 'renamed', handle_key = 'renamed' where handle_key is not null"
        " and contestant_id <> $1",
        gone,
    )
    await database.execute("update users set name = '别的经办人'")
    made = (await ask(EXPORT, clerk, input=asked(contest, **given)))["exportCityList"]
    assert cells((await fetched(client, clerk, made["url"])).content) == before
    assert before[3][3:5] == [id_number(1), before[3][4]]
    await database.execute("update contestants set name = '甲' where name = '改名'")
    await database.execute("update contestants set withdrawn_at = now() where id = $1", gone)
    for given, names in (({"submissionId": submission}, ["甲", "乙"]), ({}, ["甲"])):
        made = (await ask(EXPORT, clerk, input=asked(contest, **given)))["exportCityList"]
        answer = await fetched(client, clerk, made["url"])
        assert [row[2] for row in cells(answer.content)[3:]] == names


async def test_of_people_who_have_left_an_old_list_shows_what_was_submitted_and_no_number(
    ask: Ask, client: httpx.AsyncClient, contest: AContest, vault: Vault, clerk: APerson, database: Pool
) -> None:
    stays, moved, gone, goes = [
        await a_recommended(contest, vault, name, id_number(serial), division=1, phone=f"1381234000{serial}")
        for serial, name in enumerate(["甲", "乙", "丙", "丁"], 1)
    ]
    submitted = await ask(SUBMIT, clerk, id=gid("City", contest.cities[0]))
    given = {"submissionId": submitted["submitCityList"]["submission"]["id"], "reason": "打印盖章"}
    move = "update contestants set city_id = $2 where id = $1"
    await database.execute(move, moved, contest.cities[1])
    await database.execute("update contestants set withdrawn_at = now() where id = $1", gone)
    made = (await ask(EXPORT, clerk, input=asked(contest, **given)))["exportCityList"]
    await database.execute(move, goes, contest.cities[1])
    rows = cells((await fetched(client, clerk, made["url"])).content)[3:]
    assert [row[1:] for row in rows] == [
        ["武汉市", "甲", id_number(1), "13812340001", f"抖音: h{stays.hex[-12:]}", "50 万", "无", ""],
        *(
            [
                "武汉市",
                name,
                mask_id_number(id_number(serial)),
                f"138****000{serial}",
                f"抖音: h{who.hex[-12:]}",
                "50 万",
                "无",
                "",
            ]
            for name, serial, who in (("乙", 2, moved), ("丙", 3, gone), ("丁", 4, goes))
        ),
    ]
    shown = await database.fetch("select subject_id from audit_entries where action = 'EXPORT_PERSONAL_DATA'")
    assert {one["subject_id"] for one in shown} == {stays, goes}
    await database.execute("update submission_lines set printed_sealed = null")  # as before lines were kept
    made = (await ask(EXPORT, clerk, input=asked(contest, **given)))["exportCityList"]
    rows = cells((await fetched(client, clerk, made["url"])).content)[3:]
    assert [(row[2], row[8]) for row in rows] == [("甲", ""), ("已转出", ""), ("丙", "已退出"), ("已转出", "")]


async def test_whoever_lost_the_right_meanwhile_fetches_nothing(
    ask: Ask, app: Starlette, client: httpx.AsyncClient, contest: AContest, vault: Vault, database: Pool
) -> None:
    await a_recommended(contest, vault, "甲", id_number(1), division=1)
    organiser = await a_person(database, Role.ORGANISER, contest)
    made = (await ask(EXPORT, organiser, input=asked(contest)))["exportCityList"]
    await database.execute("update grants set role = 'AUDITOR' where user_id = $1", organiser.user_id)
    await app.state.resources.sessions.changed(organiser.user_id)
    assert (await fetched(client, organiser, made["url"])).status_code == 404


async def test_whom_to_ask_is_the_citys_clerk_else_its_leader(
    ask: Ask, client: httpx.AsyncClient, contest: AContest, vault: Vault, database: Pool
) -> None:
    await a_recommended(contest, vault, "甲", id_number(1), division=1)
    organiser = await a_person(database, Role.ORGANISER, contest)

    async def contact() -> str:
        made = (await ask(EXPORT, organiser, input=asked(contest)))["exportCityList"]
        return str(cells((await fetched(client, organiser, made["url"])).content)[1][4])

    assert await contact() == "联系人："
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    assert await contact() == f"联系人：{leader.login}"
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[1])
    assert await contact() == f"联系人：{clerk.login}"


async def test_nobody_exports_another_citys_list(
    ask: Ask, client: httpx.AsyncClient, contest: AContest, vault: Vault, clerk: APerson, database: Pool
) -> None:
    await a_recommended(contest, vault, "丁", id_number(4), division=1, city=1)
    other = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[1])
    theirs = (await ask(SUBMIT, other, id=gid("City", contest.cities[1])))["submitCityList"]["submission"]["id"]
    elsewhere = await a_contest(database)
    strange = gid("Division", elsewhere.divisions[0])
    for person, given, code in (
        (clerk, asked(contest, city=1), "NOT_FOUND"),
        (clerk, asked(contest, submissionId=theirs), "NOT_FOUND"),
        (clerk, {**asked(contest), "divisionId": strange}, "NOT_FOUND"),
        (clerk, asked(contest), "LIST_EMPTY"),
        (clerk, asked(contest, reason=" "), "TEXT_EMPTY"),
        (await a_person(database, Role.AUDITOR, contest), asked(contest, city=1), "NOT_ALLOWED"),
    ):
        assert (await ask(EXPORT, person, input=given))["exportCityList"]["code"] == code
    assert await database.fetchval("select count(*) from downloads") == 0
    made = (await ask(EXPORT, other, input=asked(contest, city=1)))["exportCityList"]
    assert (await fetched(client, clerk, made["url"])).status_code == 404
    assert (await client.get(made["url"])).status_code == 404
    assert (await fetched(client, other, made["url"])).status_code == 200
