"""A small table of figures scored by a rules document, without any server: what `./livecup rules try` shows.

The table is a csv or xlsx with a heading row: 选手 (who), 市州, 组别, 平台, and a column for each metric, named as in
the document (`plays`), in Chinese (播放量), or with its item (`SALES.net_sales`). An empty cell is an unknown figure.
"""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5

from services.cli.errors import CommandError, cause
from services.scorer.metrics.measure import Measured
from services.scorer.scores.normalise import FiguresMissing
from services.scorer.scoring_runs.outcome import Outcome
from services.shared.problems import Problem
from services.shared.rules.measurement import Measurement
from services.shared.rules.model import Rules
from services.shared.vocabulary import Platform
from services.shared.words import put

_WHO = ("选手", "姓名", "账号", "who")
_WHERE = {"city": ("市州", "市（州）", "city"), "division": ("组别", "division"), "platform": ("平台", "platform")}
_PLATFORMS = {"抖音": Platform.DOUYIN, "快手": Platform.KUAISHOU} | {each.value: each for each in Platform}
_SAME_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)  # nobody was approved before anybody else


class Tried(NamedTuple):
    """The outcome, and which columns of the table no metric of the document reads."""

    outcome: Outcome
    cities: Mapping[object, str]
    unread: Sequence[str]


def try_out(rules: Rules, path: Path) -> Tried:
    """Scores the table. Raises CommandError where it cannot be read or the figures do not suffice."""
    headings, *lines = [[cell.strip() for cell in row] for row in _rows(path) if any(cell.strip() for cell in row)]
    columns = _Columns(rules, headings)
    people = [columns.measured(line, number) for number, line in enumerate(lines, start=2)]
    try:
        outcome = Outcome.of(people, rules)
    except FiguresMissing as error:
        raise CommandError(_in_words(error.problems)) from None
    cities = {columns.city_id(line): columns.cell(line, "city") for line in lines}
    return Tried(outcome, cities, columns.unread)


def _in_words(problems: Sequence[Problem]) -> str:
    return "\n".join(put(problem.code, problem.parameters) for problem in problems)


class _Columns:
    """Which column of the table is what."""

    def __init__(self, rules: Rules, headings: Sequence[str]) -> None:
        self.places = {heading: place for place, heading in enumerate(headings)}
        self.who = self._one_of(_WHO)
        if self.who is None:
            raise CommandError(f"表中没有“选手”一列，第一行是：{'、'.join(headings)}。 / There is no column 选手.")
        self.where = {name: self._one_of(known) for name, known in _WHERE.items()}
        self.values = [self._of(rule, item) for item, rule, _ in rules.metrics]
        self.gates = [None if gate.measurement is None else self._of(gate.measurement) for gate in rules.gates]
        read = {self.who, *self.where.values(), *self.values, *self.gates}
        self.unread = [heading for heading, place in self.places.items() if place not in read and heading]

    def _one_of(self, names: Sequence[str]) -> int | None:
        return next((self.places[name] for name in names if name in self.places), None)

    def _of(self, rule: Measurement, item: str = "") -> int | None:
        return self._one_of((f"{item}.{rule.metric}", rule.metric, rule.of.title.zh, rule.of.title.en))

    def cell(self, line: Sequence[str], where: str) -> str:
        place = self.where[where]
        return line[place] if place is not None and place < len(line) else ""

    def city_id(self, line: Sequence[str]) -> object:
        return uuid5(NAMESPACE_URL, self.cell(line, "city"))

    def measured(self, line: Sequence[str], number: int) -> Measured:
        """One line as a contestant."""
        who = line[self.who or 0]
        platform = self.cell(line, "platform") or "抖音"
        if platform not in _PLATFORMS:
            raise CommandError(f"第 {number} 行的平台“{platform}”应是抖音或快手。 / The platform is 抖音 or 快手.")
        return Measured(
            contestant_id=uuid5(NAMESPACE_URL, f"{number} {who}"),
            city_id=uuid5(NAMESPACE_URL, self.cell(line, "city")),
            division=self.cell(line, "division"),
            platform=_PLATFORMS[platform],
            handle=who,
            approved_at=_SAME_MOMENT,
            values=tuple(_number(line, place, number) for place in self.values),
            gate_values=tuple(_number(line, place, number) for place in self.gates),
        )


def _number(line: Sequence[str], place: int | None, number: int) -> Decimal | None:
    text = line[place].replace(",", "") if place is not None and place < len(line) else ""
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise CommandError(f"第 {number} 行的“{text}”不是数字。 / Line {number}: {text} is not a number.")
    return value


def _rows(path: Path) -> list[list[str]]:
    try:
        rows = _workbook(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"无法读取 {path}（{cause(error)}）。 / It cannot be read.") from None
    if not any(any(cell.strip() for cell in row) for row in rows):
        raise CommandError(f"{path} 是空的。 / It is empty.")
    return rows


def _csv(path: Path) -> list[list[str]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    return list(csv.reader(text.splitlines()))


def _workbook(path: Path) -> list[list[str]]:
    import fastexcel  # noqa: PLC0415  only a workbook needs it

    try:
        sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise CommandError(f"无法读取 {path}（{error}）。 / It cannot be read.") from None
    return [[cell or "" for cell in row] for row in sheet.rows()]
