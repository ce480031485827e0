"""Metrics → points: what each value is worth on its scale, compared within its field.

A scale is one function below `_worth`: it gets the values of one field and answers with a function from a value to
its points and to the inputs that explain them. So whatever belongs to the whole field is computed once.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import accumulate
from math import log1p
from typing import NamedTuple, TypedDict, assert_never

from services.scorer.metrics.measure import Measured
from services.shared.exact import ONE, ZERO, exactly, plain, rounded, surely_rounded
from services.shared.problems import Problem
from services.shared.rules.model import MetricRule, PlacedMetric, Rules
from services.shared.rules.scales import AsIs, Bands, Log, MinMax, OutOf, Percentile, PointsPerN, Ratio, StepDown


class Input(TypedDict):
    """One number that the points were computed from, as plain digits."""

    name: str
    value: str


class Points(NamedTuple):
    """What one contestant gets for one metric.

    value:  what counted (after the metric's cap); None where it is unknown
    points: rounded to the rules' places; None when the metric is left out of this contestant's item
    """

    value: Decimal | None
    points: Decimal | None
    inputs: Sequence[Input]


Normalised = Sequence[Points]  # of one metric, in the order of the contestants
Worth = Callable[[Decimal], tuple[Decimal, list[Input]]]


class FiguresMissing(Exception):  # noqa: N818 - a fact about the contest, not a fault of the program
    """What the rules need is not there: the run fails and names whose it is.

    A metric that must be known for everybody (`missing = "block"`), or the item that a penalty is for.
    """

    code = "FIGURES_MISSING"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem.parameters) for problem in problems))
        self.problems = problems


def normalise(measured: Sequence[Measured], rules: Rules) -> list[Normalised]:
    """For each metric of `rules.metrics` the points of each contestant. Raises FiguresMissing.

    A contestant without any data, or kept out of an item, takes part in no field there and gets 0.
    """
    _refuse_blocked(measured, rules)
    return [found for item in rules.items for found in normalise_item(measured, rules, item)]


def normalise_item(measured: Sequence[Measured], rules: Rules, item: str) -> list[Normalised]:
    """The same for the metrics of one item; what blocks counts as 0 here."""
    takes_part = [contestant.is_scored_in(item) for contestant in measured]
    with exactly():
        return [
            _metric_points(placed, index, rules.places.metric, measured, takes_part)
            for index, placed in enumerate(rules.metrics)
            if placed.item == item
        ]


def _refuse_blocked(measured: Sequence[Measured], rules: Rules) -> None:
    problems = [*_misplaced_penalties(measured, rules)]
    for index, (item, rule, _) in enumerate(rules.metrics):
        if rule.missing == "block":
            unknown = [one for one in measured if one.values[index] is None and not one.is_kept_from(item)]
            names = sorted(f"{one.platform} {one.handle}" for one in unknown)
            if names:
                listed = ", ".join(names[:20]) + (" …" if len(names) > 20 else "")
                problems.append(
                    Problem(
                        "FIGURES_MISSING",
                        {"item": item, "metric": rule.metric, "count": len(names), "accounts": listed},
                    )
                )
    if problems:
        raise FiguresMissing(problems)


def _misplaced_penalties(measured: Sequence[Measured], rules: Rules) -> Iterator[Problem]:
    """One that would change nothing is a mistake that somebody must hear of."""
    for one in measured:
        for penalty in one.penalties:
            if penalty.item is not None and penalty.item not in rules.items:
                account = f"{one.platform} {one.handle}"
                yield Problem("PENALTY_MISPLACED", {"item": penalty.item, "account": account})


def _metric_points(
    placed: PlacedMetric, index: int, places: int, measured: Sequence[Measured], takes_part: Sequence[bool]
) -> Normalised:
    rule = placed.rule
    nothing = Points(None, rounded(ZERO, places), ())
    left_out = Points(None, None, ())
    fields: dict[object, list[tuple[int, Decimal | None]]] = defaultdict(list)
    points = [nothing] * len(measured)
    for row, contestant in enumerate(measured):
        value = contestant.values[index]
        if not takes_part[row]:
            if value is not None:
                points[row] = Points(_counted(value, rule), nothing.points, ())
        elif value is None and rule.missing == "exclude":
            points[row] = left_out
        else:
            fields[_field_of(contestant, rule)].append((row, value))
    for members in fields.values():
        points_of = _points_of(placed, places, [value for _, value in members])
        for row, value in members:
            points[row] = points_of(value)
    return points


def _field_of(contestant: Measured, rule: MetricRule) -> object:
    match rule.field:
        case "city":
            return contestant.city_id
        case "division":
            return contestant.division
        case "platform":
            return contestant.platform
        case _:
            return None


def _counted(value: Decimal | None, rule: MetricRule) -> Decimal:
    if value is None:
        return ZERO
    return value if rule.cap is None else min(value, rule.cap)


def _points_of(
    placed: PlacedMetric, places: int, values: Sequence[Decimal | None]
) -> Callable[[Decimal | None], Points]:
    """What a value of a field gets, worked out once for equal ones: in a large field many are equal."""
    rule = placed.rule
    worth = _worth(rule, placed.full, places, [_counted(value, rule) for value in values])

    @cache
    def points_of(value: Decimal | None) -> Points:
        counted = _counted(value, rule)
        earned, inputs = worth(counted)
        if value is not None and value > counted:
            inputs = [*inputs, Input(name="measured", value=plain(value))]
        return Points(None if value is None else counted, rounded(earned, places), inputs)

    return points_of


# The scales ----------------------------------------------------------------------------------------------------------


def _worth(rule: MetricRule, full: Decimal, places: int, values: Sequence[Decimal]) -> Worth:
    """What a value is worth on the rule's scale, in a field of these values; `full` are the metric's full marks.

    A scale answers exactly, or already rounded to the places.
    """
    scale = rule.scale
    match scale:
        case Ratio():
            worth = _ratio(full, values)
        case Log():
            worth = _log(full, places, values)
        case Percentile():
            worth = _percentile(full, _Order(values, rule.lower_is_better))
        case MinMax():
            worth = _min_max(full, values, rule.lower_is_better)
        case StepDown():
            worth = _step_down(scale, full, _Order(values, rule.lower_is_better))
        case PointsPerN():
            worth = _points_per_n(scale, full)
        case Bands():
            worth = _bands(scale)
        case AsIs():
            worth = _as_is(scale, full)
        case OutOf():
            worth = _out_of(scale, full)
        case _:
            assert_never(scale)
    return worth


def _input(name: str, value: Decimal | int) -> Input:
    return Input(name=name, value=str(value) if isinstance(value, int) else plain(value))


def _ratio(full: Decimal, values: Sequence[Decimal]) -> Worth:
    best = max(values)
    inputs = [_input("best", best)]
    return lambda value: (full * value / best if value > 0 else ZERO, inputs)


def _log(full: Decimal, places: int, values: Sequence[Decimal]) -> Worth:
    """An exact logarithm takes a hundred times as long as an estimate, which says nearly always what it comes to."""
    best = max(values)
    inputs = [_input("best", best)]
    of_best = (ONE + best).ln() if best > 0 else ONE
    about = float(full) / float(of_best)

    def worth(value: Decimal) -> tuple[Decimal, list[Input]]:
        if value <= 0:
            return ZERO, inputs
        points = surely_rounded(about * log1p(float(value)), places)
        return full * (ONE + value).ln() / of_best if points is None else points, inputs

    return worth


class _Order:
    """The values of a field in order, to count who stands below and beside."""

    def __init__(self, values: Sequence[Decimal], lower_is_better: bool) -> None:
        counts: dict[Decimal, int] = defaultdict(int)
        for value in values:
            counts[value] += 1
        worst_first = sorted(counts, reverse=lower_is_better)
        equal = [counts[value] for value in worst_first]
        below = accumulate(equal, initial=0)
        self.count = len(values)
        self.lower_is_better = lower_is_better
        self.best = worst_first[-1]
        self.of = dict(zip(worst_first, zip(below, equal, strict=False), strict=True))


def _percentile(full: Decimal, order: _Order) -> Worth:
    others = order.count - 1
    count = _input("count", order.count)
    shared = {equal: _input("equal", equal) for _, equal in order.of.values()}

    def worth(value: Decimal) -> tuple[Decimal, list[Input]]:
        below, equal = order.of[value]
        points = full * (2 * below + equal - 1) / (2 * others) if others else full
        return points, [_input("below", below), shared[equal], count]

    return worth


def _min_max(full: Decimal, values: Sequence[Decimal], lower_is_better: bool) -> Worth:
    low, high = min(values), max(values)
    worst, span = (high, low - high) if lower_is_better else (low, high - low)
    inputs = [_input("minimum", low), _input("maximum", high)]
    return lambda value: (full * (value - worst) / span if span else full, inputs)


def _step_down(scale: StepDown, full: Decimal, order: _Order) -> Worth:
    step, floor = scale.step, scale.floor
    # Where more is better and the best has nothing, there is no best to step down from.
    nobody = not order.lower_is_better and order.best <= 0

    def worth(value: Decimal) -> tuple[Decimal, list[Input]]:
        below, equal = order.of[value]
        place = order.count - below - equal + 1
        points = ZERO if nobody else max(full - step * (place - 1), floor)
        return points, [_input("place", place), _input("count", order.count), _input("step", step)]

    return worth


def _points_per_n(scale: PointsPerN, full: Decimal) -> Worth:
    most = full if scale.max_points is None else scale.max_points
    inputs = [_input("per", scale.per), _input("each", scale.points), _input("most", most)]
    return lambda value: (min(value // scale.per * scale.points, most) if value > 0 else ZERO, inputs)


def _bands(scale: Bands) -> Worth:
    bounds = [band.at_least for band in scale.bands]
    points = [ZERO, *(band.points for band in scale.bands)]

    def worth(value: Decimal) -> tuple[Decimal, list[Input]]:
        band = bisect_right(bounds, value)
        return points[band], [_input("at_least", bounds[band - 1])] if band else []

    return worth


def _as_is(scale: AsIs, full: Decimal) -> Worth:
    most = full if scale.max_points is None else scale.max_points
    inputs = [_input("most", most)]
    return lambda value: (max(ZERO, min(value, most)), inputs)


def _out_of(scale: OutOf, full: Decimal) -> Worth:
    inputs = [_input("of", scale.of)]
    return lambda value: (max(ZERO, full * min(value, scale.of) / scale.of), inputs)
