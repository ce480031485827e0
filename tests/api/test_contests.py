"""A contest from its data, and rules that are locked when their round opens."""

import asyncio
from typing import Any

import pytest

from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import RULES, APerson, a_contest, a_person, an_account

CREATE = """mutation ($input: CreateContestInput!) { createContest(input: $input) {
  __typename
  ... on CreateContestPayload { contest { id slug title sequence hosts { name role } ownerlessOrders
    cities { name aliases quotas { division { key } places taken } } divisions { key cap entryWays }
    quotas { city { name } division { key } places }
    round(key: "qualifier") { opensAt closesAt exportsDueDays rules { version } }
    entryWindows { entryWay opensAt closesAt } consent { version text } teamsUntil } }
  ... on InvalidInput { field } ... on InvalidRules { problems { line code message } } ... on Error { code } } }"""
UPDATE = """mutation ($input: UpdateRulesInput!) { updateRules(input: $input) {
  __typename ... on UpdateRulesPayload { rules { version document reason } }
  ... on InvalidRules { problems { line code } } ... on Error { code } } }"""


def a_document() -> dict[str, Any]:
    """What a client sends for a small contest."""
    return {
        "slug": "little-contest",
        "title": "小赛事",
        "hosts": [{"name": "主办单位", "role": "HOST"}, {"name": "承办单位", "role": "UNDERTAKER"}],
        "cities": [{"name": "武汉市", "aliases": ["武汉"]}, {"name": "神农架", "aliases": []}],
        "divisions": [{"key": "trainee", "name": "学员", "cap": 10, "entryWays": ["RECOMMENDED"]}],
        "quotas": [{"city": "神农架", "division": "trainee", "places": 3}],
        "entryWindows": [{"entryWay": "RECOMMENDED", "opensAt": None, "closesAt": "2021-07-02T00:00:00+08:00"}],
        "consent": {"version": "1", "text": "本人同意。\n信息真实。"},
        "teamsUntil": "2021-09-06T00:00:00+08:00",
        "rounds": [
            {
                "key": "qualifier",
                "title": "选手全员赛",
                "opensAt": "2021-07-19T16:00:00Z",
                "closesAt": "2021-09-01T00:00:00+08:00",
                "exportedFrom": "2021-07-20T00:00:00+08:00",
                "exportedUntil": "2021-10-01T00:00:00+08:00",
                "uploadsUntil": "2099-01-01T00:00:00+08:00",
                "rules": RULES,
            }
        ],
    }


@pytest.fixture
async def organiser(database: Pool) -> APerson:
    return await a_person(database, Role.ORGANISER)


async def test_a_contest_reads_as_it_was_written(ask: Ask, organiser: APerson) -> None:
    made = (await ask(CREATE, organiser, input=a_document()))["createContest"]["contest"]
    made.pop("id")
    assert made == {
        "slug": "little-contest",
        "title": "小赛事",
        "sequence": 0,
        "hosts": [{"name": "主办单位", "role": "HOST"}, {"name": "承办单位", "role": "UNDERTAKER"}],
        "ownerlessOrders": "UNCLAIMED",
        "cities": [
            {"name": "武汉市", "aliases": ["武汉"], "quotas": []},
            {
                "name": "神农架",
                "aliases": [],
                "quotas": [{"division": {"key": "trainee"}, "places": 3, "taken": 0}],
            },
        ],
        "divisions": [{"key": "trainee", "cap": 10, "entryWays": ["RECOMMENDED"]}],
        "quotas": [{"city": {"name": "神农架"}, "division": {"key": "trainee"}, "places": 3}],
        "round": {
            "opensAt": "2021-07-20T00:00:00+08:00",
            "closesAt": "2021-09-01T00:00:00+08:00",
            "exportsDueDays": 3,
            "rules": {"version": 1},
        },
        "entryWindows": [{"entryWay": "RECOMMENDED", "opensAt": None, "closesAt": "2021-07-02T00:00:00+08:00"}],
        "consent": {"version": "1", "text": "本人同意。\n信息真实。"},
        "teamsUntil": "2021-09-06T00:00:00+08:00",
    }


async def test_a_slug_is_taken_once_and_a_key_repeats_nothing(ask: Ask, organiser: APerson, database: Pool) -> None:
    given = {**a_document(), "idempotencyKey": "k"}
    first = (await ask(CREATE, organiser, input=given))["createContest"]
    assert (await ask(CREATE, organiser, input=given))["createContest"] == first
    assert (await ask(CREATE, organiser, input=a_document()))["createContest"]["code"] == "SLUG_TAKEN"
    assert await database.fetchval("select count(*) from contests") == 1


@pytest.mark.parametrize(
    ("path", "value", "field", "code"),
    [
        (("slug",), "Not A Slug", "slug", "SLUG_INVALID"),
        (("title",), " ", "title", "TEXT_EMPTY"),
        (("title",), "a\u0007", "title", "TEXT_CONTROL_CHARACTER"),
        (("cities", 0, "aliases"), ["神农架"], "cities", "NAME_TWICE"),
        (("divisions", 0, "cap"), -1, "divisions.0.cap", "NUMBER_NEGATIVE"),
        (("quotas", 0, "city"), "北京市", "quotas.0.city", "CITY_UNKNOWN"),
        (("quotas", 0, "division"), "nobody", "quotas.0.division", "DIVISION_UNKNOWN"),
        (("consent", "text"), "a\u0007", "consent.text", "TEXT_CONTROL_CHARACTER"),
        (("consent", "version"), "", "consent.version", "TEXT_EMPTY"),
        (("entryWindows", 0, "opensAt"), "2021-07-02T00:00:00+08:00", "entryWindows.0.closesAt", "TIMES_REVERSED"),
        (
            ("entryWindows",),
            [{"entryWay": "RECOMMENDED", "closesAt": "2021-07-02T00:00:00+08:00"}] * 2,
            "entryWindows",
            "NAME_TWICE",
        ),
        (("rounds", 0, "closesAt"), "2021-07-20T00:00:00+08:00", "rounds.0.closesAt", "TIMES_REVERSED"),
        (("rounds", 0, "exportsDueDays"), -1, "rounds.0.exportsDueDays", "NUMBER_OUT_OF_RANGE"),
        (("rounds", 0, "exportsDueDays"), 36_501, "rounds.0.exportsDueDays", "NUMBER_OUT_OF_RANGE"),
    ],
)
async def test_a_contest_that_cannot_be(
    ask: Ask, organiser: APerson, database: Pool, path: tuple[str | int, ...], value: object, field: str, code: str
) -> None:
    given = a_document()
    place: Any = given
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    answer = (await ask(CREATE, organiser, input=given))["createContest"]
    assert (answer["__typename"], answer["field"], answer["code"]) == ("InvalidInput", field, code)
    assert await database.fetchval("select count(*) from contests") == 0


async def test_wrong_rules_are_named_by_line_and_nothing_is_made(ask: Ask, organiser: APerson, database: Pool) -> None:
    given = a_document()
    given["rounds"][0]["rules"] = RULES.replace('round = "qualifier"', 'round = "final"')
    answer = (await ask(CREATE, organiser, input=given))["createContest"]
    assert answer["code"] == "INVALID_RULES"
    assert [(problem["line"], problem["code"]) for problem in answer["problems"]] == [(3, "RULES_OF_ANOTHER_ROUND")]
    assert await database.fetchval("select count(*) from contests") == 0


async def test_rules_can_be_changed_until_their_round_opens(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    person = await a_person(database, Role.ORGANISER, contest)
    given = {"roundId": gid("Round", contest.round_id), "document": RULES, "reason": "改权重"}
    assert (await ask(UPDATE, person, input=given))["updateRules"] == {"__typename": "Conflict", "code": "RULES_LOCKED"}
    await database.execute(
        "update rounds set opens_at = now() + interval '1 hour', closes_at = now() + interval '1 day'"
    )
    wrong = (await ask(UPDATE, person, input={**given, "document": "title ="}))["updateRules"]
    assert wrong["problems"] == [{"line": 1, "code": "RULES_NOT_TOML"}]
    saved = (await ask(UPDATE, person, input={**given, "idempotencyKey": "k"}))["updateRules"]
    assert saved["rules"] == {"version": 2, "document": RULES, "reason": "改权重"}
    assert (await ask(UPDATE, person, input={**given, "idempotencyKey": "k"}))["updateRules"] == saved


VERSIONS = """query ($round: ID!) { round(id: $round) { rulesVersions {
  version reason prose(language: EN) changes { place base other } } } }"""


async def test_rules_can_be_changed_after_the_opening_where_that_is_said_outright(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    person = await a_person(database, Role.ORGANISER, contest)
    document = RULES.replace("total = 2", "total = 1")
    given = {"roundId": gid("Round", contest.round_id), "document": document, "reason": " ", "afterOpening": True}
    assert (await ask(UPDATE, person, input=given))["updateRules"]["code"] == "TEXT_EMPTY"
    saved = (await ask(UPDATE, person, input={**given, "reason": "公告有误"}))["updateRules"]
    assert saved["rules"]["version"] == 2
    last, first = (await ask(VERSIONS, None, round=gid("Round", contest.round_id)))["round"]["rulesVersions"]
    assert (last["version"], last["reason"], first["version"]) == (2, "公告有误", 1)
    assert last["changes"] == [{"place": "places.total", "base": "2", "other": "1"}]
    assert first["changes"] == []
    assert "the total to 1" in last["prose"]
    assert "the total to 2" in first["prose"]
    told = await database.fetch("select code, parameters from messages")
    assert [(row["code"], row["parameters"]["version"]) for row in told] == [("RULES_CHANGED_AFTER_OPENING", 2)]


async def test_a_uid_is_bound_once(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    person = await a_person(database, Role.ORGANISER, contest)
    first, second = await an_account(contest, "a"), await an_account(contest, "b")
    document = """mutation ($input: BindUidsInput!) { bindUids(input: $input) {
      __typename ... on BindUidsPayload { accounts { handle uid } } ... on Error { code } } }"""

    async def bind(account: object, uid: str) -> Any:
        binding = {"accountId": gid("Account", account), "uid": uid}
        given = {"contestId": gid("Contest", contest.id), "bindings": [binding]}
        return (await ask(document, person, input=given))["bindUids"]

    for _ in range(2):
        assert (await bind(first.id, "7592255573464597541"))["accounts"] == [
            {"handle": "a", "uid": "7592255573464597541"}
        ]
    assert (await bind(second.id, "7592255573464597541"))["code"] == "UID_BOUND"
    assert (await bind(first.id, "1"))["code"] == "ACCOUNT_HAS_UID"
    assert (await bind(second.id, "007"))["code"] == "UID_INVALID"


async def test_of_many_who_bind_one_uid_at_once_one_does(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    person = await a_person(database, Role.ORGANISER, contest)
    accounts = [await an_account(contest, handle) for handle in "abcd"]
    document = """mutation ($contest: ID!, $account: ID!) {
      bindUids(input: {contestId: $contest, bindings: [{accountId: $account, uid: "7592255573464597541"}]}) {
        ... on Error { code } } }"""
    contest_id = gid("Contest", contest.id)
    answers = await asyncio.gather(
        *(ask(document, person, contest=contest_id, account=gid("Account", each.id)) for each in accounts)
    )
    assert sorted(answer["bindUids"].get("code", "") for answer in answers) == ["", *["UID_BOUND"] * 3]
    assert await database.fetchval("select count(*) from accounts where uid is not null") == 1
