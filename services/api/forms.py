"""The few pages that stand by themselves: a form that is posted, and lines of text for people."""

from html import escape
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.api.address import address_of
from services.api.bodies import in_time
from services.api.context import Context, Resources
from services.api.errors import NotAllowedError
from services.api.language import language_of_page
from services.api.users.cookies import token_of

LARGEST_FORM = 4096  # bytes
MOST_FIELDS = 20
HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-frame-options": "DENY"}


async def browser_context(request: Request) -> Context:
    """As for GraphQL, but only a browser's session counts: programs have no business with pages."""
    resources: Resources = request.app.state.resources
    token, is_bearer = token_of(request, resources.settings)
    address = address_of(request, resources.settings)
    context = Context(resources, language=language_of_page(request), address=address)
    viewer = await resources.sessions.viewer(token) if token and not is_bearer else None
    if viewer is not None:
        context.viewer, context.token = viewer, token
    return context


def check_origin(request: Request, context: Context) -> None:
    """A form of another site may not choose the invitation that somebody accepts. Raises NotAllowedError."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    if site not in ("same-origin", "none") or comes_from_elsewhere(request, context):
        raise NotAllowedError("SIGN_IN_LOST")


def comes_from_elsewhere(request: Request, context: Context) -> bool:
    """Whether a page of another site sent it, as browsers say."""
    own = {urlsplit(context.resources.settings.site).netloc, request.headers.get("host", "")}
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] not in own


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a posted form; none of one that is larger than any of ours. Raises BodySlowError."""
    return await fields_of(request, LARGEST_FORM, MOST_FIELDS) or {}


async def fields_of(request: Request, largest: int, most: int) -> dict[str, str] | None:
    """The fields of a posted form; None for more bytes or `&` than these. Raises BodySlowError."""
    body = bytearray()
    async with in_time():
        async for chunk in request.stream():
            body += chunk
            if len(body) > largest:
                return None
    if body.count(b"&") > most:
        return None
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))


def page(content: str, status: int = 200, *, script: str = "") -> HTMLResponse:
    """A small page; `script` is a CSP source such as `'sha256-…'`. What people wrote must be escaped in `content`."""
    policy = f"default-src 'none'; form-action 'self'; script-src {script or chr(39) + 'none' + chr(39)}"
    return HTMLResponse(
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Livecup</title><body>{content}</body></html>",
        status,
        headers={**HEADERS, "content-security-policy": policy},
    )


def lines(*texts: str) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)
