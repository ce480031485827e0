"""Whether a contest keeps its originals."""

from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import a_contest, a_person

UPDATE = """mutation ($input: UpdateOriginalsInput!) { updateOriginals(input: $input) {
  __typename ... on UpdateOriginalsPayload { contest { originals } } ... on Error { code } } }"""


async def test_an_organiser_decides_for_a_reason_and_it_is_recorded(ask: Ask, database: Pool) -> None:
    contest, other = await a_contest(database), await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    given = {"contestId": gid("Contest", contest.id), "originals": "DROP_AFTER_INGEST", "reason": "主办方要求"}
    answer = (await ask(UPDATE, organiser, input=given))["updateOriginals"]
    assert answer["contest"] == {"originals": "DROP_AFTER_INGEST"}
    assert (await ask(UPDATE, organiser, input={**given, "reason": " "}))["updateOriginals"][
        "__typename"
    ] == "InvalidInput"
    assert (await ask(UPDATE, clerk, input=given))["updateOriginals"]["__typename"] == "NotAllowed"
    elsewhere = {**given, "contestId": gid("Contest", other.id)}
    assert (await ask(UPDATE, organiser, input=elsewhere))["updateOriginals"]["__typename"] == "NotAllowed"
    (entry,) = await database.fetch("select action, changes, reason from audit_entries")
    assert tuple(entry) == (
        "UPDATE_ORIGINALS",
        {"originals": ["KEEP_ENCRYPTED", "DROP_AFTER_INGEST"]},
        "主办方要求",
    )
    assert await database.fetchval("select originals from contests where id = $1", other.id) == "KEEP_ENCRYPTED"
