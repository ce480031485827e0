"""What a person types to come in, and the operations that take it."""

from typing import Any

from tests.api.conftest import gid
from tests.factories import AContest
from tests.people import a_phone, an_id_number

ENTER = """mutation ($input: EnterContestantInput!) { enterContestant(input: $input) {
  __typename ... on EnterContestantPayload { contestant { id number name idNumber phone entryWay eligibility reviewStep
    city { name } division { key } account { platform handle } followersClaimed experience remark } }
  ... on InvalidInput { field } ... on Error { code } } }"""
REGISTER = """mutation ($input: RegisterContestantInput!) { registerContestant(input: $input) {
  __typename ... on RegisterContestantPayload { number } ... on InvalidInput { field } ... on Error { code } } }"""
WITHDRAW = """mutation ($id: ID!, $reason: String = "本人原因") {
  withdrawContestant(input: {contestantId: $id, reason: $reason}) {
  __typename ... on WithdrawContestantPayload { contestant { withdrawnAt withdrawnReason } }
  ... on Error { code } } }"""
TRANSFER = """mutation ($input: TransferContestantInput!) { transferContestant(input: $input) {
  __typename ... on TransferContestantPayload { contestant { city { name } division { key } entryWay eligibility
    reviewStep } } ... on Error { code } } }"""
MEND = """mutation ($input: MendContestantInput!) { mendContestant(input: $input) {
  __typename ... on MendContestantPayload { contestant { name idNumber phone eligibility reviewStep followersClaimed
    experience remark account { platform handle } } }
  ... on InvalidInput { field } ... on Error { code } } }"""


def typed(contest: AContest, *, city: int = 0, division: int = 0, **given: Any) -> dict[str, Any]:
    """A person for `enterContestant`, another one at every call."""
    id_number = an_id_number()
    return {
        "cityId": gid("City", contest.cities[city]),
        "divisionId": gid("Division", contest.divisions[division]),
        "name": "王五",
        "idNumber": id_number,
        "phone": a_phone(),
        "platform": "DOUYIN",
        "handle": f"dy{id_number[8:17]}",
        **given,
    }


def registering(contest: AContest, **given: Any) -> dict[str, Any]:
    """The same person for `registerContestant`, who will sign in."""
    person = typed(contest, **given)
    return {"consentVersion": "1", "login": f"l{person['idNumber'][8:17]}", "password": "longer-than-ten"} | person


async def with_consent(contest: AContest) -> AContest:
    """A contest that has published what people agree to."""
    await contest.pool.execute(
        "update contests set consent_version = '1', consent_text = '同意' where id = $1", contest.id
    )
    return contest
