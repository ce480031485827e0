"""What a result was made from, as lines of the result file: whoever has the same of all of it gets the same result.

    rules <SHA-256 of the rules document>
    upload <digest of an upload's content>          as many as there are, sorted
    marks <SHA-256>                                 of judges, where the rules know a jury
    penalties <SHA-256>
    featured <SHA-256>                              sums of featured products, where the rules ask for them
    carried <round> <digest of its result>          earlier rounds that the rules name
    participants <SHA-256>                          where the rules say who takes part

Each SHA-256 is of lines like those of the result file: account, then what there is of it, sorted. Lines of which there
is nothing are left out.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from services.scorer.metrics.figures import CENTS, Figures, day_of
from services.shared.exact import plain
from services.shared.rules.model import Rules


class Noted:
    """What is summed up of contestants, as far as the rules know of it."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._lines: dict[str, list[str]] = {"marks": [], "penalties": [], "featured": [], "participants": []}

    def add(self, contestants: Sequence[Figures]) -> None:
        """Notes some more of them."""
        self._lines["penalties"] += _penalties(contestants)
        if self._rules.jury:
            self._lines["marks"] += _marks(contestants)
        if self._rules.needs_featured:
            self._lines["featured"] += _featured(contestants)
        if self._rules.entry:
            self._lines["participants"] += map(_account, contestants)

    def summed_up(self, name: str) -> list[str]:
        """The line of that name, where there is anything of it."""
        text = "\n".join(sorted(self._lines[name]))
        return [f"{name} {hashlib.sha256(text.encode()).hexdigest()}"] if text else []


def input_lines(
    rules_sha256: str, upload_digests: Iterable[str], noted: Noted, carried: Mapping[str, str]
) -> list[str]:
    """The lines; `carried`: the digests of the results of earlier rounds by the rounds' keys."""
    return [
        f"rules {rules_sha256}",
        *(f"upload {digest}" for digest in sorted(upload_digests)),
        *noted.summed_up("marks"),
        *noted.summed_up("penalties"),
        *noted.summed_up("featured"),
        *(f"carried {key} {digest}" for key, digest in sorted(carried.items())),
        *noted.summed_up("participants"),
    ]


def _account(figures: Figures) -> str:
    return f"{figures.platform}\t{figures.handle}"


def _marks(contestants: Sequence[Figures]) -> Iterator[str]:
    for one in contestants:
        for mark in one.marks:
            yield f"{_account(one)}\t{mark.panel}\t{_shortest(mark.points)}"


def _penalties(contestants: Sequence[Figures]) -> Iterator[str]:
    for one in contestants:
        for kind, item, points in one.penalties:
            yield f"{_account(one)}\t{kind}\t{item or '-'}\t{_shortest(points)}"


def _featured(contestants: Sequence[Figures]) -> Iterator[str]:
    for one in contestants:
        for number, orders, *cents in zip(*one.featured_days, strict=True):
            gross, refunds = (_shortest(Decimal(amount) / CENTS) for amount in cents)
            yield f"{_account(one)}\t{day_of(number)}\t{orders}\t{gross}\t{refunds}"


def _shortest(value: Decimal | None) -> str:
    """The same digits however many zeros it was stored with."""
    return "-" if value is None else plain(value.normalize())
