"""Signing in and out, and choosing a language."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.api.language import COOKIE, TAGS
from services.api.layout.page import Data, Form, Page, Pages, Typed, no_variables

SIGN_IN = Page("/sign-in", "SignInPage", "users/sign_in.html", variables=no_variables)


def _who(_: Request, typed: Typed) -> dict[str, Any]:
    return {
        "login": typed.get("login", ""),
        "password": typed.get("password", ""),
        "code": typed.get("code") or None,
    }


def _onward(_: Request, typed: Typed, __: Data) -> str:
    return own_address(typed)


def _home(_: Request, __: Typed, ___: Data) -> str:
    return "/"


PAGES: Pages = [
    SIGN_IN,
    Form("/sign-in", "SignIn", SIGN_IN, given=_who, then=_onward),
    Form("/sign-out", "SignOut", SIGN_IN, given=None, then=_home),
]


def own_address(given: Mapping[str, str]) -> str:
    """Where `next` leads, if to a page of ours, else home: a link must not send people to another site."""
    address = given.get("next", "/")
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours else "/"


async def choose_language(request: Request) -> Response:
    """GET /language: keeps the choice for a year and goes back."""
    response = RedirectResponse(own_address(request.query_params), 303, headers={"cache-control": "no-store"})
    chosen = request.query_params.get("language", "")
    if chosen in TAGS.values():
        response.set_cookie(COOKIE, chosen, max_age=31_536_000, httponly=True, samesite="lax")
    return response
