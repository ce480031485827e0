"""What an upheld appeal has led to, who filed it, and what is left of it when people or dates demand its erasure."""

from typing import Any
from uuid import UUID

import pytest

from services.api.appeals.filing import MOST_A_DAY, MOST_OF_ADDRESS
from services.api.attempts import APPEALS
from services.scorer.context import Scorer
from services.scorer.documents.sweep import delete_due_documents
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.api.publications.conftest import Publish, Stage, key
from tests.api.publications.test_appeals import LIST, Desk
from tests.factories import a_scored_run

REVEAL = """mutation ($input: RevealFilerInput!) { revealFiler(input: $input) {
  __typename ... on RevealFilerPayload { name unit phone } ... on Error { code } } }"""
ERASE = """mutation ($input: EraseContestantInput!) { eraseContestant(input: $input) {
  __typename ... on Error { code message } } }"""


@pytest.fixture
def desk(ask: Ask, stage: Stage) -> Desk:
    return Desk(ask, stage)


async def upheld(desk: Desk, appeal: dict[str, Any], verdict: str = "UPHELD") -> None:
    by = desk.stage.host
    await desk.do("assignAppeal", desk.stage.undertaker, id=appeal["id"], userId=gid("User", by.user_id))
    decided = await desk.do("decideAppeal", by, id=appeal["id"], verdict=verdict, reason="核对无误")
    assert decided["state"] == verdict


async def a_penalty(stage: Stage, place: int, *, hours: int = 0) -> str:
    key = new_id()
    await stage.contest.pool.execute(
        "insert into penalties (id, contest_id, round_id, contestant_id, kind, reason, proposed_at)"
        " values ($1, $2, $3, $4, 'ZERO', '刷单', clock_timestamp() - make_interval(hours => $5))",
        *(key, stage.contest.id, stage.contest.round_id, stage.accounts[place].contestant_id, hours),
    )
    return gid("Penalty", key)


async def test_penalty_run_and_revision_are_linked_and_found_from_both_sides(
    desk: Desk, ask: Ask, stage: Stage, publish: Publish, database: Pool
) -> None:
    await publish()
    filed = (await desk.file(None))["appeal"]
    penalty = await a_penalty(stage, 0)
    link = {"id": filed["id"], "outcomeId": penalty}
    assert (await desk.do("linkAppeal", stage.host, **link))["code"] == "APPEAL_NOT_UPHELD"
    await upheld(desk, filed)
    for wrong in (await a_penalty(stage, 1), await a_penalty(stage, 0, hours=9), gid("ScoringRun", stage.run_id)):
        answer = await desk.do("linkAppeal", stage.host, id=filed["id"], outcomeId=wrong)
        assert answer["code"] == "OUTCOME_OF_SOMETHING_ELSE"
    run = await a_scored_run(stage.contest, stage.accounts[::-1], adopted=True)
    second = await publish(reason="异议成立，更正名次")
    for outcome in (penalty, gid("ScoringRun", run), second["id"], second["id"]):
        await desk.do("linkAppeal", stage.host, id=filed["id"], outcomeId=outcome)
    (shown,) = await desk.seen(stage.undertaker, ledTo=second["id"])
    assert [one["kind"] for one in shown["outcome"]] == ["PENALTY", "RUN", "PUBLICATION"]
    assert shown["outcome"][2]["subject"] == {"id": second["id"]}
    assert await desk.seen(await desk.person(Role.CONTESTANT), ledTo=second["id"]) == []
    assert await desk.seen(stage.host, ledTo=gid("Comparison", new_id())) == []


async def test_before_its_hour_a_linked_revision_shows_to_officials_alone(
    desk: Desk, stage: Stage, publish: Publish, database: Pool
) -> None:
    contestant = await desk.person(Role.CONTESTANT)
    filed = (await desk.file(contestant, "APPEAL"))["appeal"]
    await upheld(desk, filed)
    waits = await publish(publishAt="2099-01-01T00:00:00+08:00", noticeUntil="2099-01-09T00:00:00+08:00")
    await desk.do("linkAppeal", stage.host, id=filed["id"], outcomeId=waits["id"])
    (own,) = await desk.seen(contestant)
    (official,) = await desk.seen(stage.host)
    assert (own["outcome"], len(official["outcome"])) == ([], 1)


async def test_who_filed_it_shows_masked_and_whole_only_with_a_record(
    desk: Desk, ask: Ask, stage: Stage, publish: Publish, database: Pool
) -> None:
    await publish()
    filed = (await desk.file(None, unit="某公司"))["appeal"]
    auditor, judge = await desk.person(Role.AUDITOR), await desk.person(Role.JUDGE)
    masked = {"name": "李**", "unit": "某公司", "phone": "138****5678"}
    for by in (stage.host, auditor):
        assert (await desk.seen(by))[0]["filer"] == masked
    asked = {"id": filed["id"], "reason": "电话核实"}
    assert (await ask(REVEAL, auditor, input=asked))["revealFiler"]["code"] == "NOT_ALLOWED"
    assert (await ask(REVEAL, judge, input=asked))["revealFiler"]["code"] == "NOT_FOUND"
    whole = (await ask(REVEAL, stage.host, input=asked))["revealFiler"]
    assert (whole["name"], whole["unit"], whole["phone"]) == ("李正直", "某公司", "13812345678")
    seen = await database.fetchrow("select * from audit_entries where action = 'REVEAL_PERSONAL_DATA'")
    assert seen is not None
    assert (seen["user_id"], seen["subject_id"], seen["reason"]) == (stage.host.user_id, key(filed), "电话核实")


async def test_of_an_inquiry_contestant_and_city_learn_that_and_no_more(
    desk: Desk, stage: Stage, publish: Publish, database: Pool
) -> None:
    await publish()
    filed = (await desk.file(None))["appeal"]
    for _ in range(2):
        await desk.do("tellOfInquiry", stage.host, id=filed["id"])
    told = await database.fetch("select * from messages where code like 'FIGURES_LOOKED_INTO%' order by code")
    assert [row["code"] for row in told] == ["FIGURES_LOOKED_INTO", "FIGURES_LOOKED_INTO_IN_CITY"]
    assert told[0]["contestant_id"] == stage.accounts[0].contestant_id
    assert "number" not in told[0]["parameters"]
    own = (await desk.file(await desk.person(Role.CONTESTANT), "APPEAL"))["appeal"]
    assert (await desk.do("tellOfInquiry", stage.host, id=own["id"]))["code"] == "INQUIRY_OF_NO_OPEN_OBJECTION"


async def _row(database: Pool, appeal: dict[str, Any]) -> Any:
    return await database.fetchrow("select * from appeals where id = $1", key(appeal))


async def test_an_erased_person_leaves_nothing_in_appeals(
    desk: Desk, ask: Ask, stage: Stage, publish: Publish, database: Pool
) -> None:
    await publish()
    person = await desk.person(Role.CONTESTANT)
    own = (await desk.file(person, "APPEAL", papers=[{"title": "截图", "size": 9, "sha256": "0" * 64}]))["appeal"]
    about, by = (await desk.file(None))["appeal"], (await desk.file(person, number=await desk.number(1)))["appeal"]
    who = {"contestantId": gid("Contestant", stage.accounts[0].contestant_id), "reason": "本人要求"}
    assert (await ask(ERASE, stage.host, input=who))["eraseContestant"]["__typename"] == "EraseContestantPayload"
    for appeal in (own, about):
        row = await _row(database, appeal)
        assert (row["text_sealed"], row["filer_sealed"], row["state"]) == (None, None, "WITHDRAWN")
    row = await _row(database, by)
    assert (row["filer_sealed"], row["filed_by"], row["state"]) == (None, None, "FILED")
    assert row["text_sealed"] is not None
    paper = await database.fetchrow("select state, title from documents where appeal_id = $1", key(own))
    assert paper is not None
    assert tuple(paper) == ("DELETED", "")
    assert len(await desk.seen(stage.host)) == 3


async def test_when_the_date_has_come_closed_ones_no_longer_say_who_filed_them(
    desk: Desk, stage: Stage, publish: Publish, scorer: Scorer, database: Pool
) -> None:
    await publish()
    closed, still = (await desk.file(None))["appeal"], (await desk.file(None, text="另一件事"))["appeal"]
    await upheld(desk, closed, "REJECTED")
    await delete_due_documents(scorer)
    assert (await _row(database, closed))["filer_sealed"] is not None
    await database.execute("update contests set evidence_until = now() - interval '1 minute'")
    await delete_due_documents(scorer)
    row = await _row(database, closed)
    assert (row["filer_sealed"], row["text_sealed"], row["decided_reason"]) == (None, None, "核对无误")
    assert (await _row(database, still))["filer_sealed"] is not None
    assert await database.fetchval("select count(*) from audit_entries where action = 'FORGET_FILER'") == 1


async def test_one_address_objects_only_so_often_a_day_and_never_uses_up_what_a_contest_takes(
    desk: Desk, stage: Stage, publish: Publish, database: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_OF_ADDRESS * 10 <= MOST_A_DAY
    await publish()
    monkeypatch.setattr("services.api.appeals.filing.MOST_OF_ADDRESS", 1)
    monkeypatch.setattr("services.api.appeals.filing.MOST_A_DAY", 2)
    assert (await desk.file(None))["__typename"] == "FileAppealPayload"
    refused = await desk.file(None)
    assert refused["code"] == "OBJECTIONS_OF_ADDRESS_FULL"
    assert "由主办方登记" in refused["message"]
    await database.execute("update appeals set source = decode('00', 'hex')")  # it came from another address
    assert (await desk.file(stage.host))["__typename"] == "FileAppealPayload"  # of a letter: not counted
    full = "select count(*) from messages where code = 'OBJECTIONS_FULL_TODAY'"
    assert await database.fetchval(full) == 0
    assert (await desk.file(None))["__typename"] == "FileAppealPayload"
    assert await database.fetchval(full) == 2  # both organisers
    await database.execute("update appeals set source = decode('00', 'hex') where source is not null")
    assert (await desk.file(None))["code"] == "OBJECTIONS_FULL"
    await database.execute("update appeals set filed_at = filed_at - interval '1 day'")
    assert (await desk.file(None))["__typename"] == "FileAppealPayload"


async def test_one_address_tries_only_so_often(
    desk: Desk, stage: Stage, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish()
    monkeypatch.setitem(APPEALS, "most", 1)
    assert (await desk.file(None))["__typename"] == "FileAppealPayload"
    own = await desk.person(Role.CONTESTANT)
    assert (await desk.file(own, "APPEAL"))["__typename"] == "TooManyAttempts"
    assert (await desk.file(stage.host))["__typename"] == "FileAppealPayload"


async def test_papers_of_an_objection_are_read_by_whom_it_is_assigned_to(
    desk: Desk, ask: Ask, stage: Stage, publish: Publish, database: Pool
) -> None:
    await publish()
    filed = await desk.file(None, papers=[{"title": "截图", "size": 9, "sha256": "0" * 64}])
    paper = gid("Document", UUID(filed["papers"][0]["putUrl"].rpartition("/")[2]))
    judge = await desk.person(Role.JUDGE)
    view = """mutation ($input: ViewDocumentInput!) { viewDocument(input: $input) { ... on Error { code } } }"""
    assert (await ask(view, judge, input={"id": paper}))["viewDocument"]["code"] == "NOT_FOUND"
    user = gid("User", judge.user_id)
    await desk.do("assignAppeal", stage.host, id=filed["appeal"]["id"], userId=user)
    assert (await ask(view, judge, input={"id": paper}))["viewDocument"]["code"] == "DOCUMENT_NOT_READY"
    assert (await ask(LIST, judge, contest=gid("Contest", stage.contest.id)))["appeals"]["totalCount"] == 1
    await database.execute("delete from grants where user_id = $1", judge.user_id)
    assert (await ask(LIST, judge, contest=gid("Contest", stage.contest.id)))["appeals"]["totalCount"] == 0
