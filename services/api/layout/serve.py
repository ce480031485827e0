"""A request for a page → its operation → HTML; a form that was sent → its mutation → the next page."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.api.context import Context
from services.api.errors import NotFoundError, RefusalError
from services.api.forms import browser_context, fields_of
from services.api.layout.asked import OPERATIONS
from services.api.layout.frame import Frame
from services.api.layout.page import Data, Form, Page, Pages, Typed
from services.api.layout.render import render
from services.api.layout.security import FORM_COOKIE, HEADERS, TOKEN_FIELD, check_form
from services.api.operations import OperationFailedError, Operations
from services.api.users.cookies import cookie_header

LARGEST_FORM = 1 << 18  # bytes
MOST_FIELDS = 500
SECRETS = ("password", "code", TOKEN_FIELD)  # never shown again
SEE_OTHER, UNKEPT = 303, {"cache-control": "no-store"}


def routes(pages: Pages) -> list[Route]:
    """Every page by GET, every form by POST."""
    return [
        Route(each.path, partial(_show, each), methods=["GET"])
        if isinstance(each, Page)
        else Route(each.path, partial(_take, each), methods=["POST"])
        for each in pages
    ]


@dataclass(frozen=True, slots=True)
class _Visit:
    """One request of one reader."""

    request: Request
    context: Context
    frame: Frame

    @classmethod
    async def of(cls, request: Request) -> Self:
        context = await browser_context(request)
        return cls(request, context, Frame.of(request, context))

    async def ask(self, name: str, variables: dict[str, Any]) -> Data:
        """The data of a named operation; raises OperationFailedError and the refusals of queries."""
        operations: Operations = self.request.app.state.operations
        return await operations.data(OPERATIONS.text(name), variables, name, self.context)

    async def show(self, page: Page, status: int = 200) -> Response:
        try:
            variables = page.variables(self.request)
            if any("\0" in str(value) for value in variables.values()):  # PostgreSQL has no text with it
                raise NotFoundError
            data = await self.ask(page.operation, variables)
        except NotFoundError:
            return self.html("layout/not_found.html", {}, 404)
        except RefusalError as refusal:
            said = {"message": refusal.message(self.context.language)}
            return self.html("layout/refused.html", said, max(refusal.status, 400))
        except OperationFailedError:
            return self.html("layout/failed.html", {}, 500)
        if not page.exists(data):
            return self.html("layout/not_found.html", {}, 404)
        return self.html(page.template, data, status)

    def html(self, template: str, data: Data, status: int) -> Response:
        frame = self.frame
        body = render(template, frame.language, {**data, "frame": frame})
        signed_in = self.context.viewer.user_id is not None
        kept = {"cache-control": "private, no-cache" if signed_in else "no-cache", "vary": "Cookie, Accept-Language"}
        response = Response(body, status, headers={**HEADERS, **kept}, media_type="text/html")
        cookie = frame.form_token.fresh_cookie
        if cookie is not None:
            response.set_cookie(FORM_COOKIE, cookie, httponly=True, samesite="lax", secure=frame.over_tls)
        if status == 200:
            _tag(self.request, response)
        return response

    async def again(self, form: Form, typed: Typed, refused: Mapping[str, Any], status: int) -> Response:
        """The form's page with what is wrong, and what was typed."""
        kept = {name: value for name, value in typed.items() if not name.startswith(SECRETS)}
        return await replace(self, frame=self.frame.refusing(refused, kept)).show(form.page, status)


async def _show(page: Page, request: Request) -> Response:
    visit = await _Visit.of(request)
    if page.signed_in and visit.context.viewer.user_id is None:
        return RedirectResponse(f"/sign-in?next={quote(_here(request))}", SEE_OTHER, headers=UNKEPT)
    return await visit.show(page)


async def _take(form: Form, request: Request) -> Response:
    visit = await _Visit.of(request)
    typed: Typed = {}
    try:
        typed = await _read(request)
        check_form(visit.context, request, typed.get(TOKEN_FIELD, ""))
        variables = {"input": form.given(request, typed)} if form.given else {}
        ((_, payload),) = (await visit.ask(form.mutation, variables)).items()
    except ClientDisconnect:
        return Response(status_code=499)
    except OperationFailedError:
        return visit.html("layout/failed.html", {}, 500)
    except RefusalError as refusal:
        refused = {"code": refusal.code, "message": refusal.message(visit.context.language)}
        return await visit.again(form, typed, refused, max(refusal.status, 400))
    if "code" in payload and "message" in payload:  # a member of the result union that is no payload
        return await visit.again(form, typed, payload, 422)
    headers = {**UNKEPT, **(cookie_header(visit.context) or {})}
    return RedirectResponse(form.then(request, typed, payload), SEE_OTHER, headers=headers)


def _tag(request: Request, response: Response) -> None:
    """The browser asks whether its copy still holds, and then gets no second one."""
    tag = f'"{hashlib.sha256(response.body).hexdigest()[:24]}"'
    response.headers["etag"] = tag
    if tag in request.headers.get("if-none-match", ""):
        response.status_code, response.body = 304, b""
        del response.headers["content-length"]


async def _read(request: Request) -> dict[str, str]:
    """The fields of a form; raises FormTooLargeError, BodySlowError."""
    fields = await fields_of(request, LARGEST_FORM, MOST_FIELDS)
    if fields is None:
        raise FormTooLargeError
    return fields


class FormTooLargeError(RefusalError):
    """More was sent than any form of ours asks for."""

    default_code = "FORM_TOO_LARGE"
    status = 413


def _here(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")
