"""What a live refresh does next. Pure."""

from datetime import datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

from services.shared.vocabulary import RunState


class Step(Enum):
    """One thing at a time."""

    WAIT = auto()
    START = auto()  # another run
    ADOPT = auto()  # the run that was started last
    STOP = auto()  # a person looks at it: that run failed, or nobody may ask for more


class Live(NamedTuple):
    """A round that is refreshed, as it stands.

    sequence:        of the contest: it moves with whatever runs are computed from
    seen:            the same as it was for the last run that was started, or for the one that holds
    started_at:      when the last run was started; none before the first, as its state and number
    held_number:     of the run that holds; none when there is none
    adopted_once:    the last run has been adopted: whoever went back from it since meant to
    asked:           whoever switched it on still organises the contest
    """

    now: datetime
    opens_at: datetime
    until: datetime
    every_seconds: int
    sequence: int
    seen: int
    state: RunState | None = None
    started_at: datetime | None = None
    number: int = 0
    held_number: int | None = None
    adopted_once: bool = False
    asked: bool = True


def next_step(live: Live) -> Step:
    """A run ends before the next one is started, and is adopted unless people have adopted a later one."""
    if live.state is RunState.FAILED or not live.asked:
        return Step.STOP
    if live.state in (RunState.QUEUED, RunState.RUNNING):
        return Step.WAIT
    if live.state is RunState.SCORED and not live.adopted_once and live.number > (live.held_number or 0):
        return Step.ADOPT
    rested = live.started_at is None or live.now >= live.started_at + timedelta(seconds=live.every_seconds)
    if rested and live.opens_at <= live.now < live.until and live.sequence > live.seen:
        return Step.START
    return Step.WAIT
