"""The session token of a request: a bearer token for programs, a cookie for browsers."""

from starlette.requests import HTTPConnection

from services.api.context import Context
from services.shared.settings import Settings

# Of personal tokens, which a program sends and a browser never keeps.
TOKEN_PREFIX = "lct_"  # noqa: S105
SECURE_NAME, PLAIN_NAME = "__Host-livecup", "livecup"


def token_of(request: HTTPConnection, settings: Settings) -> tuple[str | None, bool]:
    """The token, and whether it came as a bearer token, which a program chose to send."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip(), True
    kept = request.cookies.get(_name(settings))
    return (None if kept is None or kept.startswith(TOKEN_PREFIX) else kept), False


def cookie_header(context: Context) -> dict[str, str] | None:
    """`Set-Cookie` after signing in or out."""
    if context.cookie is None:
        return None
    settings = context.resources.settings
    seconds = settings.session_days * 86_400 if context.cookie else 0
    value = f"{_name(settings)}={context.cookie}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}"
    return {"set-cookie": value + ("; Secure" if settings.over_tls else "")}


def _name(settings: Settings) -> str:
    """With the prefix no other host and no plain http can set it; browsers take it by https alone."""
    return SECURE_NAME if settings.over_tls else PLAIN_NAME
