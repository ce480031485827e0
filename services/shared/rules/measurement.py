"""What is measured: one metric of the catalogue with everything that limits what counts of it."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from services.shared.file_vocabulary import Source
from services.shared.rules.catalogue import METRICS, Direction, Metric
from services.shared.rules.scales import NotNegative, Positive, Strict

Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,39}$")]
Decimals = Annotated[int, Field(ge=0, le=8)]
People = Annotated[int, Field(ge=1, le=1000)]

SourceName = Literal["works", "account_days", "live_sessions", "orders"]
Sales = Literal["gross", "paid", "net"]
Count = Literal["plays", "likes", "comments", "shares", "favourites"]


class Measurement(Strict):
    """One metric and what counts of it.

    cap_per_day: of each day at most this much counts
    best_n:      only the n best works or sessions count
    decimals:    places the value is rounded to
    featured_factor: sales of featured products count so many times
    of_round:    the earlier round that is meant
    panel:       the jury's panel that is meant
    """

    metric: Text
    source: SourceName | None = None
    sales: Sales | None = None
    counts: Annotated[dict[Count, Positive], Field(min_length=1)] | None = None
    refunds_until: AwareDatetime | None = None
    best_n: People | None = None
    cap_per_day: Positive | None = None
    featured_factor: NotNegative | None = None
    of_round: Text | None = None
    panel: Key | None = None
    direction: Direction | None = None
    decimals: Decimals | None = None

    @cached_property
    def of(self) -> Metric:
        """The catalogue's entry; the check has made sure that there is one."""
        return METRICS[self.metric]

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """What is read: the one the rule names, or all that the metric joins; nothing where no export tells of it."""
        return self.of.sources if self.source is None else (Source(self.source.upper()),)

    @property
    def needs_featured(self) -> bool:
        """Whether the sums of featured products are read."""
        return self.featured_factor is not None or self.metric == "featured_share"

    @property
    def lower_is_better(self) -> bool:
        return (self.direction or self.of.direction) == "lower"

    @property
    def places(self) -> int:
        """Decimals of the value."""
        return self.of.decimals if self.decimals is None else self.decimals
