"""Appeals and objections: filed, hidden from whom they are about, decided by somebody else, linked to what came."""

import json
from typing import Any

import pytest
from starlette.applications import Starlette

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.api.publications.conftest import PREPARE, Publish, Stage, a_notice, notice_ends
from tests.api.publications.test_embargo import differing, everything, outsiders
from tests.factories import APerson, a_contest, a_person

FIELDS = """id number kind state text contestantNumber verdict reason filer { name unit phone } assignedTo decidedBy
  confirmedBy proposal { verdict reason } contestant { number } publication { revision } documents { title state }
  outcome { kind subject { id } }"""
FILE = f"""mutation ($input: FileAppealInput!) {{ fileAppeal(input: $input) {{ __typename
  ... on FileAppealPayload {{ secret appeal {{ {FIELDS} }} papers {{ title putUrl putToken }} }}
  ... on Error {{ code message }} }} }}"""
LIST = f"""query ($contest: ID!, $filter: AppealFilter) {{
  appeals(contestId: $contest, filter: $filter) {{ totalCount nodes {{ {FIELDS} }} }} }}"""
FOLLOW = f"""query ($contest: ID!, $number: Int!, $secret: String!) {{
  appeal(contestId: $contest, number: $number, secret: $secret) {{ {FIELDS} }} }}"""
NODE = "query ($id: ID!) { node(id: $id) { id } }"
AUDIT = """query ($contest: ID!) { auditLog(contestId: $contest, first: 200) {
  nodes { action login name address reason changes { field before after } city { id } contestant { id } } } }"""


def mutation(name: str) -> str:
    kind = name[:1].upper() + name[1:]
    return f"""mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ __typename
      ... on {kind}Payload {{ appeal {{ {FIELDS} }} }} ... on Error {{ code message }} }} }}"""


class Desk:
    """Who files, and who handles."""

    def __init__(self, ask: Ask, stage: Stage) -> None:
        self.ask, self.stage = ask, stage

    async def file(self, by: APerson | None, kind: str = "OBJECTION", **given: Any) -> dict[str, Any]:
        usual: dict[str, Any] = {"text": "直播间有刷单，附截图", "number": await self.number(0)}
        if kind == "OBJECTION":
            usual |= {"name": "李正直", "phone": "13812345678"}
        asked = {"kind": kind, "roundId": self.stage.round, **usual, **given}
        answer: dict[str, Any] = (await self.ask(FILE, by, input=asked))["fileAppeal"]
        return answer

    async def number(self, place: int) -> int:
        key = self.stage.accounts[place].contestant_id
        number: int = await self.stage.contest.pool.fetchval("select number from contestants where id = $1", key)
        return number

    async def do(self, name: str, by: APerson | None, **given: Any) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.ask(mutation(name), by, input=given))[name]
        return answer.get("appeal") or answer

    async def seen(self, by: APerson | None, **only: Any) -> list[dict[str, Any]]:
        contest = gid("Contest", self.stage.contest.id)
        answer = await self.ask(LIST, by, contest=contest, filter=only)
        found: list[dict[str, Any]] = answer["appeals"]["nodes"]
        assert answer["appeals"]["totalCount"] == len(found)
        return found

    async def follow(self, number: int, secret: str) -> dict[str, Any] | None:
        contest = gid("Contest", self.stage.contest.id)
        found: dict[str, Any] | None = (await self.ask(FOLLOW, contest=contest, number=number, secret=secret))["appeal"]
        return found

    async def person(self, role: Role, place: int = 0) -> APerson:
        contest, account = self.stage.contest, self.stage.accounts[place]
        match role:
            case Role.CONTESTANT:
                return await a_person(contest.pool, role, contest, contestant=account.contestant_id)
            case Role.CITY_LEADER | Role.CITY_CLERK:
                return await a_person(contest.pool, role, contest, city=contest.cities[place % 2])
            case _:
                return await a_person(contest.pool, role, contest)


@pytest.fixture
def desk(ask: Ask, stage: Stage) -> Desk:
    return Desk(ask, stage)


async def test_a_contestant_appeals_and_is_told_what_a_person_not_concerned_decided(
    desk: Desk, stage: Stage, database: Pool
) -> None:
    contestant, leader = await desk.person(Role.CONTESTANT), await desk.person(Role.CITY_LEADER)
    other, judge = await desk.person(Role.CITY_LEADER, 1), await desk.person(Role.JUDGE)
    filed = await desk.file(contestant, "APPEAL", text="8 月 3 日的场次没有计入")
    appeal = filed["appeal"]
    assert (appeal["state"], appeal["text"]) == ("FILED", "8 月 3 日的场次没有计入")
    assert [len(await desk.seen(each)) for each in (contestant, leader, stage.host, other, judge)] == [1, 1, 1, 0, 0]
    again = await desk.file(contestant, "APPEAL")
    assert (again["code"], str(appeal["number"]) in again["message"]) == ("APPEAL_OPEN_ALREADY", True)
    given = {"id": appeal["id"], "userId": gid("User", judge.user_id)}
    assert (await desk.do("assignAppeal", leader, **given))["code"] == "NOT_ALLOWED"
    assigned = await desk.do("assignAppeal", stage.undertaker, **given)
    assert (assigned["state"], assigned["assignedTo"] is not None) == ("ASSIGNED", True)
    (own,) = await desk.seen(contestant)
    assert (own["state"], own["assignedTo"], own["filer"]) == ("ASSIGNED", None, None)
    assert len(await desk.seen(judge)) == 1
    verdict = {"id": appeal["id"], "verdict": "UPHELD", "reason": "导出文件确实缺这一场，请重新上传"}
    assert (await desk.do("decideAppeal", stage.host, **verdict))["code"] == "APPEAL_OF_SOMEBODY_ELSE"
    assert (await desk.do("decideAppeal", judge, **verdict))["state"] == "UPHELD"
    (own,) = await desk.seen(contestant)
    assert (own["verdict"], own["reason"]) == ("UPHELD", verdict["reason"])
    told = {row["code"] for row in await database.fetch("select code from messages")}
    assert told == {"APPEAL_FILED", "APPEAL_ASSIGNED", "APPEAL_DECIDED", "APPEAL_DECIDED_IN_CITY"}
    assert (await desk.do("withdrawAppeal", contestant, id=appeal["id"]))["code"] == "APPEAL_CLOSED"


async def test_nobody_appeals_for_people_who_are_not_theirs(desk: Desk, stage: Stage) -> None:
    leader, stranger = await desk.person(Role.CITY_LEADER, 1), await desk.person(Role.CONTESTANT, 1)
    for by in (leader, stranger, None):
        there = await desk.file(by, "APPEAL", name="某人")
        nobody = await desk.file(by, "APPEAL", name="某人", number=999)
        assert there == nobody
        assert there["code"] == "NOT_FOUND"


async def test_during_the_notice_anybody_objects_under_their_name_and_follows_it(
    desk: Desk, stage: Stage, publish: Publish, database: Pool
) -> None:
    assert (await desk.file(None))["code"] == "OBJECTION_WITHOUT_NOTICE"
    await publish()
    assert (await desk.file(None, phone=None))["code"] == "PHONE_INVALID"
    assert (await desk.file(None, name=" "))["code"] == "TEXT_EMPTY"
    assert (await desk.file(None, number=999))["code"] == "OBJECTION_NOT_ON_THE_LIST"
    filed = await desk.file(None, papers=[{"title": "截图", "size": 9, "sha256": "0" * 64}])
    appeal = filed["appeal"]
    assert appeal["publication"] == {"revision": 1}
    assert (appeal["contestant"], appeal["filer"]) == (None, None)
    assert filed["papers"][0]["putToken"]
    found = await desk.follow(appeal["number"], filed["secret"])
    assert found is not None
    assert found["documents"] == [{"title": "截图", "state": "CREATED"}]
    assert await desk.follow(appeal["number"], "another") is None
    assert (await desk.do("withdrawAppeal", None, id=appeal["id"], secret="another"))["code"] == "NOT_FOUND"
    assert (await desk.do("withdrawAppeal", None, id=appeal["id"], secret=filed["secret"]))["state"] == "WITHDRAWN"
    await notice_ends(database)
    assert (await desk.file(None))["code"] == "OBJECTION_WITHOUT_NOTICE"
    assert (await desk.file(stage.undertaker))["__typename"] == "FileAppealPayload"  # of a letter that came in


async def test_the_same_request_files_once(desk: Desk, publish: Publish, database: Pool) -> None:
    await publish()
    first, second = [await desk.file(None, idempotencyKey="k") for _ in range(2)]
    assert first["appeal"]["id"] == second["appeal"]["id"]
    number = first["appeal"]["number"]
    assert await desk.follow(number, first["secret"]) is None
    assert await desk.follow(number, second["secret"]) is not None
    other = await desk.file(None, idempotencyKey="k", text="另一件事")
    assert other["appeal"]["id"] != first["appeal"]["id"]


async def test_no_number_tells_whether_others_were_filed_before(desk: Desk, publish: Publish, database: Pool) -> None:
    await publish()
    numbers = [(await desk.file(None, text=f"第 {place} 件"))["appeal"]["number"] for place in range(12)]
    assert len(set(numbers)) == 12
    assert all(100_000 <= number < 1_000_000 for number in numbers)
    assert numbers != sorted(numbers)


async def test_of_an_objection_whom_it_is_about_and_their_city_learn_nothing(
    desk: Desk, ask: Ask, stage: Stage, publish: Publish, database: Pool
) -> None:
    await publish()
    contest = stage.contest
    concerned = [await desk.person(role) for role in (Role.CONTESTANT, Role.CITY_LEADER, Role.CITY_CLERK)]
    both = await desk.person(Role.CITY_LEADER)  # and an organiser
    await database.execute(
        "insert into grants (id, user_id, role, contest_id) values ($1, $2, 'ORGANISER', $3)",
        *(new_id(), both.user_id, contest.id),
    )
    before = [json.dumps(await _everything(ask, contest.id, each)) for each in concerned]
    objector = await desk.person(Role.CONTESTANT, 1)
    filed = await desk.file(objector, papers=[{"title": "举报截图", "size": 9, "sha256": "0" * 64}])
    appeal, paper = filed["appeal"], filed["papers"][0]["putUrl"].rpartition("/")[2]
    assert len(await desk.seen(stage.host)) == len(await desk.seen(objector)) == 1
    assert [json.dumps(await _everything(ask, contest.id, each)) for each in concerned] == before
    for by in (*concerned, both, None):
        assert await desk.seen(by) == []
        for each in (appeal["id"], gid("Document", paper)):
            assert (await ask(NODE, by, id=each))["node"] is None
    for name in ("assignAppeal", "decideAppeal", "revealFiler"):
        given = {"assignAppeal": {"userId": gid("User", both.user_id)}, "revealFiler": {"reason": "核实"}}
        given["decideAppeal"] = {"verdict": "REJECTED", "reason": "不属实"}
        if name != "revealFiler":
            assert (await desk.do(name, both, id=appeal["id"], **given[name]))["code"] == "NOT_FOUND"
    record = json.dumps(await ask(AUDIT, both, contest=gid("Contest", contest.id)), ensure_ascii=False)
    assert "FILE_APPEAL" in record
    login = await database.fetchval("select login from users where id = $1", objector.user_id)
    for word in ("李正直", "13812345678", "刷单", "举报", login):
        assert word not in record
    told = await database.fetch("select code, user_id from messages where code like '%APPEAL%'")
    assert {row["user_id"] for row in told} == {stage.host.user_id, stage.undertaker.user_id}
    rows = await database.fetch("select appeals::text as row from appeals")
    assert "刷单" not in rows[0]["row"]
    assert "李正直" not in rows[0]["row"]


async def test_no_way_through_the_schema_tells_of_an_objection_on_its_way(
    app: Starlette, desk: Desk, stage: Stage, publish: Publish, database: Pool
) -> None:
    await publish()
    viewers = await outsiders(database, stage)
    before = await everything(app, viewers, stage)
    filed = (await desk.file(None))["appeal"]
    await desk.do("assignAppeal", stage.undertaker, id=filed["id"], userId=gid("User", stage.host.user_id))
    decided = await desk.do("decideAppeal", stage.host, id=filed["id"], verdict="UPHELD", reason="属实")
    assert decided["state"] == "UPHELD"
    assert differing(before, await everything(app, viewers, stage)) == []


async def _everything(ask: Ask, contest: Any, by: APerson) -> Any:
    document = """query ($contest: ID!, $id: ID!) {
      node(id: $id) { ... on Contest { waiting { count what { code } } } }
      messages: viewer { unreadMessages } contestants(contestId: $contest) { totalCount } }"""
    return await ask(document, by, contest=gid("Contest", contest), id=gid("Contest", contest))


CONCERNED = {
    "CONCERNED_CITY": "insert into grants (id, user_id, role, contest_id, city_id)"
    " select $1, $2, 'CITY_CLERK', contest_id, city_id from contestants where id = $3",
    "CONCERNED_PENALTY": "insert into penalties (id, contest_id, round_id, contestant_id, kind, reason, confirmed_by,"
    " proposed_at) select $1, p.contest_id, r.id, p.id, 'ZERO', '', $2, now() - interval '1 hour' from contestants p"
    " join rounds r on r.contest_id = p.contest_id where p.id = $3",
    "CONCERNED_REVIEW": "insert into eligibility_reviews (id, contest_id, contestant_id, step, decision, reviewed_by,"
    " reviewed_at) select $1, contest_id, id, 'ORGANISER', 'APPROVED', $2, now() - interval '1 hour' from contestants"
    " where id = $3",
    "CONCERNED_UPLOAD": "insert into uploads (id, contest_id, name, size, sha256, state, account_id, exported_at,"
    " exported_at_stated, created_by, created_at) select $1, p.contest_id, 'x', 1, '', 'ACCEPTED', a.id, now(), true,"
    " $2, now() - interval '1 hour' from contestants p join accounts a on a.contestant_id = p.id where p.id = $3",
}


@pytest.mark.parametrize("code", CONCERNED)
async def test_nobody_who_is_concerned_is_assigned_decides_or_confirms(
    desk: Desk, stage: Stage, database: Pool, code: str
) -> None:
    about = stage.accounts[0].contestant_id
    filed = (await desk.file(await desk.person(Role.CONTESTANT), "APPEAL"))["appeal"]
    official = gid("User", stage.host.user_id)
    await desk.do("assignAppeal", stage.undertaker, id=filed["id"], userId=official)
    await database.execute(CONCERNED[code], new_id(), stage.host.user_id, about)
    refused = await desk.do("assignAppeal", stage.undertaker, id=filed["id"], userId=official)
    assert refused["code"] == code
    assert refused["message"] != code
    verdict = {"id": filed["id"], "verdict": "REJECTED", "reason": "核对无误"}
    assert (await desk.do("decideAppeal", stage.host, **verdict))["code"] == code
    await database.execute("update contests set appeals_need_two = true")
    await desk.do("assignAppeal", stage.undertaker, id=filed["id"], userId=gid("User", stage.undertaker.user_id))
    assert (await desk.do("decideAppeal", stage.undertaker, **verdict))["state"] == "PROPOSED"
    asked = {"id": filed["id"], "verdict": "REJECTED"}
    assert (await desk.do("confirmAppeal", stage.host, **asked))["code"] == code


async def test_whoever_only_follows_up_what_was_filed_is_not_concerned(
    desk: Desk, stage: Stage, database: Pool
) -> None:
    filed = (await desk.file(await desk.person(Role.CONTESTANT), "APPEAL"))["appeal"]
    await database.execute(
        CONCERNED["CONCERNED_PENALTY"], new_id(), stage.host.user_id, stage.accounts[0].contestant_id
    )
    await database.execute("update penalties set proposed_at = now() + interval '1 second'")
    given = {"id": filed["id"], "userId": gid("User", stage.host.user_id)}
    assert (await desk.do("assignAppeal", stage.undertaker, **given))["state"] == "ASSIGNED"


async def test_only_an_official_of_the_contest_is_assigned(desk: Desk, stage: Stage, database: Pool) -> None:
    filed = (await desk.file(await desk.person(Role.CONTESTANT), "APPEAL"))["appeal"]
    elsewhere = await a_person(database, Role.ORGANISER, await a_contest(database))
    for one in (elsewhere, await desk.person(Role.CITY_LEADER, 1), await desk.person(Role.AUDITOR)):
        given = {"id": filed["id"], "userId": gid("User", one.user_id)}
        assert (await desk.do("assignAppeal", stage.host, **given))["code"] == "APPEAL_NEEDS_AN_OFFICIAL"


async def test_where_two_are_wanted_the_second_confirms_and_nothing_shows_before(
    desk: Desk, stage: Stage, database: Pool
) -> None:
    await database.execute("update contests set appeals_need_two = true")
    contestant = await desk.person(Role.CONTESTANT)
    filed = (await desk.file(contestant, "APPEAL"))["appeal"]
    await desk.do("assignAppeal", stage.undertaker, id=filed["id"], userId=gid("User", stage.host.user_id))
    verdict = {"id": filed["id"], "verdict": "REJECTED", "reason": "核对无误"}
    proposed = await desk.do("decideAppeal", stage.host, **verdict)
    assert (proposed["state"], proposed["verdict"]) == ("PROPOSED", None)
    assert proposed["proposal"] == {"verdict": "REJECTED", "reason": "核对无误"}
    (own,) = await desk.seen(contestant)
    assert (own["verdict"], own["reason"], own["proposal"]) == (None, None, None)
    asked = {"id": filed["id"], "verdict": "REJECTED"}
    assert (await desk.do("confirmAppeal", stage.host, **asked))["code"] == "APPEAL_DECISION_OF_YOUR_OWN"
    other = await desk.do("confirmAppeal", stage.undertaker, **asked | {"verdict": "UPHELD"})
    assert other["code"] == "APPEAL_DECIDED_OTHERWISE"
    confirmed = await desk.do("confirmAppeal", stage.undertaker, **asked)
    assert (confirmed["state"], confirmed["reason"]) == ("REJECTED", "核对无误")


async def test_an_open_appeal_blocks_publication_where_the_contest_says_so(
    desk: Desk, ask: Ask, stage: Stage, database: Pool
) -> None:
    await database.execute("update contests set appeals_block_publication = true")
    contestant = await desk.person(Role.CONTESTANT)
    filed = (await desk.file(contestant, "APPEAL"))["appeal"]
    answer = (await ask(PREPARE, stage.undertaker, input=a_notice(stage)))["publishRun"]
    assert answer["code"] == "PUBLICATION_BEFORE_APPEALS"
    assert "1" not in answer["message"]  # nor how many
    await desk.do("withdrawAppeal", contestant, id=filed["id"])
    answer = (await ask(PREPARE, stage.undertaker, input=a_notice(stage)))["publishRun"]
    assert answer["__typename"] == "PublishRunPayload"
