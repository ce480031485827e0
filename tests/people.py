"""People of a test's contest with real, sealed ID and phone numbers.

The numbers are valid and made up: 420000, the code of the province as a whole, is on no card.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from uuid import UUID

from stdnum.cn import ric

from services.shared.handles import handle_key
from services.shared.identity import new_id
from services.shared.personal_data import Key, Vault
from services.shared.vocabulary import Eligibility, EntryWay, Platform, ReviewStep
from tests.factories import AContest

VAULT = Vault([Key(1, bytes.fromhex("5a" * 32))])  # of the settings in tests/conftest.py
_made = count(1)


def an_id_number(number: int | None = None) -> str:
    """A valid 18-digit number; the same for the same number, another one at every call without."""
    born, order = divmod(next(_made) if number is None else 100_000 + number, 900)
    digits = f"420000{date(1970, 1, 1) + timedelta(days=born):%Y%m%d}{order + 100:03}"
    return digits + str(ric.calc_check_digit(f"{digits}0"))


def a_phone(number: int | None = None) -> str:
    """A valid mobile number; the same for the same number, another one at every call without."""
    return f"138{next(_made) if number is None else 10_000_000 + number:08}"


@dataclass(frozen=True)
class AContestant:
    """A contestant with their account, and what was sealed."""

    id: UUID
    account_id: UUID
    number: int
    name: str
    id_number: str
    phone: str
    platform: Platform
    handle: str


async def a_contestant(
    contest: AContest,
    name: str = "张三",
    *,
    city: int = 0,
    division: int = 0,
    eligibility: Eligibility = Eligibility.PENDING,
    step: ReviewStep = ReviewStep.CITY,
    way: EntryWay = EntryWay.RECOMMENDED,
    handle: str | None = None,
    platform: Platform = Platform.DOUYIN,
    withdrawn: bool = False,
) -> AContestant:
    """Somebody who came in; an approved one has an open row in approvals."""
    contestant_id, account_id, id_number, phone = new_id(), new_id(), an_id_number(), a_phone()
    approved = eligibility is Eligibility.APPROVED
    handle = handle or f"handle_{contestant_id.hex[-12:]}"
    number: int = await contest.pool.fetchval(
        "insert into contestants (id, contest_id, city_id, division_id, number, name, entry_way, eligibility,"
        " review_step, approved_at, id_number_sealed, id_number_index, phone_sealed, withdrawn_at, withdrawn_reason)"
        " select $1, $2, $3, $4, coalesce(max(number), 0) + 1, $5, $6, $7, $8,"
        " case when $9 then clock_timestamp() end, $10, $11, $12, case when $13 then clock_timestamp() end,"
        " case when $13 then '本人退出' end from contestants where contest_id = $2 returning number",
        *(contestant_id, contest.id, contest.cities[city], contest.divisions[division], name, way, eligibility),
        *(ReviewStep.ORGANISER if approved else step, approved),
        *(VAULT.seal(id_number, contestant_id), VAULT.index(id_number), VAULT.seal(phone, contestant_id), withdrawn),
    )
    await contest.pool.execute(
        "insert into accounts (id, contest_id, contestant_id, platform, handle, handle_key)"
        " values ($1, $2, $3, $4, $5, $6)",
        *(account_id, contest.id, contestant_id, platform, handle, handle_key(handle)),
    )
    await contest.pool.execute(
        "insert into approvals (contestant_id, from_at, contest_id, city_id, division_id, platform, handle_key)"
        " select p.id, p.approved_at, p.contest_id, p.city_id, p.division_id, a.platform, a.handle_key"
        " from contestants p join accounts a on a.contestant_id = p.id"
        " where p.id = $1 and p.approved_at is not null and p.withdrawn_at is null",
        contestant_id,
    )
    return AContestant(account_id=account_id, id=contestant_id, number=number, name=name, id_number=id_number,
                       phone=phone, platform=platform, handle=handle)  # fmt: skip


async def a_window(
    contest: AContest, way: EntryWay, opens: str | None = "2020-01-01+08", closes: str = "2100-01-01+08"
) -> None:
    """When people may come in by a way; another one than before."""
    await contest.pool.execute(
        "insert into entry_windows (contest_id, entry_way, opens_at, closes_at)"
        " values ($1, $2, $3::text::timestamptz, $4::text::timestamptz)"
        " on conflict (contest_id, entry_way) do update"
        " set opens_at = excluded.opens_at, closes_at = excluded.closes_at",
        *(contest.id, way, opens, closes),
    )


async def an_alias(contest: AContest, account_id: UUID, handle: str, *, state: str = "APPROVED") -> None:
    """Another handle of an account."""
    await contest.pool.execute(
        "insert into account_aliases (id, contest_id, account_id, platform, handle, handle_key, reason, state)"
        " select $1, $2, id, platform, $4, $5, '平台改名', $6 from accounts where id = $3",
        *(new_id(), contest.id, account_id, handle, handle_key(handle), state),
    )


async def a_submission(contest: AContest, city: int = 0) -> UUID:
    """A city's list is submitted, and with that locked."""
    submission_id = new_id()
    await contest.pool.execute(
        "insert into submissions (id, contest_id, city_id, number, state, sha256, people)"
        " select $1, $2, $3, count(*) + 1, 'SUBMITTED', '', 0 from submissions where city_id = $3",
        *(submission_id, contest.id, contest.cities[city]),
    )
    return submission_id
