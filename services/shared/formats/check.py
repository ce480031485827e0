"""From an organiser's TOML to a format of the contest's own, or to a list of everything wrong with it, with lines."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services.shared.file_vocabulary import Source
from services.shared.formats.catalogue import catalogue
from services.shared.formats.fields import ADDED_UP, STATES, fields_of, needed_of
from services.shared.formats.section import Column, Section, normalise
from services.shared.problems import Parameters, Problem
from services.shared.rules.lines import NotToml, Path, line_numbers, line_of, read_toml

LONGEST_DOCUMENT = 50_000  # characters
_LEAST_NEEDED = 2  # columns by which a file is told from any other

_SHAPES = {
    "missing": "FORMAT_KEY_MISSING",
    "extra_forbidden": "FORMAT_KEY_UNKNOWN",
    "enum": "FORMAT_VALUE_UNKNOWN",
    "too_short": "FORMAT_LENGTH",
    "too_long": "FORMAT_LENGTH",
    "string_too_short": "FORMAT_LENGTH",
    "string_too_long": "FORMAT_LENGTH",
}


class InvalidFormat(Exception):  # noqa: N818 (the name that the API's error type has)
    """The document is no format; `problems` says why, one for each thing to mend, with lines."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{problem.code} (line {problem.line})" for problem in problems))
        self.problems = problems


class _Wrong(NamedTuple):
    """What is wrong, and where in the document."""

    path: Path
    code: str
    parameters: Parameters


def check_format(document: str) -> dict[str, Any]:
    """The document as a section of formats.toml. Raises InvalidFormat."""
    if len(document) > LONGEST_DOCUMENT:
        raise InvalidFormat([Problem("FORMAT_TOO_LONG", {"most": LONGEST_DOCUMENT}, line=1)])
    try:
        table = read_toml(document)
    except NotToml as error:
        raise InvalidFormat([Problem("FORMAT_NOT_TOML", {"column": error.column}, line=error.line)]) from None
    try:
        wrong = list(_contradictions(Section.model_validate(table)))
    except ValidationError as error:
        wrong = [_misshapen(detail) for detail in error.errors()]
    if wrong:
        lines = line_numbers(document)
        problems = [Problem(each.code, each.parameters, line=line_of(each.path, lines)) for each in wrong]
        raise InvalidFormat(sorted(problems, key=lambda one: (one.line or 0, one.code)))
    return table


def _misshapen(detail: ErrorDetails) -> _Wrong:
    path: Path = tuple(part for part in detail["loc"] if part != "[key]")
    code = _SHAPES.get(detail["type"], "FORMAT_VALUE_WRONG")
    parameters: Parameters = {"key": next((part for part in reversed(path) if isinstance(part, str)), "/")}
    if code == "FORMAT_VALUE_UNKNOWN":
        parameters["allowed"] = str(detail["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
    return _Wrong(path, code, parameters)


def _contradictions(section: Section) -> Iterator[_Wrong]:
    """What the parts of a well-shaped section say against each other and against what can be read."""
    for index, column in enumerate(section.columns):
        yield from _column(section, column, ("columns", index))
    yield from _repeated(section)
    yield from _lacking(section)
    own = frozenset().union(*(column.names for column in section.columns))
    for index, heading in enumerate(section.without):
        if normalise(heading) in own:
            yield _Wrong(("without", index), "FORMAT_WITHOUT_ITS_OWN", {"heading": heading})


def _column(section: Section, column: Column, path: Path) -> Iterator[_Wrong]:
    fields = fields_of(section.source, days_of_one_work=section.days_of_one_work)
    styles = fields.get(column.to)
    if styles is None:
        known = ", ".join(fields)
        yield _Wrong((*path, "to"), "FORMAT_FIELD_UNKNOWN", {"field": column.to, "known": known})
    elif column.style not in styles:
        allowed: Parameters = {"field": column.to, "style": column.style, "allowed": ", ".join(styles)}
        yield _Wrong((*path, "style"), "FORMAT_STYLE_WRONG", allowed)
    elif column.style == "word":
        yield from _words(column, path)
    elif column.words or column.other is not None or column.missing is not None:
        yield _Wrong(path, "FORMAT_WORDS_NOT_USED", {"style": column.style})
    if column.names & (section.personal_names | catalogue().personal):
        yield _Wrong((*path, "heading"), "FORMAT_HEADING_PERSONAL", {"heading": column.heading})


def _words(column: Column, path: Path) -> Iterator[_Wrong]:
    if not column.words:
        yield _Wrong(path, "FORMAT_WORDS_NEEDED", {"heading": column.heading})
    states = [state.value for state in STATES[column.to]]
    said: list[tuple[Path, str]] = [(("words", text), state) for text, state in column.words.items()]
    said += [((name,), state) for name in ("other", "missing") if (state := getattr(column, name)) is not None]
    for place, state in said:
        if state not in states:
            yield _Wrong((*path, *place), "FORMAT_WORD_UNKNOWN", {"word": state, "allowed": ", ".join(states)})


def _repeated(section: Section) -> Iterator[_Wrong]:
    headings = Counter(name for column in section.columns for name in column.names)
    fields = Counter(column.to for column in section.columns)
    for index, column in enumerate(section.columns):
        if any(headings[name] > 1 for name in column.names):
            yield _Wrong(("columns", index, "heading"), "FORMAT_HEADING_TWICE", {"heading": column.heading})
        if fields[column.to] > 1 and (column.style not in ADDED_UP or column.to.isupper()):
            yield _Wrong(("columns", index, "to"), "FORMAT_FIELD_TWICE", {"field": column.to})


def _lacking(section: Section) -> Iterator[_Wrong]:
    filled = {column.to for column in section.columns if column.needed and column.filled}
    needed = [*needed_of(section.source, days_of_one_work=section.days_of_one_work)]
    needed += [] if section.platform else [("platform",)]
    for fields in needed:
        if not filled.intersection(fields):
            yield _Wrong(("columns",), "FORMAT_FIELD_NEEDED", {"field": " / ".join(fields)})
    headings = {column.to for column in section.columns if column.needed}
    if section.source is Source.ACCOUNT_DAYS and not any(column.to.isupper() for column in section.columns):
        yield _Wrong(("columns",), "FORMAT_FIELD_NEEDED", {"field": "PLAYS / LIKES / …"})
    elif section.source is Source.ORDERS and "paid_at" not in headings:
        yield _Wrong(("columns",), "FORMAT_HEADING_NEEDED", {"field": "paid_at"})
    elif len(headings) < _LEAST_NEEDED:
        yield _Wrong(("columns",), "FORMAT_TOO_VAGUE", {"least": _LEAST_NEEDED})
