"""What browsers are told about our pages, and how we know that a form is one of ours."""

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request

from services.api.context import Context
from services.api.errors import NotAllowedError

# Nothing but our own files, no script or style in a page, no frame around it, nothing outside.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
FORM_COOKIE = "livecup-form"  # of people who are not signed in
TOKEN_FIELD = "form_token"  # noqa: S105


def form_token(context: Context, request: Request) -> tuple[str, str | None]:
    """What our forms carry, and the cookie to set where the reader has none yet.

    It follows from the session, or for the public from a cookie of its own: another site knows neither.
    """
    secret, fresh = context.token or request.cookies.get(FORM_COOKIE), None
    if not secret:
        secret = fresh = secrets.token_urlsafe(24)
    return hashlib.sha256(f"form {secret}".encode()).hexdigest(), fresh


def check_form(context: Context, request: Request, token: str) -> None:
    """Raises NotAllowedError for a form that another site sent, or of a session that is over."""
    own = {urlsplit(context.resources.settings.site).netloc, request.headers.get("host", "")}
    origin = request.headers.get("origin")
    expected, fresh = form_token(context, request)
    foreign = origin is not None and urlsplit(origin).netloc not in own
    if foreign or fresh or not hmac.compare_digest(token.encode(), expected.encode()):
        raise NotAllowedError("FORM_OUTDATED")
