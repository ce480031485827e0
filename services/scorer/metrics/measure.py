"""Figures → metrics: every metric that the rules name, of every contestant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Self
from uuid import UUID

from services.scorer.metrics.figures import Figures, Penalty, Window
from services.scorer.metrics.measures import MEASURES, Measure, Terms
from services.shared.exact import exactly, rounded
from services.shared.file_vocabulary import Source
from services.shared.rules.admission import Gate
from services.shared.rules.measurement import Measurement
from services.shared.rules.model import Rules
from services.shared.vocabulary import PenaltyKind, Platform


class FailedGate(NamedTuple):
    """A gate that a contestant has not passed, with what they had."""

    gate: Gate
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Measured:
    """One contestant with the value of each metric, in the order of `rules.metrics`; None = unknown."""

    contestant_id: UUID
    city_id: UUID
    division: str
    platform: Platform
    handle: str
    approved_at: datetime | None
    values: tuple[Decimal | None, ...]
    gate_values: tuple[Decimal | None, ...] = ()  # of each gate of the rules; None where it looks at no metric too
    penalties: tuple[Penalty, ...] = ()
    failed: tuple[FailedGate, ...] = ()  # found by scores/admit.py

    @property
    def has_data(self) -> bool:
        return any(value is not None for value in self.values)

    @property
    def is_void(self) -> bool:
        """Whether a gate or a penalty has made the whole result void."""
        return any(penalty.kind is PenaltyKind.DISQUALIFY for penalty in self.penalties) or any(
            failed.gate.voids for failed in self.failed
        )

    @property
    def has_result(self) -> bool:
        return self.has_data and not (self.has_remarks and self.is_void)

    @property
    def has_remarks(self) -> bool:
        """Whether gates or penalties say anything: of most people they do not."""
        return bool(self.failed or self.penalties)

    def is_kept_from(self, item: str) -> bool:
        """Whether gates or a penalty keep this contestant out of the item."""
        return self.has_remarks and (self.is_void or any(item in (failed.gate.items or ()) for failed in self.failed))

    def is_scored_in(self, item: str) -> bool:
        return self.has_data and not self.is_kept_from(item)


def measure(contestants: Iterable[Figures], rules: Rules, window: Window) -> list[Measured]:
    """Every metric of every contestant, rounded to the metric's decimals; a metric's `cap` is not applied yet."""
    terms = Terms(window, rules.jury)
    plan = [_Step.of(rule) for _, rule, _ in rules.metrics]
    gates = [None if gate.measurement is None else _Step.of(gate.measurement) for gate in rules.gates]
    with exactly():
        return [_measured(figures, plan, gates, terms) for figures in contestants]


class _Step(NamedTuple):
    """One metric of the rules, ready to be measured."""

    rule: Measurement
    function: Measure
    sources: frozenset[Source]
    places: int

    @classmethod
    def of(cls, rule: Measurement) -> Self:
        source = rule.sources[0] if rule.sources else None
        return cls(rule, MEASURES[rule.metric, source], frozenset(rule.sources), rule.places)

    def value(self, figures: Figures, terms: Terms) -> Decimal | None:
        if self.sources and self.sources.isdisjoint(figures.covered):
            return None
        value = self.function(figures, self.rule, terms)
        return None if value is None else rounded(value, self.places)


def _measured(figures: Figures, plan: Sequence[_Step], gates: Sequence[_Step | None], terms: Terms) -> Measured:
    return Measured(
        figures.contestant_id,
        figures.city_id,
        figures.division,
        figures.platform,
        figures.handle,
        figures.approved_at,
        tuple([step.value(figures, terms) for step in plan]),
        tuple([None if step is None else step.value(figures, terms) for step in gates]) if gates else (),
        tuple(figures.penalties),
    )
