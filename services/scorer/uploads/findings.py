"""The problems found in one file: as many as a person can read, errors first, and how many more there are."""

from collections.abc import Iterable

from services.shared.problems import Problem
from services.shared.vocabulary import Severity

MOST_LISTED = 200


class Findings:
    """Collects problems; `listed()` is what is stored."""

    def __init__(self) -> None:
        self._kept: dict[Severity, list[Problem]] = {Severity.ERROR: [], Severity.WARNING: []}
        self._sheets: dict[str | None, int] = {}
        self._count = 0

    def add(self, problem: Problem) -> None:
        self.extend([problem], 1)

    def extend(self, problems: Iterable[Problem], count: int) -> None:
        """The first of `count` problems of a kind; those beyond what is listed need not be made at all."""
        for problem in problems:
            self._sheets.setdefault(problem.sheet, len(self._sheets))
            self._kept[problem.severity].append(problem)
        self._count += count
        for severity, kept in self._kept.items():
            if len(kept) > MOST_LISTED * 8:
                self._kept[severity] = self._first(kept)

    @property
    def fatal(self) -> bool:
        return bool(self._kept[Severity.ERROR])

    def _first(self, kept: list[Problem]) -> list[Problem]:
        return sorted(kept, key=lambda each: (self._sheets[each.sheet], each.line or 0))[:MOST_LISTED]

    def listed(self) -> list[Problem]:
        """Errors, then warnings, each in the order of sheets and lines; a last one says how many are left out."""
        ordered = [problem for kept in self._kept.values() for problem in self._first(kept)][:MOST_LISTED]
        if self._count > len(ordered):
            severity = Severity.ERROR if self.fatal else Severity.WARNING
            ordered.append(Problem("MORE_PROBLEMS", {"count": self._count - len(ordered)}, severity=severity))
        return ordered
