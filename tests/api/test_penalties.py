"""Penalties: proposed with reason and evidence, in force from a sequence number on, told to whom they concern."""

from typing import Any
from uuid import UUID

import pytest

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, AnAccount, APerson, a_contest, a_person, an_account

FIELDS = """id kind item points state reason documents { title } proposedBy confirmedBy revokedBy revokedReason
  contestant { number }"""
APPLY = f"""mutation ($input: ApplyPenaltyInput!) {{ applyPenalty(input: $input) {{
  __typename ... on ApplyPenaltyPayload {{ penalty {{ {FIELDS} }} }} ... on Error {{ code message }} }} }}"""
CONFIRM = f"""mutation ($input: ConfirmPenaltyInput!) {{ confirmPenalty(input: $input) {{
  __typename ... on ConfirmPenaltyPayload {{ penalty {{ {FIELDS} }} }} ... on Error {{ code }} }} }}"""
REVOKE = f"""mutation ($input: RevokePenaltyInput!) {{ revokePenalty(input: $input) {{
  __typename ... on RevokePenaltyPayload {{ penalty {{ {FIELDS} }} }} ... on Error {{ code }} }} }}"""
CONFIRM_REVOCATION = f"""mutation ($input: ConfirmRevocationInput!) {{ confirmRevocation(input: $input) {{
  __typename ... on ConfirmRevocationPayload {{ penalty {{ {FIELDS} }} }} ... on Error {{ code }} }} }}"""
DECLINE_REVOCATION = f"""mutation ($input: DeclineRevocationInput!) {{ declineRevocation(input: $input) {{
  __typename ... on DeclineRevocationPayload {{ penalty {{ {FIELDS} }} }} ... on Error {{ code }} }} }}"""
REQUIRE = """mutation ($input: RequirePenaltyConfirmationInput!) { requirePenaltyConfirmation(input: $input) {
  __typename ... on RequirePenaltyConfirmationPayload { contest { penaltiesNeedTwo } } ... on Error { code } } }"""
PENALTIES = f"""query ($contest: ID!, $filter: PenaltyFilter) {{
  penalties(contestId: $contest, filter: $filter) {{ totalCount nodes {{ {FIELDS} }} }} }}"""
BY_ID = "query ($id: ID!) { node(id: $id) { id } }"


class Stage:
    """A contest with one person, two organisers, a judge, the city's leader and the contestant, and what each does."""

    contest: AContest
    account: AnAccount
    people: dict[str, APerson]

    def __init__(self, ask: Ask) -> None:
        self.ask = ask

    async def applied(self, by: str, **given: Any) -> dict[str, Any]:
        usual = {"kind": "HALVE", "item": "SALES", "reason": "刷单，见截图"}
        whose = {"contestantId": gid("Contestant", self.account.contestant_id), "roundId": self.round_id}
        answer: dict[str, Any] = (await self.ask(APPLY, self.people[by], input={**usual, **whose, **given}))[
            "applyPenalty"
        ]
        return answer

    async def seen(self, by: str, **only: Any) -> list[dict[str, Any]]:
        answer = await self.ask(PENALTIES, self.people[by], contest=gid("Contest", self.contest.id), filter=only)
        found: list[dict[str, Any]] = answer["penalties"]["nodes"]
        assert answer["penalties"]["totalCount"] == len(found)
        return found

    async def settle(self, document: str, by: str, **given: Any) -> dict[str, Any]:
        (found,) = (await self.ask(document, self.people[by], input=given)).values()
        settled: dict[str, Any] = found
        return settled

    async def need_two(self) -> None:
        given = {"contestId": gid("Contest", self.contest.id), "required": True, "reason": "章程第八条"}
        answer = await self.ask(REQUIRE, self.people["organiser"], input=given)
        assert answer["requirePenaltyConfirmation"]["contest"] == {"penaltiesNeedTwo": True}

    @property
    def round_id(self) -> str:
        return gid("Round", self.contest.round_id)

    async def sequences(self) -> list[tuple[Any, Any]]:
        rows = await self.contest.pool.fetch("select from_sequence, to_sequence from penalties order by id")
        return [tuple(row) for row in rows]

    async def messages(self) -> list[str]:
        rows = await self.contest.pool.fetch("select code from messages order by code")
        return [row["code"] for row in rows]


@pytest.fixture
async def stage(ask: Ask, database: Pool) -> Stage:
    made = Stage(ask)
    made.contest = await a_contest(database)
    made.account = await an_account(made.contest, "first")
    city, who = made.contest.cities[0], made.account.contestant_id
    made.people = {
        "organiser": await a_person(database, Role.ORGANISER, made.contest),
        "second": await a_person(database, Role.ORGANISER, made.contest),
        "judge": await a_person(database, Role.JUDGE, made.contest),
        "leader": await a_person(database, Role.CITY_LEADER, made.contest, city=city),
        "contestant": await a_person(database, Role.CONTESTANT, made.contest, contestant=who),
    }
    return made


async def test_an_organisers_penalty_is_in_force_at_once_and_whom_it_concerns_is_told(stage: Stage) -> None:
    first = await stage.applied("organiser", idempotencyKey="k")
    assert first["penalty"] | {"id": ""} == {
        "id": "",
        "kind": "HALVE",
        "item": "SALES",
        "points": None,
        "state": "IN_FORCE",
        "reason": "刷单，见截图",
        "documents": [],
        "proposedBy": stage.people["organiser"].login,
        "confirmedBy": stage.people["organiser"].login,
        "revokedBy": None,
        "revokedReason": None,
        "contestant": {"number": 1},
    }
    assert await stage.applied("organiser", idempotencyKey="k") == first
    assert await stage.sequences() == [(1, None)]
    assert await stage.messages() == ["PENALTY_IN_CITY", "PENALTY_IN_FORCE"]
    for reader in ("contestant", "leader"):
        (own,) = await stage.seen(reader)
        assert (own["state"], own["reason"], own["proposedBy"]) == ("IN_FORCE", "刷单，见截图", None)


async def test_where_two_are_needed_another_confirms_and_nobody_outside_knows_before(stage: Stage) -> None:
    await stage.need_two()
    penalty = (await stage.applied("organiser"))["penalty"]
    assert penalty["state"] == "PROPOSED"
    assert await stage.sequences() == [(None, None)]
    given = {"id": penalty["id"]}
    for reader in ("contestant", "leader"):
        assert await stage.seen(reader) == []
        assert await stage.ask(BY_ID, stage.people[reader], **given) == {"node": None}
        answer = await stage.ask(CONFIRM, stage.people[reader], input=given)
        assert answer["confirmPenalty"]["code"] == "NOT_ALLOWED"
    assert set(await stage.messages()) == {"PENALTY_WAITS"}
    own = await stage.ask(CONFIRM, stage.people["organiser"], input=given)
    assert own["confirmPenalty"]["code"] == "PENALTY_OF_YOUR_OWN"
    done = (await stage.ask(CONFIRM, stage.people["second"], input=given))["confirmPenalty"]["penalty"]
    assert (done["state"], done["confirmedBy"]) == ("IN_FORCE", stage.people["second"].login)
    again = await stage.ask(CONFIRM, stage.people["second"], input=given)
    assert again["confirmPenalty"]["code"] == "PENALTY_NOT_PROPOSED"
    assert await stage.sequences() == [(1, None)]


async def test_a_judge_proposes_and_takes_back_only_what_they_proposed_themselves(stage: Stage) -> None:
    mine = (await stage.applied("judge"))["penalty"]
    others = (await stage.applied("organiser", kind="ZERO"))["penalty"]
    assert (mine["state"], others["state"]) == ("PROPOSED", "IN_FORCE")
    judge = stage.people["judge"]
    refused = await stage.ask(REVOKE, judge, input={"id": others["id"], "reason": "不妥"})
    assert refused["revokePenalty"]["code"] == "NOT_ALLOWED"
    done = await stage.ask(REVOKE, judge, input={"id": mine["id"], "reason": "看错了"})
    assert done["revokePenalty"]["penalty"]["state"] == "REVOKED"
    assert await stage.seen("contestant", state="REVOKED") == []  # it never was in force
    assert await stage.sequences() == [(None, None), (1, None)]


async def test_what_is_revoked_leaves_runs_from_its_sequence_number_on_and_is_told(stage: Stage) -> None:
    penalty = (await stage.applied("organiser"))["penalty"]
    given = {"id": penalty["id"], "reason": "申诉成立"}
    done = (await stage.ask(REVOKE, stage.people["second"], input=given))["revokePenalty"]["penalty"]
    assert (done["state"], done["revokedReason"]) == ("REVOKED", "申诉成立")
    assert await stage.sequences() == [(1, 2)]
    assert (await stage.seen("contestant"))[0]["state"] == "REVOKED"
    again = await stage.ask(REVOKE, stage.people["second"], input=given)
    assert again["revokePenalty"]["code"] == "PENALTY_REVOKED"
    assert "PENALTY_TAKEN_BACK" in await stage.messages()
    actions = "select array_agg(action order by id) from audit_entries where subject_type = 'Penalty'"
    assert await stage.contest.pool.fetchval(actions) == ["APPLY_PENALTY", "CONFIRM_PENALTY", "REVOKE_PENALTY"]


async def test_where_two_are_needed_another_agrees_to_revoke_and_nobody_outside_knows_before(stage: Stage) -> None:
    penalty = (await stage.applied("organiser"))["penalty"]
    await stage.need_two()
    told, given = await stage.messages(), {"id": penalty["id"]}
    assert (await stage.settle(CONFIRM_REVOCATION, "second", **given))["code"] == "REVOCATION_NOT_PROPOSED"
    asked = await stage.settle(REVOKE, "organiser", **given, reason="申诉成立")
    assert (asked["penalty"]["state"], asked["penalty"]["revokedReason"]) == ("IN_FORCE", None)
    assert await stage.sequences() == [(1, None)]
    seen = "query ($id: ID!) { node(id: $id) { ... on Penalty { revokingReason } } }"
    assert (await stage.ask(seen, stage.people["contestant"], **given))["node"] == {"revokingReason": None}
    assert (await stage.ask(seen, stage.people["judge"], **given))["node"] == {"revokingReason": "申诉成立"}
    assert sorted(set(await stage.messages()) - set(told)) == ["REVOCATION_WAITS_FOR_YOU"]
    assert (await stage.settle(REVOKE, "second", **given, reason="申诉成立"))["code"] == "REVOCATION_WAITS"
    assert (await stage.settle(CONFIRM_REVOCATION, "organiser", **given))["code"] == "REVOCATION_OF_YOUR_OWN"
    assert (await stage.settle(CONFIRM_REVOCATION, "judge", **given))["code"] == "NOT_ALLOWED"
    kept = await stage.settle(DECLINE_REVOCATION, "second", **given, reason="证据充分")
    assert kept["penalty"]["state"] == "IN_FORCE"
    await stage.settle(REVOKE, "second", **given, reason="查无实据")
    done = (await stage.settle(CONFIRM_REVOCATION, "organiser", **given))["penalty"]
    assert (done["state"], done["revokedReason"]) == ("REVOKED", "查无实据")
    assert await stage.sequences() == [(1, 2)]
    assert (await stage.settle(CONFIRM_REVOCATION, "second", **given))["code"] == "REVOCATION_NOT_PROPOSED"
    actions = "select array_agg(action order by id) from audit_entries where subject_type = 'Penalty'"
    recorded = ["PROPOSE_REVOCATION", "DECLINE_REVOCATION", "PROPOSE_REVOCATION", "REVOKE_PENALTY"]
    assert (await stage.contest.pool.fetchval(actions))[2:] == recorded


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"item": "NONE"}, "PENALTY_ITEM_UNKNOWN"),
        ({"kind": "SUBTRACT"}, "PENALTY_POINTS"),
        ({"points": "3"}, "PENALTY_POINTS"),
        ({"kind": "SUBTRACT", "points": "0"}, "PENALTY_POINTS_RANGE"),
        ({"kind": "SUBTRACT", "points": "0.123456789"}, "PENALTY_POINTS_RANGE"),
        ({"kind": "SUBTRACT", "points": "40.5"}, "PENALTY_ABOVE_FULL"),
        ({"kind": "DISQUALIFY"}, "PENALTY_OF_THE_WHOLE"),
        ({"reason": " "}, "TEXT_EMPTY"),
        ({"documentIds": [gid("Document", UUID(int=1))]}, "PENALTY_EVIDENCE_NOT_READY"),
        ({"uploadId": gid("Upload", UUID(int=1))}, "NOT_FOUND"),
        ({"roundId": gid("Round", UUID(int=1))}, "NOT_FOUND"),
    ],
)
async def test_what_does_not_go_together_is_refused(stage: Stage, given: dict[str, Any], code: str) -> None:
    assert (await stage.applied("organiser", **given))["code"] == code
    assert await stage.sequences() == []


async def test_evidence_is_a_checked_document_that_only_overseers_see(stage: Stage) -> None:
    document = new_id()
    await stage.contest.pool.execute(
        "insert into documents (id, contest_id, purpose, title, state, size, sha256)"
        " values ($1, $2, 'PENALTY', '直播截图', 'READY', 5, '')",
        *(document, stage.contest.id),
    )
    given = {"kind": "SUBTRACT", "points": "2.50", "documentIds": [gid("Document", document)]}
    penalty = (await stage.applied("organiser", **given))["penalty"]
    assert (penalty["points"], penalty["documents"]) == ("2.50", [{"title": "直播截图"}])
    assert (await stage.seen("contestant"))[0]["documents"] == []


async def test_filters_find_by_round_city_person_and_state(stage: Stage) -> None:
    await stage.applied("organiser")
    city = {"cityId": gid("City", stage.contest.cities[0]), "roundId": stage.round_id}
    assert len(await stage.seen("judge", **city, state="IN_FORCE")) == 1
    for nothing in ({"cityId": gid("City", stage.contest.cities[1])}, {"state": "PROPOSED"}, {"roundId": "x"}):
        assert await stage.seen("judge", **nothing) == []
