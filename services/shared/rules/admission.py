"""Who takes part in a round, and which gates they must pass in it."""

from math import ceil
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from services.shared.exact import HUNDRED, exactly
from services.shared.rules.measurement import Key, Measurement, Text
from services.shared.rules.scales import Number, Strict

Percent = Annotated[Number, Field(gt=0, le=100)]


class _Cut(Strict):
    """The best so many, or so many percent of all (rounded up); whoever equals the last of them is among them."""

    best: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    best_percent: Percent | None = None

    def last_rank(self, count: int) -> int:
        """The last rank that is among the best, of so many who have one."""
        if self.best_percent is None:
            return self.best or 0
        with exactly():
            return ceil(count * self.best_percent / HUNDRED)


class Entry(_Cut):
    """Who takes part: the confirmed finalists of an earlier round, or the best of it; not said, everybody approved."""

    finalists_of: Text | None = None
    of_round: Text | None = None

    @property
    def earlier_round(self) -> str:
        """The round that decides."""
        return self.finalists_of or self.of_round or ""


class Gate(_Cut):
    """A condition on one figure of a contestant. Who fails it is not scored in some items, or has no valid result.

    measurement: what is looked at: a metric, whose keys stand beside the gate's in the document …
    item:        … or the points of an item
    at_least, at_most, best, best_percent: which values pass; one of the four
    items:       the items that one who fails is not scored in; none = the whole result is void (作废)
    missing:     what happens where the metric is unknown
    """

    title: Text
    measurement: Measurement | None = None
    item: Key | None = None
    at_least: Number | None = None
    at_most: Number | None = None
    items: Annotated[tuple[Key, ...], Field(min_length=1, strict=False)] | None = None
    missing: Literal["pass", "fail"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _gather_the_measurement(cls, table: Any) -> Any:
        if not isinstance(table, dict) or "metric" not in table:
            return table
        own = {key: value for key, value in table.items() if key in cls.model_fields}
        return own | {"measurement": {key: value for key, value in table.items() if key not in own}}

    @property
    def voids(self) -> bool:
        """Whether the whole result of those who fail is void."""
        return self.items is None
