"""Flags as judges and organisers read, raise and conclude them."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, AnAccount, APerson, a_contest, a_person, an_account

FLAGS = """query ($contest: ID!, $filter: FlagFilter, $first: Int! = 50, $after: String) {
  flags(contestId: $contest, filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { endCursor }
    nodes { id code state value threshold message contestant { number openFlags } rows { sheet line }
            rowsCount reason raisedBy conclusion concludedBy }
  }
}"""
BY_ID = """query ($flag: ID!, $who: ID!) {
  flag: node(id: $flag) { id } who: node(id: $who) { ... on Contestant { openFlags } }
}"""
RAISE = """mutation ($input: RaiseFlagInput!) { raiseFlag(input: $input) {
  __typename ... on RaiseFlagPayload { flag { id code state reason raisedBy } } ... on Error { code } } }"""
RESOLVE = """mutation ($input: ResolveFlagInput!) { resolveFlag(input: $input) {
  __typename ... on ResolveFlagPayload { flag { state conclusion concludedBy } } ... on Error { code } } }"""
THRESHOLD = """mutation ($input: SetFlagThresholdInput!) { setFlagThreshold(input: $input) {
  __typename ... on SetFlagThresholdPayload { thresholds { name value usual } } ... on Error { code message } } }"""


async def a_flag(contest: AContest, account: AnAccount, *, state: str = "OPEN") -> UUID:
    """Found in the figures."""
    flag_id = new_id()
    await contest.pool.execute(
        "insert into flags (id, contest_id, round_id, contestant_id, code, about, state, value, threshold, parameters,"
        " rows, rows_count) values ($1, $2, $3, $4, 'REFUND_SHARE_HIGH', 'orders', $5, $6, 0.6, $7, $8, 70)",
        *(flag_id, contest.id, contest.round_id, account.contestant_id, state, Decimal("0.7")),
        {"orders": 100, "refunded": 70, "amount": "1000", "refunds": "700"},
        [{"upload_id": str(new_id()), "sheet": "Sheet1", "line": 5}],
    )
    return flag_id


async def stage(database: Pool) -> tuple[AContest, AnAccount, APerson]:
    contest = await a_contest(database)
    return contest, await an_account(contest, "first"), await a_person(database, Role.JUDGE, contest)


async def flags(ask: Ask, contest: AContest, person: APerson, **filter_: Any) -> list[Any]:
    answer = await ask(FLAGS, person, contest=gid("Contest", contest.id), filter=filter_)
    found: list[Any] = answer["flags"]["nodes"]
    assert answer["flags"]["totalCount"] == len(found)
    return found


async def test_a_judge_reads_what_was_found_with_value_threshold_and_rows(ask: Ask, database: Pool) -> None:
    contest, account, judge = await stage(database)
    flag = await a_flag(contest, account)
    (found,) = await flags(ask, contest, judge)
    assert found.pop("message").startswith("已支付订单 100 行")
    assert found == {
        "id": gid("Flag", flag),
        "code": "REFUND_SHARE_HIGH",
        "state": "OPEN",
        "value": "0.7",
        "threshold": "0.6",
        "contestant": {"number": 1, "openFlags": 1},
        "rows": [{"sheet": "Sheet1", "line": 5}],
        "rowsCount": 70,
        "reason": "",
        "raisedBy": None,
        "conclusion": None,
        "concludedBy": None,
    }


async def test_flags_are_for_judges_organisers_and_auditors_alone(ask: Ask, database: Pool) -> None:
    contest, account, _ = await stage(database)
    flag = await a_flag(contest, account)
    city = contest.cities[0]
    for role, sees in ((Role.AUDITOR, 1), (Role.ORGANISER, 1), (Role.CITY_LEADER, 0), (Role.CONTESTANT, 0)):
        of_city = {"city": city} if role is Role.CITY_LEADER else {}
        self_ = {"contestant": account.contestant_id} if role is Role.CONTESTANT else {}
        person = await a_person(database, role, contest, **of_city, **self_)
        assert len(await flags(ask, contest, person)) == sees, role
        answer = await ask(BY_ID, person, flag=gid("Flag", flag), who=gid("Contestant", account.contestant_id))
        assert (answer["flag"] is not None) == bool(sees)
        assert answer["who"]["openFlags"] == (1 if sees else None)


async def test_filters_pages_and_states(ask: Ask, database: Pool) -> None:
    contest, account, judge = await stage(database)
    elsewhere = await an_account(contest, "second", city=1)
    ids = [gid("Flag", await a_flag(contest, one)) for one in (account, elsewhere)]
    gone = gid("Flag", await a_flag(contest, account, state="GONE"))
    assert [flag["id"] for flag in await flags(ask, contest, judge, state="GONE")] == [gone]
    of_city = {"cityId": gid("City", contest.cities[1]), "code": "REFUND_SHARE_HIGH"}
    assert [flag["id"] for flag in await flags(ask, contest, judge, **of_city)] == [ids[1]]
    of_one = {"contestantId": gid("Contestant", account.contestant_id), "roundId": gid("Round", contest.round_id)}
    assert [flag["id"] for flag in await flags(ask, contest, judge, **of_one)] == [gone, ids[0]]
    assert await flags(ask, contest, judge, cityId=gid("Round", contest.round_id)) == []
    page = (await ask(FLAGS, judge, contest=gid("Contest", contest.id), first=2))["flags"]
    rest = {"contest": gid("Contest", contest.id), "first": 2, "after": page["pageInfo"]["endCursor"]}
    assert [flag["id"] for flag in (await ask(FLAGS, judge, **rest))["flags"]["nodes"]] == [ids[0]]


async def test_a_judge_raises_a_flag_once_and_an_organiser_concludes_it(ask: Ask, database: Pool) -> None:
    contest, account, judge = await stage(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    asked = {
        "contestantId": gid("Contestant", account.contestant_id),
        "reason": "两场直播画面相同",
        "idempotencyKey": "k",
    }
    raised = [(await ask(RAISE, judge, input=asked))["raiseFlag"]["flag"] for _ in range(2)]
    assert raised[0] == raised[1]
    assert raised[0]["code"] == "RAISED_BY_A_PERSON"
    assert raised[0]["raisedBy"] == judge.login
    for conclusion in ("REFERRED", "EXPLAINED"):  # later on it turns out otherwise
        given = {"id": raised[0]["id"], "conclusion": conclusion, "reason": "看过回放"}
        answer = (await ask(RESOLVE, organiser, input=given))["resolveFlag"]
        assert answer["flag"] == {"state": conclusion, "conclusion": "看过回放", "concludedBy": organiser.login}
    actions = "select array_agg(action order by id) from audit_entries where subject_type = 'Flag'"
    assert await database.fetchval(actions) == ["RAISE_FLAG", "RESOLVE_FLAG", "RESOLVE_FLAG"]


async def test_what_is_gone_is_not_concluded_and_a_round_of_another_contest_is_not_found(
    ask: Ask, database: Pool
) -> None:
    contest, account, judge = await stage(database)
    gone = gid("Flag", await a_flag(contest, account, state="GONE"))
    given = {"id": gone, "conclusion": "EXPLAINED", "reason": "看过"}
    assert (await ask(RESOLVE, judge, input=given))["resolveFlag"]["code"] == "FLAG_IS_GONE"
    other = await a_contest(database)
    asked = {"contestantId": gid("Contestant", account.contestant_id), "roundId": gid("Round", other.round_id)}
    answer = (await ask(RAISE, judge, input={**asked, "reason": "看看"}))["raiseFlag"]
    assert answer["code"] == "NOT_FOUND"


async def test_an_organiser_sets_a_threshold_within_bounds_and_everybody_is_looked_at_again(
    ask: Ask, database: Pool
) -> None:
    contest, _, judge = await stage(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    given = {"contestId": gid("Contest", contest.id), "name": "REFUND_SHARE", "reason": "服装类退款普遍偏高"}
    high = (await ask(THRESHOLD, organiser, input={**given, "value": "1.5"}))["setFlagThreshold"]
    assert (high["code"], high["message"]) == ("THRESHOLD_OUT_OF_BOUNDS", "数值应在 0 与 1 之间。")
    answer = (await ask(THRESHOLD, organiser, input={**given, "value": "0.75"}))["setFlagThreshold"]
    assert {"name": "REFUND_SHARE", "value": "0.75", "usual": "0.6"} in answer["thresholds"]
    assert await database.fetchval("select count(*) from flags_due") == 1
    assert await database.fetchval("select state from jobs where kind = 'DETECT_FLAGS'") == "QUEUED"
    read = "query ($contest: ID!) { flagThresholds(contestId: $contest) { name value } }"
    shown = (await ask(read, judge, contest=gid("Contest", contest.id)))["flagThresholds"]
    assert {"name": "REFUND_SHARE", "value": "0.75"} in shown
    assert (await ask(read, None, contest=gid("Contest", contest.id)))["flagThresholds"] == []
    await ask(THRESHOLD, organiser, input=given)
    assert await database.fetchval("select flag_thresholds from contests where id = $1", contest.id) == {}
