"""Certificates of awards: issued by what is finally published, printed once, confirmed to whoever has the code."""

import io
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest
from pypdf import PdfReader

from services.api.certificates.code import new_code, read_code
from services.scorer.context import Scorer
from services.shared.database.pool import Pool
from services.shared.publications.snapshot import PublishedAward, PublishedWinner, Snapshot
from services.shared.vocabulary import Eligibility, PublicationStage, Role
from tests.api.conftest import Ask, gid, post
from tests.factories import AContest, APerson, a_contest, a_person
from tests.people import AContestant, a_contestant
from tests.revisions import a_revision
from tests.scorer.conftest import scorer as scorer  # noqa: PLC0414  a fixture of theirs
from tests.scorer.doing import do
from tests.shared.publications.revisions import a_snapshot

ISSUE = """mutation ($input: IssueCertificatesInput!) { issueCertificates(input: $input) { __typename
  ... on IssueCertificatesPayload { issued } ... on Error { code } } }"""
FETCH = """mutation ($input: FetchCertificateInput!) { fetchCertificate(input: $input) { __typename
  ... on FetchCertificatePayload { url } ... on Error { code } } }"""
LIST = """query ($id: ID!) { certificates(contestId: $id) { totalCount
  nodes { id title named code printed city { name } contestant { number } } } }"""
CHECK = """query ($code: String!) { certificate(code: $code) {
  code valid named city award contest round revision } }"""


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


@pytest.fixture
async def winner(contest: AContest) -> AContestant:
    return await a_contestant(contest, "张春花", eligibility=Eligibility.APPROVED)


async def number_of(contest: AContest, who: AContestant) -> int:
    number: int = await contest.pool.fetchval("select number from contestants where id = $1", who.id)
    return number


def awarding(revision: int, *awards: PublishedAward) -> Snapshot:
    return replace(
        a_snapshot(), revision=revision, stage=PublicationStage.FINAL, notice=None, corrects=None, awards=awards
    )


@pytest.fixture
async def both(contest: AContest, winner: AContestant) -> UUID:
    """A final revision that gives an award to the winner and one to the team of the second city."""
    first = PublishedAward("first", "一等奖", (PublishedWinner(1, "武汉市", await number_of(contest, winner), "张**"),))
    team = PublishedAward("team", "优秀组织奖", (PublishedWinner(1, "恩施州"),))
    return await a_revision(contest, awarding(1, first, team))


async def issue(ask: Ask, person: APerson | None, publication: UUID) -> Any:
    return (await ask(ISSUE, person, input={"publicationId": gid("Publication", publication)}))["issueCertificates"]


async def listed(ask: Ask, person: APerson | None, contest: AContest) -> list[dict[str, Any]]:
    found = (await ask(LIST, person, id=gid("Contest", contest.id)))["certificates"]
    assert found["totalCount"] == len(found["nodes"])
    nodes: list[dict[str, Any]] = found["nodes"]
    return nodes


async def test_everyone_who_has_an_award_gets_a_certificate_once(
    ask: Ask, contest: AContest, organiser: APerson, winner: AContestant, both: UUID
) -> None:
    assert (await issue(ask, organiser, both))["issued"] == 2
    assert (await issue(ask, organiser, both))["issued"] == 0
    found = await listed(ask, organiser, contest)
    assert [(one["title"], one["named"], one["city"]["name"], one["printed"]) for one in found] == [
        ("一等奖", "张**", "武汉市", False),
        ("优秀组织奖", "恩施州代表队", "恩施州", False),
    ]
    assert [one["contestant"] and one["contestant"]["number"] for one in found] == [
        await number_of(contest, winner),
        None,
    ]
    told = await contest.pool.fetch("select code, parameters from messages order by code")
    assert [(row["code"], row["parameters"]["code"]) for row in told] == [
        ("CERTIFICATE_ISSUED", found[0]["code"]),
        ("TEAM_CERTIFICATE_ISSUED", found[1]["code"]),
    ]


async def test_a_city_that_has_another_name_by_now_gets_its_certificate_and_it_holds(
    ask: Ask, contest: AContest, organiser: APerson, both: UUID
) -> None:
    await contest.pool.execute("update cities set name = '恩施土家族苗族自治州' where name = '恩施州'")
    assert (await issue(ask, organiser, both))["issued"] == 2
    team = (await listed(ask, organiser, contest))[1]
    assert (team["named"], team["city"]["name"]) == ("恩施州代表队", "恩施土家族苗族自治州")
    assert (await ask(CHECK, code=team["code"]))["certificate"]["valid"]


async def test_nobody_is_named_again_who_was_erased_after_the_publication(
    ask: Ask, contest: AContest, organiser: APerson, winner: AContestant, both: UUID
) -> None:
    await contest.pool.execute("update contestants set erased_at = now(), name = '张**' where id = $1", winner.id)
    assert (await issue(ask, organiser, both))["issued"] == 1
    assert [one["title"] for one in await listed(ask, organiser, contest)] == ["优秀组织奖"]


async def test_it_is_printed_with_the_whole_name_and_its_code(
    ask: Ask, client: httpx.AsyncClient, contest: AContest, organiser: APerson, both: UUID, scorer: Scorer
) -> None:
    await issue(ask, organiser, both)
    await do(scorer, both)
    certificate = (await listed(ask, organiser, contest))[0]
    assert certificate["printed"]
    fetched = (await ask(FETCH, organiser, input={"id": certificate["id"]}))["fetchCertificate"]
    got = await client.get(fetched["url"], headers={"authorization": f"Bearer {organiser.token}"})
    assert got.headers["content-type"] == "application/pdf"
    text = PdfReader(io.BytesIO(got.content)).pages[0].extract_text()
    for said in ("荣 誉 证 书", "张春花", "一等奖", certificate["code"], "湖北省退役军人事务厅"):
        assert said in text
    assert await contest.pool.fetchval("select count(*) from audit_entries where action = 'FETCH_CERTIFICATE'") == 1


async def test_the_page_says_whether_a_certificate_holds(
    ask: Ask, client: httpx.AsyncClient, contest: AContest, organiser: APerson, both: UUID
) -> None:
    await issue(ask, organiser, both)
    code = (await listed(ask, organiser, contest))[0]["code"]
    assert "填写证书下方的查验码" in (await client.get("/certificates")).text
    page = (await client.get("/certificates", params={"code": code})).text
    assert all(said in page for said in ("有效", "依据第 1 版公布", "张**", "一等奖", "武汉市"))
    unknown = await client.get("/certificates", params={"code": "0000-0000-0000"})
    assert (unknown.status_code, "没有这个查验码" in unknown.text) == (200, True)
    await contest.pool.execute("update publications set withdrawn_at = now(), withdrawn_reason = '有误'")
    assert "已失效" in (await client.get("/certificates", params={"code": code})).text


async def test_whoever_has_the_code_learns_what_was_published_and_no_more(
    ask: Ask, contest: AContest, organiser: APerson, both: UUID
) -> None:
    await issue(ask, organiser, both)
    code = (await listed(ask, organiser, contest))[0]["code"]
    for typed in (code, code.lower().replace("-", " "), code.replace("0", "O").replace("1", "l")):
        assert (await ask(CHECK, None, code=typed))["certificate"] == {
            "code": code,
            "valid": True,
            "named": "张**",
            "city": "武汉市",
            "award": "一等奖",
            "contest": "测试赛",
            "round": "选手全员赛",
            "revision": 1,
        }


@pytest.mark.parametrize("code", ["", "0000-0000-0000", "UUUU-UUUU-UUUU", "7K3M", "x" * 1000, "一二三"])
async def test_a_code_that_nobody_has_tells_nothing(ask: Ask, code: str) -> None:
    assert (await ask(CHECK, None, code=code))["certificate"] is None


async def test_whoever_tries_codes_is_stopped(client: httpx.AsyncClient) -> None:
    answers = [(await post(client, CHECK, code=new_code())).json() for _ in range(101)]
    assert [answer["data"] for answer in answers[:100]] == [{"certificate": None}] * 100
    assert answers[100]["errors"][0]["extensions"]["code"] == "TOO_MANY_ATTEMPTS"
    page = await client.get("/certificates", params={"code": new_code()})
    assert page.status_code >= 400
    assert answers[100]["errors"][0]["message"][:8] in page.text


async def test_it_holds_only_while_what_is_published_gives_the_award(
    ask: Ask, contest: AContest, organiser: APerson, winner: AContestant, both: UUID
) -> None:
    await issue(ask, organiser, both)
    first, team = (one["code"] for one in await listed(ask, organiser, contest))

    async def holds(code: str) -> tuple[bool, int | None]:
        found = (await ask(CHECK, None, code=code))["certificate"]
        return found["valid"], found["revision"]

    moved = PublishedAward("first", "一等奖", (PublishedWinner(1, "恩施州", 999, "李**"),))
    kept = PublishedAward("team", "优秀组织奖", (PublishedWinner(1, "恩施州"),))
    corrected = await a_revision(contest, awarding(2, moved, kept))
    assert (await holds(first), await holds(team)) == ((False, None), (True, 2))
    assert (await issue(ask, organiser, both))["code"] == "CERTIFICATES_NEED_FINAL"
    await contest.pool.execute("update publications set withdrawn_at = now() where id = $1", corrected)
    assert (await holds(first), await holds(team)) == ((False, None), (False, None))


async def test_a_notice_and_what_has_no_awards_certify_nothing(ask: Ask, contest: AContest, organiser: APerson) -> None:
    notice = await a_revision(contest, replace(a_snapshot(), revision=1))
    assert (await issue(ask, organiser, notice))["code"] == "CERTIFICATES_NEED_FINAL"
    final = await a_revision(contest, awarding(2))
    assert (await issue(ask, organiser, final))["code"] == "CERTIFICATES_WITHOUT_AWARDS"


async def test_what_is_not_public_yet_is_not_found(ask: Ask, contest: AContest, organiser: APerson) -> None:
    prepared = await a_revision(contest, awarding(1), state="PREPARED")
    assert (await issue(ask, organiser, prepared))["code"] == "NOT_FOUND"


async def test_each_sees_and_fetches_their_own(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson, winner: AContestant, both: UUID, scorer: Scorer
) -> None:
    await issue(ask, organiser, both)
    await do(scorer, both)
    own = await a_person(database, Role.CONTESTANT, contest, contestant=winner.id)
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[1])
    assert [one["title"] for one in await listed(ask, own, contest)] == ["一等奖"]
    assert [one["title"] for one in await listed(ask, leader, contest)] == ["优秀组织奖"]
    assert await listed(ask, None, contest) == []
    first, team = await listed(ask, organiser, contest)
    for person, certificate, answer in (
        (own, first, "FetchCertificatePayload"),
        (own, team, "NotFound"),
        (leader, team, "FetchCertificatePayload"),
        (leader, first, "NotFound"),
    ):
        fetched = (await ask(FETCH, person, input={"id": certificate["id"]}))["fetchCertificate"]
        assert fetched["__typename"] == answer


ERASE = """mutation ($input: EraseContestantInput!) { eraseContestant(input: $input) { __typename
  ... on Error { code } } }"""


async def test_erasing_a_person_takes_the_paper_with_the_name(
    ask: Ask, contest: AContest, organiser: APerson, winner: AContestant, both: UUID, scorer: Scorer
) -> None:
    await issue(ask, organiser, both)
    await do(scorer, both)
    await contest.pool.execute("update scoring_runs set state = 'SCORED' where state in ('QUEUED', 'RUNNING')")
    given = {"contestantId": gid("Contestant", winner.id), "reason": "本人申请删除"}
    assert (await ask(ERASE, organiser, input=given))["eraseContestant"]["__typename"] == "EraseContestantPayload"
    first, _ = await listed(ask, organiser, contest)
    assert not first["printed"]
    assert (await ask(FETCH, organiser, input={"id": first["id"]}))["fetchCertificate"]["__typename"] == "Conflict"
    await do(scorer, both)
    assert await contest.pool.fetchval("select count(*) from certificates where content is null") == 1


def test_a_code_is_read_however_it_is_typed() -> None:
    assert read_code("oil0-oil0-oil0") == "0110-0110-0110"
    assert read_code(" 7k3mqx9t04bd ") == "7K3M-QX9T-04BD"
    code = new_code()
    assert read_code(code) == code
    assert new_code() != code
