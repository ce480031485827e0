"""The scales: how a metric's value becomes points.

Here stand a scale's name and parameters, because rules are checked where they are saved; its arithmetic is the
function of the same name in `scorer/scores/normalise.py`. Each formula is in `docs/rules.md`.

`full` is the metric's full marks: weight of the item × share of the metric ÷ 100.
"""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError


def _exact_number(value: object) -> object:
    """Whole or decimal number of the document; text and true/false are not numbers here."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("RULES_NUMBER_EXPECTED", "a number is expected")
    number = Decimal(value)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or number.adjusted() > 15 or exponent < -6:
        raise PydanticCustomError("RULES_NUMBER_TOO_LONG", "at most 15 digits before and 6 after the point")
    return number


Number = Annotated[Decimal, BeforeValidator(_exact_number)]
Positive = Annotated[Number, Field(gt=0)]
NotNegative = Annotated[Number, Field(ge=0)]


class Strict(BaseModel):
    """A part of the rules: nothing unknown in it, and nothing in it ever changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Scale(Strict):
    """What every scale says of itself.

    uses_field: points depend on others in the field, so the metric must say which field
    takes_lower: works where a lower value is the better one
    """

    uses_field: ClassVar[bool] = True
    takes_lower: ClassVar[bool] = False
    scale: str


class Ratio(Scale):
    """full × value ÷ best."""

    scale: Literal["ratio"]


class Log(Scale):
    """full × ln(1 + value) ÷ ln(1 + best); for figures whose top is a thousand times the middle."""

    scale: Literal["log"]


class Percentile(Scale):
    """full × (below + ½ (equal − 1)) ÷ (n − 1)."""

    takes_lower: ClassVar[bool] = True
    scale: Literal["percentile"]


class MinMax(Scale):
    """full × (value − minimum) ÷ (maximum − minimum)."""

    takes_lower: ClassVar[bool] = True
    scale: Literal["min-max"]


class StepDown(Scale):
    """full − step × (place − 1), never below the floor."""

    takes_lower: ClassVar[bool] = True
    scale: Literal["step-down"]
    step: Positive
    floor: NotNegative = Decimal(0)


class PointsPerN(Scale):
    """floor(value ÷ per) × points, up to max_points (full marks when not said)."""

    uses_field: ClassVar[bool] = False
    scale: Literal["points-per-n"]
    per: Positive
    points: Positive
    max_points: Positive | None = None


class Band(Strict):
    """From this value on (itself included) up to the next band, so many points."""

    at_least: Number
    points: NotNegative


class Bands(Scale):
    """The points of the band that the value is in; below the first band 0."""

    uses_field: ClassVar[bool] = False
    takes_lower: ClassVar[bool] = True
    scale: Literal["bands"]
    bands: Annotated[list[Band], Field(min_length=1, max_length=100)]


class AsIs(Scale):
    """The value itself is the points, from 0 up to max_points (full marks when not said)."""

    uses_field: ClassVar[bool] = False
    scale: Literal["as-is"]
    max_points: Positive | None = None


class OutOf(Scale):
    """full × value ÷ of, from 0 up to full: a part that is marked out of 100 brought to its weight."""

    uses_field: ClassVar[bool] = False
    scale: Literal["out-of"]
    of: Positive


AnyScale = Annotated[
    Ratio | Log | Percentile | MinMax | StepDown | PointsPerN | Bands | AsIs | OutOf, Field(discriminator="scale")
]

# By the name that stands in a document.
SCALES: dict[str, type[Scale]] = {
    get_args(scale.model_fields["scale"].annotation)[0]: scale for scale in get_args(get_args(AnyScale)[0])
}
