"""What counted once can be scored again for ever: nothing that comes, goes or is claimed later leaves a trace in it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from services.sample.tables import delimited
from services.scorer.context import Scorer
from services.scorer.scoring_runs.verify import verify
from services.shared.database.pool import Pool
from services.shared.jobs import JobKind, enqueue
from services.shared.storage import FileStore
from tests.factories import EXPORTED_AT, RULES, AContest, AnAccount, a_contest, a_run, an_account, an_upload
from tests.scorer.doing import codes, do, row, tuples
from tests.scorer.files import live_list, orders, works, zipped

AT = "2021-07-21 08:00:00"
HOUR = timedelta(hours=1)


async def digest_at(scorer: Scorer, contest: AContest, sequence: int | None = None) -> tuple[str, UUID]:
    """What a run over the uploads up to a sequence number finds (none: all of them), and the run."""
    run_id = await a_run(contest)
    if sequence is not None:
        await contest.pool.execute("update scoring_runs set sequence = $2 where id = $1", run_id, sequence)
    await do(scorer, run_id)
    return (await row(contest.pool, "scoring_runs", run_id))["digest"], run_id


async def withdraw(scorer: Scorer, upload_id: UUID) -> None:
    async with scorer.pool.acquire() as connection, connection.transaction():
        await connection.execute("update uploads set withdrawn_reason = '传错了' where id = $1", upload_id)
        await enqueue(connection, JobKind.WITHDRAW_UPLOAD, upload_id)
    await do(scorer, upload_id)


async def claim(scorer: Scorer, upload_id: UUID) -> None:
    async with scorer.pool.acquire() as connection, connection.transaction():
        await enqueue(connection, JobKind.CLAIM_LINES, upload_id)
    await do(scorer, upload_id)


class Season:
    """Files that come and go as chance has it: works and orders, earlier and later exports, archives, a uid bound."""

    def __init__(self, scorer: Scorer, contest: AContest, accounts: list[AnAccount], seed: int) -> None:
        self.scorer, self.contest, self.accounts, self.chance = scorer, contest, accounts, Random(seed)
        self.counted: list[UUID] = []
        self.waiting: list[UUID] = []

    async def something(self) -> None:
        steps: list[Callable[[], Awaitable[None]]] = [self.works, self.orders, self.archive, self.withdraw, self.bind]
        await self.chance.choices(steps, weights=(4, 4, 2, 3, 1))[0]()

    async def take(self, name: str, content: bytes, account: AnAccount | None) -> UUID:
        exported_at = EXPORTED_AT + HOUR * self.chance.randrange(50)
        upload_id = await an_upload(
            self.contest, self.scorer.files, name, content, account=account, exported_at=exported_at
        )
        await do(self.scorer, upload_id)
        if (await row(self.scorer.pool, "uploads", upload_id))["state"] == "ACCEPTED":
            self.counted.append(upload_id)
        return upload_id

    def some_works(self) -> bytes:
        days = self.chance.sample(range(20, 30), 3)
        return works(*((f"作品{day}", f"2021-07-{day} 08:00:00", self.chance.randrange(1000)) for day in days))

    async def works(self) -> None:
        await self.take("作品.csv", self.some_works(), self.chance.choice(self.accounts))

    async def orders(self) -> None:
        state = self.chance.choice(("-", "退款成功"))
        lines = [
            (f"{number}", f"2021-07-2{number % 9} 10:00:00", f"{self.chance.randrange(1, 99)}.00", state, f"{uid}")
            for number in self.chance.sample(range(1001, 1020), 4)
            for uid in [111 + number % 3 * 111]  # 333 is bound late
        ]
        self.waiting.append(await self.take("店铺.csv", orders(*lines), None))

    async def archive(self) -> None:
        members = ((f"抖音-{one.handle}/作品.csv", self.some_works()) for one in self.accounts)
        await self.take("全部.zip", zipped(*members), None)

    async def withdraw(self) -> None:
        if self.counted:
            await withdraw(self.scorer, self.counted.pop(self.chance.randrange(len(self.counted))))

    async def bind(self) -> None:
        await self.contest.pool.execute("update accounts set uid = '333' where id = $1", self.accounts[2].id)
        for upload_id in self.waiting:
            await claim(self.scorer, upload_id)


@pytest.mark.parametrize("seed", range(3))
async def test_any_earlier_state_scores_to_the_same_digest_whatever_came_later(
    scorer: Scorer, database: Pool, seed: int
) -> None:
    contest = await a_contest(database)
    accounts = [await an_account(contest, handle, uid=uid) for handle, uid in (("a", "111"), ("b", "222"), ("c", None))]
    season = Season(scorer, contest, accounts, seed)
    found: dict[int, str] = {}
    runs: list[UUID] = []
    for _ in range(14):
        await season.something()
        sequence = await database.fetchval("select sequence from contests")
        digest, run_id = await digest_at(scorer, contest)
        assert found.setdefault(sequence, digest) == digest
        runs.append(run_id)
    assert len(set(found.values())) > 5
    for sequence, digest in found.items():
        assert (await digest_at(scorer, contest, sequence))[0] == digest
    for run_id in runs:
        assert (await verify(database, run_id)).holds  # base sums too: it adds the lines up anew


async def test_a_withdrawn_file_is_as_if_it_had_never_come(scorer: Scorer, database: Pool, files: FileStore) -> None:
    digests = []
    for with_mistake in (False, True):
        contest = await a_contest(database)
        account = await an_account(contest, "first", uid="111")
        sold = orders(("1001", AT, "10.00", "-", "111"))
        mistake = [("作品.csv", works(("甲", AT, 900), ("丙", AT, 1)), HOUR), ("订单.csv", sold, HOUR)]
        kept = [("作品.csv", works(("甲", AT, 100)), HOUR * 0)]
        for name, content, later in (mistake if with_mistake else []) + kept:
            exported_at = EXPORTED_AT + later
            upload_id = await an_upload(contest, files, name, content, account=account, exported_at=exported_at)
            await do(scorer, upload_id)
        if with_mistake:
            of_contest = "select id from uploads where contest_id = $1 and exported_at > $2"
            for (upload_id,) in await tuples(database, of_contest, contest.id, EXPORTED_AT):
                await withdraw(scorer, upload_id)
        digests.append((await digest_at(scorer, contest))[0])
    assert digests[0] == digests[1]


async def test_what_is_claimed_later_is_covered_from_then_on(scorer: Scorer, database: Pool, files: FileStore) -> None:
    """One file tells of one account's follower gain, and under its new handle of its profile visits."""
    rules = RULES.replace('metric = "plays"', 'metric = "profile_visits"\nsource = "account_days"')
    contest = await a_contest(database, rules=rules)
    account = await an_account(contest, "old")
    table = [
        ["平台", "账号", "日期", "净增粉丝", "主页访问"],
        ["抖音", "old", "2021-07-21", "5", ""],
        ["抖音", "new", "2021-07-22", "", "0"],
    ]
    upload_id = await an_upload(contest, files, "账号.csv", delimited(table), attested=True)
    await do(scorer, upload_id)
    before, _ = await digest_at(scorer, contest)
    await database.execute(
        "insert into account_aliases (id, contest_id, account_id, platform, handle, handle_key, reason, state)"
        " values ($1, $2, $1, 'DOUYIN', 'new', 'new', '', 'APPROVED')",
        *(account.id, contest.id),
    )
    await claim(scorer, upload_id)
    covered = "select from_sequence, measures from coverage order by from_sequence"
    assert await tuples(database, covered) == [(1, ["NET_FOLLOWERS"]), (2, ["PROFILE_VISITS"])]
    assert (await digest_at(scorer, contest, 1))[0] == before
    assert (await digest_at(scorer, contest))[0] != before


@pytest.mark.parametrize(
    ("published", "exported", "counts"),
    [
        ("2021-07-19 23:59:59", "2021-09-02T10:00:00+08:00", False),
        ("2021-07-20 00:00:00", "2021-09-02T10:00:00+08:00", True),  # the window opens
        ("2021-08-31 23:59:59", "2021-09-02T10:00:00+08:00", True),
        ("2021-09-01 00:00:00", "2021-09-02T10:00:00+08:00", False),  # and closes
        ("2021-08-01 00:00:00", "2021-08-31T23:59:59+08:00", False),
        ("2021-08-01 00:00:00", "2021-09-01T00:00:00+08:00", True),  # figures may be exported from here
        ("2021-08-01 00:00:00", "2021-09-30T23:59:59+08:00", True),
        ("2021-08-01 00:00:00", "2021-10-01T00:00:00+08:00", False),  # to here
    ],
)
async def test_what_lies_in_the_window_and_was_exported_inside_the_span_counts(
    scorer: Scorer, database: Pool, files: FileStore, published: str, exported: str, counts: bool
) -> None:
    """A work, and an order of the same moment: both scored in full, or not at all."""
    contest = await a_contest(database)
    await database.execute("update rounds set exported_from = '2021-09-01+08'")
    account = await an_account(contest, "first", uid="111")
    exported_at = datetime.fromisoformat(exported)
    for name, content in (
        ("作品.csv", works(("甲", published, 100))),
        ("订单.csv", orders(("1001", published, "10.00", "-", "111"))),
    ):
        upload_id = await an_upload(contest, files, name, content, account=account, exported_at=exported_at)
        await do(scorer, upload_id)
        assert (await row(database, "uploads", upload_id))["state"] == "ACCEPTED"
        in_span = "2021-09-01T00:00:00+08:00" <= exported < "2021-10-01T00:00:00+08:00"
        assert await codes(database, upload_id) == ([] if in_span else ["EXPORTED_OUTSIDE_SPANS"])
    _, run_id = await digest_at(scorer, contest)
    assert await database.fetchval("select total from scores where run_id = $1", run_id) == (100 if counts else 0)
    assert (await verify(database, run_id)).holds


async def test_folder_file_and_uploader_must_agree(scorer: Scorer, database: Pool, files: FileStore) -> None:
    contest = await a_contest(database)
    first, _ = await an_account(contest, "first"), await an_account(contest, "second")
    sessions = {handle: live_list((handle, AT, "1")) for handle in ("first", "second", "ＦＩＲＳＴ\u3000")}
    archive = zipped(
        ("抖音-first/直播.csv", sessions["ＦＩＲＳＴ\u3000"]),  # the same handle, written otherwise
        ("抖音-first/别人的.csv", sessions["second"]),
        ("抖音-second/直播.csv", sessions["second"]),
        ("快手-first/直播.csv", sessions["first"]),
        ("没有文件夹.csv", sessions["first"]),
    )
    states = "select name, state, code from uploads u left join upload_problems p on p.upload_id = u.id"
    states += " where parent_id = $1 order by name"
    upload_id = await an_upload(contest, files, "一.zip", archive, account=first)
    await do(scorer, upload_id)
    assert sorted(await tuples(database, states, upload_id)) == [
        ("快手-first/直播.csv", "REFUSED", "FOLDER_ACCOUNT_UNKNOWN"),
        ("抖音-first/别人的.csv", "REFUSED", "WRONG_ACCOUNT"),
        ("抖音-first/直播.csv", "ACCEPTED", None),
        ("抖音-second/直播.csv", "REFUSED", "FOLDER_NOT_STATED"),
        ("没有文件夹.csv", "ACCEPTED", None),
    ]
    again = await an_upload(contest, files, "二.zip", archive)  # without an account the folders say whose
    await do(scorer, again)
    found = {name: state for name, state, _ in await tuples(database, states, again)}
    assert found["抖音-second/直播.csv"] == "ACCEPTED"
    whose = "select distinct handle from live_sessions join accounts using (contestant_id) order by handle"
    assert await tuples(database, whose) == [
        ("first",),
        ("second",),
    ]
