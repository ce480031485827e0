"""Letting officials in: who may invite whom, and that a code works once and is kept nowhere."""

import asyncio
import logging
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from services.api.nodes import parse_global_id
from services.shared.database.pool import Pool
from services.shared.vocabulary import Role
from tests.api.conftest import Ask, gid
from tests.factories import AContest, APerson, a_contest, a_person

INVITE = """mutation ($input: InviteUserInput!) { inviteUser(input: $input) { __typename
  ... on InviteUserPayload { invitationCode link invitation { id state role hostRole name invitedBy city { name } } }
  ... on Error { code } ... on InvalidInput { field } } }"""
ACCEPT = """mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { __typename
  ... on AcceptInvitationPayload { user { login name } token expiresAt }
  ... on Error { code message } ... on InvalidInput { field } } }"""
REVOKE = """mutation ($id: ID!) { revokeInvitation(input: {invitationId: $id}) { __typename
  ... on RevokeInvitationPayload { invitation { state } } ... on Error { code } } }"""
LIST = """query ($contest: ID, $filter: InvitationFilter) { invitations(contestId: $contest, filter: $filter) {
  totalCount nodes { state role name invitedBy acceptedBy city { name } } } }"""
RIGHTS = "{ viewer { user { login } grants { role contest { id } city { name } } } }"
SIGN_IN = """mutation ($login: String!, $password: String!) { signIn(input: {login: $login, password: $password}) {
  __typename ... on SignInPayload { user { login } } } }"""
UNKNOWN = {"__typename": "NotFound", "code": "INVITATION_UNKNOWN"}
PASSWORD = "correct horse battery"


async def invite(ask: Ask, person: APerson, role: Role, contest: AContest | None = None, **given: Any) -> Any:
    city = given.pop("city", None)
    places = {"contestId": contest and gid("Contest", contest.id), "cityId": city and gid("City", city)}
    return (await ask(INVITE, person, input={"name": "王经办", "role": role, **places, **given}))["inviteUser"]


async def accept(ask: Ask, code: str, login: str | None = None, person: APerson | None = None, **given: Any) -> Any:
    asked = {"code": code, "login": login, "password": PASSWORD if login else None, **given}
    return (await ask(ACCEPT, person, input=asked))["acceptInvitation"]


def refused(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer without its sentence."""
    return {key: value for key, value in answer.items() if key != "message"}


async def test_whoever_gets_the_link_comes_in_with_the_right_and_is_signed_in(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    made = await invite(ask, organiser, Role.CITY_CLERK, contest, city=contest.cities[0])
    assert made["invitation"] | {"id": ""} == {
        "id": "",
        "state": "OPEN",
        "role": "CITY_CLERK",
        "hostRole": None,
        "name": "王经办",
        "invitedBy": organiser.login,
        "city": {"name": "武汉市"},
    }
    assert made["link"] == f"http://127.0.0.1:8000/invitation#{made['invitationCode']}"
    assert len(made["invitationCode"]) == 32  # of base32: 160 bits

    came = await accept(ask, made["link"], "Wang.Clerk")  # the whole link is pasted
    assert came["user"] == {"login": "wang.clerk", "name": "王经办"}
    session = APerson(UUID(int=0), "wang.clerk", came["token"])
    grants = [{"role": "CITY_CLERK", "contest": {"id": gid("Contest", contest.id)}, "city": {"name": "武汉市"}}]
    assert (await ask(RIGHTS, session))["viewer"] == {"user": {"login": "wang.clerk"}, "grants": grants}
    again = await ask(SIGN_IN, login="wang.clerk", password=PASSWORD)
    assert again["signIn"] == {"__typename": "SignInPayload", "user": {"login": "wang.clerk"}}
    listed = await ask(LIST, organiser, contest=gid("Contest", contest.id))
    assert [(one["state"], one["acceptedBy"]) for one in listed["invitations"]["nodes"]] == [("ACCEPTED", "wang.clerk")]
    told = await database.fetch("select code, user_id, parameters from messages")
    parameters = {"login": "wang.clerk", "role": "CITY_CLERK"}
    assert [tuple(row) for row in told] == [("INVITATION_ACCEPTED", organiser.user_id, parameters)]


async def test_used_expired_revoked_and_unknown_codes_look_the_same(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    used, expired, revoked = [await invite(ask, organiser, Role.JUDGE, contest) for _ in range(3)]
    assert (await accept(ask, used["invitationCode"], "judge.one"))["__typename"] == "AcceptInvitationPayload"
    key = parse_global_id(expired["invitation"]["id"])
    assert key is not None
    await database.execute("update invitations set expires_at = now() where id = $1", key[1])
    answer = await ask(REVOKE, organiser, id=revoked["invitation"]["id"])
    assert answer["revokeInvitation"] == {
        "__typename": "RevokeInvitationPayload",
        "invitation": {"state": "REVOKED"},
    }
    unknown = "0" * 32
    answers = [
        await accept(ask, code, "judge.two")
        for code in (used["invitationCode"], expired["invitationCode"], revoked["invitationCode"], unknown)
    ]
    assert answers[1:] == answers[:-1]
    assert refused(answers[0]) == UNKNOWN
    assert await database.fetchval("select count(*) from users") == 2
    listed = (await ask(LIST, organiser, contest=gid("Contest", contest.id)))["invitations"]
    assert [one["state"] for one in listed["nodes"]] == ["REVOKED", "EXPIRED", "ACCEPTED"]
    only = await ask(LIST, organiser, contest=gid("Contest", contest.id), filter={"state": "EXPIRED"})
    assert only["invitations"]["totalCount"] == 1
    closed = await ask(REVOKE, organiser, id=used["invitation"]["id"])
    assert closed["revokeInvitation"] == {"__typename": "Conflict", "code": "INVITATION_CLOSED"}


async def test_of_several_who_accept_at_once_one_comes_in(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    made = await invite(ask, organiser, Role.JUDGE, contest)
    answers = await asyncio.gather(*(accept(ask, made["invitationCode"], f"judge.{n}") for n in range(4)))
    assert Counter(answer["__typename"] for answer in answers) == {"AcceptInvitationPayload": 1, "NotFound": 3}
    assert await database.fetchval("select count(*) from users where login like 'judge.%'") == 1
    assert await database.fetchval("select count(*) from grants where role = 'JUDGE'") == 1


async def test_whoever_is_signed_in_keeps_their_account_and_gets_the_right(ask: Ask, database: Pool) -> None:
    contest, other = await a_contest(database), await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    judge = await a_person(database, Role.JUDGE, other)
    assert len((await ask(RIGHTS, judge))["viewer"]["grants"]) == 1
    made = await invite(ask, organiser, Role.JUDGE, contest)
    joined = await accept(ask, made["invitationCode"], person=judge)
    assert joined == {
        "__typename": "AcceptInvitationPayload",
        "user": {"login": judge.login, "name": judge.login},
        "token": None,
        "expiresAt": None,
    }
    contests = {grant["contest"]["id"] for grant in (await ask(RIGHTS, judge))["viewer"]["grants"]}
    assert contests == {gid("Contest", contest.id), gid("Contest", other.id)}
    assert await database.fetchval("select count(*) from users") == 2


@pytest.mark.parametrize(
    "gone", ["update users set disabled_at = now() where id = $1", "delete from grants where user_id = $1"]
)
async def test_what_was_made_by_somebody_who_may_no_longer_opens_nothing(ask: Ask, database: Pool, gone: str) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER)
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    made = [
        (organiser, await invite(ask, organiser, Role.ORGANISER)),
        (leader, await invite(ask, leader, Role.CITY_CLERK, contest, city=contest.cities[0])),
    ]
    for maker, invitation in made:
        await database.execute(gone, maker.user_id)
        assert refused(await accept(ask, invitation["invitationCode"], "back.again")) == UNKNOWN
    assert await database.fetchval("select count(*) from users") == 2


async def test_whoever_holds_the_right_is_told_and_the_code_still_works(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    colleague = await a_person(database, Role.ORGANISER, contest)
    await database.execute("update grants set host_role = 'UNDERTAKER' where user_id = $1", colleague.user_id)
    made = await invite(ask, organiser, Role.ORGANISER, contest)
    answer = await accept(ask, made["invitationCode"], person=colleague)
    assert refused(answer) == {"__typename": "Conflict", "code": "GRANT_HELD"}
    assert (await accept(ask, made["invitationCode"], "another.one"))["__typename"] == "AcceptInvitationPayload"
    sides = await database.fetch("select host_role from grants where user_id = $1", colleague.user_id)
    assert [row["host_role"] for row in sides] == ["UNDERTAKER"]


async def test_a_taken_login_is_said_and_the_code_still_works(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    made = await invite(ask, organiser, Role.JUDGE, contest)
    for _ in range(7):  # more often than a code may be guessed
        assert refused(await accept(ask, made["invitationCode"], organiser.login)) == {
            "__typename": "Conflict",
            "code": "LOGIN_TAKEN",
        }
    invalid = {"__typename": "InvalidInput", "code": "LOGIN_INVALID", "field": "login"}
    assert refused(await accept(ask, made["invitationCode"], "王")) == invalid
    short = await accept(ask, made["invitationCode"], "judge", password="short")
    assert refused(short) == {"__typename": "InvalidInput", "code": "PASSWORD_LENGTH", "field": "password"}
    assert (await accept(ask, made["invitationCode"], "judge"))["__typename"] == "AcceptInvitationPayload"


async def test_guesses_are_counted_by_how_the_code_begins_whoever_makes_them(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    made = await invite(ask, organiser, Role.JUDGE, contest)
    begins = made["invitationCode"][:4]
    guesses = [await accept(ask, f"{begins}{n:08}", "judge") for n in range(7)]
    assert Counter(each["__typename"] for each in guesses) == {"NotFound": 5, "TooManyAttempts": 2}
    assert (await accept(ask, made["invitationCode"], "judge"))["code"] == "TOO_MANY_ATTEMPTS"
    other = await invite(ask, organiser, Role.JUDGE, contest)
    assert (await accept(ask, other["invitationCode"], "judge"))["__typename"] == "AcceptInvitationPayload"


async def test_guesses_are_counted_by_address_whatever_they_begin_with(
    ask: Ask, database: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.api.invitations.accept.INVITATIONS", {"most": 3, "seconds": 600})
    answers = [await accept(ask, f"{n}" * 12, "judge") for n in range(5)]
    assert [each["code"] for each in answers] == ["INVITATION_UNKNOWN"] * 3 + ["TOO_MANY_ATTEMPTS"] * 2
    assert await database.fetchval("select count(*) from sign_in_attempts") == 3


async def test_what_cannot_be_a_code_is_unknown(ask: Ask, database: Pool) -> None:
    for text in ("", "x", "U" * 12, "💥" * 12, "7" * 5000):
        assert refused(await accept(ask, text, "judge")) == UNKNOWN
    assert await database.fetchval("select count(*) from sign_in_attempts") == 0


async def test_a_code_is_in_clear_neither_in_the_database_nor_in_the_log(
    ask: Ask, database: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    made = await invite(ask, organiser, Role.JUDGE, contest)
    await accept(ask, made["invitationCode"], "judge.one")
    tables = [row[0] for row in await database.fetch("select tablename from pg_tables where schemaname = 'public'")]
    dump = "\n".join([str(await database.fetchval(f"select json_agg(t)::text from {table} t")) for table in tables])
    assert "judge.one" in dump
    for wording in (
        made["invitationCode"],
        made["invitationCode"].lower(),
        made["invitationCode"].encode().hex(),
        PASSWORD,
    ):
        assert wording not in dump
        assert wording not in caplog.text


def places_of(contest: AContest, other: AContest) -> dict[str, dict[str, Any]]:
    return {
        "clerk here": {"role": Role.CITY_CLERK, "contest": contest, "city": contest.cities[0]},
        "clerk there": {"role": Role.CITY_CLERK, "contest": contest, "city": contest.cities[1]},
        "leader here": {"role": Role.CITY_LEADER, "contest": contest, "city": contest.cities[0]},
        "judge": {"role": Role.JUDGE, "contest": contest},
        "elsewhere": {"role": Role.CITY_CLERK, "contest": other, "city": other.cities[0]},
        "crossed": {"role": Role.CITY_CLERK, "contest": contest, "city": other.cities[0]},
        "everywhere": {"role": Role.AUDITOR},
    }


MADE, NOT_FOUND, NOT_ALLOWED = "InviteUserPayload", "NotFound", "NotAllowed"
SCOPES = [
    (Role.ORGANISER, [MADE, MADE, MADE, MADE, NOT_FOUND, NOT_FOUND, NOT_ALLOWED]),
    (Role.CITY_LEADER, [MADE, NOT_FOUND, NOT_ALLOWED, NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_ALLOWED]),
    (Role.CITY_CLERK, [NOT_ALLOWED] * 7),
    (Role.JUDGE, [NOT_ALLOWED] * 7),
    (Role.AUDITOR, [NOT_ALLOWED] * 7),
    (None, [NOT_ALLOWED] * 7),
]


@pytest.mark.parametrize(("role", "expected"), SCOPES, ids=lambda value: str(value) if isinstance(value, Role) else "")
async def test_nobody_invites_beyond_their_own_place(
    ask: Ask, database: Pool, role: Role | None, expected: list[str]
) -> None:
    contest, other = await a_contest(database), await a_contest(database)
    city = contest.cities[0] if role in (Role.CITY_LEADER, Role.CITY_CLERK) else None
    person = await a_person(database, role, contest if role else None, city=city)
    answers = [await invite(ask, person, **place) for place in places_of(contest, other).values()]
    assert [answer["__typename"] for answer in answers] == expected
    assert await database.fetchval("select count(*) from invitations") == expected.count(MADE)
    recorded = await database.fetchval("select count(*) from audit_entries where action = 'INVITE_USER'")
    assert recorded == expected.count(MADE)


async def test_the_undertakers_people_make_no_hosts(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    undertaker = await a_person(database, Role.ORGANISER, contest)
    await database.execute("update grants set host_role = 'UNDERTAKER' where user_id = $1", undertaker.user_id)
    sides = ("HOST", None, "UNDERTAKER")
    answers = [await invite(ask, undertaker, Role.ORGANISER, contest, hostRole=side) for side in sides]
    assert [answer["__typename"] for answer in answers] == [NOT_ALLOWED, NOT_ALLOWED, MADE]
    await accept(ask, answers[2]["invitationCode"], "colleague")
    assert (
        await database.fetchval(
            "select g.host_role from grants g join users u on u.id = g.user_id where u.login = 'colleague'"
        )
        == "UNDERTAKER"
    )


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"role": Role.CONTESTANT}, "ROLE_NOT_INVITED", "role"),
        ({"role": Role.CITY_CLERK}, "CITY_OF_STAFF", "cityId"),
        ({"role": Role.JUDGE, "hostRole": "HOST"}, "HOST_ROLE_OF_ORGANISER", "hostRole"),
        ({"role": Role.JUDGE, "name": " "}, "TEXT_EMPTY", "name"),
        ({"role": Role.JUDGE, "expiresAt": "2021-01-01T00:00:00+08:00"}, "EXPIRY_OUT_OF_RANGE", "expiresAt"),
        ({"role": Role.JUDGE, "expiresAt": "2999-01-01T00:00:00+08:00"}, "EXPIRY_OUT_OF_RANGE", "expiresAt"),
    ],
)
async def test_what_makes_no_sense_is_named(
    ask: Ask, database: Pool, given: dict[str, Any], code: str, field: str
) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    answer = await invite(ask, organiser, contest=contest, **given)
    assert answer == {"__typename": "InvalidInput", "code": code, "field": field}
    assert await database.fetchval("select count(*) from invitations") == 0


async def test_a_repeated_request_makes_one_invitation_and_shows_no_code_again(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    first, second = [await invite(ask, organiser, Role.JUDGE, contest, idempotencyKey="once") for _ in range(2)]
    assert first["invitation"] == second["invitation"]
    assert (second["invitationCode"], second["link"]) == (None, None)
    assert await database.fetchval("select count(*) from invitations") == 1


async def test_city_staff_see_and_end_what_is_of_their_city_alone(ask: Ask, database: Pool) -> None:
    contest = await a_contest(database)
    organiser = await a_person(database, Role.ORGANISER, contest)
    leader = await a_person(database, Role.CITY_LEADER, contest, city=contest.cities[0])
    clerk = await a_person(database, Role.CITY_CLERK, contest, city=contest.cities[0])
    judge = await a_person(database, Role.JUDGE, contest)
    own = await invite(ask, organiser, Role.CITY_CLERK, contest, city=contest.cities[0])
    fellow = await invite(ask, organiser, Role.CITY_LEADER, contest, city=contest.cities[0])
    foreign = await invite(ask, organiser, Role.CITY_CLERK, contest, city=contest.cities[1])
    here = {"contest": gid("Contest", contest.id)}
    counts = [(await ask(LIST, one, **here))["invitations"]["totalCount"] for one in (organiser, leader, clerk, judge)]
    assert counts == [3, 2, 2, 0]

    async def end(person: APerson, invitation: Any) -> str:
        answer = await ask(REVOKE, person, id=invitation["invitation"]["id"])
        return str(answer["revokeInvitation"]["__typename"])

    assert await end(leader, foreign) == "NotFound"
    assert await end(leader, fellow) == "NotAllowed"
    assert await end(clerk, own) == "NotAllowed"
    assert await database.fetchval("select count(*) from invitations where revoked_at is not null") == 0
    assert await end(leader, own) == "RevokeInvitationPayload"
    assert await database.fetchval("select count(*) from invitations where revoked_at is not null") == 1
