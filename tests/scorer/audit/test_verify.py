"""Whatever is done to the record by hand, the first wrong row is named."""

import pytest

from services.scorer.audit.seal import head_of, seal
from services.scorer.audit.verify import verify
from services.shared.audit.chain import BadRow, Fault, Head
from services.shared.database.pool import Pool
from tests.scorer.audit.entries import recorded

SWAP = """
update audit_seals s set entry_id = o.entry_id
from (values (2, 4), (4, 2)) as pair (here, there)
join audit_seals o on o.position = pair.there
where s.position = pair.here
"""


async def _sealed(database: Pool) -> list[str]:
    ids = await recorded(database, "一", "二", "三", "四", "五")
    await seal(database)
    return [str(each) for each in ids]


async def test_an_untouched_record_holds(database: Pool) -> None:
    await _sealed(database)
    checked = await verify(database)
    assert checked.bad is None
    assert checked.head == await head_of(database)
    assert checked.head.position == 5


@pytest.mark.parametrize(
    "change",
    [
        "reason = '别的'",
        "login = '别人'",
        "address = ''",
        "at = at + interval '1 microsecond'",
        "changes = '{}'",
        "subject_id = null",
        "city_id = contest_id",
    ],
)
async def test_a_changed_entry_is_named(database: Pool, change: str) -> None:
    ids = await _sealed(database)
    await database.execute(f"update audit_entries set {change} where reason in ('三', '五')")
    assert (await verify(database)).bad == BadRow(Fault.CHANGED, 3, ids[2])


async def test_a_changed_digest_is_named(database: Pool) -> None:
    ids = await _sealed(database)
    await database.execute("update audit_seals set digest = sha256('x') where position = 2")
    assert (await verify(database)).bad == BadRow(Fault.CHANGED, 2, ids[1])


async def test_a_missing_entry_is_named(database: Pool) -> None:
    await _sealed(database)
    await database.execute("delete from audit_entries where reason in ('二', '四')")
    assert (await verify(database)).bad == BadRow(Fault.MISSING, 2, None)


async def test_a_missing_seal_is_named(database: Pool) -> None:
    await _sealed(database)
    await database.execute("delete from audit_seals where position = 4")
    assert (await verify(database)).bad == BadRow(Fault.MISSING, 4, None)


async def test_two_that_changed_places_are_named(database: Pool) -> None:
    ids = await _sealed(database)
    await database.execute("alter table audit_seals drop constraint audit_seals_entry_id_key")
    await database.execute(SWAP)
    assert (await verify(database)).bad == BadRow(Fault.REORDERED, 2, ids[3])


async def test_an_entry_without_a_seal_is_named_after_a_minute(database: Pool) -> None:
    await _sealed(database)
    (extra,) = await recorded(database, "六")
    assert (await verify(database)).bad is None
    await database.execute("update audit_entries set at = at - interval '61 seconds' where id = $1", extra)
    assert (await verify(database)).bad == BadRow(Fault.UNSEALED, None, str(extra))


async def test_a_shortened_chain_does_not_hold_the_head_that_was_printed(database: Pool) -> None:
    await _sealed(database)
    printed = await head_of(database)
    await database.execute("delete from audit_seals where position = 5")
    await database.execute("delete from audit_entries where reason = '五'")
    assert (await verify(database)).bad is None
    assert (await verify(database, printed)).bad == BadRow(Fault.HEAD, 5, None)


async def test_a_chain_made_anew_does_not_hold_the_head_that_was_printed(database: Pool) -> None:
    ids = await _sealed(database)
    printed = await head_of(database)
    await recorded(database, "六")
    await seal(database)
    assert (await verify(database, printed)).bad is None
    await database.execute("update audit_entries set reason = '别的' where reason = '三'")
    await database.execute(
        "with gone as (delete from audit_seals returning entry_id) insert into audit_unsealed table gone"
    )
    await seal(database)
    assert (await verify(database)).bad is None
    assert (await verify(database, printed)).bad == BadRow(Fault.HEAD, 5, ids[4])
    assert (await verify(database, Head(3, b"x"))).bad == BadRow(Fault.HEAD, 3, ids[2])
