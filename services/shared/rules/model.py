"""The scoring rules of one round, as data. `check.py` makes them from the organiser's TOML; `docs/rules.md` explains.

rules.items           the items in the document's order, each with its metrics
rules.metrics         all metrics of all items in one row: the order that measuring and scoring keep
rules.gates           conditions that void a result, or keep it out of some items
rules.entry           who takes part, where it is not everybody who is approved
rules.finalists       who is proposed for the final, or None when the round proposes nobody
"""

import re
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.shared.exact import HUNDRED, exactly
from services.shared.file_vocabulary import AccountMeasure, Source
from services.shared.rules.admission import Entry, Gate, Percent
from services.shared.rules.awards import Award, TeamScoring, TieAtCut
from services.shared.rules.jury import Panel
from services.shared.rules.measurement import Decimals, Key, Measurement, People, Text
from services.shared.rules.scales import AnyScale, NotNegative, Number, Positive, Strict

FieldName = Literal["round", "division", "city", "platform"]
Missing = Literal["exclude", "zero", "block"]


class MetricRule(Measurement):
    """One metric of an item and how its value becomes points.

    share:       of the item, in percent; the shares of an item add up to 100
    field:       among whom "best" and "place" are looked for; only for scales that compare
    missing:     what happens where a contestant's figure is unknown (`docs/rules.md` says it at length):
                 exclude  the contestant is not in the metric's field, the metric is left out of the item, and the
                          item's other metrics are raised: item = sum of points × 100 ÷ shares not left out
                 zero     the value counts as 0, in the field too
                 block    the run fails and names the contestants
    cap:         the value counts at most this much
    """

    share: Annotated[Number, Field(gt=0, le=100)]
    scale: AnyScale
    missing: Missing
    field: FieldName | None = None
    cap: Positive | None = None

    @model_validator(mode="before")
    @classmethod
    def _gather_the_scale(cls, table: Any) -> Any:
        """In the document a scale's parameters stand beside its name; here they are one value."""
        if not isinstance(table, dict) or "scale" not in table:
            return table
        own = {key: value for key, value in table.items() if key in cls.model_fields and key != "scale"}
        return own | {"scale": {key: value for key, value in table.items() if key not in own}}


class Item(Strict):
    """One scored item; `weight` is its full marks."""

    title: Text | None = None
    weight: Positive
    metrics: Annotated[list[MetricRule], Field(min_length=1, max_length=50)]


class DecimalPlaces(Strict):
    """Decimals kept at each step, in the order in which they are rounded."""

    metric: Decimals
    item: Decimals
    total: Decimals


class TieKey(Strict):
    """One thing that decides between equal totals.

    In the document: `item SALES`, `metric net_sales` (or `metric SALES.net_sales`), `earlier approval`.
    """

    by: Literal["item", "metric", "approval"]
    item: str | None = None
    metric: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read(cls, text: Any) -> Any:
        if not isinstance(text, str):
            return text
        if text == "earlier approval":
            return {"by": "approval"}
        if found := re.fullmatch(r"item (\w+)", text):
            return {"by": "item", "item": found[1]}
        if found := re.fullmatch(r"metric (?:(\w+)\.)?(\w+)", text):
            return {"by": "metric", "item": found[1], "metric": found[2]}
        raise PydanticCustomError("RULES_TIE_KEY_UNKNOWN", "not a tie key", {"text": text[:100]})


class Preferred(Strict):
    """So many places go to the best of one division before everyone else."""

    division: Text
    places: People


class TeamPlaces(Strict):
    """The places of a city's team that are not streamers'."""

    leader: Annotated[int, Field(ge=0, le=10)] = 0
    assistant: Annotated[int, Field(ge=0, le=10)] = 0


class FinalistPolicy(Strict):
    """Who is proposed in each city.

    places:     streamers proposed at most
    minimum:    a city with fewer is short
    maximum:    how many a tie may bring in ("all in"); places when not said
    prefer:     filled first, in this order, each by city rank; then everyone by city rank
    tie_at_cut: what happens to equals of whom only some fit
    reserves:   how many follow as reserves; all when not said
    minimum_score: whoever has a smaller total is not proposed
    minimum_data:  nor is anybody of whom less than so many percent of the metrics are known
    """

    places: People
    minimum: People
    maximum: People | None = None
    prefer: Annotated[tuple[Preferred, ...], Field(strict=False)] = ()
    tie_at_cut: TieAtCut
    reserves: Annotated[int, Field(ge=0)] | None = None
    team: TeamPlaces = TeamPlaces()
    minimum_score: NotNegative | None = None
    minimum_data: Percent | None = None

    @property
    def most(self) -> int:
        return self.maximum or self.places


class PlacedMetric(NamedTuple):
    """A metric with the item it belongs to and its full marks (exact, before any rounding)."""

    item: str
    rule: MetricRule
    full: Decimal


class Rules(Strict):
    """One version of a round's rules."""

    title: Text
    round: Text
    full: Positive = Decimal(100)
    places: DecimalPlaces
    ties: Annotated[tuple[TieKey, ...], Field(strict=False)] = ()
    items: Annotated[dict[Key, Item], Field(min_length=1, max_length=20)]
    entry: Entry | None = None
    jury: Annotated[dict[Key, Panel], Field(max_length=20, default_factory=dict)]
    gates: Annotated[tuple[Gate, ...], Field(max_length=20, strict=False)] = ()
    finalists: FinalistPolicy | None = None
    teams: TeamScoring | None = None
    one_award_per_person: bool = False
    awards: Annotated[tuple[Award, ...], Field(max_length=50, strict=False)] = ()

    @cached_property
    def metrics(self) -> tuple[PlacedMetric, ...]:
        with exactly():
            return tuple(
                PlacedMetric(key, rule, item.weight * rule.share / HUNDRED)
                for key, item in self.items.items()
                for rule in item.metrics
            )

    @cached_property
    def measurements(self) -> tuple[Measurement, ...]:
        """Everything that is measured: the items' metrics, then those of gates."""
        of_gates = (gate.measurement for gate in self.gates)
        return (*(rule for _, rule, _ in self.metrics), *(one for one in of_gates if one is not None))

    @cached_property
    def sources(self) -> frozenset[Source]:
        """The exports that are read."""
        return frozenset(source for one in self.measurements for source in one.sources)

    @cached_property
    def needs_featured(self) -> bool:
        """Whether the sums of featured products are read."""
        return any(one.needs_featured for one in self.measurements)

    @cached_property
    def account_measures(self) -> frozenset[AccountMeasure]:
        """What is read of account days."""
        return frozenset(one.of.measure for one in self.measurements if one.of.measure is not None)

    @cached_property
    def carried_rounds(self) -> tuple[str, ...]:
        """The keys of earlier rounds whose results go into this one, in order and each once."""
        return tuple(dict.fromkeys(one.of_round for one in self.measurements if one.of_round is not None))

    def metric_index(self, tie: TieKey) -> int:
        """Where the tie's metric stands in `metrics`."""
        return next(
            index
            for index, (item, rule, _) in enumerate(self.metrics)
            if rule.metric == tie.metric and tie.item in (None, item)
        )
