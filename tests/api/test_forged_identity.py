"""What no correct provider sends: a forger answers in its place, with identity tokens that are wrong in one thing."""

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jws, jwt
from joserfc.jwk import Key, KeySet, OctKey, RSAKey
from redis.asyncio import Redis

from services.api.single_sign_on.provider import Provider
from services.shared.database.pool import Pool
from services.shared.settings import Settings
from tests.api.conftest import running
from tests.factories import a_person

ISSUER, CLIENT, SECRET = "https://sso.example.org", "livecup", "a-secret-of-thirty-two-characters"
KEY = RSAKey.generate_key(2048, {"kid": "one"})
NEW_KEY = RSAKey.generate_key(2048, {"kid": "two"})
FOREIGN_KEY = RSAKey.generate_key(2048, {"kid": "one"})  # under the same name
SHARED_KEY = OctKey.import_key(SECRET, {"kid": "one"})


def signed(claims: dict[str, Any], key: Any = KEY, algorithm: str = "RS256") -> str:
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    return jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key, registry=registry)


@dataclass
class Forger:
    """A provider of a few lines, no real one: `claims`, `sign` and `answers` say what is wrong."""

    nonce: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] = signed
    answers: dict[str, httpx.Response] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=lambda: [KEY])
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        return self.answers.get(path) or httpx.Response(200, json=self._answer(path))

    def _answer(self, path: str) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return {"issuer": ISSUER, **{name: f"{ISSUER}/{end}" for name, end in names.items()}}
        if path == "/keys":
            return dict(KeySet(self.keys).as_dict(private=False))
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": CLIENT, "sub": "u1", "iat": now, "exp": now + 60, "nonce": self.nonce}
        wanted = {name: value for name, value in (claims | self.claims).items() if value is not None}
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": self.sign(wanted)}


class Renewing(Forger):
    """Has a new key from the second time on that it is asked for its keys."""

    def _answer(self, path: str) -> dict[str, Any]:
        if self.asked.count("/keys") > 1:
            self.keys = [KEY, NEW_KEY]
        return super()._answer(path)


def unsigned(claims: dict[str, Any]) -> str:
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "one"}).encode()).decode().rstrip("=")
    return f"{head}.{signed(claims).split('.')[1]}."


def changed_after(claims: dict[str, Any]) -> str:
    """The signature is of another body."""
    head, _, signature = signed(claims).split(".")
    return f"{head}.{signed({**claims, 'sub': 'u2'}).split('.')[1]}.{signature}"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    given = Settings(oidc_issuer=ISSUER, oidc_client_id=CLIENT, oidc_client_secret=SECRET)
    names = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
    return settings.model_copy(update={name: getattr(given, name) for name in names})


async def arrive(settings: Settings, database: Pool, forger: Forger, times: int = 1) -> tuple[int, str]:
    """Somebody goes to the forger and comes back; the last answer's status, and what a session was opened for."""
    person = await a_person(database)
    await database.execute("delete from sessions")
    await database.execute(
        "insert into identities (issuer, subject, user_id) values ($1, 'u1', $2)", ISSUER, person.user_id
    )
    async with (
        running(settings) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://livecup.test") as client,
    ):
        await app.state.provider.close()
        app.state.provider = Provider(settings, httpx.MockTransport(forger))
        for _ in range(times):
            response = await client.get("/sign-in/oidc")
            if response.status_code == 303:
                asked = parse_qs(urlsplit(response.headers["location"]).query)
                forger.nonce = asked["nonce"][0]
                response = await client.get(f"/sign-in/oidc/callback?code=x&state={asked['state'][0]}")
    users = [row[0] for row in await database.fetch("select user_id from sessions")]
    assert set(users) <= {person.user_id}
    return response.status_code, f"{len(users)} sessions"


async def test_what_is_right_in_everything_opens_a_session(settings: Settings, database: Pool, redis: Redis) -> None:
    """Without this the forgeries below would prove nothing."""
    forger = Forger()
    assert await arrive(settings, database, forger, times=2) == (303, "2 sessions")
    assert forger.asked == ["/.well-known/openid-configuration", "/token", "/keys", "/token"]  # read once and kept


async def test_a_key_that_is_new_at_the_provider_is_looked_up(
    settings: Settings, database: Pool, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.api.single_sign_on.provider.READ_AGAIN_SECONDS", -1.0)
    forger = Renewing(sign=lambda claims: signed(claims, NEW_KEY))
    assert await arrive(settings, database, forger) == (303, "1 sessions")
    assert forger.asked.count("/keys") == 2


FORGED: dict[str, Forger] = {
    "another nonce": Forger(claims={"nonce": "of another sign-in"}),
    "no nonce": Forger(claims={"nonce": None}),
    "another audience": Forger(claims={"aud": "another client"}),
    "no audience": Forger(claims={"aud": None}),
    "for two, made for the other": Forger(claims={"aud": [CLIENT, "another client"], "azp": "another client"}),
    "another issuer": Forger(claims={"iss": "https://evil.example"}),
    "no issuer": Forger(claims={"iss": None}),
    "over": Forger(claims={"exp": 1_600_000_000}),
    "without end": Forger(claims={"exp": None}),
    "nobody": Forger(claims={"sub": None}),
    "nobody who can be kept": Forger(claims={"sub": "u\x001"}),
    "no text": Forger(claims={"sub": 7}),
    "empty": Forger(claims={"sub": ""}),
    "a foreign key": Forger(sign=lambda claims: signed(claims, FOREIGN_KEY)),
    "an unknown key": Forger(sign=lambda claims: signed(claims, NEW_KEY)),
    "the shared secret": Forger(sign=lambda claims: signed(claims, SHARED_KEY, "HS256")),
    "no signature": Forger(sign=unsigned),
    "changed after": Forger(sign=changed_after),
    "no token at all": Forger(sign=lambda _: "x"),
    "a fault": Forger(answers={"/token": httpx.Response(500, text="oops")}),
    "no JSON": Forger(answers={"/token": httpx.Response(200, text="<html>")}),
    "a list": Forger(answers={"/token": httpx.Response(200, json=[])}),
    "nothing": Forger(answers={"/token": httpx.Response(200, json={})}),
    "somewhere else": Forger(answers={"/token": httpx.Response(302, headers={"location": "https://evil.example"})}),
    "keys that are none": Forger(answers={"/keys": httpx.Response(200, json={"keys": [{"kty": "RSA"}]})}),
    "another name": Forger(
        answers={"/.well-known/openid-configuration": httpx.Response(200, json={"issuer": "https://evil.example"})}
    ),
    "no way": Forger(answers={"/.well-known/openid-configuration": httpx.Response(200, json={"issuer": ISSUER})}),
}


@pytest.mark.parametrize("forger", FORGED.values(), ids=FORGED.keys())
async def test_what_is_wrong_in_one_thing_opens_nothing(
    settings: Settings, database: Pool, redis: Redis, forger: Forger, caplog: pytest.LogCaptureFixture
) -> None:
    assert await arrive(settings, database, forger) == (403, "0 sessions")
    assert "single sign-on failed" in caplog.text
    assert SECRET not in caplog.text
