"""Everything sealed comes under the present key, once, whoever registers meanwhile; nothing is left half done."""

import asyncio

import pytest

from services.shared.audit.store import Actor
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.key_rotation.rotate import Rotated, TwicePersonError, UnreadableValueError, key_uses, rotate
from services.shared.personal_data import Key, UnknownKeyError, Vault
from tests.factories import a_contest
from tests.shared.key_rotation.people import ID_NUMBERS, PHONES, a_listed_person, a_sealed_person, other_values

OLD, NEW = Key(1, bytes(range(32))), Key(2, bytes(range(32, 64)))
BEFORE, BOTH, AFTER = Vault([OLD]), Vault([NEW, OLD]), Vault([NEW])
ACTOR = Actor(None, "test")

EVERYTHING = (
    "select id_number_sealed, id_number_index, phone_sealed from contestants order by number",
    "select totp_sealed from users order by id",
    "select assistant_phone_sealed from teams",
    "select key_sealed from documents",
    "select key_sealed, address_sealed from uploads",
    "select printed_sealed from submission_lines",
    "select text_sealed, filer_sealed from appeals",
    "select list_id, id_number_index from given_list_people order by line",
    "select count(*) from audit_entries",
)


async def turn(pool: Pool, vault: Vault = BOTH) -> Rotated:
    async with pool.acquire() as connection, connection.transaction():
        return await rotate(connection, vault, ACTOR)


async def everything(pool: Pool) -> list[list[tuple[object, ...]]]:
    return [[tuple(row) for row in await pool.fetch(query)] for query in EVERYTHING]


async def test_every_value_opens_with_the_new_key_alone_afterwards(database: Pool) -> None:
    contest = await a_contest(database)
    people = [await a_sealed_person(contest, BEFORE, number) for number in (1, 2)]
    people.append(await a_sealed_person(contest, BOTH, 3))
    others = await other_values(contest, BEFORE)
    assert await turn(database) == Rotated(people=2, values=9, listed=0)
    rows = await database.fetch("select * from contestants order by number")
    assert [row["id"] for row in rows] == people
    for row, number, phone in zip(rows, ID_NUMBERS, PHONES, strict=False):
        assert AFTER.open(row["id_number_sealed"], row["id"]) == number
        assert AFTER.open(row["phone_sealed"], row["id"]) == phone
        assert row["id_number_index"] == AFTER.index(number)
    totp = await database.fetchval("select totp_sealed from users where id = $1", others["users.totp"])
    assert AFTER.open(totp, others["users.totp"]) == "JBSWY3DPEHPK3PXP"
    phone = await database.fetchval("select assistant_phone_sealed from teams")
    assert AFTER.open(phone, others["teams.assistant_phone"]) == "13512341238"
    printed = await database.fetchval("select printed_sealed from submission_lines")
    assert AFTER.open(printed, others["submission_lines.printed"]) == "printed"
    key = await database.fetchval("select key_sealed from documents")
    assert AFTER.open_bytes(key, others["documents.key"]) == b"\x00\xff" * 16
    ((key, address),) = await database.fetch("select key_sealed, address_sealed from uploads")
    assert AFTER.open_bytes(key, others["uploads.key"]) == b"\xff\x00" * 16
    assert AFTER.open(address, others["uploads.address"]) == "https://files.example/"
    ((text, filer),) = await database.fetch("select text_sealed, filer_sealed from appeals")
    assert AFTER.open(text, others["appeals.text"]) == "what it says"
    assert AFTER.open(filer, others["appeals.filer"]) == "who"
    private = await database.fetchval("select private_sealed from signing_keys")
    assert AFTER.open_bytes(private, others["signing_keys.private"]) == b"\x01" * 32


async def test_it_is_recorded_and_a_second_time_changes_nothing(database: Pool) -> None:
    contest = await a_contest(database)
    await a_sealed_person(contest, BEFORE, 1)
    await turn(database)
    (entry,) = await database.fetch("select action, login, changes from audit_entries")
    changes = {"key": [None, 2], "people": [None, 1], "values": [None, 0], "listed": [None, 0]}
    assert tuple(entry) == ("ROTATE_KEYS", "test", changes)
    before = await everything(database)
    assert await turn(database) == Rotated()
    assert await everything(database) == before


async def test_who_is_only_in_a_given_list_keeps_the_old_key_needed(database: Pool) -> None:
    contest, given = await a_contest(database), new_id()
    await a_sealed_person(contest, BEFORE, 1)
    await a_listed_person(contest, BEFORE, given, 1, ID_NUMBERS[0])
    await a_listed_person(contest, BEFORE, given, 2, ID_NUMBERS[1])
    assert (await turn(database)).listed == 1
    rows = await database.fetch("select id_number_index from given_list_people order by line")
    assert [row["id_number_index"] for row in rows] == [AFTER.index(ID_NUMBERS[0]), BEFORE.index(ID_NUMBERS[1])]
    assert rows[1]["id_number_index"] in BOTH.indexes(ID_NUMBERS[1])
    async with database.acquire() as connection:
        present, old = await key_uses(connection, BOTH)
        assert [(one.what, one.values) for one in old.kept] == [("given_list_people", 1)]
        assert (present.droppable, old.droppable) == (False, False)
        await connection.execute("delete from given_list_people where line = 2")
        assert [use.droppable for use in await key_uses(connection, BOTH)] == [False, True]


async def test_an_open_invitation_keeps_the_key_of_its_code_until_it_ends(database: Pool) -> None:
    contest = await a_contest(database)
    for vault in (BEFORE, AFTER):
        await database.execute(
            "insert into invitations (id, role, contest_id, name, code_hash, expires_at)"
            " values ($1, 'JUDGE', $2, '', $3, now() + interval '1 day')",
            *(new_id(), contest.id, vault.index("invitation 7K3M9QXW0DTR")),
        )
    async with database.acquire() as connection:
        present, old = await key_uses(connection, BOTH)
        assert [[(one.what, one.values) for one in use.kept] for use in (present, old)] == [[("invitations", 1)]] * 2
        assert (present.droppable, old.droppable) == (False, False)
        await connection.execute("update invitations set revoked_at = now()")
        assert [use.droppable for use in await key_uses(connection, BOTH)] == [False, True]


@pytest.mark.parametrize(
    ("vault", "error"),
    [
        (AFTER, UnknownKeyError),
        (Vault([NEW, Key(1, bytes(32))]), UnreadableValueError),
    ],
)
async def test_a_missing_or_wrong_key_changes_nothing(database: Pool, vault: Vault, error: type[Exception]) -> None:
    contest = await a_contest(database)
    await a_sealed_person(contest, BEFORE, 1)
    await other_values(contest, BEFORE)
    before = await everything(database)
    with pytest.raises(error):
        await turn(database, vault)
    assert await everything(database) == before


async def test_one_person_under_two_keys_is_named(database: Pool) -> None:
    contest = await a_contest(database)
    await a_sealed_person(contest, BEFORE, 1)
    twin = await a_sealed_person(contest, BOTH, 2)
    await database.execute(
        "update contestants set id_number_sealed = $2, id_number_index = $3 where id = $1",
        *(twin, BOTH.seal(ID_NUMBERS[0], twin), BOTH.index(ID_NUMBERS[0])),
    )
    before = await everything(database)
    with pytest.raises(TwicePersonError) as caught:
        await turn(database)
    assert caught.value.numbers == (1, 2)
    assert await everything(database) == before


async def test_the_same_person_in_two_contests_is_no_twin(database: Pool) -> None:
    for contest in (await a_contest(database), await a_contest(database)):
        await a_sealed_person(contest, BEFORE, 1)
    assert (await turn(database)).people == 2


async def test_whoever_comes_in_meanwhile_is_under_a_known_key_and_comes_in_once(database: Pool) -> None:
    """Registration as everywhere: the contest's lock, the person looked up under every key, then written."""
    contest = await a_contest(database)
    await a_sealed_person(contest, BEFORE, 1)

    async def register(number: int) -> bool:
        async with database.acquire() as connection, connection.transaction():
            await connection.execute("select from contests where id = $1 for update", contest.id)
            there = await connection.fetchval(
                "select exists (select from contestants where contest_id = $1 and id_number_index = any($2))",
                *(contest.id, BOTH.indexes(ID_NUMBERS[number - 1])),
            )
            if not there:
                who, text = new_id(), ID_NUMBERS[number - 1]
                await connection.execute(
                    "insert into contestants (id, contest_id, city_id, division_id, number, name, entry_way,"
                    " eligibility, id_number_sealed, id_number_index, phone_sealed)"
                    " values ($1, $2, $3, $4, $5, 'x', 'RECOMMENDED', 'PENDING', $6, $7, $8)",
                    *(who, contest.id, contest.cities[0], contest.divisions[0], number),
                    *(BOTH.seal(text, who), BOTH.index(text), BOTH.seal(PHONES[number - 1], who)),
                )
            return not there

    outcomes = await asyncio.gather(
        *(register(number) for number in (1, 2, 3)), turn(database), *(register(number) for number in (1, 2, 3, 4))
    )
    assert sum(outcome for outcome in outcomes if outcome is True) == 3
    await turn(database)
    rows = await database.fetch("select id, number, id_number_sealed, id_number_index from contestants order by number")
    assert [AFTER.open(row["id_number_sealed"], row["id"]) for row in rows] == ID_NUMBERS
    assert [row["id_number_index"] for row in rows] == [AFTER.index(number) for number in ID_NUMBERS]


async def test_erased_people_are_left_alone(database: Pool) -> None:
    contest = await a_contest(database)
    who = await a_sealed_person(contest, BEFORE, 1)
    await database.execute(
        "update contestants set id_number_sealed = '', phone_sealed = '', erased_at = now() where id = $1", who
    )
    assert await turn(database) == Rotated()
    async with database.acquire() as connection:
        assert [use.droppable for use in await key_uses(connection, BOTH)] == [False, True]
