"""Submissions in PostgreSQL."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson

from services.api.access import Scope
from services.api.context import Executor
from services.api.nodes import Page
from services.api.rows import in_order, paged
from services.api.submissions.form import FormLine, Head, printed_line
from services.api.submissions.numbered import Line, Recommended, digest, numbered
from services.api.submissions.types import Submission
from services.shared.contests.store import advance_version, lock_contest
from services.shared.database.pool import Connection
from services.shared.database.sql import load
from services.shared.identity import new_id
from services.shared.personal_data import Vault, mask_id_number, mask_phone
from services.shared.vocabulary import Eligibility, Platform, ReviewStep

queries = load(Path(__file__).with_name("queries.sql"))


class Locked(NamedTuple):
    """A contest that is locked, the name of the city, and the time after that."""

    contest_id: UUID
    city: str
    now: datetime


async def find_submissions(database: Executor, scope: Scope, ids: Sequence[UUID]) -> list[Submission | None]:
    return in_order(ids, await database.fetch(queries.find_submissions, *scope[:3], ids), Submission.of)


async def find_submissions_of(database: Executor, scope: Scope, cities: Sequence[UUID]) -> list[list[Submission]]:
    """The last first."""
    rows = await database.fetch(queries.find_submissions_of, *scope[:3], cities)
    return [[Submission.of(row) for row in rows if row["city_id"] == city] for city in cities]


async def list_lines(
    database: Executor, scope: Scope, wanted: Sequence[tuple[UUID, Page]]
) -> list[tuple[list[asyncpg.Record], int]]:
    """For each page of a submission that is wanted its rows, and how many there are in all."""
    submissions, pages = [key for key, _ in wanted], [page for _, page in wanted]
    after, most = [page.after for page in pages], [page.limit + 1 for page in pages]
    return paged(len(wanted), await database.fetch(queries.list_lines, *scope[:3], submissions, after, most), "place")


async def lock_city(connection: Connection, scope: Scope, city_id: UUID) -> Locked | None:
    """Locks the contest of a city; None where the viewer may not do it."""
    city = await connection.fetchrow(queries.find_contest_of, *scope[:3], city_id)
    now = await lock_contest(connection, city["contest_id"]) if city else None
    return Locked(city["contest_id"], city["name"], now) if city and now else None


async def last_submission(connection: Connection, city_id: UUID) -> asyncpg.Record | None:
    """The last submission of a city."""
    return await connection.fetchrow(queries.last_submission, city_id)


async def find_recommended(connection: Connection, city_id: UUID) -> list[Recommended]:
    """Division by division, by contestant number."""
    return [
        Recommended(
            **{
                **row,
                "eligibility": Eligibility(row["eligibility"]),
                "review_step": ReviewStep(row["review_step"]),
            }
        )
        for row in await connection.fetch(queries.recommended, city_id)
    ]


async def add_submission(
    connection: Connection,
    vault: Vault,
    contest_id: UUID,
    city_id: UUID,
    people: Sequence[Recommended],
    *,
    user: UUID | None,
    now: datetime,
) -> tuple[UUID, int, str]:
    """The new submission's id, number and digest; its lines are kept as the form prints them now."""
    key, sha256, ids = new_id(), digest(people), [person.id for person in people]
    head, printed = await find_form(connection, vault, city_id, people[0].division_id, ids, whole=ids)
    number: int = await connection.fetchval(
        queries.insert_submission, key, contest_id, city_id, sha256, len(people), user, now, head.contact
    )
    lines = []
    for line, text in zip(numbered(people), printed, strict=True):
        row = new_id()
        sealed = vault.seal_bytes(orjson.dumps(text), row)
        lines.append((key, line.division_id, line.position, line.contestant_id, row, sealed))
    await connection.executemany(queries.insert_line, lines)
    await advance_version(connection, contest_id)
    return key, number, sha256


async def ask_change(connection: Connection, key: UUID, user: UUID | None, now: datetime, reason: str) -> None:
    await connection.execute(queries.ask_change, key, user, now, reason)


async def reopen(
    connection: Connection, found: asyncpg.Record, *, user: UUID | None, now: datetime, reason: str
) -> None:
    await connection.execute(queries.reopen, found["id"], user, now, reason)
    await advance_version(connection, found["contest_id"])


async def admit_city(
    connection: Connection, city: Locked, city_id: UUID, *, user: UUID | None, reason: str
) -> asyncpg.Record:
    """A city that has submitted nothing in time may enter people and submit, as if its list had been opened again."""
    found = await connection.fetchrow(queries.admit_city, new_id(), city.contest_id, city_id, user, city.now, reason)
    assert found is not None  # noqa: S101  it was inserted
    await advance_version(connection, city.contest_id)
    return found


async def lock_submission(connection: Connection, scope: Scope, key: UUID) -> asyncpg.Record | None:
    """A submission where the viewer may do it, read once its contest is locked."""
    found = await connection.fetchrow(queries.find_submissions, *scope[:3], [key])
    if found is None:
        return None
    await lock_contest(connection, found["contest_id"])
    return await connection.fetchrow(queries.find_submissions, *scope[:3], [key])


async def signed_copy(connection: Connection, document: UUID, city_id: UUID) -> asyncpg.Record | None:
    """A signed copy of a list of the city: its `id` and `state`."""
    return await connection.fetchrow(queries.signed_copy, document, city_id)


async def attach_signed_list(connection: Connection, key: UUID, document: UUID) -> None:
    await connection.execute(queries.attach_signed_list, key, document)


async def find_listed_in(
    database: Executor, scope: Scope, city_id: UUID | None, division_id: UUID | None
) -> UUID | None:
    """The contest that has both city and division, where the viewer may do it."""
    contest: UUID | None = await database.fetchval(queries.find_listed_in, *scope[:3], city_id, division_id)
    return contest


async def find_submitted(connection: Connection, city_id: UUID, key: UUID) -> list[Line] | None:
    """The lines of a city's submission; None when it is none of that city."""
    if not await connection.fetchval(queries.find_submission_of, key, city_id):
        return None
    return [Line(**row) for row in await connection.fetch(queries.find_submitted, key)]


async def find_present(connection: Connection, city_id: UUID, people: Sequence[UUID]) -> list[UUID]:
    """Those of the people who are in the city still, in their order."""
    rows = await connection.fetch(queries.find_present, people, city_id)
    present = {row["id"] for row in rows}
    return [person for person in people if person in present]


async def find_form(
    database: Executor,
    vault: Vault,
    city_id: UUID,
    division_id: UUID,
    people: Sequence[UUID],
    *,
    whole: Collection[UUID],
    submission: UUID | None = None,
) -> tuple[Head, list[FormLine]]:
    """What the form says: its head, and its lines in the order of the people; the numbers of `whole` in clear.

    Of a submission it is what was printed when it was submitted, as far as that was kept.
    """
    (head,) = await database.fetch(queries.find_form_head, city_id, division_id, submission)
    rows = await database.fetch(queries.find_form_lines, people, city_id, submission)
    lines = in_order(people, rows, lambda row: _form_line(row, vault, whole=row["id"] in whole))
    return Head(**head), [line for line in lines if line is not None]


def _form_line(row: asyncpg.Record, vault: Vault, *, whole: bool) -> FormLine:
    """The numbers in clear only of whoever is in the city still."""
    if row["printed_sealed"]:
        line = printed_line(vault.open_bytes(row["printed_sealed"], row["line_id"]))
    else:
        line = _line_of_now(row, vault)
    if whole and not (row["withdrawn"] or row["elsewhere"]):
        return line
    id_number, phone = line.id_number and mask_id_number(line.id_number), line.phone and mask_phone(line.phone)
    return replace(line, id_number=id_number, phone=phone)


def _line_of_now(row: asyncpg.Record, vault: Vault) -> FormLine:
    """Of somebody who has left the city, what it knew; what they are elsewhere is not its business."""
    platform = Platform(row["platform"])
    if row["elsewhere"]:
        return FormLine("已转出", "", "", platform, "", None, "", "")
    id_number = "" if row["erased"] else vault.open(row["id_number_sealed"], row["id"])
    phone = "" if row["erased"] else vault.open(row["phone_sealed"], row["id"])
    told = row["followers_claimed"], row["experience"], row["remark"]
    if row["withdrawn"]:
        told = None, "", "已退出"
    return FormLine(row["name"], id_number, phone, platform, row["handle"], *told)
