"""What is wrong with a file or a request, as data: a code, its parameters and the place.

A problem is put into words only when somebody reads it, in that person's language (`words.py`), so a stored one never
grows old. Parameters never hold a value of a personal column.
"""

from dataclasses import dataclass, field

from services.shared.vocabulary import Severity


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `code` is stable and has a sentence in every language of `words/`.

    `line` is the row number that Excel or WPS shows, from 1; `column` the heading as the file has it.
    """

    code: str
    parameters: dict[str, str | int] = field(default_factory=dict)
    sheet: str | None = None
    line: int | None = None
    column: str | None = None
    severity: Severity = Severity.ERROR
