"""The least of a contest that a test needs, written straight into PostgreSQL. Factories build on each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID

from services.shared.database.pool import Pool
from services.shared.file_vocabulary import UploadKind
from services.shared.handles import handle_key
from services.shared.identity import new_id
from services.shared.jobs import JobKind, enqueue
from services.shared.passwords import hash_password
from services.shared.storage import FileStore
from services.shared.vocabulary import ImportPolicy, Platform, Role
from tests.kept import put

RULES = """
title = "测试规则"
round = "qualifier"
full = 100
places = { metric = 4, item = 2, total = 2 }
ties = ["item SALES"]

[items.SHORT_VIDEO]
title = "短视频"
weight = 60
[[items.SHORT_VIDEO.metrics]]
metric = "plays"
share = 100
scale = "ratio"
field = "round"
missing = "zero"

[items.SALES]
title = "带货"
weight = 40
[[items.SALES.metrics]]
metric = "net_sales"
source = "orders"
refunds_until = 2021-10-01T00:00:00+08:00
share = 100
scale = "log"
field = "round"
missing = "zero"

[finalists]
places = 2
minimum = 1
tie_at_cut = "person decides"
"""

EXPORTED_AT = datetime.fromisoformat("2021-09-02T10:00:00+08:00")


@dataclass(frozen=True)
class AContest:
    """A contest with two cities, two divisions and one round (20 July to 31 August 2021), open to newcomers."""

    pool: Pool
    id: UUID
    round_id: UUID
    rules_id: UUID
    cities: Sequence[UUID]
    divisions: Sequence[UUID]


@dataclass(frozen=True)
class AnAccount:
    """An approved contestant's account."""

    id: UUID
    contestant_id: UUID
    handle: str


async def a_contest(pool: Pool, *, rules: str = RULES, ownerless_orders: str = "UNCLAIMED") -> AContest:
    contest_id, round_id, rules_id = new_id(), new_id(), new_id()
    cities, divisions = [new_id(), new_id()], [new_id(), new_id()]
    await pool.execute(
        "insert into contests (id, slug, title, hosts, ownerless_orders) values ($1, $2, '测试赛', '[]', $3)",
        *(contest_id, contest_id.hex, ownerless_orders),
    )
    for position, (name, aliases) in enumerate([("武汉市", ["武汉"]), ("恩施州", ["恩施", "恩施土家族苗族自治州"])]):
        await pool.execute(
            "insert into cities (id, contest_id, name, aliases, position) values ($1, $2, $3, $4, $5)",
            *(cities[position], contest_id, name, aliases, position),
        )
    for position, (key, name) in enumerate([("trainee", "全媒体运营师学员"), ("veteran", "退役军人")]):
        await pool.execute(
            "insert into divisions (id, contest_id, key, name, cap, entry_ways, position)"
            " values ($1, $2, $3, $4, 1000, '{RECOMMENDED,SELF_REGISTERED}', $5)",
            *(divisions[position], contest_id, key, name, position),
        )
    await pool.execute(
        "insert into entry_windows (contest_id, entry_way, opens_at, closes_at)"
        " select $1, unnest(array['RECOMMENDED', 'SELF_REGISTERED']), '2020-01-01+08', '2100-01-01+08'",
        contest_id,
    )
    await pool.execute(
        "insert into rounds (id, contest_id, key, title, opens_at, closes_at, exported_from, exported_until,"
        " uploads_until, position) values ($1, $2, 'qualifier', '选手全员赛', '2021-07-20+08', '2021-09-01+08',"
        " '2021-07-20+08', '2021-10-01+08', '2100-01-01+08', 0)",
        *(round_id, contest_id),
    )
    await pool.execute(
        "insert into rules (id, contest_id, round_id, version, document, sha256, reason)"
        " values ($1, $2, $3, 1, $4, $5, '')",
        *(rules_id, contest_id, round_id, rules, sha256(rules.encode()).hexdigest()),
    )
    return AContest(pool, contest_id, round_id, rules_id, cities, divisions)


async def an_account(
    contest: AContest,
    handle: str,
    *,
    platform: Platform = Platform.DOUYIN,
    city: int = 0,
    division: int = 0,
    uid: str | None = None,
) -> AnAccount:
    """An approved contestant with their one account."""
    contestant_id, account_id = new_id(), new_id()
    await contest.pool.execute(
        "insert into contestants (id, contest_id, city_id, division_id, number, name, entry_way, eligibility,"
        " approved_at, review_step, id_number_sealed, id_number_index, phone_sealed) select $1, $2, $3, $4,"
        " coalesce(max(number), 0) + 1, $5, 'RECOMMENDED', 'APPROVED', now(), 'ORGANISER', '', $6, ''"
        " from contestants where contest_id = $2",
        *(contestant_id, contest.id, contest.cities[city], contest.divisions[division], handle, contestant_id.bytes),
    )
    await contest.pool.execute(
        "insert into accounts (id, contest_id, contestant_id, platform, handle, handle_key, uid)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        *(account_id, contest.id, contestant_id, platform, handle, handle_key(handle), uid),
    )
    await contest.pool.execute(
        "insert into approvals (contestant_id, from_at, contest_id, city_id, division_id, platform, handle_key)"
        " select id, approved_at, contest_id, city_id, division_id, $2, $3 from contestants where id = $1",
        *(contestant_id, platform, handle_key(handle)),
    )
    return AnAccount(account_id, contestant_id, handle)


async def an_upload(
    contest: AContest,
    files: FileStore,
    name: str,
    content: bytes,
    *,
    account: AnAccount | None = None,
    exported_at: datetime = EXPORTED_AT,
    kind: UploadKind | None = None,
    policy: ImportPolicy = ImportPolicy.ALL_OR_NOTHING,
    attested: bool = False,
) -> UUID:
    """A completed upload that waits for the scorer, with its job."""
    upload_id = new_id()
    await put(files, f"uploads/{upload_id}", content)  # in clear, as through a bucket's address: the scorer seals it
    async with contest.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "insert into uploads (id, contest_id, name, size, sha256, state, kind_stated, account_id, exported_at,"
            " exported_at_stated, policy, attested, bytes_at)"
            " values ($1, $2, $3, $4, $5, 'QUEUED', $6, $7, $8, true, $9, $10, now())",
            *(upload_id, contest.id, name, len(content), sha256(content).hexdigest(), kind),
            *(account and account.id, exported_at, policy, attested),
        )
        await enqueue(connection, JobKind.INGEST_UPLOAD, upload_id)
    return upload_id


async def a_run(contest: AContest, run_id: UUID | None = None) -> UUID:
    """A scoring run that waits, over everything accepted so far, with its job."""
    run_id = run_id or new_id()
    async with contest.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "insert into scoring_runs (id, contest_id, round_id, number, state, sequence, rules_id, created_at)"
            " select $1, id, $3, (select count(*) + 1 from scoring_runs where round_id = $3), 'QUEUED', sequence, $4,"
            " clock_timestamp() from contests where id = $2",
            *(run_id, contest.id, contest.round_id, contest.rules_id),
        )
        await enqueue(connection, JobKind.RUN_SCORING, run_id)
    return run_id


async def a_comparison(contest: AContest, base: UUID, other: UUID | None = None, *, rules: str | None = None) -> UUID:
    """A comparison that waits, of a scored run with another or with rules that nobody has saved, with its job."""
    comparison_id = new_id()
    async with contest.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "insert into comparisons (id, contest_id, round_id, base_run_id, other_run_id, rules_document, state)"
            " values ($1, $2, $3, $4, $5, $6, 'QUEUED')",
            *(comparison_id, contest.id, contest.round_id, base, other, rules),
        )
        await enqueue(connection, JobKind.COMPARE_RUNS, comparison_id)
    return comparison_id


async def a_publication(contest: AContest, run: UUID) -> UUID:
    """A notice that waits to be put together, of a scored run, with its job."""
    publication_id = new_id()
    async with contest.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "insert into publications (id, contest_id, round_id, run_id, revision, stage, state, title, publish_at,"
            " notice_from, notice_until, contacts, masking, reason) select $1, id, $3, $4, 1, 'PROPOSED', 'PREPARING',"
            " '成绩公示', '2021-09-06+08', '2021-09-06+08', '2100-01-01+08', '[]', masking, ''"
            " from contests where id = $2",
            *(publication_id, contest.id, contest.round_id, run),
        )
        await enqueue(connection, JobKind.PREPARE_PUBLICATION, publication_id)
    return publication_id


async def a_roster_import(
    contest: AContest,
    files: FileStore,
    content: bytes,
    *,
    dry_run: bool = False,
    policy: ImportPolicy = ImportPolicy.ALL_OR_NOTHING,
    by: "APerson | None" = None,
) -> UUID:
    """A roster import that waits, with its upload and its job; by an organiser if nobody is named."""
    by = by or await a_person(contest.pool, Role.ORGANISER, contest)
    upload_id = await an_upload(contest, files, "推荐表.csv", content, kind=UploadKind.ROSTER)
    import_id = new_id()
    async with contest.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "insert into roster_imports (id, contest_id, upload_id, dry_run, policy, created_by, state)"
            " values ($1, $2, $3, $4, $5, $6, 'QUEUED')",
            *(import_id, contest.id, upload_id, dry_run, policy, by.user_id),
        )
        await enqueue(connection, JobKind.IMPORT_ROSTER, import_id)
    return import_id


PASSWORD = "the-password-of-everybody"


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


@dataclass(frozen=True)
class APerson:
    """Somebody who is signed in with a bearer token."""

    user_id: UUID
    login: str
    token: str


async def a_person(
    pool: Pool,
    role: Role | None = None,
    contest: AContest | None = None,
    *,
    city: UUID | None = None,
    contestant: UUID | None = None,
) -> APerson:
    """Somebody with one right (none: without any), and an open session."""
    user_id, token = new_id(), token_urlsafe()
    login = f"user-{user_id.hex}"
    await pool.execute(
        "insert into users (id, login, name, password_hash) values ($1, $2, $2, $3)",
        *(user_id, login, _password_hash()),
    )
    if role is not None:
        await pool.execute(
            "insert into grants (id, user_id, role, contest_id, city_id, contestant_id)"
            " values ($1, $2, $3, $4, $5, $6)",
            *(new_id(), user_id, role, contest and contest.id, city, contestant),
        )
    await pool.execute(
        "insert into sessions (token_hash, user_id, expires_at) values ($1, $2, now() + interval '1 hour')",
        *(sha256(token.encode()).digest(), user_id),
    )
    return APerson(user_id, login, token)


async def a_scored_run(
    contest: AContest, accounts: Sequence[AnAccount], *, adopted: bool = False, run_id: UUID | None = None
) -> UUID:
    """A run that has ended, in which the accounts stand in the order given; the first two are proposed."""
    run_id = await a_run(contest, run_id)
    pool = contest.pool
    await pool.execute(
        "update scoring_runs set state = 'SCORED', digest = $2, contestants = $3, ended_at = now() where id = $1",
        *(run_id, sha256(run_id.bytes).hexdigest(), len(accounts)),
    )
    for position, account in enumerate(accounts, 1):
        points = f"{100 - position}.50"
        metric = {
            "metric": "plays",
            "title": "播放量",
            "unit": "次",
            "value": "1200",
            "full": "100",
            "points": points,
            "scale": "ratio",
            "field": "round",
            "missing": False,
            "left_out": False,
            "inputs": [{"name": "best", "value": "2000"}],
        }
        item = {"item": "SHORT_VIDEO", "title": "短视频", "weight": "100", "points": points, "counted_share": "100"}
        await pool.execute(
            "insert into scores (contestant_id, run_id, city_id, division_id, position, rank, city_rank, division_rank,"
            " total, items, explanation) select id, $2, city_id, division_id, $3, $3, $3, $3, $4, $5, $6"
            " from contestants where id = $1",
            *(account.contestant_id, run_id, position, Decimal(points)),
            *(
                [{"item": "SHORT_VIDEO", "title": "短视频", "points": points}],
                {"total": points, "items": [{**item, "metrics": [metric]}]},
            ),
        )
        await pool.execute(
            "insert into finalists (contestant_id, run_id, city_id, place, position, reason)"
            " select id, $2, city_id, $3, $4, $5 from contestants where id = $1",
            *(account.contestant_id, run_id, "STREAMER" if position <= 2 else "RESERVE", position),
            {"code": "FINALIST_BY_RANK", "parameters": {"city_rank": position, "total": points}},
        )
    if adopted:
        await pool.execute("update rounds set adopted_run_id = $2 where id = $1", contest.round_id, run_id)
    await pool.execute("update contests set version = version + 1 where id = $1", contest.id)
    return run_id
