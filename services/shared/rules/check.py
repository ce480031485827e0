"""From the organiser's TOML to `Rules`, or to a list of everything that is wrong with it, each with its line."""

from collections.abc import Iterable

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services.shared.exact import exactly
from services.shared.problems import Parameters, Problem
from services.shared.rules.contradictions import RoundSetting, contradictions, misfits
from services.shared.rules.lines import NotToml, Path, line_numbers, line_of, read_toml
from services.shared.rules.model import Rules
from services.shared.rules.scales import SCALES

__all__ = ["InvalidRules", "RoundSetting", "parse_rules"]

LONGEST_DOCUMENT = 100_000  # characters


class InvalidRules(Exception):  # noqa: N818 - the name that the API's error type has
    """The document is not a set of rules; `problems` says why, one for each thing to mend, with lines."""

    code = "INVALID_RULES"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{problem.code} (line {problem.line})" for problem in problems))
        self.problems = problems


def parse_rules(document: str, setting: RoundSetting | None = None) -> Rules:
    """The rules that the document states.

    With `setting` it is also checked that the document fits its round: whoever saves rules gives it, whoever only
    applies saved ones need not. Raises InvalidRules.
    """
    table = _read(document)
    lines = line_numbers(document)
    try:
        rules = Rules.model_validate(table)
    except ValidationError as error:
        raise InvalidRules(_sorted(_shape_problem(detail, lines) for detail in error.errors())) from None
    with exactly():
        found = [*contradictions(rules), *(misfits(rules, setting) if setting else ())]
    if found:
        raise InvalidRules(
            _sorted(Problem(code, parameters, line=line_of(path, lines)) for path, code, parameters in found)
        )
    return rules


def _sorted(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.line or 0, problem.code, str(problem.parameters)))


def _read(document: str) -> dict[str, object]:
    if len(document) > LONGEST_DOCUMENT:
        raise InvalidRules([Problem("RULES_TOO_LONG", {"most": LONGEST_DOCUMENT}, line=1)])
    try:
        return read_toml(document)
    except NotToml as error:
        raise InvalidRules([Problem("RULES_NOT_TOML", {"column": error.column}, line=error.line)]) from None


# What pydantic finds: a key or value of the wrong shape -------------------------------------------------------------

_SHAPES = {
    "missing": "RULES_KEY_MISSING",
    "extra_forbidden": "RULES_KEY_UNKNOWN",
    "union_tag_not_found": "RULES_KEY_MISSING",
    "union_tag_invalid": "RULES_VALUE_UNKNOWN",
    "literal_error": "RULES_VALUE_UNKNOWN",
    "string_pattern_mismatch": "RULES_ITEM_KEY_WRONG",
    "greater_than": "RULES_NUMBER_OUT_OF_RANGE",
    "greater_than_equal": "RULES_NUMBER_OUT_OF_RANGE",
    "less_than": "RULES_NUMBER_OUT_OF_RANGE",
    "less_than_equal": "RULES_NUMBER_OUT_OF_RANGE",
    "too_short": "RULES_LIST_LENGTH",
    "too_long": "RULES_LIST_LENGTH",
    "int_type": "RULES_NUMBER_EXPECTED",
    "timezone_aware": "RULES_TIME_WITHOUT_ZONE",
}


def _shape_problem(detail: ErrorDetails, lines: dict[Path, int]) -> Problem:
    path = _document_path(detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "union_tag_not_found":
        path += ("scale",)
    code = kind if kind.startswith("RULES_") else _SHAPES.get(kind, "RULES_VALUE_WRONG")
    parameters: Parameters = {"key": ".".join(str(part) for part in path if isinstance(part, str)) or "/"}
    if code == "RULES_VALUE_UNKNOWN":
        parameters["allowed"] = ", ".join(SCALES) if kind == "union_tag_invalid" else str(context["expected"])
    elif code == "RULES_NUMBER_OUT_OF_RANGE":
        bound, value = next(iter(context.items()))
        parameters["bound"] = {"gt": "> ", "ge": "≥ ", "lt": "< ", "le": "≤ "}[bound] + str(value)
    elif "text" in context:
        parameters["text"] = str(context["text"])
    return Problem(code, parameters, line=line_of(path, lines))


def _document_path(location: tuple[int | str, ...]) -> Path:
    """Our models gather a metric's scale, and what a gate measures, into one value; the document has their keys beside
    the others.
    """
    path = tuple(part for part in location if part not in ("[key]", "measurement"))
    if "scale" not in path:
        return path
    at = path.index("scale")
    inside = path[at + 2 :] if path[at + 1 : at + 2] and path[at + 1] in SCALES else path[at + 1 :]
    return path[:at] + (inside or ("scale",))
