"""GET and POST /sign-in/oidc send people to the provider, GET /sign-in/oidc/callback takes them back."""

import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable
from html import escape
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from redis.exceptions import RedisError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.api.address import address_of
from services.api.attempts import SIGN_INS
from services.api.context import Context, Resources
from services.api.errors import NotAllowedError, NotFoundError, RefusalError
from services.api.invitations.accept import find_open
from services.api.language import language_of
from services.api.single_sign_on import arrive
from services.api.single_sign_on.journey import SECONDS, Journey, read_ticket
from services.api.single_sign_on.provider import Provider, ProviderError
from services.api.users.cookies import cookie_header, token_of
from services.shared.words import Language, put

logger = logging.getLogger(__name__)

LARGEST_FORM = 2048  # bytes
HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
_OTHER = {Language.ZH: Language.EN, Language.EN: Language.ZH}

Endpoint = Callable[[Request], Awaitable[Response]]


def paged(endpoint: Callable[[Request, Context, Provider], Awaitable[Response]]) -> Endpoint:
    """Gives an endpoint the context of its request; a refusal becomes a page for people."""

    async def answer(request: Request) -> Response:
        context = await _context(request)
        provider: Provider | None = request.app.state.provider
        try:
            if provider is None:
                raise NotFoundError("SINGLE_SIGN_ON_OFF")
            return await endpoint(request, context, provider)
        except ProviderError as error:
            logger.warning("single sign-on failed: %s", error)
            return _page(NotAllowedError("PROVIDER_FAILED"), context)
        except RefusalError as refusal:
            return _page(refusal, context)
        except ClientDisconnect:
            return Response(status_code=499)

    return answer


@paged
async def start(request: Request, context: Context, provider: Provider) -> Response:
    """Sends somebody to the provider: to sign in, with `?link=` to join their identity, by POST with an invitation."""
    await context.count_attempt("signInByProvider", **SIGN_INS)
    vault = context.resources.vault
    if request.method == "POST":
        _check_origin(request, context)
        invitation = await find_open(context, await _read_code(request))
        journey = Journey.begin(invitation_id=invitation["id"])
    elif "link" in request.query_params:
        user_id = read_ticket(vault, request.query_params["link"])
        if user_id is None or user_id != context.viewer.user_id:
            raise NotAllowedError("SIGN_IN_LOST")
        journey = Journey.begin(link_to=user_id)
    else:
        journey = Journey.begin()
    address = await provider.address(
        _callback(context.resources), state=journey.state, nonce=journey.nonce, verifier=journey.verifier
    )
    response = RedirectResponse(address, 303, headers=HEADERS)
    _set_cookie(response, context.resources, journey.seal(vault), SECONDS)
    return response


@paged
async def callback(request: Request, context: Context, provider: Provider) -> Response:
    """Where the provider sends people back to."""
    said, resources = request.query_params, context.resources
    journey = Journey.open(resources.vault, request.cookies.get(_cookie_name(resources)))
    if journey is None or not hmac.compare_digest(said.get("state", "").encode(), journey.state.encode()):
        raise NotAllowedError("SIGN_IN_LOST")
    await _take_state(resources, journey.state)
    if "error" in said or said.get("iss", provider.issuer) != provider.issuer or not said.get("code"):
        raise ProviderError(f"sent back without a code: {said.get('error', '')[:40]!r}")
    identity = await provider.identify(
        said["code"], _callback(resources), nonce=journey.nonce, verifier=journey.verifier
    )
    if journey.link_to is not None:
        await arrive.join(context, identity, UUID(journey.link_to))
    elif journey.invitation_id is not None:
        await arrive.come_in(context, identity, UUID(journey.invitation_id))
    else:
        await arrive.sign_in(context, identity)
    response = RedirectResponse("/", 303, headers={**HEADERS, **(cookie_header(context) or {})})
    _set_cookie(response, resources, "", 0)
    return response


async def _context(request: Request) -> Context:
    """As for GraphQL, but only a browser's session counts: programs have no business here."""
    resources: Resources = request.app.state.resources
    token, is_bearer = token_of(request, resources.settings)
    address = address_of(request, resources.settings)
    context = Context(resources, language=language_of(request.headers), address=address)
    viewer = await resources.sessions.viewer(token) if token and not is_bearer else None
    if viewer is not None:
        context.viewer, context.token = viewer, token
    return context


def _check_origin(request: Request, context: Context) -> None:
    """A form of another site may not choose the invitation that somebody accepts."""
    own = {urlsplit(context.resources.settings.site).netloc, request.headers.get("host", "")}
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    if site not in ("same-origin", "none") or (origin is not None and urlsplit(origin).netloc not in own):
        raise NotAllowedError("SIGN_IN_LOST")


async def _read_code(request: Request) -> str:
    """The form's field `invitation`; it is posted because addresses are logged."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            break
    fields = parse_qs(body[:LARGEST_FORM].decode(errors="replace"), max_num_fields=20) if body.count(b"&") < 20 else {}
    return fields.get("invitation", [""])[0]


async def _take_state(resources: Resources, state: str) -> None:
    """Each state once, whatever the provider thinks of a code that comes twice."""
    key = f"livecup:oidc:{hashlib.sha256(state.encode()).hexdigest()}"
    try:
        first = await resources.redis.set(key, 1, nx=True, ex=SECONDS)
    except (RedisError, OSError) as error:
        raise ProviderError(f"the state could not be kept, Redis is away: {type(error).__name__}") from None
    if not first:
        raise NotAllowedError("SIGN_IN_LOST")


def _callback(resources: Resources) -> str:
    return f"{resources.settings.site}/sign-in/oidc/callback"


def _cookie_name(resources: Resources) -> str:
    return "__Host-livecup-oidc" if resources.settings.over_tls else "livecup-oidc"


def _set_cookie(response: Response, resources: Resources, value: str, seconds: int) -> None:
    """Lax, because the way back from the provider is a link from another site."""
    cookie = f"{_cookie_name(resources)}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}"
    response.headers.append("set-cookie", cookie + ("; Secure" if resources.settings.over_tls else ""))


def _page(refusal: RefusalError, context: Context) -> Response:
    """A few lines in both languages, the reader's first; the code helps whoever is asked about it."""
    languages = (context.language, _OTHER[context.language])
    lines = "".join(f"<p>{escape(refusal.message(language))}</p>" for language in languages)
    back = " / ".join(put("BACK_TO_SIGN_IN", {}, language) for language in languages)
    response = HTMLResponse(
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Livecup</title>'
        f'<body>{lines}<p><small>{refusal.code}</small></p><p><a href="/">{escape(back)}</a></p></body></html>',
        refusal.status,
        headers={**HEADERS, "content-security-policy": "default-src 'none'"},
    )
    _set_cookie(response, context.resources, "", 0)
    return response
