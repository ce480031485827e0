"""The job behind a marked copy."""

from uuid import UUID

from services.scorer.context import Scorer
from services.scorer.marked_copies.mark_upload import forget_marked_copies
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue
from services.shared.storage import FileStore
from tests.factories import a_contest, a_person, an_account, an_upload
from tests.scorer.doing import do, row
from tests.scorer.files import works


async def asked(database: Pool, upload_id: UUID) -> UUID:
    copy_id, person = new_id(), await a_person(database)
    async with database.acquire() as connection, connection.transaction():
        await connection.execute(
            "insert into marked_copies (id, upload_id, language, state, created_by)"
            " values ($1, $2, 'ZH', 'QUEUED', $3)",
            *(copy_id, upload_id, person.user_id),
        )
        await enqueue(connection, JobKind.MARK_UPLOAD, copy_id)
    return copy_id


async def test_a_copy_is_made_and_kept_for_a_day(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    zhang = await an_account(contest, "zhangsan")
    content = works(("甲", "2021-07-21 08:00:00", -1))
    upload_id = await an_upload(contest, files, "作品列表.csv", content, account=zhang)
    await do(scorer, upload_id)
    copy_id = await asked(database, upload_id)
    await do(scorer, copy_id)
    copy = await row(database, "marked_copies", copy_id)
    assert (copy["state"], copy["content"][:2]) == ("DONE", b"PK")
    await forget_marked_copies(scorer)
    assert await database.fetchval("select count(*) from marked_copies") == 1
    await database.execute("update marked_copies set created_at = now() - interval '25 hours'")
    await forget_marked_copies(scorer)
    assert await database.fetchval("select count(*) from marked_copies") == 0


async def test_of_a_file_that_is_gone_there_is_the_list(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    upload_id = await an_upload(contest, files, "空.csv", b"")
    await do(scorer, upload_id)
    await files.delete(f"originals/{upload_id}")
    copy_id = await asked(database, upload_id)
    await do(scorer, copy_id)
    assert (await row(database, "marked_copies", copy_id))["state"] == "DONE"
