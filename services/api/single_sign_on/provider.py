"""The OpenID provider as we see it: where it sends people, and who it says has come.

Everything it says is checked: its name, its signature, for whom and for which sign-in the identity token was made, and
until when. authlib knows the claims, joserfc the signatures; the requests are our own, short and few.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from services.shared.settings import LOOPBACK, Settings

SCOPE = "openid profile"
# Never `none`, and no shared secret: the provider's public keys alone decide.
ALGORITHMS = ["RS256", "PS256", "ES256"]
KEPT_SECONDS = 3600.0  # metadata and keys
READ_AGAIN_SECONDS = 30.0  # a key that is not known may be new; but not with every sign-in
CLOCKS_APART = 60  # seconds
SECONDS = httpx.Timeout(10, connect=5)


class ProviderError(Exception):
    """The provider cannot be reached, or what it says does not hold. Never says what was in a token."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who has come: the provider's name, its own word for the person, and what it calls them."""

    issuer: str
    subject: str
    name: str
    login: str


def _readable(text: str) -> str:
    """Without what a database cannot keep: NUL, and halves of characters."""
    return text.replace("\0", "").encode(errors="ignore").decode()


class Provider:
    """The one provider of this installation; metadata and keys are kept for an hour."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret.get_secret_value()
        local = urlsplit(self.issuer).hostname in LOOPBACK
        self._http = httpx.AsyncClient(timeout=SECONDS, trust_env=not local, transport=transport)
        self._kept: dict[str, tuple[float, Any]] = {}

    async def close(self) -> None:
        await self._http.aclose()

    async def address(self, redirect_uri: str, *, state: str, nonce: str, verifier: str) -> str:
        """Where to send the person; raises ProviderError."""
        parameters = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        where: str = add_params_to_uri(await self._endpoint("authorization_endpoint"), list(parameters.items()))
        return where

    async def identify(self, code: str, redirect_uri: str, *, nonce: str, verifier: str) -> Identity:
        """Who the code stands for; raises ProviderError unless everything holds."""
        answer = await self._redeem(code, redirect_uri, verifier)
        try:
            claims = await self._check(answer["id_token"], answer.get("access_token"), nonce)
            subject = claims["sub"]
        except (JoseError, AuthlibBaseError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ProviderError(f"the identity token does not hold: {type(error).__name__}") from None
        if not isinstance(subject, str) or not 0 < len(subject) <= 255 or _readable(subject) != subject:
            raise ProviderError("the identity token names nobody")
        login, name = claims.get("preferred_username"), claims.get("name")
        login = _readable(str(login or ""))
        return Identity(self.issuer, subject, _readable(str(name or "")) or login, login)

    async def _check(self, token: str, access_token: str | None, nonce: str) -> Mapping[str, Any]:
        try:
            decoded = self._decode(token, await self._keys())
        except InvalidKeyIdError:
            decoded = self._decode(token, await self._keys(READ_AGAIN_SECONDS))
        claims: CodeIDToken = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self._client_id},
            },
            {"client_id": self._client_id, "nonce": nonce, "access_token": access_token},
        )
        claims.validate(leeway=CLOCKS_APART)
        return claims  # type: ignore[no-any-return]

    @staticmethod
    def _decode(token: str, keys: KeySet) -> jwt.Token:
        return jwt.decode(token, keys, registry=jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False))

    async def _redeem(self, code: str, redirect_uri: str, verifier: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        methods = (await self._metadata()).get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = None
        if "client_secret_basic" in methods:
            basic = httpx.BasicAuth(quote(self._client_id, safe=""), quote(self._secret, safe=""))
        else:
            form |= {"client_id": self._client_id, "client_secret": self._secret}
        return await self._read("POST", await self._endpoint("token_endpoint"), data=form, auth=basic)

    async def _metadata(self) -> Mapping[str, Any]:
        address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        metadata = await self._read_kept(address, KEPT_SECONDS)
        if metadata.get("issuer") != self.issuer:
            raise ProviderError("the provider calls itself by another name than LIVECUP_OIDC_ISSUER")
        return metadata

    async def _endpoint(self, name: str) -> str:
        address = (await self._metadata()).get(name)
        if not isinstance(address, str) or urlsplit(address).scheme not in (urlsplit(self.issuer).scheme, "https"):
            raise ProviderError(f"the provider's metadata has no usable {name}")
        return address

    async def _keys(self, kept_seconds: float = KEPT_SECONDS) -> KeySet:
        return KeySet.import_key_set(dict(await self._read_kept(await self._endpoint("jwks_uri"), kept_seconds)))  # type: ignore[arg-type]

    async def _read_kept(self, address: str, kept_seconds: float) -> Mapping[str, Any]:
        """What an address says, at most so many seconds old."""
        read_at, found = self._kept.get(address, (-KEPT_SECONDS, None))
        if found is None or time.monotonic() - read_at > kept_seconds:
            found = await self._read("GET", address)
            self._kept[address] = (time.monotonic(), found)
        kept: Mapping[str, Any] = found
        return kept

    async def _read(self, method: str, address: str, **given: Any) -> Mapping[str, Any]:
        try:
            response = await self._http.request(method, address, headers={"accept": "application/json"}, **given)
            answer = response.json() if response.status_code == httpx.codes.OK else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise ProviderError(f"{urlsplit(address).path}: {type(error).__name__}") from None
        if not isinstance(answer, dict):
            raise ProviderError(f"{urlsplit(address).path} answered {response.status_code}")
        return answer
