"""What the record tells, in words: fields, values and subjects that have a word are said by it, others as they are."""

import re
from datetime import datetime
from typing import Any

from services.shared.beijing import BEIJING
from services.shared.words import LIST_MARKS, Language, sentences

_INNER_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SHOWN = 12  # characters of a digest


def in_words(field: str, before: Any, after: Any, language: Language) -> str:
    """`资格认定：待审核 → 通过`; without what there was not."""
    name = _word(f"RECORDED_{_INNER_CAPITAL.sub('_', field)}", field, language)
    values = [_value(value, language) for value in (before, after) if value is not None]
    if after is None:
        values.append("-")
    return f"{name}{'：' if language is Language.ZH else ': '}{' → '.join(values)}"


def subject_in_words(subject_type: str, language: Language) -> str:
    return _word(f"SUBJECT_{subject_type}", subject_type, language)


def _value(value: Any, language: Language) -> str:
    if isinstance(value, list):
        return LIST_MARKS[language].join(_value(one, language) for one in value)
    if isinstance(value, bool):
        return sentences(language)["VALUE_TRUE" if value else "VALUE_FALSE"]
    text = str(value)
    if _DIGEST.fullmatch(text):
        return f"{text[:_SHOWN]}…"
    return _moment(text) or (_word(f"VALUE_{text}", text, language) if text.isupper() else text)


def _moment(text: str) -> str | None:
    """A moment in Beijing; none for anything else, a day as well."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}" if moment.tzinfo else None


def _word(code: str, otherwise: str, language: Language) -> str:
    return sentences(language).get(code.upper(), otherwise)
