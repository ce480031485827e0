"""/invitation: where links and printed codes lead. It works without a script, which only fills in the link's code."""

import base64
import hashlib
from html import escape

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from services.api.context import Context
from services.api.errors import RefusalError
from services.api.forms import browser_context, check_origin, lines, page, read_form
from services.api.invitations.accept import AcceptInvitationInput, AcceptInvitationPayload, accept_code
from services.api.users.cookies import cookie_header
from services.shared.words import put

# The code behind `#` comes into the field and leaves the address bar; no server has seen it.
SCRIPT = (
    "for(const field of document.querySelectorAll('[data-code]'))if(location.hash)field.value=location.hash.slice(1);"
    "history.replaceState(null,'',location.pathname)"
)
_SOURCE = f"'sha256-{base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()}'"


async def show_invitation(request: Request) -> Response:
    """The form."""
    context = await browser_context(request)
    return _form(request, context, {})


async def take_invitation(request: Request) -> Response:
    """Accepts what the form says; what is wrong with it stands above the form, with everything but the password."""
    context = await browser_context(request)
    fields: dict[str, str] = {}
    try:
        check_origin(request, context)
        fields = await read_form(request)
        accepted = await accept_code(
            context,
            AcceptInvitationInput(
                code=fields.get("code", ""), login=fields.get("login") or None, password=fields.get("password")
            ),
        )
    except RefusalError as refusal:
        return _form(request, context, fields, refusal)
    except ClientDisconnect:
        return Response(status_code=499)
    response = page(_done(context, accepted))
    response.headers.update(cookie_header(context) or {})
    return response


def _done(context: Context, accepted: AcceptInvitationPayload) -> str:
    code = "ACCEPTED_SIGNED_IN"
    if accepted.token is None:
        code = "ACCEPTED_JOINED" if context.viewer.user_id == accepted.user.uuid else "ACCEPTED_RENEWED"
    return lines(put(code, {"login": accepted.user.login}, context.language))


def _form(request: Request, context: Context, fields: dict[str, str], refusal: RefusalError | None = None) -> Response:
    code = escape(fields.get("code", ""), quote=True)
    said = lines(refusal.message(context.language)) if refusal else ""
    if context.viewer.user_id is not None:
        said += lines(put("ACCEPT_AS", {"login": context.viewer.login}, context.language))
    login = escape(fields.get("login", ""), quote=True)
    content = (
        f"<h1>{_say(context, 'ACCEPT_HEADING')}</h1>{said}<form method=post action=/invitation>"
        f'{_field(context, "FIELD_CODE")}<input name=code value="{code}" data-code required></label></p>'
        f'{_field(context, "FIELD_LOGIN")}<input name=login value="{login}" autocomplete=username></label></p>'
        f"{_field(context, 'FIELD_PASSWORD')}<input name=password type=password autocomplete=new-password></label></p>"
        f"<p>{_say(context, 'ACCEPT_HINT')}</p><p><button>{_say(context, 'ACCEPT_BUTTON')}</button></p></form>"
    )
    if request.app.state.provider is not None:
        content += (
            f'<form method=post action=/sign-in/oidc><input type=hidden name=invitation value="{code}" data-code>'
            f"<p><button>{_say(context, 'ACCEPT_BY_PROVIDER')}</button></p></form>"
        )
    return page(f"{content}<script>{SCRIPT}</script>", refusal.status if refusal else 200, script=_SOURCE)


def _say(context: Context, code: str) -> str:
    return escape(put(code, {}, context.language))


def _field(context: Context, code: str) -> str:
    return f"<p><label>{_say(context, code)}<br>"
