"""A contest of three cities in which every table that has rows of people is filled, and each text of the second city is
marked: what shows a mark or an id of it to somebody else is a leak. Filled from the catalogue, later tables too."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from asyncpg import Record

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Eligibility, Role
from tests.factories import AContest, AnAccount, APerson, a_contest, a_person, a_scored_run
from tests.people import AContestant, a_contestant

HERE, THERE, EMPTY = 0, 1, 2  # the cities: the viewer's, the hidden one, and one with nobody
MARK = {HERE: "here", THERE: "HIDDENMARK"}
NOWHERE = UUID("01900000-0000-7000-8000-000000000000")

# Filled by the factories, or nobody's.
MADE = {
    "schema_migrations",
    "users",
    "sessions",
    "grants",
    "contests",
    "cities",
    "divisions",
    "quotas",
    "rounds",
    "rules",
    "contestants",
    "accounts",
    "approvals",
    "scoring_runs",
    "scores",
    "finalists",
    "adoptions",
    "entry_windows",
    "jobs",
    "outbox",
    "idempotency_keys",
    "sign_in_attempts",
    "audit_unsealed",
    "audit_seals",
}
PUBLIC = {"products"}  # of the contest and for everybody, wherever they come from
OWNERS = {"city_id", "contestant_id", "account_id"}  # a table with one of these has rows of a city

# Values that the catalogue does not tell of. None leaves a column empty.
FIXED: dict[str, Any] = {
    "uploads.state": "ACCEPTED",
    "uploads.kind": "DOUYIN_WORKS",
    "uploads.kind_stated": "DOUYIN_WORKS",
    "uploads.sha256": "0" * 64,
    "upload_problems.parameters": {"value": "HIDDENMARK"},
    "documents.state": "READY",
    "documents.media_type": "image/png",
    "documents.sha256": "0" * 64,
    "invitations.role": "CITY_LEADER",
    "invitations.user_id": None,
    "invitations.contestant_id": None,
    "jury_recusals.city_id": None,
    "documents.appeal_id": None,
    "penalties.from_sequence": 1,  # in force: before that nobody outside knows of it
    "messages.user_id": None,
    "messages.contestant_id": None,
    "messages.code": "REFUSED",
    "audit_entries.action": "SIGN_IN",
    "account_days.measure": "FOLLOWERS",
    "own_formats.document": (
        'source = "ACCOUNT_DAYS"\nplatform = "DOUYIN"\n'
        'columns = [{ heading = "x", to = "day", style = "date", needed = true, filled = true }]'
    ),
    "coverage.source": "WORKS",
    "selected_finalists.proposed_place": "STREAMER",
    "selected_finalists.replaced_by": None,
    "submissions.sha256": "0" * 64,
    "publications.stage": "FINAL",
    "publications.state": "PREPARED",
    "publications.notice_from": None,
    "publications.notice_until": None,
    "publications.notice_days": None,
    "publication_snapshots.head": {},
    "publication_snapshots.canonical": b"{}",
    "publication_snapshots.digest": "0" * 64,
    "publication_signatures.digest": "0" * 64,
    "renditions.digest": "0" * 64,
    "comparisons.state": "READY",
    "comparisons.rules_document": None,
    "comparison_rows.base_place": "STREAMER",
    "comparison_rows.other_place": "RESERVE",
}

COLUMNS = """
select c.table_name as "table", c.column_name as name, c.data_type as type, c.is_nullable = 'YES' as nullable,
    c.column_default is not null as has_default,
    (select f.confrelid::regclass::text from pg_constraint f where f.contype = 'f' and f.conrelid = a.attrelid
        and f.conkey = array[a.attnum] limit 1) as refers,
    (select pg_get_constraintdef(k.oid) from pg_constraint k where k.contype = 'c' and k.conrelid = a.attrelid
        and k.conkey = array[a.attnum] limit 1) as checks
from information_schema.columns c
join information_schema.tables t using (table_schema, table_name)
join pg_attribute a on a.attrelid = format('%I', c.table_name)::regclass and a.attname = c.column_name
where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
order by c.table_name, c.ordinal_position
"""

_number = count(1000)


@dataclass
class Planted:
    """The contest, and of each city what was planted: by table the id of a row, and all ids."""

    contest: AContest
    people: dict[int, AContestant]
    leaders: dict[int, APerson]
    runs: tuple[UUID, UUID]  # an old one and the adopted one
    keys: dict[int, dict[str, UUID]] = field(default_factory=lambda: {HERE: {}, THERE: {}})
    ids: dict[int, list[UUID]] = field(default_factory=lambda: {HERE: [], THERE: []})
    tables: set[str] = field(default_factory=set)  # with rows of a city


async def plant(pool: Pool) -> Planted:
    contest = await _three_cities(pool)
    people = {
        city: await a_contestant(
            contest, f"{MARK[city]}-name", city=city, eligibility=Eligibility.APPROVED, handle=f"{MARK[city]}-handle"
        )
        for city in (HERE, THERE)
    }
    leaders = {city: await a_person(pool, Role.CITY_LEADER, contest, city=contest.cities[city]) for city in people}
    accounts = [AnAccount(each.account_id, each.id, each.handle) for each in people.values()]
    old = await a_scored_run(contest, accounts)
    adopted = await a_scored_run(contest, accounts[::-1], adopted=True)
    planted = Planted(contest, people, leaders, (old, adopted))
    for city, person in people.items():
        planted.keys[city] = {
            "contests": contest.id,
            "cities": contest.cities[city],
            "divisions": contest.divisions[0],
            "rounds": contest.round_id,
            "rules": contest.rules_id,
            "scoring_runs": adopted,
            "runs": adopted,
            "contestants": person.id,
            "accounts": person.account_id,
            "users": leaders[city].user_id,
        }
        planted.ids[city] = [contest.cities[city], person.id, person.account_id, leaders[city].user_id]
    await _fill(pool, planted)
    return planted


async def _three_cities(pool: Pool) -> AContest:
    contest = await a_contest(pool)
    cities = [*contest.cities, new_id()]
    await pool.execute(
        "insert into cities (id, contest_id, name, aliases, position) values ($1, $2, '空市', '{}', 9)",
        *(cities[EMPTY], contest.id),
    )
    await pool.execute("update cities set aliases = '{}' where id = $1", cities[THERE])  # else as the one with nobody
    for city in cities:
        await pool.execute("insert into quotas values ($1, $2, $3, 5)", contest.id, city, contest.divisions[0])
    return AContest(pool, contest.id, contest.round_id, contest.rules_id, cities, contest.divisions)


async def _fill(pool: Pool, planted: Planted) -> None:
    columns: dict[str, list[Record]] = {}
    for row in await pool.fetch(COLUMNS):
        columns.setdefault(row["table"], []).append(row)
    sided = {"contestants", "accounts", "users"}
    for table in _ordered(columns):
        if table not in PUBLIC and any(_of_a_city(column, sided) for column in columns[table]):
            sided.add(table)
            planted.tables.add(table)
        for city in (HERE, THERE) if table in sided else (HERE,):
            if table not in MADE:
                key = await _insert(pool, table, columns[table], planted.keys[city], MARK[city])
                planted.keys[city][table] = key
                planted.ids[city].append(key)
        if table not in sided and table not in MADE:
            planted.keys[THERE][table] = planted.keys[HERE][table]  # the contest's: both cities refer to it
            planted.ids[HERE].pop()


def _of_a_city(column: Record, sided: set[str]) -> bool:
    return column["name"] in OWNERS or (column["refers"] in sided and not column["nullable"])


def _ordered(columns: dict[str, list[Record]]) -> Iterator[str]:
    """Tables after those they refer to; those that the factories fill come first."""
    done = set(MADE & columns.keys())
    yield from sorted(done)
    while len(done) < len(columns):
        ready = [
            table
            for table, of in columns.items()
            if table not in done and all(each["refers"] in {None, table} | done for each in of)
        ]
        assert ready, "tables refer to each other in a circle"
        yield from ready
        done.update(ready)


async def _insert(pool: Pool, table: str, columns: list[Record], keys: dict[str, UUID], mark: str) -> UUID:
    key = new_id()
    values: dict[str, Any] = {}
    for column in columns:
        name = column["name"]
        value = key if name == "id" else _value(column, keys, mark)
        if value is not None:
            values[name] = value
    names = ", ".join(f'"{name}"' for name in values)
    places = ", ".join(f"${place}" for place, _ in enumerate(values, 1))
    await pool.execute(f"insert into {table} ({names}) values ({places})", *values.values())
    return key


def _value(column: Record, keys: dict[str, UUID], mark: str) -> Any:
    """Something that fits a column; none where it may stay empty and would tell nothing."""
    table, name, type_ = column["table"], column["name"], column["type"]
    if (fixed := f"{table}.{name}") in FIXED:
        value = FIXED[fixed]
        return mark if value == "HIDDENMARK" else value
    if type_ == "uuid":
        target = column["refers"] or f"{name.removesuffix('_id')}s"
        return None if target == table else keys.get(target, None if column["nullable"] else new_id())
    if type_ == "text":
        allowed = re.findall(r"'([A-Z_]+)'::text", column["checks"] or "")
        if allowed:
            return None if column["nullable"] or column["has_default"] else allowed[0]
        return f"{mark}-{table}-{name}" if "login =" not in (column["checks"] or "") else mark.lower()
    if column["nullable"] or column["has_default"]:
        return None
    return _plain(type_)


def _plain(type_: str) -> Any:
    number = next(_number)
    later = datetime.now(UTC) + timedelta(days=1, microseconds=number)
    made = {
        "bytea": os.urandom(16),
        "timestamp with time zone": later,
        "date": date(2021, 8, 1) + timedelta(days=number),
        "boolean": False,
        "jsonb": {},
        "ARRAY": [],
    }
    return made.get(type_, number)
