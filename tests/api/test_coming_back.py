"""Somebody who had withdrawn comes back: by themselves, or entered by their city."""

import pytest

from services.shared.database.pool import Pool
from services.shared.identity import new_id
from services.shared.vocabulary import Eligibility, Role
from tests.api.conftest import Ask, gid
from tests.api.registering import ENTER, REGISTER, WITHDRAW, registering, typed, with_consent
from tests.api.test_aliases import a_document
from tests.api.test_registration import SIGN_IN, state
from tests.factories import AContest, APerson, a_contest, a_person
from tests.people import AContestant, a_contestant


async def hang_on(database: Pool, contest: AContest, gone: AContestant, what: str) -> None:
    """Something that is told of somebody and is for nobody else."""
    tell = "insert into messages (id, contest_id, event, code, contestant_id) values ($1, $2, 'x', 'x', $3)"
    review = (
        "insert into eligibility_reviews (id, contest_id, contestant_id, step, decision)"
        " values ($1, $2, $3, 'CITY', 'RETURNED')"
    )
    if what == "document":
        await a_document(contest, gone)
    else:
        await database.execute({"message": tell, "review": review}[what], new_id(), contest.id, gone.id)


@pytest.mark.parametrize("what", ["document", "message", "review"])
async def test_nobody_becomes_a_person_of_whom_something_is_kept(ask: Ask, database: Pool, what: str) -> None:
    contest = await with_consent(await a_contest(database))
    gone = await a_contestant(contest, "张三", eligibility=Eligibility.RETURNED, withdrawn=True)
    await hang_on(database, contest, gone, what)
    before = await state(database)
    given = registering(contest, idNumber=gone.id_number, handle="attacker1")
    assert (await ask(REGISTER, None, input=given))["registerContestant"]["code"] == "ID_NUMBER_REGISTERED"
    assert await state(database) == before
    assert await database.fetchval("select count(*) from users") == 0
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    entered = await ask(ENTER, clerk, input=typed(contest, idNumber=gone.id_number))
    assert entered["enterContestant"]["contestant"]["number"] == gone.number


async def test_whoever_was_let_in_before_is_shut_out_when_the_city_enters_the_person(ask: Ask, database: Pool) -> None:
    contest = await with_consent(await a_contest(database))
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    impostor = registering(contest)
    await ask(REGISTER, None, input=impostor)
    token = (await ask(SIGN_IN, None, login=impostor["login"]))["signIn"]["token"]
    who = await database.fetchrow(
        "select id, (select id from users where login = $1) from contestants", impostor["login"]
    )
    assert who is not None
    signed_in = APerson(who[1], impostor["login"], token)
    viewer = "{ viewer { user { login } grants { role } } }"
    assert (await ask(viewer, signed_in))["viewer"]["user"]["login"] == impostor["login"]
    await database.execute(
        "insert into invitations (id, role, contest_id, contestant_id, name, code_hash, expires_at)"
        " values ($1, 'CONTESTANT', $2, $3, '', '\\x01', now() + interval '1 day')",
        *(new_id(), contest.id, who[0]),
    )
    await ask(WITHDRAW, clerk, id=gid("Contestant", who[0]))
    real = typed(contest, idNumber=impostor["idNumber"], name="真人")
    assert (await ask(ENTER, clerk, input=real))["enterContestant"]["contestant"]["number"] == 1
    assert await database.fetchval("select count(*) from grants where contestant_id is not null") == 0
    assert await database.fetchval("select count(*) from sessions where user_id = $1", who[1]) == 0
    assert await database.fetchval("select count(*) from invitations where revoked_at is null") == 0
    kept = await database.fetchrow("select * from audit_entries where action = 'REVOKE_GRANT'")
    assert kept is not None
    assert (kept["subject_id"], kept["contestant_id"], kept["user_id"]) == (who[1], who[0], clerk.user_id)
    assert kept["changes"] == {"role": ["CONTESTANT", None]}
    entered = await database.fetchval("select changes from audit_entries where action = 'ENTER_CONTESTANT'")
    assert entered == {
        "entry_way": ["SELF_REGISTERED", "RECOMMENDED"],
        "platform": ["DOUYIN", "DOUYIN"],
        "handle": ["***", "***"],
        "withdrawn": [True, False],
    }
