"""What is to be said to people, as data: a code and its parameters; of a problem also the place.

It is put into words only when somebody reads it, in that person's language (`words.py`), so what is stored never grows
old. Parameters never hold a value of a personal column.
"""

from dataclasses import dataclass, field

from services.shared.vocabulary import Severity

Parameters = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Coded:
    """A stable code that has a sentence in every language of `words/`, and what stands in its placeholders."""

    code: str
    parameters: Parameters = field(default_factory=dict)

    def as_json(self) -> dict[str, str | Parameters]:
        """As it is stored: `{"code": …, "parameters": {…}}`."""
        return {"code": self.code, "parameters": self.parameters}


@dataclass(frozen=True, slots=True)
class Problem(Coded):
    """What is wrong with a file or a request.

    `line` is the row number that Excel or WPS shows, from 1; `column` the heading as the file has it.
    """

    sheet: str | None = None
    line: int | None = None
    column: str | None = None
    severity: Severity = Severity.ERROR

    def as_row(self) -> dict[str, str | int | Parameters | None]:
        """As it is stored where its place belongs to it: as_json with severity, sheet, line and column."""
        place = {"severity": self.severity, "sheet": self.sheet, "line": self.line, "column": self.column}
        return {**self.as_json(), **place}
