"""Reviews: the city first, then the organiser; all or none; each decision kept, recorded and told."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import EntryWay, ReviewStep, Role
from tests.api.conftest import Ask, gid
from tests.api.reviewing import REVIEW, a_submitted_list, a_waiting_one, state_of_everything, those
from tests.factories import AContest, APerson, a_contest, a_person, an_account


@dataclass(frozen=True)
class Cast:
    """A contest with everyone who might review."""

    contest: AContest
    organiser: APerson
    clerk: APerson
    other_clerk: APerson
    judge: APerson
    auditor: APerson


@pytest.fixture
async def cast(database: Pool) -> Cast:
    contest = await a_contest(database)
    return Cast(
        contest,
        await a_person(database, Role.ORGANISER, contest),
        await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0]),
        await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[1]),
        await a_person(database, Role.JUDGE, contest),
        await a_person(database, Role.AUDITOR, contest),
    )


async def review(ask: Ask, person: APerson, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await ask(REVIEW, person, input=given))["reviewEligibility"]
    return answer


async def test_somebody_goes_through_the_city_and_the_organiser(ask: Ask, cast: Cast, database: Pool) -> None:
    account = await a_waiting_one(cast.contest, "zhangsan")
    handed_on = await review(ask, cast.clerk, contestantIds=those(account), decision="APPROVED")
    assert handed_on["contestants"] == [{"number": 1, "eligibility": "PENDING", "reviewStep": "ORGANISER"}]
    assert await database.fetch("select * from approvals") == []
    passed = await review(ask, cast.organiser, contestantIds=those(account), decision="APPROVED")
    assert passed["contestants"] == [{"number": 1, "eligibility": "APPROVED", "reviewStep": "ORGANISER"}]
    person = await database.fetchrow("select * from contestants")
    row = await database.fetchrow("select * from approvals")
    assert person is not None
    assert dict(row or {}) == {
        "contestant_id": account.contestant_id,
        "from_at": person["approved_at"],
        "until_at": None,
        "contest_id": cast.contest.id,
        "city_id": cast.contest.cities[0],
        "division_id": cast.contest.divisions[0],
        "platform": "DOUYIN",
        "handle_key": "zhangsan",
        "handle_sealed": None,
    }
    returned = await review(
        ask, cast.organiser, contestantIds=those(account), decision="RETURNED", seen="APPROVED", reason="证书不清楚"
    )
    assert returned["contestants"] == [{"number": 1, "eligibility": "RETURNED", "reviewStep": "CITY"}]
    assert await database.fetchval("select until_at > from_at from approvals")
    assert await database.fetchval("select approved_at from contestants") == person["approved_at"]
    entries = await database.fetch("select login, action, changes, reason, subject_id from audit_entries order by id")
    assert [(entry["login"], entry["changes"], entry["reason"]) for entry in entries] == [
        (cast.clerk.login, {"eligibility": ["PENDING", "PENDING"], "review_step": ["CITY", "ORGANISER"]}, ""),
        (
            cast.organiser.login,
            {"eligibility": ["PENDING", "APPROVED"], "review_step": ["ORGANISER", "ORGANISER"]},
            "",
        ),
        (
            cast.organiser.login,
            {"eligibility": ["APPROVED", "RETURNED"], "review_step": ["ORGANISER", "CITY"]},
            "证书不清楚",
        ),
    ]
    assert {(entry["action"], entry["subject_id"]) for entry in entries} == {
        ("REVIEW_ELIGIBILITY", account.contestant_id)
    }
    told = await database.fetch("select code, parameters, contestant_id, city_id from messages order by created_at")
    own, city = (account.contestant_id, None), (None, cast.contest.cities[0])
    assert [(one["code"], one["parameters"], (one["contestant_id"], one["city_id"])) for one in told] == [
        ("REVIEW_HANDED_ON", {}, own),
        ("REVIEW_PASSED", {}, own),
        ("CITY_REVIEW_PASSED", {"count": 1, "numbers": "1"}, city),
        ("REVIEW_RETURNED", {"reason": "证书不清楚"}, own),
        ("CITY_REVIEW_RETURNED", {"count": 1, "numbers": "1", "reason": "证书不清楚"}, city),
    ]
    assert await database.fetchval("select version from contests") == 3


async def test_a_whole_city_is_decided_on_at_once(ask: Ask, cast: Cast, database: Pool) -> None:
    contest = cast.contest
    for n in range(25):
        await a_waiting_one(contest, f"a{n}", step=ReviewStep.ORGANISER)
    await a_waiting_one(contest, "other-division", step=ReviewStep.ORGANISER, division=1)
    await a_waiting_one(contest, "at-the-city")
    await a_waiting_one(contest, "other-city", step=ReviewStep.ORGANISER, city=1)
    left = await a_waiting_one(contest, "left", step=ReviewStep.ORGANISER)
    await database.execute("update contestants set withdrawn_at = now() where id = $1", left.contestant_id)
    chosen: dict[str, Any] = {
        "cityId": gid("City", contest.cities[0]),
        "divisionId": gid("Division", contest.divisions[0]),
    }
    unseen = await review(ask, cast.organiser, **chosen, decision="APPROVED")
    assert (unseen["code"], unseen["field"]) == ("REVIEW_HOW_MANY", "expectedPeople")
    fewer = await review(ask, cast.organiser, **chosen, expectedPeople=24, decision="APPROVED")
    assert fewer["code"] == "REVIEW_COUNT_DIFFERS"
    assert await database.fetchval("select count(*) from approvals") == 0
    chosen["expectedPeople"] = 25
    answer = await review(ask, cast.organiser, **chosen, decision="APPROVED")
    assert [one["number"] for one in answer["contestants"]] == list(range(1, 26))
    assert await database.fetchval("select count(*) from approvals") == 25
    told = await database.fetch("select parameters from messages where city_id is not null")
    numbers = ", ".join(str(n) for n in range(1, 21)) + ", …"
    assert [one["parameters"] for one in told] == [{"count": 25, "numbers": numbers}]
    again = await review(ask, cast.organiser, **chosen, decision="APPROVED")
    assert again["code"] == "REVIEW_NOBODY_WAITS"


@pytest.mark.parametrize(
    ("who", "step", "given", "expected"),
    [
        ("judge", "CITY", {}, ("NotAllowed", "NOT_ALLOWED")),
        ("auditor", "CITY", {}, ("NotAllowed", "NOT_ALLOWED")),
        ("other_clerk", "CITY", {}, ("NotFound", "NOT_FOUND")),
        ("organiser", "CITY", {}, ("Conflict", "REVIEW_CITYS_TURN")),
        ("organiser", "CITY", {"step": "CITY"}, ("NotAllowed", "NOT_ALLOWED")),
        ("clerk", "ORGANISER", {}, ("Conflict", "REVIEW_ORGANISERS_TURN")),
        (
            "clerk",
            "ORGANISER",
            {"decision": "RETURNED", "reason": "不清楚"},
            ("Conflict", "REVIEW_ORGANISERS_TURN"),
        ),
        ("clerk", "ORGANISER", {"step": "ORGANISER"}, ("NotAllowed", "NOT_ALLOWED")),
        ("clerk", "CITY", {"decision": "RETURNED"}, ("InvalidInput", "TEXT_EMPTY")),
        ("clerk", "CITY", {"decision": "REJECTED", "reason": " "}, ("InvalidInput", "TEXT_EMPTY")),
        ("clerk", "CITY", {"decision": "SENT_AGAIN", "reason": "改"}, ("InvalidInput", "REVIEW_NOT_A_DECISION")),
        ("clerk", "CITY", {"decision": "REOPENED", "reason": "改"}, ("Conflict", "REVIEW_DECISION_UNFIT")),
        ("clerk", "CITY", {"contestantIds": None}, ("InvalidInput", "REVIEW_WHOM")),
        ("clerk", "CITY", {"contestantIds": ["none"]}, ("NotFound", "NOT_FOUND")),
        ("clerk", "CITY", {"contestantIds": [gid("Contestant", new_id())]}, ("NotFound", "NOT_FOUND")),
        ("clerk", "CITY", {"contestantIds": ["none"] * 201}, ("InvalidInput", "LIST_TOO_LONG")),
        ("organiser", "ORGANISER", {"seen": "APPROVED"}, ("Conflict", "REVIEW_STATE_CHANGED")),
    ],
)
async def test_who_may_not_changes_nothing(
    ask: Ask, cast: Cast, database: Pool, who: str, step: str, given: dict[str, Any], expected: tuple[str, str]
) -> None:
    account = await a_waiting_one(cast.contest, "zhangsan", step=ReviewStep(step))
    before = await state_of_everything(database)
    asked = {"contestantIds": those(account), "decision": "APPROVED", **given}
    answer = await review(ask, getattr(cast, who), **asked)
    assert (answer["__typename"], answer["code"]) == expected
    assert await state_of_everything(database) == before


async def test_contestants_do_not_review_themselves(ask: Ask, cast: Cast, database: Pool) -> None:
    account = await a_waiting_one(cast.contest, "zhangsan")
    own = await a_person(database, Role.CONTESTANT, cast.contest, contestant=account.contestant_id)
    before = await state_of_everything(database)
    answer = await review(ask, own, contestantIds=those(account), decision="APPROVED")
    assert answer["__typename"] == "NotAllowed"
    assert await state_of_everything(database) == before


async def test_one_obstacle_and_nobody_is_decided_on(ask: Ask, cast: Cast, database: Pool) -> None:
    waiting = [await a_waiting_one(cast.contest, "a", step=ReviewStep.ORGANISER)]
    waiting += [await a_waiting_one(cast.contest, name) for name in ("b", "c")]
    before = await state_of_everything(database)
    answer = await review(ask, cast.organiser, contestantIds=those(*waiting), decision="APPROVED")
    assert answer["message"] == "2 人还不能由主办方审核，第一位是 2 号：先由所属市（州）审核。没有作出任何决定。"
    assert await state_of_everything(database) == before


async def test_of_two_reviewers_at_once_the_second_is_told(ask: Ask, cast: Cast, database: Pool) -> None:
    accounts = [await a_waiting_one(cast.contest, f"a{n}", step=ReviewStep.ORGANISER) for n in range(10)]
    other = await a_person(database, Role.ORGANISER, cast.contest)
    answers = await asyncio.gather(
        review(ask, cast.organiser, contestantIds=those(*accounts), decision="APPROVED"),
        review(ask, other, contestantIds=those(*accounts), decision="REJECTED", reason="不符合条件"),
    )
    assert sorted(one["__typename"] for one in answers) == ["Conflict", "ReviewEligibilityPayload"]
    assert {one.get("code") for one in answers} == {None, "REVIEW_STATE_CHANGED"}
    assert await database.fetchval("select count(*) from eligibility_reviews") == 10
    assert len(await database.fetch("select distinct eligibility from contestants")) == 1


async def test_a_rejected_one_frees_the_place_and_needs_a_free_one_to_come_back(
    ask: Ask, cast: Cast, database: Pool
) -> None:
    contest = cast.contest
    place = contest.cities[0], contest.divisions[0]
    await database.execute("insert into quotas values ($1, $2, $3, 1)", contest.id, *place)
    account = await a_waiting_one(contest, "zhangsan", step=ReviewStep.ORGANISER)
    both = {"contestantIds": those(account), "reason": "更正"}
    await review(ask, cast.organiser, **both, decision="REJECTED")
    taken = await a_waiting_one(contest, "lisi")
    before = await state_of_everything(database)
    full = await review(ask, cast.organiser, **both, decision="REOPENED", seen="REJECTED")
    assert (full["__typename"], full["code"]) == ("Conflict", "REVIEW_NO_PLACE")
    assert await state_of_everything(database) == before
    await database.execute("update contestants set withdrawn_at = now() where id = $1", taken.contestant_id)
    back = await review(ask, cast.organiser, **both, decision="REOPENED", seen="REJECTED")
    assert back["contestants"] == [{"number": 1, "eligibility": "PENDING", "reviewStep": "ORGANISER"}]


async def test_a_division_that_is_full_takes_nobody_back_however_they_came(
    ask: Ask, cast: Cast, database: Pool
) -> None:
    people = [await a_waiting_one(cast.contest, name, entry_way=EntryWay.SELF_REGISTERED) for name in "abc"]
    await database.execute("update contestants set eligibility = 'REJECTED' where number > 1")
    await database.execute("update divisions set cap = 2")
    both = await review(
        ask, cast.organiser, contestantIds=those(*people[1:]), decision="REOPENED", seen="REJECTED", reason="复核"
    )
    assert both["message"] == "1 人没有空余名额可以恢复，第一位是 3 号。没有作出任何决定；请先腾出名额。"
    one = await review(
        ask, cast.organiser, contestantIds=those(people[1]), decision="REOPENED", seen="REJECTED", reason="复核"
    )
    assert one["contestants"] == [{"number": 2, "eligibility": "PENDING", "reviewStep": "CITY"}]


async def test_a_submitted_list_binds_the_city_and_not_the_organiser(ask: Ask, cast: Cast, database: Pool) -> None:
    account = await a_waiting_one(cast.contest, "zhangsan")
    await a_submitted_list(cast.contest, [account])
    before = await state_of_everything(database)
    given = {"contestantIds": those(account), "decision": "REJECTED", "reason": "重复"}
    assert (await review(ask, cast.clerk, **given))["code"] == "REVIEW_LIST_SUBMITTED"
    assert await state_of_everything(database) == before
    assert (await review(ask, cast.clerk, **{**given, "decision": "APPROVED"}))["contestants"]
    assert (await review(ask, cast.organiser, **given))["contestants"][0]["eligibility"] == "REJECTED"


DEMANDED = [
    {"key": "certificate", "title": "技能等级证书", "kind": "DOCUMENT", "required": True},
    {"key": "training_list", "title": "培训名单", "kind": "GIVEN_LIST", "required": True},
    {"key": "photo", "title": "照片", "kind": "DOCUMENT", "required": False},
]


async def test_nobody_is_approved_without_the_evidence_that_is_required(ask: Ask, cast: Cast, database: Pool) -> None:
    contest = cast.contest
    await database.execute("update divisions set evidence = $1", DEMANDED)
    accounts = [await a_waiting_one(contest, name) for name in ("a", "b")]
    assert "code" not in await review(ask, cast.clerk, contestantIds=those(*accounts), decision="APPROVED")
    for state, account in (("READY", accounts[0]), ("REFUSED", accounts[1])):
        await database.execute(
            "insert into documents (id, contest_id, contestant_id, purpose, evidence_key, title, state, size, sha256)"
            " values ($1, $2, $3, 'EVIDENCE', 'certificate', '技能等级证书', $4, 1, '')",
            *(new_id(), contest.id, account.contestant_id, state),
        )
    lists = [new_id(), new_id()]
    for given, key in zip(lists, ("training_list", "another"), strict=True):
        await database.execute(
            "insert into given_lists (id, contest_id, key, title, state) values ($1, $2, $3, '', 'DONE')",
            *(given, contest.id, key),
        )
    index = "select $1, id_number_index, 1 from contestants where id = $2"
    await database.execute(f"insert into given_list_people {index}", lists[0], accounts[1].contestant_id)
    await database.execute(f"insert into given_list_people {index}", lists[1], accounts[0].contestant_id)
    before = await state_of_everything(database)
    refused = await review(ask, cast.organiser, contestantIds=those(*accounts), decision="APPROVED")
    who = "1 (培训名单)；2 (技能等级证书)"
    assert refused["message"] == f"2 人缺少必需的证明材料：{who}。没有作出任何决定；请补齐材料，或退回。"
    assert await state_of_everything(database) == before
    await database.execute(f"insert into given_list_people {index}", lists[0], accounts[0].contestant_id)
    assert "code" not in await review(ask, cast.organiser, contestantIds=those(accounts[0]), decision="APPROVED")


READ = """query ($id: ID!) { contestant(id: $id) { reviews { step decision reason by } } }"""


async def test_everyone_concerned_reads_the_decisions_and_officials_by_whom(
    ask: Ask, cast: Cast, database: Pool
) -> None:
    account = await a_waiting_one(cast.contest, "zhangsan")
    own = await a_person(database, Role.CONTESTANT, cast.contest, contestant=account.contestant_id)
    await review(ask, cast.clerk, contestantIds=those(account), decision="RETURNED", reason="缺材料")
    key = those(account)[0]

    async def read(person: APerson) -> Any:
        found = (await ask(READ, person, id=key))["contestant"]
        return found and found["reviews"]

    one = {"step": "CITY", "decision": "RETURNED", "reason": "缺材料"}
    for official in (cast.organiser, cast.clerk, cast.auditor):
        assert await read(official) == [{**one, "by": cast.clerk.login}]
    assert await read(own) == [{**one, "by": None}]
    assert await read(cast.judge) is None
    assert await read(cast.other_clerk) is None


COUNTS = """query ($slug: String!) { contest(slug: $slug) { eligibilityCounts {
  city { name } division { key } pendingAtCity pendingAtOrganiser approved returned rejected withdrawn }
  cities { eligibilityCounts { city { name } approved } } } }"""


async def test_counts_are_right_as_far_as_one_sees(ask: Ask, cast: Cast, database: Pool) -> None:
    contest = cast.contest
    await an_account(contest, "approved")
    for handle in ("at-city", "at-city-too"):
        await a_waiting_one(contest, handle)
    await a_waiting_one(contest, "at-organiser", step=ReviewStep.ORGANISER)
    for state in ("RETURNED", "REJECTED"):
        account = await a_waiting_one(contest, state)
        await database.execute("update contestants set eligibility = $2 where id = $1", account.contestant_id, state)
    left = await an_account(contest, "left")
    await database.execute("update contestants set withdrawn_at = now() where id = $1", left.contestant_id)
    await an_account(contest, "elsewhere", city=1, division=1)
    first = {
        "city": {"name": "武汉市"},
        "division": {"key": "trainee"},
        "pendingAtCity": 2,
        "pendingAtOrganiser": 1,
        "approved": 1,
        "returned": 1,
        "rejected": 1,
        "withdrawn": 1,
    }
    second = {
        "city": {"name": "恩施州"},
        "division": {"key": "veteran"},
        "pendingAtCity": 0,
        "pendingAtOrganiser": 0,
        "approved": 1,
        "returned": 0,
        "rejected": 0,
        "withdrawn": 0,
    }

    async def read(person: APerson | None) -> Any:
        return (await ask(COUNTS, person, slug=contest.id.hex))["contest"]

    assert (await read(cast.organiser))["eligibilityCounts"] == [first, second]
    assert (await read(cast.organiser))["cities"] == [
        {"eligibilityCounts": [{"city": {"name": "武汉市"}, "approved": 1}]},
        {"eligibilityCounts": [{"city": {"name": "恩施州"}, "approved": 1}]},
    ]
    assert (await read(cast.clerk))["eligibilityCounts"] == [first]
    assert (await read(None))["eligibilityCounts"] == []
