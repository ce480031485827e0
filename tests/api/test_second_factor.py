"""Codes beside the password: asked for, taken once, replaced by recovery codes, and no way round the lock."""

import asyncio
import time
from collections import Counter
from typing import Any

import pytest
from starlette.applications import Starlette

from services.api.second_factor.codes import STEP_SECONDS, _totp, matching_steps, new_secret, otpauth_uri
from services.api.users.store import FAILURES_ALLOWED
from services.shared.database.pool import Pool
from tests.api.conftest import Ask
from tests.factories import PASSWORD, APerson, a_person

SIGN_IN = """mutation ($login: String!, $password: String!, $code: String) {
  signIn(input: {login: $login, password: $password, code: $code}) {
    __typename ... on SignInPayload { token } ... on Error { code } } }"""
BEGIN = """mutation ($password: String) { beginTotp(input: {password: $password}) {
  __typename ... on BeginTotpPayload { secret uri } ... on Error { code } } }"""
CONFIRM = """mutation ($code: String!) { confirmTotp(input: {code: $code}) {
  __typename ... on ConfirmTotpPayload { recoveryCodes } ... on Error { code } } }"""
DISABLE = """mutation ($password: String, $code: String!) { disableTotp(input: {password: $password, code: $code}) {
  __typename ... on DisableTotpPayload { user { login } } ... on Error { code } } }"""
STATE = "{ viewer { secondFactor recoveryCodesLeft } }"


def code_of(secret: str, steps: int = 0) -> str:
    """The code of now, or of so many steps later."""
    return _totp(secret).generate(time.time() + steps * STEP_SECONDS).decode()


def wrong(secret: str) -> str:
    """A code that is none of those around now."""
    near = {code_of(secret, steps) for steps in range(-3, 4)}
    return next(each for each in (f"{n:06}" for n in range(10)) if each not in near)


async def switched_on(ask: Ask, person: APerson) -> tuple[str, list[str]]:
    """Secret and recovery codes of a second factor that is on; the step before this one has been taken."""
    secret = (await ask(BEGIN, person, password=PASSWORD))["beginTotp"]["secret"]
    codes = (await ask(CONFIRM, person, code=code_of(secret, -1)))["confirmTotp"]["recoveryCodes"]
    return secret, codes


async def sign_in(ask: Ask, person: APerson, code: str | None = None) -> str:
    """The code of the refusal, or the payload's name."""
    answer = (await ask(SIGN_IN, login=person.login, password=PASSWORD, code=code))["signIn"]
    return str(answer.get("code", answer["__typename"]))


@pytest.fixture
async def person(database: Pool) -> APerson:
    return await a_person(database)


def test_the_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, the last six digits; 12345678901234567890 as base32."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert matching_steps(secret, "287082", 59) == [1]
    assert matching_steps(secret, "０８１ ８０４", 1111111109) == [37037036]  # as a Chinese keyboard may give it
    assert matching_steps(secret, "081804", 1111111109 + STEP_SECONDS) == [37037036]
    assert matching_steps(secret, "081804", 1111111109 + 3 * STEP_SECONDS) == []
    assert matching_steps(secret, "", 59) == []


def test_the_uri_names_the_login_and_holds_the_secret() -> None:
    secret = new_secret()
    assert len(secret) == 32
    expected = f"digits=6&secret={secret}&algorithm=SHA1&issuer=Livecup&period=30"
    assert otpauth_uri(secret, "li.lei@example.org") == f"otpauth://totp/Livecup:li.lei%40example.org?{expected}"


async def test_a_code_is_asked_for_once_it_has_been_confirmed(ask: Ask, person: APerson) -> None:
    begun = (await ask(BEGIN, person, password=PASSWORD))["beginTotp"]
    assert begun["secret"] in begun["uri"]
    assert await sign_in(ask, person) == "SignInPayload"  # not yet
    assert (await ask(CONFIRM, person, code=wrong(begun["secret"])))["confirmTotp"]["code"] == "CODE_WRONG"
    assert (await ask(STATE, person))["viewer"] == {"secondFactor": False, "recoveryCodesLeft": 0}
    confirmed = (await ask(CONFIRM, person, code=code_of(begun["secret"], -1)))["confirmTotp"]
    assert len(set(confirmed["recoveryCodes"])) == 8
    assert (await ask(STATE, person))["viewer"] == {"secondFactor": True, "recoveryCodesLeft": 8}
    assert await sign_in(ask, person) == "CODE_NEEDED"
    assert await sign_in(ask, person, wrong(begun["secret"])) == "CODE_WRONG"
    assert await sign_in(ask, person, code_of(begun["secret"])) == "SignInPayload"


async def test_it_takes_the_password_to_begin(ask: Ask, database: Pool, person: APerson) -> None:
    for password in (None, "wrong"):
        assert (await ask(BEGIN, person, password=password))["beginTotp"]["code"] == "PASSWORD_WRONG"
    assert (await ask(BEGIN, None, password=PASSWORD))["beginTotp"]["code"] == "NOT_ALLOWED"
    assert (await ask(CONFIRM, person, code="000000"))["confirmTotp"]["code"] == "TOTP_NOT_BEGUN"
    assert await database.fetchval("select totp_sealed from users where id = $1", person.user_id) is None


async def test_another_secret_takes_the_first_off(ask: Ask, person: APerson) -> None:
    await switched_on(ask, person)
    assert (await ask(BEGIN, person, password=PASSWORD))["beginTotp"]["code"] == "TOTP_ON"
    assert (await ask(CONFIRM, person, code="000000"))["confirmTotp"]["code"] == "TOTP_ON"


async def test_a_code_is_taken_once_also_by_parallel_requests(ask: Ask, person: APerson) -> None:
    secret, _ = await switched_on(ask, person)
    code = code_of(secret)
    answers = await asyncio.gather(*(sign_in(ask, person, code) for _ in range(4)))
    assert Counter(answers) == {"SignInPayload": 1, "CODE_WRONG": 3}
    assert await sign_in(ask, person, code) == "CODE_WRONG"


async def test_a_code_earlier_than_one_that_was_taken_is_refused(ask: Ask, person: APerson) -> None:
    secret, _ = await switched_on(ask, person)
    assert await sign_in(ask, person, code_of(secret, 1)) == "SignInPayload"
    assert await sign_in(ask, person, code_of(secret)) == "CODE_WRONG"


async def test_a_recovery_code_signs_in_once(ask: Ask, person: APerson) -> None:
    _, codes = await switched_on(ask, person)
    answers = await asyncio.gather(*(sign_in(ask, person, codes[0]) for _ in range(3)))
    assert Counter(answers) == {"SignInPayload": 1, "CODE_WRONG": 2}
    assert await sign_in(ask, person, codes[1].upper().replace("-", " ")) == "SignInPayload"
    assert (await ask(STATE, person))["viewer"] == {"secondFactor": True, "recoveryCodesLeft": 6}


async def test_neither_secret_nor_recovery_codes_are_stored_in_clear(
    ask: Ask, app: Starlette, database: Pool, person: APerson
) -> None:
    secret, codes = await switched_on(ask, person)
    sealed = await database.fetchval("select totp_sealed from users where id = $1", person.user_id)
    assert app.state.resources.vault.open(sealed, person.user_id) == secret
    hashes = [row["code_hash"] for row in await database.fetch("select code_hash from recovery_codes")]
    stored, shown = b" ".join([sealed, *hashes]), [secret, *codes, *(each.replace("-", "") for each in codes)]
    assert [each for each in shown if each.encode() in stored] == []


async def test_guessing_codes_locks_the_login_whichever_way_it_is_tried(ask: Ask, person: APerson) -> None:
    secret, _ = await switched_on(ask, person)
    for _ in range(FAILURES_ALLOWED - 2):
        assert await sign_in(ask, person, wrong(secret)) == "CODE_WRONG"
    assert await sign_in(ask, person) == "CODE_NEEDED"
    disabled = (await ask(DISABLE, person, password=PASSWORD, code=wrong(secret)))["disableTotp"]
    assert disabled["code"] == "CODE_WRONG"
    assert await sign_in(ask, person, code_of(secret)) == "TOO_MANY_ATTEMPTS"
    right: Any = {"password": PASSWORD, "code": code_of(secret)}
    assert (await ask(DISABLE, person, **right))["disableTotp"]["code"] == "TOO_MANY_ATTEMPTS"
    assert (await ask(STATE, person))["viewer"]["secondFactor"] is True


async def test_proving_the_password_does_not_clear_the_guesses_at_codes(ask: Ask, person: APerson) -> None:
    secret, _ = await switched_on(ask, person)
    for _ in range(FAILURES_ALLOWED):
        assert await sign_in(ask, person, wrong(secret)) == "CODE_WRONG"
        await ask(BEGIN, person, password=PASSWORD)
    assert await sign_in(ask, person, code_of(secret)) == "TOO_MANY_ATTEMPTS"


async def test_switching_it_off_takes_password_and_code(ask: Ask, database: Pool, person: APerson) -> None:
    assert (await ask(DISABLE, person, password=PASSWORD, code="000000"))["disableTotp"]["code"] == "TOTP_OFF"
    secret, codes = await switched_on(ask, person)
    assert (await ask(DISABLE, person, password="wrong", code=codes[0]))["disableTotp"]["code"] == "PASSWORD_WRONG"
    assert (await ask(STATE, person))["viewer"] == {"secondFactor": True, "recoveryCodesLeft": 8}
    answer = (await ask(DISABLE, person, password=PASSWORD, code=code_of(secret)))["disableTotp"]
    assert answer == {"__typename": "DisableTotpPayload", "user": {"login": person.login}}
    assert (await ask(STATE, person))["viewer"] == {"secondFactor": False, "recoveryCodesLeft": 0}
    assert await sign_in(ask, person) == "SignInPayload"
    assert await sign_in(ask, person, codes[1]) == "SignInPayload"  # nobody asks
    recorded = await database.fetch("select action from audit_entries order by id")
    assert [row["action"] for row in recorded] == ["BEGIN_TOTP", "CONFIRM_TOTP", "DISABLE_TOTP", "SIGN_IN", "SIGN_IN"]
