"""When people may come in, set by organisers."""

from typing import Any

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import a_contest, a_person

SET = """mutation ($input: SetEntryWindowInput!) { setEntryWindow(input: $input) {
  __typename
  ... on SetEntryWindowPayload { contest { entryWindows { entryWay opensAt closesAt } } }
  ... on InvalidInput { field } ... on Error { code } } }"""
JULY = "2021-07-08T00:00:00+08:00"


async def test_an_organiser_announces_and_changes_a_window(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    given = {"contestId": gid("Contest", contest.id), "entryWay": "SELF_REGISTERED", "closesAt": JULY, "reason": "通知"}
    version = await database.fetchval("select version from contests")
    changed = (await ask(SET, organiser, input=given))["setEntryWindow"]
    assert changed["contest"]["entryWindows"][1] == {
        "entryWay": "SELF_REGISTERED",
        "opensAt": None,
        "closesAt": JULY,
    }
    opened = (await ask(SET, organiser, input={**given, "opensAt": "2021-06-20T08:00:00Z"}))["setEntryWindow"]
    assert opened["contest"]["entryWindows"][1]["opensAt"] == "2021-06-20T16:00:00+08:00"
    assert await database.fetchval("select version from contests") == version + 2
    entry = await database.fetchrow("select * from audit_entries order by id desc limit 1")
    assert entry is not None
    assert (entry["action"], entry["reason"], entry["user_id"]) == ("SET_ENTRY_WINDOW", "通知", organiser.user_id)
    assert entry["changes"]["opens_at"] == [None, "2021-06-20T08:00:00+00:00"]
    await ask(SET, organiser, input={**given, "opensAt": "2021-06-20T08:00:00Z"})
    told = await database.fetch(
        "select code, parameters from messages where city_id = $1 order by created_at", contest.cities[0]
    )
    closes = "2021-07-07 24:00"
    assert [tuple(one) for one in told] == [
        ("ENTRY_WINDOW_SELF_REGISTERED_LATER", {"closes": closes}),
        ("ENTRY_WINDOW_SELF_REGISTERED", {"opens": "2021-06-20 16:00", "closes": closes}),
    ]


async def test_who_may_not_and_what_cannot_be(ask: Ask, database: Pool) -> None:
    contest, other = await a_contest(database), await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    given = {"contestId": gid("Contest", contest.id), "entryWay": "RECOMMENDED", "closesAt": JULY, "reason": "通知"}
    before = await database.fetch("select * from entry_windows order by 1, 2")

    async def refused(who: Any, **changed: Any) -> Any:
        return (await ask(SET, who, input={**given, **changed}))["setEntryWindow"]

    assert (await refused(clerk))["__typename"] == "NotAllowed"
    assert (await refused(None))["__typename"] == "NotAllowed"
    assert (await refused(organiser, contestId=gid("Contest", other.id)))["__typename"] == "NotAllowed"
    assert (await refused(organiser, contestId=gid("Contest", new_id())))["__typename"] == "NotFound"
    assert (await refused(organiser, opensAt=JULY))["field"] == "closesAt"
    assert (await refused(organiser, reason=" "))["field"] == "reason"
    assert await database.fetch("select * from entry_windows order by 1, 2") == before
    assert await database.fetchval("select count(*) from audit_entries") == 0
