"""What is told of contestants is mended, by whom it may be, and what follows for the review."""

from typing import Any

import pytest

from services.shared.database.pool import Pool
from services.shared.vocabulary import Eligibility, EntryWay, ReviewStep, Role
from tests.api.conftest import Ask, gid
from tests.api.registering import MEND
from tests.factories import AContest, APerson, a_contest, a_person
from tests.people import VAULT, AContestant, a_contestant, a_submission, an_id_number

ID_NUMBER = an_id_number()
HIDDEN = ["***", "***"]


@pytest.fixture
async def contest(database: Pool) -> AContest:
    return await a_contest(database)


@pytest.fixture
async def clerk(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])


@pytest.fixture
async def organiser(database: Pool, contest: AContest) -> APerson:
    return await a_person(database, Role.ORGANISER, contest)


async def mend(ask: Ask, by: APerson | None, person: AContestant, **given: Any) -> Any:
    """The contestant afterwards, or the code of the refusal."""
    answer = (await ask(MEND, by, input={"contestantId": gid("Contestant", person.id), **given}))["mendContestant"]
    return answer.get("contestant") or answer["code"]


async def told(database: Pool, person: AContestant) -> dict[str, Any]:
    row = await database.fetchrow(
        "select p.*, a.platform, a.handle, a.handle_key, a.uid from contestants p"
        " join accounts a on a.contestant_id = p.id where p.id = $1",
        person.id,
    )
    assert row is not None
    return dict(row)


async def recorded(database: Pool) -> list[tuple[Any, ...]]:
    rows = await database.fetch("select action, user_id, changes from audit_entries order by id")
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("given", "column", "value", "change"),
    [
        ({"name": "李四"}, "name", "李四", {"name": HIDDEN}),
        ({"followers": 12}, "followers_claimed", 12, {"followers": [None, 12]}),
        ({"experience": "三年"}, "experience", "三年", {"experience": HIDDEN}),
        ({"remark": "女"}, "remark", "女", {"remark": HIDDEN}),
        ({"phone": "13900001111"}, "phone", "13900001111", {"phone": HIDDEN}),
        ({"idNumber": ID_NUMBER}, "id_number", ID_NUMBER, {"id_number": HIDDEN}),
        ({"handle": "Other_1"}, "handle_key", "other_1", {"handle": HIDDEN}),
        ({"platform": "KUAISHOU"}, "platform", "KUAISHOU", {"platform": ["DOUYIN", "KUAISHOU"]}),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
async def test_each_field_is_mended_alone(
    ask: Ask,
    database: Pool,
    contest: AContest,
    clerk: APerson,
    given: dict[str, Any],
    column: str,
    value: Any,
    change: dict[str, Any],
) -> None:
    person = await a_contestant(contest, handle="before")
    before = await told(database, person)
    assert await mend(ask, clerk, person, **given) not in ("NOT_FOUND", "NOT_ALLOWED")
    after = await told(database, person)
    if column in ("phone", "id_number"):
        assert VAULT.open(after[f"{column}_sealed"], person.id) == value
    else:
        assert after[column] == value
    other = "id_number" if column == "phone" else "phone"
    assert VAULT.open(after[f"{other}_sealed"], person.id) == getattr(person, other)
    assert after["id_number_index"] == VAULT.index(ID_NUMBER if column == "id_number" else person.id_number)
    sealed = {"phone_sealed", "id_number_sealed", "id_number_index", "updated_at", "handle", "handle_key"}
    assert {name for name in before if before[name] != after[name]} - sealed == {column} & (before.keys() - sealed)
    assert await recorded(database) == [("MEND_CONTESTANT", clerk.user_id, change)]
    assert await database.fetchval("select count(*) from messages") == 0


async def test_what_stays_the_same_is_not_recorded(ask: Ask, database: Pool, contest: AContest, clerk: APerson) -> None:
    person = await a_contestant(contest)
    before = await told(database, person)
    await mend(ask, clerk, person, name=person.name, phone=person.phone)
    assert await told(database, person) == before
    assert await recorded(database) == []


@pytest.mark.parametrize("step", list(ReviewStep))
async def test_whoever_was_returned_is_sent_again_to_whose_turn_it_was(
    ask: Ask, database: Pool, contest: AContest, clerk: APerson, step: ReviewStep
) -> None:
    person = await a_contestant(contest, eligibility=Eligibility.RETURNED, step=step)
    same = await mend(ask, clerk, person, name=person.name, phone=person.phone)
    assert same["eligibility"] == "RETURNED"
    assert await database.fetchval("select count(*) from audit_entries") == 0
    mended = await mend(ask, clerk, person, experience="三年")
    assert (mended["eligibility"], mended["reviewStep"]) == ("PENDING", step)
    reviews = await database.fetch("select step, decision, reviewed_by, contestant_id from eligibility_reviews")
    assert [tuple(one) for one in reviews] == [(step, "SENT_AGAIN", clerk.user_id, person.id)]
    messages = await database.fetch("select code, parameters, city_id, contestant_id, user_id from messages")
    assert [tuple(one) for one in messages] == [
        ("CONTESTANT_SENT_AGAIN", {"number": person.number}, contest.cities[0], None, None)
    ]
    change = {"experience": HIDDEN, "eligibility": ["RETURNED", "PENDING"]}
    assert await recorded(database) == [("MEND_CONTESTANT", clerk.user_id, change)]


async def test_once_approved_the_account_stays_and_while_approved_the_id_number(
    ask: Ask, database: Pool, contest: AContest, clerk: APerson, organiser: APerson
) -> None:
    person = await a_contestant(contest, eligibility=Eligibility.APPROVED)
    before = await told(database, person)
    assert await mend(ask, organiser, person, handle="other") == "ACCOUNT_FIXED"
    assert await mend(ask, organiser, person, platform="KUAISHOU") == "ACCOUNT_FIXED"
    assert await mend(ask, organiser, person, idNumber=ID_NUMBER) == "ID_NUMBER_FIXED"
    assert await told(database, person) == before
    await database.execute("update contestants set eligibility = 'RETURNED'")
    assert await mend(ask, organiser, person, handle="other") == "ACCOUNT_FIXED"
    assert await mend(ask, clerk, person, idNumber=ID_NUMBER) == "ID_NUMBER_FIXED"
    assert (await mend(ask, organiser, person, idNumber=ID_NUMBER))["eligibility"] == "PENDING"
    assert (await told(database, person))["id_number_index"] == VAULT.index(ID_NUMBER)


async def test_only_an_organiser_mends_the_name_of_somebody_approved(
    ask: Ask, database: Pool, contest: AContest, clerk: APerson, organiser: APerson
) -> None:
    person = await a_contestant(contest, eligibility=Eligibility.APPROVED, way=EntryWay.SELF_REGISTERED)
    themselves = await a_person(database, Role.CONTESTANT, contest, contestant=person.id)
    for by in (clerk, themselves):
        assert await mend(ask, by, person, name="李四") == "NAME_FIXED"
    assert (await told(database, person))["name"] == "张三"
    mended = await mend(ask, organiser, person, name="李四")
    assert (mended["name"], mended["eligibility"]) == ("李四", "APPROVED")


@pytest.mark.parametrize("gone", [{"withdrawn": True}, {"eligibility": Eligibility.REJECTED}], ids=["out", "rejected"])
async def test_an_organiser_frees_the_account_of_who_holds_no_place_for_its_owner(
    ask: Ask, database: Pool, contest: AContest, clerk: APerson, organiser: APerson, gone: dict[str, Any]
) -> None:
    impostor = await a_contestant(contest, handle="famous", **gone)
    owner = await a_contestant(contest)
    code = "CONTESTANT_WITHDRAWN" if "withdrawn" in gone else "CONTESTANT_REJECTED"
    assert await mend(ask, clerk, owner, handle="famous") == "ACCOUNT_REGISTERED"
    assert await mend(ask, clerk, impostor, handle="none_1") == code
    assert await mend(ask, organiser, impostor, handle="none_1", name="李四") == code
    before = await told(database, impostor)
    await mend(ask, organiser, impostor, handle="none_1")
    after = await told(database, impostor)
    kept = ("eligibility", "review_step", "withdrawn_at", "name")
    assert ([after[name] for name in kept], after["handle"]) == ([before[name] for name in kept], "none_1")
    assert (await mend(ask, clerk, owner, handle="famous"))["account"]["handle"] == "famous"
    await database.execute("update contestants set approved_at = now() where id = $1", impostor.id)
    assert await mend(ask, organiser, impostor, handle="none_2") == code


async def test_an_id_number_and_an_account_are_one_persons(
    ask: Ask, database: Pool, contest: AContest, clerk: APerson
) -> None:
    person, other = await a_contestant(contest), await a_contestant(contest, city=1, handle="taken", withdrawn=True)
    before = await told(database, person)
    assert await mend(ask, clerk, person, idNumber=other.id_number) == "ID_NUMBER_REGISTERED"
    assert await mend(ask, clerk, person, handle="@Taken") == "ACCOUNT_REGISTERED"
    assert await told(database, person) == before
    assert await recorded(database) == []


async def test_on_a_submitted_list_the_city_mends_returned_people_only(
    ask: Ask, database: Pool, contest: AContest, clerk: APerson, organiser: APerson
) -> None:
    listed = await a_contestant(contest)
    returned = await a_contestant(contest, eligibility=Eligibility.RETURNED)
    own_way = await a_contestant(contest, way=EntryWay.SELF_REGISTERED)
    themselves = await a_person(database, Role.CONTESTANT, contest, contestant=listed.id)
    await a_submission(contest)
    for by in (clerk, themselves):
        assert await mend(ask, by, listed, name="李四") == "LIST_LOCKED"
    assert (await told(database, listed))["name"] == "张三"
    assert (await mend(ask, clerk, returned, name="李四"))["eligibility"] == "PENDING"
    assert await mend(ask, clerk, returned, name="王五") == "LIST_LOCKED"
    assert (await mend(ask, clerk, own_way, name="李四"))["name"] == "李四"
    assert (await mend(ask, organiser, listed, name="李四"))["name"] == "李四"


async def test_who_mends_whom(ask: Ask, database: Pool, contest: AContest, clerk: APerson, organiser: APerson) -> None:
    person, other = await a_contestant(contest), await a_contestant(contest)
    expected = [
        (clerk, None),
        (organiser, None),
        (await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0]), None),
        (await a_person(database, Role.CONTESTANT, contest, contestant=person.id), None),
        (await a_person(database, Role.CONTESTANT, contest, contestant=other.id), "NOT_FOUND"),
        (await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[1]), "NOT_FOUND"),
        (await a_person(database, Role.ORGANISER, await a_contest(database)), "NOT_FOUND"),
        (await a_person(database, Role.AUDITOR, contest), "NOT_ALLOWED"),
    ]
    for number, (by, refused) in enumerate(expected):
        before = await told(database, person)
        answer = await mend(ask, by, person, remark=f"第{number}次")
        if refused:
            assert (answer, await told(database, person)) == (refused, before)
        else:
            assert answer["remark"] == f"第{number}次"


async def test_what_contestants_change_of_who_they_are_is_looked_at_again_by_the_city(
    ask: Ask, database: Pool, contest: AContest, clerk: APerson
) -> None:
    person = await a_contestant(contest, step=ReviewStep.ORGANISER)
    themselves = await a_person(database, Role.CONTESTANT, contest, contestant=person.id)
    assert (await mend(ask, clerk, person, name="李四"))["reviewStep"] == "ORGANISER"
    assert (await mend(ask, themselves, person, phone="13900001111"))["reviewStep"] == "ORGANISER"
    assert (await mend(ask, themselves, person, name="王五"))["reviewStep"] == "CITY"
    assert (await recorded(database))[-1][2] == {"name": HIDDEN, "review_step": ["ORGANISER", "CITY"]}


@pytest.mark.parametrize(
    ("gone", "code"),
    [({"withdrawn": True}, "CONTESTANT_WITHDRAWN"), ({"eligibility": Eligibility.REJECTED}, "CONTESTANT_REJECTED")],
    ids=["withdrawn", "rejected"],
)
async def test_who_holds_no_place_is_not_mended(
    ask: Ask, database: Pool, contest: AContest, organiser: APerson, gone: dict[str, Any], code: str
) -> None:
    person = await a_contestant(contest, **gone)
    assert await mend(ask, organiser, person, name="李四") == code
    assert (await told(database, person))["name"] == "张三"
