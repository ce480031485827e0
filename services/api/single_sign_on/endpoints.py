"""GET and POST /sign-in/oidc send people to the provider, GET /sign-in/oidc/callback takes them back."""

import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable
from html import escape
from uuid import UUID

from redis.exceptions import RedisError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from services.api.attempts import SIGN_INS
from services.api.context import Context, Resources
from services.api.errors import NotAllowedError, NotFoundError, RefusalError
from services.api.forms import HEADERS, browser_context, check_origin, lines, page, read_form
from services.api.invitations.accept import find_open
from services.api.single_sign_on import arrive
from services.api.single_sign_on.journey import SECONDS, Journey, read_ticket
from services.api.single_sign_on.provider import Provider, ProviderError
from services.api.users.cookies import cookie_header
from services.shared.words import Language, put

logger = logging.getLogger(__name__)

_OTHER = {Language.ZH: Language.EN, Language.EN: Language.ZH}

Endpoint = Callable[[Request], Awaitable[Response]]


def paged(endpoint: Callable[[Request, Context, Provider], Awaitable[Response]]) -> Endpoint:
    """Gives an endpoint the context of its request; a refusal becomes a page for people."""

    async def answer(request: Request) -> Response:
        context = await browser_context(request)
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
        check_origin(request, context)
        invitation = await find_open(context, (await read_form(request)).get("invitation", ""))
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
    back = " / ".join(put("BACK_TO_SIGN_IN", {}, language) for language in languages)
    said = lines(*(refusal.message(language) for language in languages))
    small = f'<p><small>{refusal.code}</small></p><p><a href="/">{escape(back)}</a></p>'
    response = page(said + small, refusal.status)
    _set_cookie(response, context.resources, "", 0)
    return response
