"""Revisions that are not public yet: the hour that comes meanwhile, and people who are erased meanwhile."""

from services.api.publications.store import lock_publication, withdraw
from services.shared.database.pool import Pool
from tests.api.conftest import Ask, gid
from tests.api.publications.conftest import DECLINE, Publish, Stage, key

ERASE = """mutation ($input: EraseContestantInput!) { eraseContestant(input: $input) {
  __typename ... on Error { code } } }"""


async def test_nobody_is_erased_whom_a_revision_that_waits_would_name(
    ask: Ask, database: Pool, stage: Stage, prepare: Publish
) -> None:
    made = await prepare()
    asked = {"contestantId": gid("Contestant", stage.accounts[0].contestant_id), "reason": "本人来信要求"}
    assert (await ask(ERASE, stage.host, input=asked))["eraseContestant"]["code"] == "REVISION_NAMES_THEM"
    await ask(DECLINE, stage.host, input={"publicationId": made["id"], "reason": "有人要求删除"})
    assert (await ask(ERASE, stage.host, input=asked))["eraseContestant"]["__typename"] == "EraseContestantPayload"


async def test_one_whose_hour_came_while_its_withdrawal_waited_was_there(
    database: Pool, stage: Stage, publish: Publish
) -> None:
    made = key(await publish())
    async with database.acquire() as connection, connection.transaction():
        await connection.execute("update publications set publish_at = clock_timestamp() where id = $1", made)
        row = await lock_publication(connection, made)
        assert row is not None
        assert row["public"]
        await withdraw(connection, made, stage.host.user_id, "有误")
    assert await database.fetchval("select state from publications where id = $1", made) == "APPROVED"
