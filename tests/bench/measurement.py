"""What was measured: seconds of ours beside seconds of a floor, taken in turn in one run."""

import statistics
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class Took(NamedTuple):
    """Seconds of one repetition; `queued`: how long the job waited before that, where there is a queue."""

    seconds: float
    queued: float | None = None


Repeat = Callable[[], Awaitable[Took]]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what it does, and what each repetition took."""

    what: str
    took: Sequence[Took]

    @property
    def median(self) -> float:
        return statistics.median(took.seconds for took in self.took)

    def as_json(self) -> dict[str, str | float]:
        seconds = [took.seconds for took in self.took]
        return {
            "what": self.what,
            "min": _short(min(seconds)),
            "median": _short(self.median),
            "max": _short(max(seconds)),
        }


@dataclass(frozen=True, slots=True)
class Measurement:
    """`rows`: rows of a file, contestants, or requests; `aim`: the ratio we want to be at or below."""

    name: str
    rows: int
    aim: float
    floor: Side
    ours: Side
    mebibytes: float | None = None  # what the worker took of memory at most, where that is watched

    @property
    def ratio(self) -> float:
        """Median time of ours ÷ median time of the floor: smaller is better, 1 is the floor."""
        return round(self.ours.median / self.floor.median, 3)

    @property
    def queued(self) -> float | None:
        """Median seconds from the commit of the request to the start of the job."""
        waits = [took.queued for took in self.ours.took if took.queued is not None]
        return _short(statistics.median(waits)) if waits else None

    def as_json(self) -> dict[str, Any]:
        queued = {} if self.queued is None else {"queued": self.queued}
        sides = {"floor": self.floor.as_json(), "ours": self.ours.as_json()}
        memory = {} if self.mebibytes is None else {"mebibytes": round(self.mebibytes, 1)}
        return {"name": self.name, "rows": self.rows, **sides, "ratio": self.ratio, **queued, **memory}


class Plan(NamedTuple):
    """What to measure and how to say it."""

    name: str
    rows: int
    aim: float
    floor: str
    ours: str


async def measure(plan: Plan, floor: Repeat, ours: Repeat, repetitions: int) -> Measurement:
    """Both in turn, once to warm up and then `repetitions` times each."""
    taken: list[tuple[Took, Took]] = []
    for repetition in range(repetitions + 1):
        pair = (await floor(), await ours())
        label = f"{repetition}/{repetitions}" if repetition else "warm-up"
        tell(f"{plan.name} {label}: floor {pair[0].seconds:.3f} s, ours {pair[1].seconds:.3f} s")
        taken.append(pair)
    floors, our_own = zip(*taken[1:], strict=True)
    return Measurement(plan.name, plan.rows, plan.aim, Side(plan.floor, floors), Side(plan.ours, our_own))


def tell(text: str) -> None:
    """Progress, on standard error."""
    sys.stderr.write(f"… {text}\n")
    sys.stderr.flush()


def _short(seconds: float) -> float:
    return round(seconds, 6)
