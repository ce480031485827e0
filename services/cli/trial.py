"""A small table of figures scored by a rules document, without any server: what `./livecup rules try` shows.

The table is a csv or xlsx with a heading row: 选手 (who), 市州, 组别, 平台, and a column for each metric, named as in
the document (`plays`), in Chinese (播放量), or with its item (`SALES.net_sales`). An empty cell is an unknown figure.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from services.cli.errors import CommandError
from services.cli.small_table import Line, SmallTable, read_small_table
from services.scorer.metrics.measure import Measured
from services.scorer.scores.normalise import FiguresMissing
from services.scorer.scoring_runs.outcome import Outcome
from services.shared.handles import read_platform
from services.shared.problems import Problem
from services.shared.rules.measurement import Measurement
from services.shared.rules.model import Rules
from services.shared.words import put

_WHO = ("选手", "姓名", "账号", "who")
_WHERE = {"city": ("市州", "市（州）", "city"), "division": ("组别", "division"), "platform": ("平台", "platform")}
_SAME_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)  # nobody was approved before anybody else


class Tried(NamedTuple):
    """The outcome, and which columns of the table no metric of the document reads."""

    outcome: Outcome
    cities: Mapping[UUID, str]
    unread: Sequence[str]


def try_out(rules: Rules, path: Path) -> Tried:
    """Scores the table. Raises CommandError where it cannot be read or the figures do not suffice."""
    table = read_small_table(path, _WHO)
    columns = _Columns(rules, table)
    people = [columns.measured(line) for line in table.lines]
    try:
        outcome = Outcome.of(people, rules)
    except FiguresMissing as error:
        raise CommandError(_in_words(error.problems)) from None
    cities = {columns.city_id(line): columns.cell(line, "city") for line in table.lines}
    return Tried(outcome, cities, columns.unread)


def _in_words(problems: Sequence[Problem]) -> str:
    return "\n".join(put(problem.code, problem.parameters) for problem in problems)


class _Columns:
    """Which column of the table is what."""

    def __init__(self, rules: Rules, table: SmallTable) -> None:
        self._table = table
        self.who = table.column(_WHO)
        self.where = {name: table.column(known) for name, known in _WHERE.items()}
        self.values = [self._of(rule, item) for item, rule, _ in rules.metrics]
        self.gates = [None if gate.measurement is None else self._of(gate.measurement) for gate in rules.gates]
        read = {self.who, *self.where.values(), *self.values, *self.gates}
        self.unread = [heading for place, heading in enumerate(table.headings) if place not in read and heading]

    def _of(self, rule: Measurement, item: str = "") -> int | None:
        return self._table.column((f"{item}.{rule.metric}", rule.metric, rule.of.title.zh, rule.of.title.en))

    def cell(self, line: Line, where: str) -> str:
        return line.at(self.where[where])

    def city_id(self, line: Line) -> UUID:
        return uuid5(NAMESPACE_URL, self.cell(line, "city"))

    def measured(self, line: Line) -> Measured:
        """One line as a contestant."""
        who, named = line.at(self.who), self.cell(line, "platform")
        platform = read_platform(named or "抖音")
        if platform is None:
            raise CommandError(f"第 {line.number} 行的平台“{named}”应是抖音或快手。 / The platform is 抖音 or 快手.")
        return Measured(
            contestant_id=uuid5(NAMESPACE_URL, f"{line.number} {who}"),
            city_id=self.city_id(line),
            division=self.cell(line, "division"),
            platform=platform,
            handle=who,
            approved_at=_SAME_MOMENT,
            values=tuple(_number(line, place) for place in self.values),
            gate_values=tuple(_number(line, place) for place in self.gates),
        )


def _number(line: Line, place: int | None) -> Decimal | None:
    text = line.at(place).replace(",", "")
    if not text:
        return None
    try:
        value = Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise CommandError(f"第 {line.number} 行的“{text}”不是数字。 / Line {line.number}: {text} is not a number.")
    return value
