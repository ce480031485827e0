"""Templates to HTML. Names that a template asks for and nobody gave are errors, what people wrote is escaped."""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from services.api.layout import assets, numbers
from services.api.layout.catalogue import translations
from services.shared.words import Language, put

_API = Path(__file__).parents[1]


def template_source(name: str) -> str | None:
    """`contests/contest.html` is services/api/contests/templates/contest.html."""
    domain, _, file = name.partition("/")
    path = _API / domain / "templates" / file
    return path.read_text(encoding="utf-8") if path.is_file() else None


class _Templates(Environment):
    """`score.items` is the answer's field, not a method of the dict that holds it."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def environment(language: Language) -> Environment:
    """The templates with the words of a language."""
    made = _Templates(
        loader=FunctionLoader(template_source),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {
        "exact": numbers.exact,
        "moment": partial(numbers.moment, language=language),
        "until": partial(numbers.until, language=language),
        "size": numbers.size,
        "word": partial(put, parameters={}, language=language),
    }
    made.globals |= {"asset": assets.address}
    return made


def render(template: str, language: Language, values: Mapping[str, Any]) -> str:
    return environment(language).get_template(template).render(values)
