"""The rules of scoring a second time, slowly: plain loops over fractions, written from docs/rules.md alone.

Nothing of the real implementation is used but the rules document itself and what a contestant's metrics are.
"""

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from itertools import permutations, product
from math import factorial, floor, prod
from typing import Any

from services.scorer.metrics.measure import Measured
from services.shared.rules.admission import Gate
from services.shared.rules.awards import Award
from services.shared.rules.model import FinalistPolicy, Item, MetricRule, Rules, TieKey

LONG = Context(prec=60)
MOST_ORDERS = 200
LOWER = ("promotion_spend", "earlier_rank")  # less of these is better


def half_up(number: Fraction, places: int) -> Fraction:
    scaled = abs(number) * 10**places
    whole = floor(scaled + Fraction(1, 2))
    return Fraction(whole if number >= 0 else -whole, 10**places)


def ln(number: Fraction) -> Fraction:
    return Fraction(LONG.ln(LONG.divide(Decimal(number.numerator), Decimal(number.denominator))))


class Slow:
    """One contest, worked out step by step as docs/rules.md tells it."""

    def __init__(self, contestants: Sequence[Measured], rules: Rules) -> None:
        self.everybody, self.rules = contestants, rules
        self.failed: dict[str, list[Gate]] = {one.handle: [] for one in contestants}
        for number, gate in enumerate(rules.gates):
            self.close(gate, number)
        self.rows = [self.one_score(one) for one in contestants]
        for me in self.rows:
            rivals = [other for other in self.rows if self.stands_above(other, me)]
            me["rank"] = 1 + len(rivals)
            me["city_rank"] = 1 + sum(1 for other in rivals if other["who"].city_id == me["who"].city_id)
            me["division_rank"] = 1 + sum(1 for other in rivals if other["who"].division == me["who"].division)

    # Gates ------------------------------------------------------------------------------------------------------------

    def close(self, gate: Gate, number: int) -> None:
        """Everybody who fails the gate has failed it from then on."""
        tested = [one for one in self.everybody if self.takes_part(one, gate.item)]
        values = {one.handle: self.looked_at(one, gate, number) for one in tested}
        known = [value for value in values.values() if value is not None]
        for one in tested:
            if not self.passes(values[one.handle], gate, known):
                self.failed[one.handle] += [gate]

    def looked_at(self, one: Measured, gate: Gate, number: int) -> Fraction | None:
        if gate.item is not None:
            return self.item_points(one, gate.item)
        value = one.gate_values[number]
        return None if value is None else Fraction(value)

    def passes(self, value: Fraction | None, gate: Gate, known: list[Fraction]) -> bool:
        if value is None:
            return gate.missing == "pass"
        if gate.at_least is not None:
            return value >= Fraction(gate.at_least)
        if gate.at_most is not None:
            return value <= Fraction(gate.at_most)
        lower = gate.measurement is not None and gate.measurement.metric in LOWER
        better = sum(1 for other in known if (other < value if lower else other > value))
        places = gate.best if gate.best_percent is None else -floor(-len(known) * Fraction(gate.best_percent) / 100)
        return better < (places or 0)

    def is_void(self, one: Measured) -> bool:
        disqualified = any(penalty.kind == "DISQUALIFY" for penalty in one.penalties)
        return disqualified or any(gate.items is None for gate in self.failed[one.handle])

    def takes_part(self, one: Measured, item: str | None) -> bool:
        kept_out = any(item in (gate.items or []) for gate in self.failed[one.handle])
        return known_to_all(one) and not self.is_void(one) and not kept_out

    # Points -----------------------------------------------------------------------------------------------------------

    def one_score(self, me: Measured) -> dict[str, Any]:
        items = {key: self.item_points(me, key) for key in self.rules.items}
        values: dict[tuple[str, str], Fraction | None] = {}
        for index, (key, rule, _) in enumerate(self.rules.metrics):
            raw = me.values[index]
            values[key, rule.metric] = None if raw is None else counted(raw, rule)
        total = half_up(sum(items.values(), Fraction(0)), self.rules.places.total)
        total = punished(total, me, None, self.rules.places.total)
        return {"who": me, "items": items, "values": values, "total": total}

    def item_points(self, me: Measured, key: str) -> Fraction:
        item, places = self.rules.items[key], self.rules.places
        earned, shares = Fraction(0), Fraction(0)
        for index, (owner, rule, _) in enumerate(self.rules.metrics):
            worth = self.metric_points(me, index, rule, item, key) if owner == key else None
            if worth is not None:
                earned += half_up(worth, places.metric)
                shares += Fraction(rule.share)
        points = half_up(earned * 100 / shares, places.item) if shares else Fraction(0)
        return punished(points, me, key, places.item)

    def metric_points(self, me: Measured, index: int, rule: MetricRule, item: Item, key: str) -> Fraction | None:
        if not self.takes_part(me, key):
            return Fraction(0)
        if me.values[index] is None and rule.missing == "exclude":
            return None
        field = []
        for other in self.everybody:
            raw = other.values[index]
            left_out = raw is None and rule.missing == "exclude"
            if self.takes_part(other, key) and same_field(me, other, rule) and not left_out:
                field.append(counted(Decimal(0) if raw is None else raw, rule))
        mine = me.values[index]
        value = counted(Decimal(0) if mine is None else mine, rule)
        return on_scale(value, field, rule, Fraction(item.weight) * Fraction(rule.share) / 100)

    # Places -----------------------------------------------------------------------------------------------------------

    def stands_above(self, one: dict[str, Any], other: dict[str, Any]) -> bool:
        order = ["result", "void", "without data"]
        mine, theirs = (order.index(self.standing(row["who"])) for row in (one, other))
        if mine != theirs:
            return mine < theirs
        if self.is_void(one["who"]):
            return False
        if one["total"] != other["total"]:
            return bool(one["total"] > other["total"])
        for tie in self.rules.ties:
            left, right = tied_by(tie, one, self.rules), tied_by(tie, other, self.rules)
            if left != right:
                return right is None or (left is not None and left > right)
        return False

    def standing(self, one: Measured) -> str:
        return "void" if self.is_void(one) else "result" if known_to_all(one) else "without data"

    def has_result(self, row: dict[str, Any]) -> bool:
        return self.standing(row["who"]) == "result"

    def teams(self) -> dict[Any, tuple[Fraction, int]]:
        """City → the team's score and rank."""
        scoring = self.rules.teams
        assert scoring is not None
        found: dict[Any, tuple[Fraction, int]] = {}
        for city in {one.city_id for one in self.everybody}:
            members = [row for row in self.rows if row["who"].city_id == city]
            totals = sorted((row["total"] if self.has_result(row) else Fraction(0) for row in members), reverse=True)
            chosen = totals if scoring.best_n is None else totals[: scoring.best_n]
            worth = sum(chosen, Fraction(0)) / (len(chosen) if scoring.score == "mean" else 1)
            found[city] = (half_up(worth, self.rules.places.total), min(row["rank"] for row in members))
        return {
            city: (mine, 1 + sum(1 for theirs, first in found.values() if (-theirs, first) < (-mine, best)))
            for city, (mine, best) in found.items()
        }

    def awards(self) -> set[tuple[str, Any, int | None]]:
        """Award, winner, and for how many prizes they are tied."""
        given: set[tuple[str, Any, int | None]] = set()
        above: dict[Any, int] = {}  # prizes of each ranking that those who are tied for the ones above will take
        tied_above: dict[Any, list[Any]] = {}
        for award in self.rules.awards:
            ranked = self.candidates(award)
            places = award.places or 0
            if award.percent is not None:
                places = -floor(-len(ranked) * Fraction(award.percent) / 100)
            same = [other.key for other in self.rules.awards if other.ranking == award.ranking]
            gone = {who for key, who, _ in given if self.rules.one_award_per_person or key in same}
            owed = above.get(award.ranking, 0)
            above[award.ranking] = max(owed - places, 0)
            if min(owed, places):
                given |= {(award.key, who, min(owed, places)) for who in tied_above[award.ranking]}
            seats = max(places - owed, 0)
            for place in sorted(set(ranked.values())):
                equals = [who for who, rank in ranked.items() if rank == place and who not in gone]
                if seats <= 0 or (len(equals) > seats and award.tie_at_cut == "none"):
                    break
                tied = len(equals) > seats and award.tie_at_cut == "person decides"
                given |= {(award.key, who, seats if tied else None) for who in equals}
                if tied:
                    above[award.ranking] += len(equals) - seats
                    tied_above[award.ranking] = equals
                seats -= len(equals)
        return given

    def candidates(self, award: Award) -> dict[Any, int]:
        """Winner → place: a smaller number stands higher."""
        if award.of == "team":
            return {city: rank for city, (worth, rank) in self.teams().items() if worth > 0}
        rows = [row for row in self.rows if self.has_result(row) and award.division in (None, row["who"].division)]
        if award.by == "total":
            return {row["who"].contestant_id: row["rank"] for row in rows if row["total"] > 0}
        key = award.by.split()[1]
        rows = [row for row in rows if row["items"][key] > 0]
        return {
            row["who"].contestant_id: sum(
                (-other["items"][key], other["rank"]) < (-row["items"][key], row["rank"]) for other in rows
            )
            for row in rows
        }

    # Finalists --------------------------------------------------------------------------------------------------------

    def finalists(self) -> dict[Any, str]:
        """Contestant → place, of the cities whose equals can be tried out in every order."""
        policy = self.rules.finalists
        assert policy is not None
        found: dict[Any, str] = {}
        for city in {one.city_id for one in self.everybody}:
            rows = [row for row in self.rows if row["who"].city_id == city and self.can_be_proposed(row, policy)]
            groups = [[row for row in rows if row["rank"] == rank] for rank in sorted({row["rank"] for row in rows})]
            if prod(factorial(len(group)) for group in groups) <= MOST_ORDERS:
                found |= self.places_of(groups, policy)
        return found

    def can_be_proposed(self, row: dict[str, Any], policy: FinalistPolicy) -> bool:
        values = row["who"].values
        known = Fraction(100 * sum(value is not None for value in values), len(values))
        enough = policy.minimum_score is None or row["total"] >= policy.minimum_score
        return self.has_result(row) and enough and known >= (policy.minimum_data or 0)

    def places_of(self, groups: list[list[dict[str, Any]]], policy: FinalistPolicy) -> dict[Any, str]:
        """Equals are tied where it depends on their order who is in."""
        everybody = {row["who"].handle: row["who"] for group in groups for row in group}
        orders = product(*(permutations(group) for group in groups))
        ways = [seated([row["who"] for group in order for row in group], policy) for order in orders]
        surely = set.intersection(*ways)
        perhaps = set.union(*ways) - surely
        all_in = policy.tie_at_cut == "all in" and len(surely | perhaps) <= (policy.maximum or policy.places)
        tied = "STREAMER" if all_in else "RESERVE" if policy.tie_at_cut == "none" else "TIED"
        return {
            who.contestant_id: "STREAMER" if handle in surely else tied if handle in perhaps else "RESERVE"
            for handle, who in everybody.items()
        }


def seated(order: list[Measured], policy: FinalistPolicy) -> set[str]:
    """Who is in when equals stand in this order."""
    inside: list[str] = []
    for preferred in policy.prefer:
        of_division = [one.handle for one in order if one.division == preferred.division and one.handle not in inside]
        inside += of_division[: preferred.places]
    others = [one.handle for one in order if one.handle not in inside]
    return {*inside, *others[: policy.places - len(inside)]}


def punished(points: Fraction, who: Measured, item: str | None, places: int) -> Fraction:
    kinds = [penalty for penalty in who.penalties if penalty.item == item]
    if any(penalty.kind in ("ZERO", "DISQUALIFY") for penalty in kinds):
        return Fraction(0)
    halves = [penalty for penalty in kinds if penalty.kind == "HALVE"]
    taken = sum((Fraction(penalty.points) for penalty in kinds if penalty.points is not None), Fraction(0))
    return half_up(max(points / 2 ** len(halves) - taken, Fraction(0)), places) if kinds else points


def tied_by(tie: TieKey, row: dict[str, Any], rules: Rules) -> Any:
    """More is better; None is unknown."""
    if tie.by == "item":
        return row["items"][tie.item]
    if tie.by == "approval":
        when = row["who"].approved_at
        return None if when is None else -when.timestamp()
    item, rule = next(
        (key, rule) for key, rule, _ in rules.metrics if rule.metric == tie.metric and tie.item in (None, key)
    )
    value = row["values"][item, rule.metric]
    return -value if value is not None and (rule.direction == "lower" or rule.metric in LOWER) else value


def counted(value: Decimal, rule: MetricRule) -> Fraction:
    return Fraction(value) if rule.cap is None else min(Fraction(value), Fraction(rule.cap))


def same_field(one: Measured, other: Measured, rule: MetricRule) -> bool:
    return {
        None: True,
        "round": True,
        "city": one.city_id == other.city_id,
        "division": one.division == other.division,
        "platform": one.platform == other.platform,
    }[rule.field]


def known_to_all(one: Measured) -> bool:
    return any(value is not None for value in one.values)


def on_scale(  # noqa: PLR0911 - a branch a scale, as in docs/rules.md
    value: Fraction, field: list[Fraction], rule: MetricRule, full: Fraction
) -> Fraction:
    scale: Any = rule.scale
    lower = rule.direction == "lower" or rule.metric in LOWER
    best = min(field) if lower else max(field)
    better = sum(1 for other in field if (other < value if lower else other > value))
    equal = field.count(value)
    below = len(field) - better - equal
    if scale.scale == "ratio":
        return full * value / best if best > 0 and value > 0 else Fraction(0)
    if scale.scale == "log":
        return full * ln(1 + value) / ln(1 + best) if best > 0 and value > 0 else Fraction(0)
    if scale.scale == "percentile":
        return full if len(field) == 1 else full * (below + Fraction(equal - 1, 2)) / (len(field) - 1)
    if scale.scale == "min-max":
        span = max(field) - min(field)
        return full if span == 0 else full * (max(field) - value if lower else value - min(field)) / span
    if scale.scale == "step-down":
        if best <= 0 and not lower:
            return Fraction(0)
        return max(full - Fraction(scale.step) * better, Fraction(scale.floor))
    if scale.scale == "bands":
        return max(
            ((Fraction(band.at_least), Fraction(band.points)) for band in scale.bands if value >= band.at_least),
            default=(Fraction(0), Fraction(0)),
        )[1]
    if scale.scale == "out-of":
        return min(max(full * value / Fraction(scale.of), Fraction(0)), full)
    most = full if scale.max_points is None else Fraction(scale.max_points)
    if scale.scale == "points-per-n":
        return min(floor(value / Fraction(scale.per)) * Fraction(scale.points), most) if value > 0 else Fraction(0)
    return max(Fraction(0), min(value, most))
