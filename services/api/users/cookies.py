"""The session token of a request: a bearer token for programs, a cookie for browsers."""

from starlette.requests import HTTPConnection

from services.api.context import Context

SECURE_NAME, PLAIN_NAME = "__Host-livecup", "livecup"


def token_of(request: HTTPConnection) -> tuple[str | None, bool]:
    """The token, and whether it came as a bearer token, which a program chose to send."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip(), True
    name = SECURE_NAME if request.url.scheme in ("https", "wss") else PLAIN_NAME
    return request.cookies.get(name), False


def cookie_header(request: HTTPConnection, context: Context) -> dict[str, str] | None:
    """`Set-Cookie` after signing in or out; with a plain name over http, where clients drop secure cookies."""
    if context.cookie is None:
        return None
    secure = request.url.scheme == "https"
    seconds = context.resources.settings.session_days * 86_400 if context.cookie else 0
    value = f"{SECURE_NAME if secure else PLAIN_NAME}={context.cookie}; Path=/; HttpOnly; SameSite=Lax"
    return {"set-cookie": f"{value}; Max-Age={seconds}" + ("; Secure" if secure else "")}
