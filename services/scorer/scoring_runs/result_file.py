"""The canonical result file: everything a run found, as the same bytes on any machine, and their SHA-256.

UTF-8, lines end with `\\n`, cells are parted by one tab. No ids, times or run numbers of ours: whoever has the same
rules and the same uploads gets the same file.

    livecup result 1
    engine 1
    rules <SHA-256 of the rules document>
    …                                               what else it was made from: `inputs.py`
    platform  handle  SHORT_VIDEO.plays  SHORT_VIDEO.plays points  …  SHORT_VIDEO points  …  total  rank  city rank
        division rank  finalist  gate 1  …          (one line)
    DOUYIN  zhangsan  18573  27.4410  …  28.11  …  71.36  4  1  2  STREAMER 1  4200.00  …
    team  1  286.40  DOUYIN zhangsan  KUAISHOU lisi  …      rank, score, members by position
    award  FIRST  1  DOUYIN zhangsan                        key, place, winner; of a team its best member
    award  SECOND  4  DOUYIN wangwu  TIED 2                 a person gives two awards among those tied

One line per contestant, ordered by platform and handle. `-` is an unknown value, a metric left out, or no place. A
gate's cell holds what it looked at, where that is a metric, and `failed`. Gates, teams and awards are there where the
rules have them.
"""

import hashlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from uuid import UUID

from services.scorer.finalists.pick import Picked
from services.scorer.metrics.measure import Measured
from services.scorer.ranking.rank import Standing
from services.scorer.scoring_runs.outcome import Outcome
from services.shared.exact import plain
from services.shared.rules.model import Rules

# The number of the arithmetic. It changes when the same rules and figures would give other digits.
ENGINE = 1

NOTHING = "-"


def result_file(rules: Rules, inputs: Sequence[str], outcome: Outcome) -> bytes:
    """The file's bytes; `inputs` are its lines on what it was made from."""
    places = {picked.contestant_id: picked for picked in outcome.proposal.picked}
    lines = [
        "livecup result 1",
        f"engine {ENGINE}",
        *inputs,
        "\t".join(_headings(rules)),
        *(_line(standing, places, rules) for standing in sorted(outcome.standings, key=_account)),
        *_team_lines(outcome),
        *_award_lines(outcome),
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
        *(f"gate {number}" for number in range(1, len(rules.gates) + 1)),
    ]


def _account(standing: Standing) -> tuple[str, str]:
    return standing.score.contestant.platform.value, standing.score.contestant.handle


def _line(standing: Standing, places: dict[UUID, Picked], rules: Rules) -> str:
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
    if rules.gates:
        cells += _gate_cells(score.contestant, rules)
    return "\t".join(cells)


def _gate_cells(contestant: Measured, rules: Rules) -> Iterator[str]:
    failed = [one.gate for one in contestant.failed]
    for gate, value in zip(rules.gates, contestant.gate_values, strict=True):
        yield _digits(value) + (" failed" if gate in failed else "")


def _team_lines(outcome: Outcome) -> Iterator[str]:
    for team in outcome.teams:
        members = [" ".join(_account(member)) for member in team.members]
        yield "\t".join(("team", str(team.rank), plain(team.score), *members))


def _award_lines(outcome: Outcome) -> Iterator[str]:
    accounts = {one.score.contestant.contestant_id: " ".join(_account(one)) for one in outcome.standings}
    accounts |= {team.city_id: " ".join(_account(team.members[0])) for team in outcome.teams}
    for one in outcome.awards:
        tied = () if one.seats is None else (f"TIED {one.seats}",)
        yield "\t".join(("award", one.award.key, str(one.place), accounts[one.winner], *tied))


def _digits(value: Decimal | None) -> str:
    return NOTHING if value is None else plain(value)
