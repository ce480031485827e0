"""Platform numbers that nobody has claimed: who sees them, and how they come to an account."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Eligibility, Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, APerson, a_contest, a_person
from tests.people import AContestant, a_contestant

UNCLAIMED = """query ($contest: ID!, $first: Int = 50, $after: String) {
  unclaimedUids(contestId: $contest, first: $first, after: $after) { totalCount pageInfo { endCursor }
    nodes { platform uid lines paid files { lines paid upload { name } } claim { state account { handle } } } } }"""
CLAIM = """mutation ($input: ClaimUidInput!) { claimUid(input: $input) { __typename
  ... on ClaimUidPayload { claim { id uid state } } ... on InvalidInput { field } ... on Error { code } } }"""
DECIDE = """mutation ($id: ID!, $approve: Boolean!) {
  decideUidClaim(input: {id: $id, approve: $approve, reason: "核对"}) { __typename
  ... on DecideUidClaimPayload { claim { state decidedReason account { uid } } } ... on Error { code } } }"""
CLAIMS = """query ($contest: ID!, $state: ClaimState) { uidClaims(contestId: $contest, state: $state) {
  nodes { uid state } } }"""
UID, OTHER = "7592255573464597541", "1234567890"


async def a_file(
    contest: AContest,
    name: str,
    *,
    account: AContestant | None = None,
    by: APerson | None = None,
    state: str = "ACCEPTED",
) -> UUID:
    upload_id = new_id()
    await contest.pool.execute(
        "insert into uploads (id, contest_id, name, size, sha256, state, kind, account_id, exported_at,"
        " exported_at_stated, created_by) values ($1, $2, $3, 1, '', $4, 'DOUYIN_ORDERS', $5, now(), true, $6)",
        *(upload_id, contest.id, name, state, account and account.account_id, by and by.user_id),
    )
    return upload_id


async def waits(contest: AContest, upload: UUID, uid: str, lines: int, paid: str, platform: str = "DOUYIN") -> None:
    await contest.pool.execute(
        "insert into unclaimed_uids (upload_id, contest_id, platform, uid, lines, paid)"
        " values ($1, $2, $3, $4, $5, $6)",
        *(upload, contest.id, platform, uid, lines, Decimal(paid)),
    )


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


async def test_what_waits_is_seen_with_its_money_by_organisers_and_in_own_files_by_a_city(
    ask: Ask, database: Pool, contest: AContest
) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    stranger = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[1])
    account = await a_contestant(contest, handle="first", eligibility=Eligibility.APPROVED)
    own = await a_file(contest, "市里.csv", account=account)
    shop = await a_file(contest, "店铺.csv", by=organiser)
    gone = await a_file(contest, "撤回.csv", by=organiser, state="WITHDRAWN")
    await waits(contest, own, UID, 2, "30.00")
    await waits(contest, shop, UID, 3, "0.50")
    await waits(contest, shop, OTHER, 9, "31.00", "KUAISHOU")
    await waits(contest, gone, UID, 100, "900.00")

    async def seen(who: APerson | None, **page: Any) -> Any:
        return (await ask(UNCLAIMED, who, contest=gid("Contest", contest.id), **page))["unclaimedUids"]

    everything = await seen(organiser)
    assert [(one["platform"], one["uid"], one["lines"], one["paid"]) for one in everything["nodes"]] == [
        ("KUAISHOU", OTHER, 9, "31.00"),
        ("DOUYIN", UID, 5, "30.50"),
    ]
    files = [
        {"lines": 3, "paid": "0.50", "upload": {"name": "店铺.csv"}},
        {"lines": 2, "paid": "30.00", "upload": {"name": "市里.csv"}},
    ]
    assert everything["nodes"][1]["files"] == files
    first = await seen(organiser, first=1)
    second = await seen(organiser, first=1, after=first["pageInfo"]["endCursor"])
    assert [one["uid"] for page in (first, second) for one in page["nodes"]] == [OTHER, UID]
    assert second["totalCount"] == 2
    ours = await seen(clerk)
    assert [(one["uid"], one["lines"], one["files"]) for one in ours["nodes"]] == [(UID, 2, files[1:])]
    judge = await a_person(database, Role.JUDGE, contest)
    contestant = await a_person(database, Role.CONTESTANT, contest, contestant=account.id)
    elsewhere = await a_person(database, Role.ORGANISER, await a_contest(database))
    for who in (stranger, judge, contestant, elsewhere, None):
        assert (await seen(who))["totalCount"] == 0


async def test_a_clerk_sees_what_waits_in_a_file_they_sent(ask: Ask, database: Pool, contest: AContest) -> None:
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    await waits(contest, await a_file(contest, "a.csv", by=clerk), UID, 1, "1.00")
    shown = (await ask(UNCLAIMED, clerk, contest=gid("Contest", contest.id)))["unclaimedUids"]
    assert [one["uid"] for one in shown["nodes"]] == [UID]


async def test_a_city_claims_and_an_organiser_binds(ask: Ask, database: Pool, contest: AContest) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    stranger = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[1])
    account = await a_contestant(contest, handle="first", eligibility=Eligibility.APPROVED)
    other = await a_contestant(contest, handle="second", eligibility=Eligibility.APPROVED)
    waiting, unconcerned = await a_file(contest, "a.csv", by=clerk), await a_file(contest, "b.csv", by=clerk)
    await waits(contest, waiting, UID, 1, "1.00")
    await waits(contest, unconcerned, OTHER, 1, "1.00")

    async def claimed(who: APerson, whose: AContestant = account, **changed: Any) -> Any:
        given = {"accountId": gid("Account", whose.account_id), "uid": UID, "reason": "选手截图", **changed}
        return (await ask(CLAIM, who, input=given))["claimUid"]

    async def decided(who: APerson, *, approve: bool) -> Any:
        return (await ask(DECIDE, who, id=claim["id"], approve=approve))["decideUidClaim"]

    assert (await claimed(stranger))["code"] == "NOT_FOUND"
    assert (await claimed(organiser))["code"] == "NOT_ALLOWED"  # they bind
    assert (await claimed(clerk, uid="007"))["field"] == "uid"
    assert (await claimed(clerk, reason=" "))["field"] == "reason"
    claim = (await claimed(clerk, idempotencyKey="k"))["claim"]
    assert (await claimed(clerk, idempotencyKey="k"))["claim"] == claim
    assert (claim["uid"], claim["state"]) == (UID, "ASKED")
    assert (await claimed(clerk, uid=OTHER))["code"] == "UID_CLAIM_OPEN"
    shown = (await ask(UNCLAIMED, organiser, contest=gid("Contest", contest.id)))["unclaimedUids"]["nodes"]
    assert {one["uid"]: one["claim"] for one in shown} == {
        UID: {"state": "ASKED", "account": {"handle": "first"}},
        OTHER: None,
    }
    assert (await decided(clerk, approve=True))["code"] == "NOT_ALLOWED"
    assert (await decided(organiser, approve=True))["claim"] == {
        "state": "APPROVED",
        "decidedReason": "核对",
        "account": {"uid": UID},
    }
    assert (await decided(organiser, approve=False))["code"] == "UID_CLAIM_DECIDED"
    assert (await claimed(clerk, other))["code"] == "UID_BOUND"
    assert (await claimed(clerk))["code"] == "UID_BOUND_ALREADY"
    jobs = await database.fetch("select subject_id from jobs where kind = 'CLAIM_LINES'")
    assert [job["subject_id"] for job in jobs] == [waiting]
    told = await database.fetch("select code, city_id, user_id from messages order by id")
    assert [tuple(one) for one in told] == [
        ("UID_CLAIM_TO_DECIDE", None, organiser.user_id),
        ("UID_CLAIM_APPROVED", contest.cities[0], None),
    ]
    recorded = await database.fetch("select action, reason, changes::text from audit_entries order by id")
    assert [(one["action"], one["reason"]) for one in recorded] == [
        ("CLAIM_UID", "选手截图"),
        ("BIND_UID", "核对"),
        ("DECIDE_UID_CLAIM", "核对"),
    ]
    assert UID not in str(recorded)


async def test_lines_in_a_file_of_another_account_are_told_of_and_stay_on_the_list(
    ask: Ask, database: Pool, contest: AContest
) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    account = await a_contestant(contest, handle="first", eligibility=Eligibility.APPROVED)
    other = await a_contestant(contest, handle="second", eligibility=Eligibility.APPROVED)
    afar = await a_contestant(contest, handle="third", city=1, eligibility=Eligibility.APPROVED)
    for whose, lines in ((account, 1), (other, 2), (afar, 4)):
        await waits(contest, await a_file(contest, f"{lines}.csv", account=whose), UID, lines, "1.00")
    given = {"accountId": gid("Account", account.account_id), "uid": UID, "reason": "选手截图"}
    claim = (await ask(CLAIM, clerk, input=given))["claimUid"]["claim"]
    elsewhere = CLAIMS.replace("uid state", "elsewhere { lines upload { name } }")

    async def told(who: APerson) -> Any:
        (found,) = (await ask(elsewhere, who, contest=gid("Contest", contest.id)))["uidClaims"]["nodes"]
        return [(one["lines"], one["upload"]["name"]) for one in found["elsewhere"]]

    assert await told(clerk) == [(2, "2.csv")]
    assert await told(organiser) == [(4, "4.csv"), (2, "2.csv")]
    await ask(DECIDE, organiser, id=claim["id"], approve=True)
    sent = await database.fetchrow("select code, parameters from messages where city_id is not null")
    assert sent is not None
    assert tuple(sent) == ("UID_CLAIM_APPROVED_ELSEWHERE", {"number": 1, "count": 6})
    bound = UNCLAIMED.replace("platform uid", "bound account { handle } platform uid")
    (shown,) = (await ask(bound, clerk, contest=gid("Contest", contest.id)))["unclaimedUids"]["nodes"]
    assert (shown["bound"], shown["account"]) == (True, {"handle": "first"})


async def test_a_refused_claim_binds_nothing_and_may_be_made_again(ask: Ask, database: Pool, contest: AContest) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    account = await a_contestant(contest, handle="first", eligibility=Eligibility.APPROVED)
    given = {"accountId": gid("Account", account.account_id), "uid": UID, "reason": "选手截图"}
    claim = (await ask(CLAIM, clerk, input=given))["claimUid"]["claim"]
    refused = (await ask(DECIDE, organiser, id=claim["id"], approve=False))["decideUidClaim"]["claim"]
    assert (refused["state"], refused["account"]) == ("REFUSED", {"uid": None})
    assert (await ask(CLAIM, clerk, input=given))["claimUid"]["claim"]["state"] == "ASKED"
    states = (await ask(CLAIMS, clerk, contest=gid("Contest", contest.id)))["uidClaims"]["nodes"]
    assert [one["state"] for one in states] == ["ASKED", "REFUSED"]
    asked = (await ask(CLAIMS, organiser, contest=gid("Contest", contest.id), state="ASKED"))["uidClaims"]["nodes"]
    assert len(asked) == 1


async def test_of_two_cities_that_claim_a_number_one_gets_it(ask: Ask, database: Pool, contest: AContest) -> None:
    organiser = await a_person(database, Role.ORGANISER, contest)
    answers = []
    for city in (0, 1):
        clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[city])
        account = await a_contestant(contest, handle=f"account{city}", city=city, eligibility=Eligibility.APPROVED)
        given = {"accountId": gid("Account", account.account_id), "uid": UID, "reason": "选手截图"}
        claim = (await ask(CLAIM, clerk, input=given))["claimUid"]["claim"]
        answers.append(claim["id"])
    decisions = [(await ask(DECIDE, organiser, id=each, approve=True))["decideUidClaim"] for each in answers]
    assert [one.get("code") for one in decisions] == [None, "UID_BOUND"]
    states = await database.fetch("select state from uid_claims order by id")
    assert [one["state"] for one in states] == ["APPROVED", "ASKED"]  # the other stays to be refused
