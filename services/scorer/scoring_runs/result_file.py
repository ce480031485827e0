"""The canonical result file: everything a run found, as the same bytes on any machine, and their SHA-256.

UTF-8, lines end with `\\n`, cells are parted by one tab. No ids, times or run numbers of ours: whoever has the same
rules and the same uploads gets the same file.

    livecup result 1
    engine 1
    rules <SHA-256 of the rules document>
    upload <digest of an upload's content>          as many as there are, sorted
    platform  handle  SHORT_VIDEO.plays  SHORT_VIDEO.plays points  …  SHORT_VIDEO points  …  total  rank  city rank
        division rank  finalist                     (one line)
    DOUYIN  zhangsan  18573  27.4410  …  28.11  …  71.36  4  1  2  STREAMER 1

One line per contestant, ordered by platform and handle. `-` is an unknown value, a metric left out, or no place.
"""

import hashlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from services.scorer.finalists.pick import Picked, Proposal
from services.scorer.ranking.rank import Standing
from services.shared.exact import plain
from services.shared.rules.model import Rules

# The number of the arithmetic. It changes when the same rules and figures would give other digits.
ENGINE = 1

NOTHING = "-"


def result_file(
    rules: Rules,
    rules_sha256: str,
    upload_digests: Iterable[str],
    standings: Sequence[Standing],
    proposal: Proposal,
) -> bytes:
    """The file's bytes."""
    places = {picked.contestant_id: picked for picked in proposal.picked}
    lines = [
        "livecup result 1",
        f"engine {ENGINE}",
        f"rules {rules_sha256}",
        *(f"upload {digest}" for digest in sorted(upload_digests)),
        "\t".join(_headings(rules)),
        *(_line(standing, places) for standing in sorted(standings, key=_account)),
    ]
    return ("\n".join(lines) + "\n").encode()


def digest_of(file: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(file).hexdigest()


def _headings(rules: Rules) -> list[str]:
    metrics = [f"{item}.{rule.metric}" for item, rule, _ in rules.metrics]
    return [
        "platform",
        "handle",
        *(heading for metric in metrics for heading in (metric, f"{metric} points")),
        *(f"{item} points" for item in rules.items),
        "total",
        "rank",
        "city rank",
        "division rank",
        "finalist",
    ]


def _account(standing: Standing) -> tuple[str, str]:
    return standing.score.contestant.platform.value, standing.score.contestant.handle


def _line(standing: Standing, places: dict[UUID, Picked]) -> str:
    score = standing.score
    cells = list(_account(standing))
    if any(character in cells[1] for character in "\t\n\r"):
        raise ValueError("a normalised handle has no white space")
    for metric in score.metrics:
        cells += (_digits(metric.value), _digits(metric.points))
    cells += map(plain, score.items)
    cells += (plain(score.total), str(standing.rank), str(standing.city_rank), str(standing.division_rank))
    picked = places.get(score.contestant.contestant_id)
    cells.append(f"{picked.place} {picked.position}" if picked else NOTHING)
    return "\t".join(cells)


def _digits(value: Decimal | None) -> str:
    return NOTHING if value is None else plain(value)
