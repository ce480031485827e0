"""New handles of the same account: asked for with a document, decided by the organiser."""

from typing import Any
from uuid import UUID

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Eligibility, Role
from tests.api.conftest import Ask, gid
from tests.api.registering import MEND
from tests.factories import AContest, a_contest, a_person
from tests.people import AContestant, a_contestant

ASK = """mutation ($input: AskAliasInput!) { askAlias(input: $input) { __typename
  ... on AskAliasPayload { alias { id handle state account { aliases { handle } } } }
  ... on InvalidInput { field } ... on Error { code } } }"""
DECIDE = """mutation ($id: ID!, $approve: Boolean!) {
  decideAlias(input: {id: $id, approve: $approve, reason: "核对"}) { __typename
  ... on DecideAliasPayload { alias { state decidedReason } } ... on Error { code } } }"""


async def a_document(contest: AContest, person: AContestant, purpose: str = "ALIAS") -> UUID:
    document_id = new_id()
    await contest.pool.execute(
        "insert into documents (id, contest_id, contestant_id, purpose, title, state, size, sha256)"
        " values ($1, $2, $3, $4, '截图', 'READY', 1, '')",
        *(document_id, contest.id, person.id, purpose),
    )
    return document_id


async def test_an_alias_is_asked_for_and_approved_once(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    person = await a_contestant(contest, eligibility=Eligibility.APPROVED, handle="old")
    await a_contestant(contest, handle="taken")
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    organiser = await a_person(database, Role.ORGANISER, contest)
    stranger = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[1])
    document = await a_document(contest, person)
    given = {
        "accountId": gid("Account", person.account_id),
        "handle": "New.Name",
        "documentId": gid("Document", document),
        "reason": "平台改名",
    }

    async def asked(who: Any, **changed: Any) -> Any:
        return (await ask(ASK, who, input={**given, **changed}))["askAlias"]

    assert (await asked(stranger))["code"] == "NOT_FOUND"
    other = await a_document(contest, person, "EVIDENCE")
    assert (await asked(clerk, documentId=gid("Document", other)))["field"] == "documentId"
    assert (await asked(clerk, handle="TAKEN"))["code"] == "ACCOUNT_REGISTERED"
    assert await database.fetchval("select count(*) from account_aliases") == 0
    alias = (await asked(clerk, idempotencyKey="k"))["alias"]
    assert (await asked(clerk, idempotencyKey="k"))["alias"] == alias
    assert (alias["handle"], alias["state"]) == ("New.Name", "ASKED")
    assert alias["account"]["aliases"] == [{"handle": "New.Name"}]
    assert (await asked(clerk, handle="new.name"))["code"] == "ACCOUNT_REGISTERED"
    assert (await ask(DECIDE, clerk, id=alias["id"], approve=True))["decideAlias"]["code"] == "NOT_ALLOWED"
    decided = (await ask(DECIDE, organiser, id=alias["id"], approve=True))["decideAlias"]
    assert decided["alias"] == {"state": "APPROVED", "decidedReason": "核对"}
    assert (await ask(DECIDE, organiser, id=alias["id"], approve=False))["decideAlias"]["code"] == "ALIAS_DECIDED"
    told = await database.fetch("select code, contestant_id, city_id, user_id from messages order by code")
    assert len(told) == 3
    assert {tuple(one) for one in told} == {
        ("ALIAS_TO_DECIDE", None, None, organiser.user_id),
        ("ALIAS_APPROVED", person.id, None, None),
        ("ALIAS_APPROVED", None, contest.cities[0], None),
    }
    actions = await database.fetch("select action from audit_entries where action like '%ALIAS' order by id")
    assert [one["action"] for one in actions] == ["ASK_ALIAS", "DECIDE_ALIAS"]


async def test_one_alias_of_an_account_waits_at_a_time_and_only_with_a_checked_document(
    ask: Ask, database: Pool
) -> None:
    contest = await a_contest(database)
    person = await a_contestant(contest, eligibility=Eligibility.APPROVED)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    organiser = await a_person(database, Role.ORGANISER, contest)
    document = await a_document(contest, person)
    given = {
        "accountId": gid("Account", person.account_id),
        "documentId": gid("Document", document),
        "reason": "平台改名",
    }
    first = (await ask(ASK, clerk, input={**given, "handle": "new.1"}))["askAlias"]["alias"]["id"]
    assert (await ask(ASK, clerk, input={**given, "handle": "new.2"}))["askAlias"]["code"] == "ALIAS_OPEN"
    for state in ("CHECKING", "REFUSED"):
        await database.execute("update documents set state = $1", state)
        assert (await ask(DECIDE, organiser, id=first, approve=True))["decideAlias"]["code"] == "ALIAS_NOT_SHOWN"
    assert await database.fetchval("select handle from account_aliases where state = 'ASKED'") == "new.1"
    assert (await ask(DECIDE, organiser, id=first, approve=False))["decideAlias"]["alias"]["state"] == "REFUSED"
    await database.execute("update documents set state = 'READY'")
    assert "alias" in (await ask(ASK, clerk, input={**given, "handle": "new.2"}))["askAlias"]


async def test_before_they_are_approved_the_account_is_mended_and_no_alias_outlives_that(
    ask: Ask, database: Pool
) -> None:
    contest = await a_contest(database)
    person = await a_contestant(contest, handle="old_a")
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    document = await a_document(contest, person)
    account = gid("Account", person.account_id)
    given = {"accountId": account, "handle": "new_a", "documentId": gid("Document", document), "reason": "改名"}
    assert (await ask(ASK, clerk, input=given))["askAlias"]["code"] == "ALIAS_NOT_NEEDED"
    assert await database.fetchval("select count(*) from account_aliases") == 0
    await database.execute(
        "insert into account_aliases (id, contest_id, account_id, platform, handle, handle_key, reason, state)"
        " values ($1, $2, $3, 'DOUYIN', 'new_a', 'new_a', '', 'APPROVED')",
        *(new_id(), contest.id, person.account_id),
    )
    await ask(MEND, clerk, input={"contestantId": gid("Contestant", person.id), "handle": "other_b"})
    found = await database.fetch(
        "select a.handle, l.handle, l.state from accounts a join account_aliases l on l.account_id = a.id"
    )
    assert [tuple(one) for one in found] == [("other_b", "new_a", "REFUSED")]
