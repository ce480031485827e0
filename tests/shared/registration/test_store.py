"""People coming in, on a real database."""

from uuid import UUID

from services.shared.contests.store import lock_contest
from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.personal_data import Key, Vault
from services.shared.registration import store
from services.shared.registration.rules import Newcomer, Room, Spot
from services.shared.registration.store import Added, By
from services.shared.vocabulary import Eligibility, EntryWay, Platform
from tests.factories import AContest, a_contest
from tests.people import VAULT, a_contestant, a_phone, an_id_number


def newcomer(handle: str, name: str = "李四") -> Newcomer:
    return Newcomer(name, an_id_number(), a_phone(), Platform.KUAISHOU, handle, followers=500, experience="无")


def spot(contest: AContest, way: EntryWay = EntryWay.RECOMMENDED) -> Spot:
    return Spot(contest.cities[0], contest.divisions[0], way)


async def test_people_come_in_with_the_next_numbers_and_are_found_again(database: Pool) -> None:
    contest = await a_contest(database)
    before = await a_contestant(contest)
    people = [newcomer("Li.Si"), newcomer("wangwu")]
    async with database.acquire() as connection, connection.transaction():
        now = await lock_contest(connection, contest.id)
        assert now is not None
        added = await store.add_people(connection, VAULT, contest.id, spot(contest), people, by=By(None))
        known = await store.find_known(connection, VAULT, contest.id, spot(contest), people[0], now=now)
    assert [one.number for one in added] == [before.number + 1, before.number + 2]
    assert known is not None
    assert known.person is not None
    assert (known.person.id, known.person.number, known.person.phone) == (added[0].id, 2, people[0].phone)
    assert known.person.account == (Platform.KUAISHOU, "li.si")
    assert known.person.eligibility is Eligibility.PENDING
    assert known.account_holder == added[0].id
    assert known.room == Room(quota=None, quota_taken=3, cap=1000, cap_taken=3)


async def test_nothing_is_known_of_another_contests_city_or_division(database: Pool) -> None:
    contest, other = await a_contest(database), await a_contest(database)
    mixed = spot(contest)._replace(city_id=other.cities[0])
    async with database.acquire() as connection, connection.transaction():
        now = await lock_contest(connection, contest.id)
        assert now is not None
        assert await store.find_known(connection, VAULT, contest.id, mixed, newcomer("li"), now=now) is None
        assert await store.find_known(connection, VAULT, contest.id, spot(other), newcomer("li"), now=now) is None
        assert await lock_contest(connection, new_id()) is None


async def test_rejected_and_withdrawn_people_free_their_places(database: Pool) -> None:
    contest = await a_contest(database)
    for eligibility in Eligibility:
        await a_contestant(contest, eligibility=eligibility)
    await a_contestant(contest, eligibility=Eligibility.APPROVED, withdrawn=True)
    await a_contestant(contest, way=EntryWay.SELF_REGISTERED)
    await a_contestant(contest, city=1)
    await database.execute(
        "insert into quotas (contest_id, city_id, division_id, places) values ($1, $2, $3, 4)",
        *(contest.id, contest.cities[0], contest.divisions[0]),
    )
    async with database.acquire() as connection:
        room = await store.find_room(connection, contest.cities[0], contest.divisions[0])
    assert room == Room(quota=4, quota_taken=3, cap=1000, cap_taken=5)
    assert (room.quota_left, room.cap_left) == (1, 995)


async def test_who_comes_back_keeps_the_number(database: Pool) -> None:
    contest = await a_contest(database)
    gone = await a_contestant(contest, withdrawn=True, handle="old")
    elsewhere = Spot(contest.cities[1], contest.divisions[1], EntryWay.SELF_REGISTERED)
    back = Newcomer("张三丰", gone.id_number, a_phone(), Platform.KUAISHOU, "New")
    async with database.acquire() as connection, connection.transaction():
        people = await store.find_people(connection, VAULT, contest.id, [gone.id_number])
        person = people[gone.id_number]
        assert person.withdrawn
        assert await store.revive(connection, VAULT, person, elsewhere, back, by=By(None, "2")) == Added(gone.id, 1)
    row = await database.fetchrow(
        "select p.*, a.platform, a.handle, a.handle_key, consented_at is not null as consented"
        " from contestants p join accounts a on a.contestant_id = p.id"
    )
    assert row is not None
    assert (row["city_id"], row["division_id"], row["entry_way"]) == elsewhere
    assert (row["withdrawn_at"], row["withdrawn_reason"]) == (None, None)
    assert (row["name"], row["eligibility"], row["review_step"]) == ("张三丰", "PENDING", "CITY")
    assert (row["platform"], row["handle"], row["handle_key"]) == ("KUAISHOU", "New", "new")
    assert (row["consent_version"], row["consented"]) == ("2", True)
    assert VAULT.open(row["phone_sealed"], gone.id) == back.phone


async def test_a_double_entry_waits_once(database: Pool) -> None:
    contest = await a_contest(database)
    there = await a_contestant(contest)
    at = spot(contest, EntryWay.SELF_REGISTERED)

    async def found() -> UUID | None:
        async with database.acquire() as connection, connection.transaction():
            people = await store.find_people(connection, VAULT, contest.id, [there.id_number])
            return await store.record_double_entry(connection, contest.id, people[there.id_number], at, None)

    first = await found()
    assert first is not None
    assert await found() is None
    await database.execute("update double_entries set decision = 'KEPT', decided_at = now()")
    assert await found() not in {None, first}


async def test_aliases_are_somebodys_until_they_are_refused(database: Pool) -> None:
    contest = await a_contest(database)
    person = await a_contestant(contest, handle="old")
    for handle, state in (("asked", "ASKED"), ("approved", "APPROVED"), ("refused", "REFUSED")):
        await database.execute(
            "insert into account_aliases (id, contest_id, account_id, platform, handle, handle_key, reason, state)"
            " values ($1, $2, $3, 'DOUYIN', $4, $4, '改名', $5)",
            *(new_id(), contest.id, person.account_id, handle, state),
        )
    handles = ["old", "asked", "approved", "refused", "nobody"]
    wanted = [(platform, handle) for platform in Platform for handle in handles]
    async with database.acquire() as connection:
        holders = await store.find_holders(connection, contest.id, wanted)
    assert holders == {(Platform.DOUYIN, handle): person.id for handle in ("old", "asked", "approved")}


async def test_a_list_given_under_an_older_key_finds_whoever_comes_in_under_the_present(database: Pool) -> None:
    contest, other = await a_contest(database), await a_contest(database)
    old = Key(1, bytes(range(32)))
    before, now = Vault([old]), Vault([Key(2, bytes(range(32, 64))), old])
    people, stranger = [newcomer("li"), newcomer("wang")], an_id_number()
    for of in (contest, other):
        list_id = new_id()
        await database.execute(
            "insert into given_lists (id, contest_id, key, title, state) values ($1, $2, 'k', '', 'DONE')",
            *(list_id, of.id),
        )
        for line, number in enumerate([people[0].id_number, stranger]):
            await database.execute(
                "insert into given_list_people values ($1, $2, $3)", *(list_id, before.index(number), line)
            )
    async with database.acquire() as connection, connection.transaction():
        added = await store.add_people(connection, now, contest.id, spot(contest), people, by=By(None))
    found = await database.fetch(
        "select p.id, g.contest_id from contestants p join given_people g on g.id_number_index = p.id_number_index"
    )
    assert [tuple(one) for one in found] == [(added[0].id, contest.id)]
    kept = await database.fetch("select id_number_index from given_people order by 1")
    assert {one[0] for one in kept} == {
        now.index(people[0].id_number),
        before.index(people[0].id_number),
        before.index(stranger),
    }
    assert len(kept) == 4
