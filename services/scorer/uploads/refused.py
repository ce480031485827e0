"""The one exception of reading files: nothing of this file can be taken, and here is why."""

from services.shared.problems import Problem


class Refused(Exception):  # noqa: N818 (it reads as the sentence it is: "raise Refused(...)")
    """Raised with the code of a sentence in `words/`, its parameters, and the place if there is one."""

    def __init__(
        self,
        code: str,
        parameters: dict[str, str | int] | None = None,
        *,
        sheet: str | None = None,
        line: int | None = None,
    ) -> None:
        super().__init__(code)
        self.problem = Problem(code, parameters or {}, sheet=sheet, line=line)
