"""A panel of judges: what they mark, in which range, and how their marks become one figure."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from services.shared.rules.measurement import Decimals, Key, People, Text
from services.shared.rules.scales import NotNegative, Strict

MissingJudge = Literal["mean of the others", "lowest", "block"]


class Criterion(Strict):
    """One thing that every judge gives a mark for."""

    key: Key
    title: Text
    at_least: NotNegative
    at_most: NotNegative


class Panel(Strict):
    """Some judges; a judge's mark is the sum over the criteria, the panel's figure the mean of its judges' marks.

    judges:         how many there are
    decimals:       of what a judge may give for a criterion; those of the mean are the metric's
    drop_highest:   so many of the highest marks do not count, and so many of the lowest
    minimum:        with fewer judges' marks the figure is unknown
    missing_judge:  what counts for a judge without a mark: the mean of the others, the lowest of them, or nothing
                    does: the run waits for the mark ("block")
    """

    title: Text
    judges: People
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=30, strict=False)]
    decimals: Decimals
    drop_highest: Annotated[int, Field(ge=0)] = 0
    drop_lowest: Annotated[int, Field(ge=0)] = 0
    minimum: People
    missing_judge: MissingJudge

    @property
    def needed(self) -> int:
        """How many judges' marks there must be."""
        return self.judges if self.missing_judge == "block" else self.minimum

    @property
    def full(self) -> Decimal:
        """The most that a judge can give."""
        return sum((criterion.at_most for criterion in self.criteria), Decimal(0))
