"""The language of a request: Chinese unless the reader has chosen English, or their browser prefers it."""

from collections.abc import Mapping

from starlette.requests import Request

from services.shared.words import Language

COOKIE = "livecup-language"
TAGS = {Language.ZH: "zh-CN", Language.EN: "en"}  # as HTML and HTTP name them


def language_of(headers: Mapping[str, str]) -> Language:
    """From Accept-Language (RFC 9110 §12.5.4): the better liked of zh and en, Chinese when neither is named."""
    best, liked = Language.ZH, 0.0
    for part in headers.get("accept-language", "")[:500].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        for prefix, language in (("zh", Language.ZH), ("en", Language.EN)):
            if tag.lower().startswith(prefix) and quality > liked:
                best, liked = language, quality
    return best


def language_of_page(request: Request) -> Language:
    """What was chosen on a page, `?language=en` or the cookie that keeps it, else as the browser prefers."""
    asked = request.query_params.get("language") or request.cookies.get(COOKIE, "")
    return next((language for language, tag in TAGS.items() if tag == asked), language_of(request.headers))
