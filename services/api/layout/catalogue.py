"""The pages' own words. Templates are written in Chinese; the catalogue says each of them in English."""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from services.shared.words import Language

FILE = Path(__file__).parent / "locale" / "en" / "LC_MESSAGES" / "pages.po"


@cache
def translations(language: Language) -> NullTranslations:
    """Of the pages' words; Chinese needs none."""
    if language is Language.ZH:
        return NullTranslations()
    compiled = BytesIO()
    with FILE.open("rb") as file:
        write_mo(compiled, read_po(file, locale="en"))
    compiled.seek(0)
    return Translations(compiled)
