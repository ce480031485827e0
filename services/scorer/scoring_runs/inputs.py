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

from services.scorer.metrics.figures import Figures
from services.shared.exact import plain
from services.shared.rules.model import Rules


def input_lines(
    rules: Rules,
    rules_sha256: str,
    upload_digests: Iterable[str],
    contestants: Sequence[Figures],
    carried: Mapping[str, str],
) -> list[str]:
    """The lines; `carried`: the digests of the results of earlier rounds by the rounds' keys."""
    return [
        f"rules {rules_sha256}",
        *(f"upload {digest}" for digest in sorted(upload_digests)),
        *(_summed_up("marks", _marks(contestants)) if rules.jury else ()),
        *_summed_up("penalties", _penalties(contestants)),
        *(_summed_up("featured", _featured(contestants)) if rules.needs_featured else ()),
        *(f"carried {key} {digest}" for key, digest in sorted(carried.items())),
        *(_summed_up("participants", map(_account, contestants)) if rules.entry else ()),
    ]


def _summed_up(name: str, lines: Iterable[str]) -> Iterator[str]:
    text = "\n".join(sorted(lines))
    if text:
        yield f"{name} {hashlib.sha256(text.encode()).hexdigest()}"


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
        for day, orders, gross, refunds in one.featured_days:
            yield f"{_account(one)}\t{day}\t{orders}\t{_shortest(gross)}\t{_shortest(refunds)}"


def _shortest(value: Decimal | None) -> str:
    """The same digits however many zeros it was stored with."""
    return "-" if value is None else plain(value.normalize())
