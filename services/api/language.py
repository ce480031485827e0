"""The language of a request: Chinese unless the client prefers English."""

from collections.abc import Mapping

from services.shared.words import Language


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
