"""Codes that a city prints: typed as people type, for exactly one contestant, one at a time."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from services.api.invitations.codes import in_groups, new_typed_code, read_code
from services.shared.database.pool import Pool
from services.shared.vocabulary import Eligibility, EntryWay, Role
from tests.api.conftest import Ask, gid
from tests.api.test_invitations import ACCEPT, RIGHTS, UNKNOWN, accept, refused
from tests.factories import AContest, APerson, a_contest, a_person
from tests.people import a_contestant

ISSUE = """mutation ($input: IssueActivationCodesInput!) { issueActivationCodes(input: $input) { __typename
  ... on IssueActivationCodesPayload { expiresAt sheet codes { code link qr contestant { number name } } }
  ... on Error { code message } ... on InvalidInput { field } } }"""


async def issue(ask: Ask, person: APerson, city: UUID, **given: Any) -> Any:
    return (await ask(ISSUE, person, input={"cityId": gid("City", city), **given}))["issueActivationCodes"]


async def a_clerk(pool: Pool, contest: AContest) -> APerson:
    return await a_person(pool, Role.CITY_CLERK, contest, city=contest.cities[0])


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("7K3M-9QXW-0DTR", "7K3M9QXW0DTR"),
        (" 7k3m 9qxw odtr ", "7K3M9QXW0DTR"),
        ("7K3M—9QXW－ODTR", "7K3M9QXW0DTR"),  # as Chinese keyboards write hyphens
        ("７Ｋ３Ｍ　９ＱＸＷ　０ＤＴＲ", "7K3M9QXW0DTR"),
        ("iIlL-0oO0-7777", "111100007777"),
        ("https://livecup.example.org/invitation#7K3M-9QXW-0DTR", "7K3M9QXW0DTR"),
        ("7K3M-9QXW-0DT", None),
        ("7K3M-9QXW-0DTU", None),  # there is no U
        ("7K3M-9QXW-0DTR-7K3M", None),
        ("", None),
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str, read: str | None) -> None:
    assert read_code(typed) == read


def test_a_code_made_is_a_code_read() -> None:
    codes = {new_typed_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert {read_code(in_groups(code).lower()) for code in codes} == codes


async def test_a_contestant_activates_with_a_typed_code_and_is_that_contestant_alone(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    clerk = await a_clerk(database, contest)
    person = await a_contestant(contest, "张三", eligibility=Eligibility.APPROVED)
    await a_contestant(contest, "李四")
    made = await issue(ask, clerk, contest.cities[0], contestantIds=[gid("Contestant", person.id)])
    (card,) = made["codes"]
    assert card["contestant"] == {"number": person.number, "name": "张三"}
    assert card["link"] == f"http://127.0.0.1:8000/invitation#{card['code']}"
    assert card["qr"].startswith("<svg ")
    came = await accept(ask, card["code"].lower().replace("-", " ").replace("0", "o"), "zhangsan")
    assert came["user"] == {"login": "zhangsan", "name": "张三"}
    viewer = (
        await ask("{ viewer { grants { role contestant { id number } } } }", APerson(person.id, "", came["token"]))
    )["viewer"]
    contestant = {"id": gid("Contestant", person.id), "number": person.number}
    assert viewer == {"grants": [{"role": "CONTESTANT", "contestant": contestant}]}
    again = await issue(ask, clerk, contest.cities[0], contestantIds=[gid("Contestant", person.id)])
    assert again["code"] == "NOT_ACTIVATABLE"
    assert f"编号 {person.number} " in again["message"]


async def test_a_new_code_ends_the_one_before(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    clerk = await a_clerk(database, contest)
    person = await a_contestant(contest)
    asked = {"contestantIds": [gid("Contestant", person.id)]}
    first, second = [(await issue(ask, clerk, contest.cities[0], **asked))["codes"][0]["code"] for _ in range(2)]
    assert refused(await accept(ask, first, "zhangsan")) == UNKNOWN
    assert (await accept(ask, second, "zhangsan"))["__typename"] == "AcceptInvitationPayload"


async def test_all_are_those_who_may_and_have_none_yet(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    clerk = await a_clerk(database, contest)
    may = [await a_contestant(contest, "甲"), await a_contestant(contest, "退回", eligibility=Eligibility.RETURNED)]
    await a_contestant(contest, "自主", way=EntryWay.SELF_REGISTERED)
    await a_contestant(contest, "不通过", eligibility=Eligibility.REJECTED)
    await a_contestant(contest, "退赛", withdrawn=True)
    await a_contestant(contest, "外市", city=1)
    has = await a_contestant(contest, "已激活")
    await a_person(database, Role.CONTESTANT, contest, contestant=has.id)

    async def numbers(**given: Any) -> list[int]:
        made = await issue(ask, clerk, contest.cities[0], **given)
        return [code["contestant"]["number"] for code in made["codes"]]

    assert await numbers(contestantIds=[gid("Contestant", may[0].id)]) == [may[0].number]
    assert await numbers(all=True) == [may[1].number]
    assert await numbers(all=True) == []
    assert await numbers(all=True, again=True) == [may[0].number, may[1].number]
    assert await database.fetchval("select count(*) from invitations where revoked_at is null") == 2
    recorded = await database.fetch("select contestant_id from audit_entries where action = 'ISSUE_ACTIVATION_CODE'")
    assert Counter(row[0] for row in recorded) == {may[0].id: 2, may[1].id: 2}


async def test_whoever_has_left_or_was_refused_cannot_activate(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    clerk = await a_clerk(database, contest)
    changes = ("eligibility = 'REJECTED'", "withdrawn_at = now()", "erased_at = now()", "eligibility = 'RETURNED'")
    people = [await a_contestant(contest) for _ in changes]
    made = await issue(ask, clerk, contest.cities[0], all=True)
    for person, change in zip(people, changes, strict=True):
        await database.execute(f"update contestants set {change} where id = $1", person.id)
    answers = [await accept(ask, card["code"], f"person{n}") for n, card in enumerate(made["codes"])]
    assert [refused(answer) for answer in answers[:3]] == [UNKNOWN] * 3
    assert answers[3]["__typename"] == "AcceptInvitationPayload"  # still to be mended, by themselves
    assert await database.fetchval("select count(*) from grants where role = 'CONTESTANT'") == 1


async def test_of_two_who_activate_one_contestant_at_once_one_does(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    clerk = await a_clerk(database, contest)
    await a_contestant(contest)
    code = (await issue(ask, clerk, contest.cities[0], all=True))["codes"][0]["code"]
    answers = await asyncio.gather(*(accept(ask, code, f"person{n}") for n in range(3)))
    assert Counter(answer["__typename"] for answer in answers) == {"AcceptInvitationPayload": 1, "NotFound": 2}
    assert await database.fetchval("select count(*) from grants where role = 'CONTESTANT'") == 1


async def test_nobody_issues_codes_for_another_city_or_contest(ask: Ask, database: Pool) -> None:
    contest, other = await a_contest(database), await a_contest(database)
    here, there = await a_contestant(contest), await a_contestant(contest, city=1)
    clerk = await a_clerk(database, contest)
    stranger = await a_person(database, Role.ORGANISER, other)
    judge = await a_person(database, Role.JUDGE, contest)
    named = {"contestantIds": [gid("Contestant", there.id)]}
    answers = [
        await issue(ask, clerk, contest.cities[1], **named),
        await issue(ask, clerk, contest.cities[0], **named),  # one of another city under the own one
        await issue(ask, stranger, contest.cities[0], all=True),
        await issue(ask, judge, contest.cities[0], all=True),
        await issue(ask, clerk, contest.cities[0], all=True, **named),
        await issue(ask, clerk, contest.cities[0]),
    ]
    expected = ["NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "NOT_ALLOWED", "SOME_OR_ALL", "SOME_OR_ALL"]
    assert [answer["code"] for answer in answers] == expected
    assert await database.fetchval("select count(*) from invitations") == 0
    assert len((await issue(ask, clerk, contest.cities[0], all=True))["codes"]) == 1
    assert await database.fetchval("select contestant_id from invitations") == here.id


async def test_the_sheet_shows_every_code_and_takes_no_markup_from_a_name(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    clerk = await a_clerk(database, contest)
    await a_contestant(contest, "<script>alert(1)</script>")
    await a_contestant(contest, "李四")
    made = await issue(ask, clerk, contest.cities[0], all=True, expiresAt=None)
    sheet = made["sheet"]
    assert [sheet.count(f"<code>{card['code']}</code>") for card in made["codes"]] == [1, 1]
    assert (sheet.count("<svg"), sheet.count("<section>")) == (2, 2)
    assert "<script" not in sheet
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in sheet
    assert "武汉市" in sheet


async def test_an_official_who_activates_keeps_their_rights_and_gets_the_contestants(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    clerk = await a_clerk(database, contest)
    person = await a_contestant(contest)
    visitor = await a_person(database)
    code = (await issue(ask, clerk, contest.cities[0], all=True))["codes"][0]["code"]
    assert (await ask(RIGHTS, visitor))["viewer"]["grants"] == []
    answer = await ask(ACCEPT, visitor, input={"code": code})
    assert answer["acceptInvitation"]["user"]["login"] == visitor.login
    grants = (await ask(RIGHTS, visitor))["viewer"]["grants"]
    assert grants == [{"role": "CONTESTANT", "contest": {"id": gid("Contest", contest.id)}, "city": None}]
    assert await database.fetchval("select user_id from grants where contestant_id = $1", person.id) == visitor.user_id
