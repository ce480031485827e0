"""Whatever is done, the record and the messages hold no ID or phone number: all mutations are tried with numbers."""

import pytest
from starlette.applications import Starlette

from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.access.planted import THERE, Planted, plant
from tests.api.access.shapes import INPUTS, TEXTS, Ids, inputs
from tests.api.access.viewers import Asker, signed_in
from tests.factories import a_person

SCREENED = ["audit_entries", "messages", "jobs", "outbox", "idempotency_keys", "roster_imports", "invitations"]


async def _do_everything(asker: Asker, planted: Planted) -> None:
    """Each mutation with everything that it takes; many are refused, which is as well."""
    for name, type_ in INPUTS.items():
        if type_ is None or name in ("signOutEverywhere", "changePassword"):
            continue
        document = f"mutation ($input: {type_.name}!) {{ {name}(input: $input) {{ __typename }} }}"
        for given in inputs(type_, Ids(planted, hidden=True)):
            await asker.schema.execute(document, variable_values={"input": given}, context_value=asker.context())


@pytest.mark.parametrize("kind", ["organiser", "leader"])
async def test_no_number_is_recorded_in_clear(app: Starlette, database: Pool, kind: str) -> None:
    planted = await plant(database)
    person = planted.leaders[THERE]
    if kind == "organiser":
        person = await a_person(database, Role.ORGANISER, planted.contest)
    before: int = await database.fetchval("select count(*) from audit_entries")
    await database.execute("update entry_windows set closes_at = '2100-01-01'")
    await _do_everything(Asker(app, await signed_in(database, person)), planted)
    done = await database.fetchval("select count(distinct action) from audit_entries")
    assert done > 5
    assert await database.fetchval("select count(*) from audit_entries") > before + 5
    numbers = [TEXTS["idNumber"], TEXTS["phone"]]
    numbers += [number for each in planted.people.values() for number in (each.id_number, each.phone)]
    for table in SCREENED:
        text: str = await database.fetchval(f"select coalesce(string_agg(t::text, ' '), '') from {table} t")
        assert [number for number in numbers if number in text] == [], table
