"""People of a city as they come by a roster, for tests of lists."""

from uuid import UUID

from services.shared.database.pool import Pool
from services.shared.file_vocabulary import UploadKind
from services.shared.handles import handle_key
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue
from services.shared.personal_data import Vault
from services.shared.storage import FileStore
from services.shared.vocabulary import Eligibility, EntryWay, Platform, ReviewStep
from tests.factories import AContest, an_upload


async def a_recommended(
    contest: AContest,
    vault: Vault,
    name: str,
    id_number: str,
    *,
    phone: str = "13812341234",
    handle: str = "",
    city: int = 0,
    division: int = 0,
    eligibility: Eligibility = Eligibility.PENDING,
    step: ReviewStep = ReviewStep.ORGANISER,
    way: EntryWay = EntryWay.RECOMMENDED,
    remark: str = "",
) -> UUID:
    """A recommended person with sealed numbers and an account; by default the city has checked them."""
    pool: Pool = contest.pool
    key = new_id()
    await pool.execute(
        "insert into contestants (id, contest_id, city_id, division_id, number, name, entry_way, eligibility,"
        " review_step, id_number_sealed, id_number_index, phone_sealed, followers_claimed, experience, remark)"
        " select $1, $2, $3, $4, coalesce(max(number), 0) + 1, $5, $6, $7, $8, $9, $10, $11, 500000, '无', $12"
        " from contestants where contest_id = $2",
        *(key, contest.id, contest.cities[city], contest.divisions[division], name, way, eligibility, step),
        *(vault.seal(id_number, key), vault.index(id_number), vault.seal(phone, key), remark),
    )
    shown = handle or f"h{key.hex[-12:]}"
    await pool.execute(
        "insert into accounts (id, contest_id, contestant_id, platform, handle, handle_key)"
        " values ($1, $2, $3, $4, $5, $6)",
        *(new_id(), contest.id, key, Platform.DOUYIN, shown, handle_key(shown)),
    )
    return key


async def a_given_list(contest: AContest, files: FileStore, content: bytes) -> UUID:
    """A given list that waits to be read, with its upload and its job."""
    upload_id = await an_upload(contest, files, "名单.csv", content, kind=UploadKind.GIVEN_LIST)
    list_id = new_id()
    async with contest.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "insert into given_lists (id, contest_id, key, title, state, upload_id)"
            " values ($1, $2, 'training', '培训名单', 'QUEUED', $3)",
            *(list_id, contest.id, upload_id),
        )
        await enqueue(connection, JobKind.IMPORT_GIVEN_LIST, list_id)
    return list_id


def id_number(serial: int) -> str:
    """A valid ID number of its own for each serial, 0 to 999."""
    first = f"42010619900101{serial:03}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return first + "10X98765432"[sum(int(n) * w for n, w in zip(first, weights, strict=True)) % 11]
