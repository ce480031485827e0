"""What stands around every page: whose it is, in which language, and what a form needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request

from services.api.context import Context
from services.api.language import TAGS
from services.api.layout.security import TOKEN_FIELD, FormToken
from services.shared.words import Language


@dataclass(frozen=True, slots=True)
class Frame:
    """Beside the operation's answer the one thing that templates are given."""

    language: Language
    path: str
    query: Mapping[str, str]
    name: str  # of whoever is signed in, else empty
    form_token: FormToken
    over_tls: bool
    has_provider: bool  # of single sign-on
    refused: Mapping[str, Any] | None = None  # why a form was not taken: code, message, perhaps field
    typed: Mapping[str, str] = field(default_factory=dict)  # into the form that was not taken

    @classmethod
    def of(cls, request: Request, context: Context) -> Self:
        return cls(
            language=context.language,
            path=request.url.path,
            query=dict(request.query_params),
            name=context.viewer.name or context.viewer.login,
            form_token=FormToken(context, request),
            over_tls=context.resources.settings.over_tls,
            has_provider=request.app.state.provider is not None,
        )

    @property
    def token_field(self) -> Markup:
        """Stands in every form."""
        return Markup('<input type="hidden" name="{}" value="{}">').format(TOKEN_FIELD, self.form_token.text)

    @property
    def tag(self) -> str:
        """The language as HTML names it."""
        return TAGS[self.language]

    def address(self, **changed: str) -> str:
        """This page with other parameters."""
        return f"{self.path}?{urlencode({**self.query, **changed})}"

    def without(self, *names: str) -> str:
        """This page without some parameters."""
        kept = {name: value for name, value in self.query.items() if name not in names}
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    def language_address(self, tag: str) -> str:
        """Where the language changes; it leads back here."""
        return f"/language?{urlencode({'language': tag, 'next': self.without('language')})}"

    def refusing(self, refused: Mapping[str, Any], typed: Mapping[str, str]) -> Self:
        return replace(self, refused=refused, typed=typed)
