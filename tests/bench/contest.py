"""The sample contest in a measurement's database, with as many approved contestants as it needs."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from services.cli.transfer import fingerprint
from services.sample.contest import HUBEI_2021, load
from services.shared.database.pool import OwnConnection
from services.shared.identity import new_id
from services.shared.personal_data import open_vault
from services.shared.settings import Settings
from services.shared.storage import open_files
from services.shared.storage.originals import Original, pieces_of, seal_original
from services.shared.storage.store import give_key
from services.shared.vocabulary import Platform
from tests.bench.stage import Stage

_CONTEST = load(HUBEI_2021)
_ROUND = _CONTEST.rounds[0]
EXPORTED_AT = datetime.fromisoformat("2021-09-01T12:00:00+08:00")
OPENS_AT = _ROUND.opens_at
RULES = _ROUND.rules or ""


@dataclass(frozen=True, slots=True)
class Entrant:
    """One contestant with the account."""

    contestant_id: UUID
    account_id: UUID
    platform: Platform
    handle: str
    uid: str


@dataclass(frozen=True, slots=True)
class Contest:
    """What a measurement refers to."""

    id: UUID
    round_id: UUID
    rules_id: UUID
    entrants: list[Entrant]
    slug: str = _CONTEST.slug
    round_key: str = _ROUND.key


async def lay_out(stage: Stage, people: int, platforms: tuple[Platform, ...] = tuple(Platform)) -> Contest:
    """Contest, cities, divisions, the qualifier with its rules, and `people` contestants, platforms in turn."""
    contest_id, round_id, rules_id = new_id(), new_id(), new_id()
    owner = stage.owner
    await owner.execute(
        "insert into contests (id, slug, title, hosts, ownerless_orders) values ($1, $2, $3, $4, $5)",
        *(contest_id, _CONTEST.slug, _CONTEST.title, list(_CONTEST.hosts), _CONTEST.ownerless_orders),
    )
    cities = [(new_id(), contest_id, city.name, list(city.aliases), n) for n, city in enumerate(_CONTEST.cities, 1)]
    await owner.copy_records_to_table("cities", records=cities)
    divisions = [
        (new_id(), contest_id, one.key, one.name, one.cap, list(one.entry_ways), n)
        for n, one in enumerate(_CONTEST.divisions, 1)
    ]
    columns = ["id", "contest_id", "key", "name", "cap", "entry_ways", "position"]
    await owner.copy_records_to_table("divisions", records=divisions, columns=columns)
    await owner.execute(
        "insert into rounds (id, contest_id, key, title, opens_at, closes_at, exported_from, exported_until,"
        " uploads_until, position) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)",
        *(round_id, contest_id, _ROUND.key, _ROUND.title, _ROUND.opens_at, _ROUND.closes_at),
        *(_ROUND.exported_from, _ROUND.exported_until, _ROUND.uploads_until),
    )
    await owner.execute(
        "insert into rules (id, contest_id, round_id, version, document, sha256, reason)"
        " values ($1, $2, $3, 1, $4, encode(sha256(convert_to($4, 'UTF8')), 'hex'), 'bench')",
        *(rules_id, contest_id, round_id, RULES),
    )
    entrants = [_entrant(number, platforms[number % len(platforms)]) for number in range(1, people + 1)]
    await _enter(owner, contest_id, entrants, [city[0] for city in cities], [one[0] for one in divisions])
    return Contest(contest_id, round_id, rules_id, entrants)


def _entrant(number: int, platform: Platform) -> Entrant:
    return Entrant(new_id(), new_id(), platform, f"bench{number:05d}", str(7592255573464000000 + number))


async def _enter(
    owner: OwnConnection, contest_id: UUID, entrants: list[Entrant], cities: list[UUID], divisions: list[UUID]
) -> None:
    people = [
        (
            *(one.contestant_id, contest_id, cities[n % len(cities)], divisions[n % len(divisions)], n, f"选手{n}"),
            *("RECOMMENDED", "APPROVED", OPENS_AT, b"", n.to_bytes(4), b""),
        )
        for n, one in enumerate(entrants, 1)
    ]
    columns = ["id", "contest_id", "city_id", "division_id", "number", "name", "entry_way", "eligibility"]
    columns += ["approved_at", "id_number_sealed", "id_number_index", "phone_sealed"]
    await owner.copy_records_to_table("contestants", records=people, columns=columns)
    accounts = [
        (one.account_id, contest_id, one.contestant_id, one.platform.value, one.handle, one.handle, one.uid)
        for one in entrants
    ]
    await owner.copy_records_to_table("accounts", records=accounts)
    await owner.execute(
        "insert into approvals (contestant_id, from_at, contest_id, city_id, division_id, platform, handle_key)"
        " select p.id, p.approved_at, p.contest_id, p.city_id, p.division_id, a.platform, a.handle_key"
        " from contestants p join accounts a on a.contestant_id = p.id where p.contest_id = $1",
        contest_id,
    )


async def uploaded(stage: Stage, contest: Contest, file: Path, account_id: UUID | None) -> UUID:
    """An upload whose bytes were PUT to the API, which seals them as they come; completed, but for its job."""
    upload_id = new_id()
    sha256, size = await asyncio.to_thread(fingerprint, file)
    await stage.owner.execute(
        "insert into uploads (id, contest_id, name, size, sha256, state, account_id, exported_at, exported_at_stated,"
        " bytes_at) values ($1, $2, $3, $4, $5, 'QUEUED', $6, $7, true, now())",
        *(upload_id, contest.id, file.name, size, sha256, account_id, EXPORTED_AT),
    )
    settings = Settings(home=stage.home)
    key = await give_key(stage.pool, open_vault(settings), upload_id)
    await seal_original(open_files(settings), Original(upload_id, None, size, sha256), key, pieces_of(file))
    return upload_id


async def forget_uploads(stage: Stage) -> None:
    """Empties everything that came with uploads, so that the next repetition begins like the one before."""
    await stage.owner.execute(
        "truncate uploads, works, account_days, live_sessions, orders, order_days, coverage, flags, flags_due, jobs,"
        " outbox cascade"  # to what refers to uploads
    )
    await stage.owner.execute("update contests set sequence = 0")
