"""What an organiser changes of a contest that is under way: recorded before and after, never below what is held."""

from typing import Any

import pytest

from services.shared.database.pool import Pool
from services.shared.vocabulary import Eligibility, EntryWay, Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, APerson, a_contest, a_person
from tests.people import a_contestant

NAMES = {"Quotas": "contest { quotas { places taken } }", "Division": "division { cap evidence { key } }",
         "Round": "round { exportsDueDays }",
         "Consent": "contest { consent { version text } }"}  # fmt: skip


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


async def update(ask: Ask, what: str, person: APerson, /, **given: object) -> Any:
    document = f"""mutation ($input: Update{what}Input!) {{ answer: update{what}(input: $input) {{ __typename
      ... on Update{what}Payload {{ {NAMES[what]} }} ... on Error {{ code message }} }} }}"""
    return (await ask(document, person, input={"reason": "组委会决定", **given}))["answer"]


def quota(places: int, city: str = "武汉市", division: str = "veteran") -> dict[str, object]:
    return {"city": city, "division": division, "places": places}


async def test_places_are_changed_down_to_what_is_held(
    ask: Ask, contest: AContest, organiser: APerson, database: Pool
) -> None:
    for eligibility in Eligibility:
        await a_contestant(contest, division=1, eligibility=eligibility)
    await a_contestant(contest, division=1, withdrawn=True)
    await a_contestant(contest, division=1, way=EntryWay.SELF_REGISTERED)
    given = {"contestId": gid("Contest", contest.id)}
    for places in (5, 3):
        changed = await update(ask, "Quotas", organiser, **given, quotas=[quota(places)])
        assert changed["contest"] == {"quotas": [{"places": places, "taken": 3}]}
    refused = await update(ask, "Quotas", organiser, **given, quotas=[quota(9, "恩施州"), quota(2)])
    assert (refused["code"], "已有 3 人" in refused["message"]) == ("QUOTA_BELOW_HELD", True)
    for quotas, code in (
        ([quota(3)], "QUOTAS_UNCHANGED"),
        ([quota(-1)], "NUMBER_NEGATIVE"),
        ([quota(1, "某市")], "CITY_UNKNOWN"),
        ([quota(1, division="x")], "DIVISION_UNKNOWN"),
        ([quota(4), quota(5)], "NAME_TWICE"),
    ):
        assert (await update(ask, "Quotas", organiser, **given, quotas=quotas))["code"] == code
    assert await database.fetchval("select array_agg(places) from quotas") == [3]
    kept = await database.fetch("select action, city_id, changes, reason from audit_entries order by at")
    assert [tuple(one) for one in kept] == [
        ("UPDATE_QUOTAS", contest.cities[0], {"places": places, "division": ["veteran"] * 2}, "组委会决定")
        for places in ([None, 5], [5, 3])
    ]
    told = await database.fetch("select code, parameters, city_id from messages order by created_at")
    assert [tuple(one) for one in told] == [
        ("QUOTA_CHANGED", {"division": "退役军人", "places": places}, contest.cities[0]) for places in (5, 3)
    ]


async def test_a_division_gets_another_cap_and_other_evidence(
    ask: Ask, contest: AContest, organiser: APerson, database: Pool
) -> None:
    for _ in range(2):
        await a_contestant(contest, way=EntryWay.SELF_REGISTERED)
    given = {"id": gid("Division", contest.divisions[0])}
    evidence = [{"key": "certificate", "title": "证书", "kind": "DOCUMENT"}]
    assert (await update(ask, "Division", organiser, **given, cap=1))["code"] == "CAP_BELOW_HELD"
    assert (await update(ask, "Division", organiser, **given))["code"] == "DIVISION_UNCHANGED"
    bad = [{**evidence[0], "key": "X"}]
    assert (await update(ask, "Division", organiser, **given, evidence=bad))["code"] == "EVIDENCE_KEY_INVALID"
    changed = await update(ask, "Division", organiser, **given, cap=2)
    assert changed["division"] == {"cap": 2, "evidence": []}
    changed = await update(ask, "Division", organiser, **given, evidence=evidence)
    assert changed["division"] == {"cap": 2, "evidence": [{"key": "certificate"}]}
    changed = await update(ask, "Division", organiser, **given, cap=None, evidence=[])
    assert changed["division"] == {"cap": None, "evidence": []}
    kept = await database.fetch("select action, subject_id, changes from audit_entries order by at")
    asked_for = ["certificate 证书 DOCUMENT True"]
    assert [tuple(one) for one in kept] == [
        ("UPDATE_DIVISION", contest.divisions[0], changes)
        for changes in (
            {"cap": [1000, 2]},
            {"evidence": [[], asked_for]},
            {"cap": [2, None], "evidence": [asked_for, []]},
        )
    ]


async def test_a_week_is_late_after_another_number_of_days(
    ask: Ask, contest: AContest, organiser: APerson, database: Pool
) -> None:
    given = {"id": gid("Round", contest.round_id)}
    for wrong in (-1, 36_501):
        assert (await update(ask, "Round", organiser, **given, exportsDueDays=wrong))["code"] == "NUMBER_OUT_OF_RANGE"
    assert (await update(ask, "Round", organiser, **given, exportsDueDays=5))["round"] == {"exportsDueDays": 5}
    kept = await database.fetch("select action, subject_id, changes, reason from audit_entries")
    changes = {"exports_due_days": [3, 5]}
    assert [tuple(one) for one in kept] == [("UPDATE_ROUND", contest.round_id, changes, "组委会决定")]
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    for person in (clerk, await a_person(database, Role.ORGANISER, await a_contest(database))):
        assert (await update(ask, "Round", person, **given, exportsDueDays=6))["code"] == "NOT_ALLOWED"


async def test_a_consent_is_published_and_another_one_gets_another_version(
    ask: Ask, contest: AContest, organiser: APerson, database: Pool
) -> None:
    given = {"contestId": gid("Contest", contest.id), "version": "1", "text": "同意。\n全部。"}
    first = await update(ask, "Consent", organiser, **given)
    assert first["contest"]["consent"] == {"version": "1", "text": "同意。\n全部。"}
    assert (await update(ask, "Consent", organiser, **{**given, "text": "x"}))["code"] == "CONSENT_VERSION_USED"
    assert (await update(ask, "Consent", organiser, **{**given, "reason": ""}))["code"] == "TEXT_EMPTY"
    second = await update(ask, "Consent", organiser, **{**given, "version": "2", "text": "都同意。"})
    assert second["contest"]["consent"] == {"version": "2", "text": "都同意。"}
    kept = await database.fetch("select changes from audit_entries order by at")
    assert [one["changes"]["version"] for one in kept] == [[None, "1"], ["1", "2"]]
    assert kept[0]["changes"]["sha256"][1] == kept[1]["changes"]["sha256"][0]


async def test_nobody_else_changes_a_contest(ask: Ask, contest: AContest, database: Pool) -> None:
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    other = await a_person(database, Role.ORGANISER, await a_contest(database))
    asked: dict[str, dict[str, Any]] = {
        "Quotas": {"contestId": gid("Contest", contest.id), "quotas": [quota(1)]},
        "Division": {"id": gid("Division", contest.divisions[0]), "cap": 5},
        "Consent": {"contestId": gid("Contest", contest.id), "version": "1", "text": "x"},
    }
    for what, given in asked.items():
        for person in (clerk, other):
            assert (await update(ask, what, person, **given))["code"] == "NOT_ALLOWED"
    assert await database.fetchval("select count(*) from audit_entries") == 0
