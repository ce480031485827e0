"""What browsers are told about our pages, and how we know that a form is one of ours."""

import hashlib
import hmac
import secrets

from starlette.requests import Request

from services.api.context import Context
from services.api.errors import NotAllowedError
from services.api.forms import comes_from_elsewhere

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


class FormToken:
    """What our forms carry. It follows from the session, or for the public from a cookie: another site knows neither.

    A reader gets that cookie with the first form, not with a page that has none.
    """

    def __init__(self, context: Context, request: Request) -> None:
        self._secret = context.token or request.cookies.get(FORM_COOKIE)
        self.fresh_cookie: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether the reader may have a form of ours."""
        return bool(self._secret)

    @property
    def text(self) -> str:
        if not self._secret:
            self._secret = self.fresh_cookie = secrets.token_urlsafe(24)
        return hashlib.sha256(f"form {self._secret}".encode()).hexdigest()


def check_form(context: Context, request: Request, token: str) -> None:
    """Raises NotAllowedError for a form that another site sent, or of a session that is over."""
    expected, foreign = FormToken(context, request), comes_from_elsewhere(request, context)
    if foreign or not expected.is_known or not hmac.compare_digest(token.encode(), expected.text.encode()):
        raise NotAllowedError("FORM_OUTDATED")
