"""Both languages say the same things, and everything the source can say has its sentence."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from services.shared.audit.actions import Action
from services.shared.file_vocabulary import Origin, UploadKind
from services.shared.rules.model import FieldName
from services.shared.rules.scales import SCALES
from services.shared.vocabulary import (
    DocumentState,
    DoubleEntryDecision,
    Eligibility,
    EntryWay,
    PenaltyKind,
    Platform,
    TokenScope,
)
from services.shared.words import FOLDER, FOLDERS, Language, put, sentences

SERVICES = Path(__file__).parents[2] / "services"
CODE = re.compile(r"[A-Z]+(_[A-Z0-9]+)+")
SAYS = re.compile(r"(Error|BadCell|Problem|Refused|Reason|Message)$")  # what takes a code first
MANY = 100  # codes there are; fewer, and the search itself is broken

# Names that are put together: by rules/sentence.py.
BUILT = {f"SCORED_{scale.upper().replace('-', '_')}" for scale in SCALES}
BUILT |= {f"FIELD_{field.upper()}" for field in get_args(FieldName)}
BUILT |= {f"PENALTY_{kind}" for kind in PenaltyKind}
BUILT |= {f"ORIGIN_{origin}" for origin in Origin}  # by explanations/page.py
BUILT |= {f"ELIGIBILITY_{state}" for state in Eligibility}  # by a review
BUILT |= {f"DOCUMENT_{state}" for state in DocumentState} | {f"SCOPE_{scope}" for scope in TokenScope}  # on the shell


# What the record tells is put together by api/audit/in_words.py.
BUILT |= {code for code in sentences(Language.ZH) if code.startswith(("RECORDED_", "VALUE_", "SUBJECT_"))}


def placeholders(template: str) -> set[tuple[str, str | None]]:
    return {(name, conversion) for _, name, _, conversion in Formatter().parse(template) if name is not None}


def test_both_languages_have_the_same_sections_codes_and_placeholders() -> None:
    shapes = [
        {
            path.name: {
                section: {code: placeholders(text) for code, text in codes.items()}
                for section, codes in tomllib.loads(path.read_text(encoding="utf-8")).items()
            }
            for path in folder.glob("*.toml")
        }
        for folder in FOLDERS.values()
    ]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("language", Language)
def test_a_code_stands_in_one_section_only(language: Language) -> None:
    documents = [tomllib.loads(path.read_text(encoding="utf-8")) for path in FOLDERS[language].glob("*.toml")]
    assert len(sentences(language)) == sum(len(codes) for document in documents for codes in document.values())


def codes_named(source: str) -> Iterator[str]:
    """Codes that the source gives a problem, an error or a reason: as first argument, or as a class's own code."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and SAYS.search(ast.unparse(node.func)):
            yield from (text for text in strings(node.args[0]) if CODE.fullmatch(text))
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) in {"code", "default_code"}:
                    yield from strings(line.value)


def strings(node: ast.AST) -> Iterator[str]:
    """Every string constant in an expression: both sides of `"A" if … else "B"`."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def sources(*suffixes: str) -> list[Path]:
    folders = (SERVICES / name for name in ("api", "scorer", "shared"))
    found = [path for folder in folders for path in folder.rglob("*") if path.suffix in suffixes]
    return [path for path in found if FOLDER not in path.parents]


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ('raise InvalidInputError("UID_INVALID", field="uid")', ["UID_INVALID"]),
        ('problems.append(Problem("WRONG_ACCOUNT" if one else "WRONG_PLATFORM"))', ["WRONG_ACCOUNT", "WRONG_PLATFORM"]),
        ('class Lost(Exception):\n    default_code = "LOST"', ["LOST"]),
        ('logger.info("NOT_A_CODE")', []),
        ('Problem(code, {"name": "NOT_A_CODE"})', []),
    ],
)
def test_codes_are_found_where_they_are_said(source: str, codes: list[str]) -> None:
    assert list(codes_named(source)) == codes


@pytest.mark.parametrize("language", Language)
def test_every_code_that_the_source_says_has_a_sentence(language: Language) -> None:
    said = {(path.name, code) for path in sources(".py") for code in codes_named(path.read_text(encoding="utf-8"))}
    assert len(said) > MANY
    assert [pair for pair in sorted(said) if pair[1] not in sentences(language)] == []


@pytest.mark.parametrize("language", Language)
def test_every_name_that_is_put_together_has_a_sentence(language: Language) -> None:
    assert sentences(language).keys() >= BUILT


def test_every_sentence_is_said_somewhere() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources(".py", ".toml", ".sql"))
    named = set(re.findall(r"\w+", text))
    assert sorted(sentences(Language.ZH).keys() - named - BUILT) == []


def test_what_people_choose_from_has_a_name() -> None:
    assert {*UploadKind, *Platform, *EntryWay, *DoubleEntryDecision} <= sentences(Language.ZH).keys()


def test_everything_that_can_be_recorded_has_its_words() -> None:
    assert {*Action} <= sentences(Language.ZH).keys()


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
