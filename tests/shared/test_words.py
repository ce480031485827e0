"""Both languages say the same things, and everything the source can say has its sentence."""

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from services.shared.vocabulary import Platform, UploadKind
from services.shared.words import FILES, FOLDER, Language, put, sentences

SERVICES = Path(__file__).parents[2] / "services"


def placeholders(template: str) -> set[tuple[str, str | None]]:
    return {(name, conversion) for _, name, _, conversion in Formatter().parse(template) if name is not None}


def test_both_languages_have_the_same_sections_codes_and_placeholders() -> None:
    documents = [tomllib.loads((FOLDER / name).read_text(encoding="utf-8")) for name in FILES.values()]
    shapes = [
        {section: {code: placeholders(text) for code, text in codes.items()} for section, codes in document.items()}
        for document in documents
    ]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("language", Language)
def test_a_code_stands_in_one_section_only(language: Language) -> None:
    document = tomllib.loads((FOLDER / FILES[language]).read_text(encoding="utf-8"))
    assert len(sentences(language)) == sum(len(codes) for codes in document.values())


def test_every_problem_code_in_the_source_has_a_sentence() -> None:
    used = {
        (path.name, code)
        for path in SERVICES.rglob("*.py")
        for code in re.findall(r'\b(?:Problem|Refused)\(\s*"([A-Z][A-Z0-9_]+)"', path.read_text(encoding="utf-8"))
    }
    assert [pair for pair in sorted(used) if pair[1] not in sentences(Language.ZH)] == []


def test_every_kind_and_platform_has_a_name() -> None:
    assert {*UploadKind, *Platform} <= sentences(Language.ZH).keys()


def test_names_are_put_into_the_readers_language() -> None:
    parameters = {"kind": "DOUYIN_WORKS_SUMMARY", "taken": "DOUYIN_WORKS,KUAISHOU_ORDERS"}
    assert (
        put("KIND_NOT_TAKEN", parameters, Language.ZH)
        == "这是抖音《投稿汇总》，不用于计分。可接收：抖音《作品列表》、快手小店订单。"
    )
    assert put("KIND_NOT_TAKEN", parameters, Language.EN).startswith("This is Douyin works summary (投稿汇总), which")


def test_braces_in_a_value_are_left_alone() -> None:
    assert put("NEGATIVE_COUNT", {"value": "{0.__class__}"}, Language.EN).startswith('"{0.__class__}" is negative')


def test_a_code_without_a_sentence_answers_itself() -> None:
    assert put("NOT_A_CODE", {}, Language.ZH) == "NOT_A_CODE"
