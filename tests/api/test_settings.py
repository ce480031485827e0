"""What a contest does one way or another, each said by its own mutation."""

from typing import Any

import pytest

from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import a_contest, a_person

CONFIRMED = {"required": True}
SETTINGS: dict[str, tuple[dict[str, Any], dict[str, list[Any]]]] = {  # by mutation: what is asked, before and after
    "updateOriginals": ({"originals": "DROP_AFTER_INGEST"}, {"originals": ["KEEP_ENCRYPTED", "DROP_AFTER_INGEST"]}),
    "requirePenaltyConfirmation": (CONFIRMED, {"penalties_need_two": [False, True]}),
    "requireTypingConfirmation": (CONFIRMED, {"typing_needs_two": [False, True]}),
    "requireVerification": (CONFIRMED, {"verification_blocks_publication": [False, True]}),
    "updateAppealSettings": (
        {"needTwo": True, "blockPublication": False},
        {"appeals_need_two": [False, True]},  # the other one stays as it was
    ),
}


def mutation(name: str) -> str:
    kind = name[0].upper() + name[1:]
    return f"""mutation ($input: {kind}Input!) {{ {name}(input: $input) {{
      ... on {kind}Payload {{ contest {{ originals
        penalties_need_two: penaltiesNeedTwo typing_needs_two: typingNeedsTwo appeals_need_two: appealsNeedTwo
        verification_blocks_publication: verificationBlocksPublication }} }}
      ... on Error {{ code }} }} }}"""


@pytest.mark.parametrize("name", SETTINGS)
async def test_an_organiser_sets_it_for_a_reason_and_what_changed_is_recorded(
    ask: Ask, database: Pool, name: str
) -> None:
    contest, other = await a_contest(database), await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    asked, changes = SETTINGS[name]

    async def say(who: Any, **given: Any) -> Any:
        usual = {"contestId": gid("Contest", contest.id), "reason": "章程第八条", **asked}
        return (await ask(mutation(name), who, input=usual | given))[name]

    assert (await say(organiser, reason=" "))["code"] == "TEXT_EMPTY"
    assert (await say(clerk))["code"] == "NOT_ALLOWED"
    assert (await say(organiser, contestId=gid("Contest", other.id)))["code"] == "NOT_ALLOWED"
    assert (await say(organiser, contestId=gid("Round", contest.id)))["code"] == "NOT_FOUND"
    shown = (await say(organiser))["contest"]
    assert {column: shown[column] for column in changes} == {column: after for column, (_, after) in changes.items()}
    (entry,) = await database.fetch("select changes, reason from audit_entries")
    assert tuple(entry) == (changes, "章程第八条")
    untouched = "select count(*) from contests where id = $1 and version = 0"
    assert await database.fetchval(untouched, other.id) == 1
