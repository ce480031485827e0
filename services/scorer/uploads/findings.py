"""The problems found in one file: as many as a person can read, errors first, and how many more there are."""

from collections.abc import Iterable

from services.shared.problems import Problem
from services.shared.vocabulary import Severity

MOST_LISTED = 200


class Findings:
    """Collects problems; `listed()` is what is stored."""

    def __init__(self) -> None:
        self._kept: dict[Severity, list[Problem]] = {Severity.ERROR: [], Severity.WARNING: []}
        self._count = 0

    def add(self, problem: Problem) -> None:
        self.extend([problem], 1)

    def extend(self, problems: Iterable[Problem], count: int) -> None:
        """Some of `count` problems of a kind; those beyond what is listed need not be made at all."""
        for problem in problems:
            kept = self._kept[problem.severity]
            if len(kept) < MOST_LISTED * 8:
                kept.append(problem)
        self._count += count

    @property
    def fatal(self) -> bool:
        return bool(self._kept[Severity.ERROR])

    def listed(self) -> list[Problem]:
        """Errors, then warnings, each in the order of sheets and lines; a last one says how many are left out."""
        sheets = {each.sheet: 0 for kept in self._kept.values() for each in kept}
        order = {sheet: position for position, sheet in enumerate(sheets)}
        ordered = [
            problem
            for kept in self._kept.values()
            for problem in sorted(kept, key=lambda each: (order[each.sheet], each.line or 0))
        ][:MOST_LISTED]
        if self._count > len(ordered):
            severity = Severity.ERROR if self.fatal else Severity.WARNING
            ordered.append(Problem("MORE_PROBLEMS", {"count": self._count - len(ordered)}, severity=severity))
        return ordered
