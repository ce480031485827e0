"""Problems, reasons and messages in people's words: one sentence per code in every language of `words/`.

The folders `words/zh-CN` and `words/en` have the same files with the same sections, codes and placeholders; a test
holds them together. A sentence says what happened and what to do.
A placeholder is `{name}`; `{name!w}` says the value's own word from the section [names] (a kind, a platform), and of
a comma-separated list each one's.
"""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

FOLDER = Path(__file__).with_suffix("")


class Language(StrEnum):
    ZH = "ZH"
    EN = "EN"


FOLDERS = {Language.ZH: FOLDER / "zh-CN", Language.EN: FOLDER / "en"}
LIST_MARKS = {Language.ZH: "、", Language.EN: ", "}


@cache
def sentences(language: Language) -> Mapping[str, str]:
    """Every code with its template, whatever the section; names (`DOUYIN_WORKS`) are codes like the others."""
    documents = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDERS[language].glob("*.toml"))]
    sections = (section for document in documents for section in document.values())
    return {code: template for section in sections for code, template in section.items()}


class _Sentence(Formatter):
    """Fills a template; a placeholder without its parameter stays visible rather than failing the reader."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), f"{{{key}}}")

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        if conversion != "w":
            return super().convert_field(value, conversion)
        words = sentences(self.language)
        return LIST_MARKS[self.language].join(words.get(part, part) for part in str(value).split(","))


def put(code: str, parameters: Mapping[str, str | int], language: Language = Language.ZH) -> str:
    """The sentence for a code in a language. A code without a sentence is answered by itself."""
    template = sentences(language).get(code)
    return code if template is None else _Sentence(language).vformat(template, (), parameters)
