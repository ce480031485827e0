"""When a live refresh starts a run, adopts it, or stops."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.scorer.live.next_step import Live, Step, next_step
from services.shared.beijing import BEIJING
from services.shared.vocabulary import RunState

NOW = datetime(2021, 9, 5, 20, tzinfo=BEIJING)
HOUR = timedelta(hours=1)
# Something came in, nothing was started yet.
MOVED = Live(NOW, NOW - HOUR, NOW + HOUR, 60, sequence=8, seen=7)
SCORED = MOVED._replace(state=RunState.SCORED, started_at=NOW - HOUR, number=3, held_number=2)


@pytest.mark.parametrize(
    ("live", "changed", "expected"),
    [
        (MOVED, {}, Step.START),
        (MOVED, {"sequence": 7}, Step.WAIT),  # nothing new
        (MOVED, {"opens_at": NOW + HOUR}, Step.WAIT),
        (MOVED, {"until": NOW}, Step.WAIT),
        (MOVED, {"state": RunState.RUNNING, "started_at": NOW - HOUR}, Step.WAIT),
        (MOVED, {"state": RunState.QUEUED, "started_at": NOW - HOUR}, Step.WAIT),
        (MOVED, {"state": RunState.FAILED}, Step.STOP),
        (MOVED, {"asked": False}, Step.STOP),
        (SCORED, {"asked": False}, Step.STOP),  # nor is what was started adopted
        (MOVED, {"state": RunState.CANCELLED, "started_at": NOW - HOUR}, Step.START),
        (SCORED, {}, Step.ADOPT),
        (SCORED, {"until": NOW - HOUR}, Step.ADOPT),  # it was started in time
        (SCORED, {"held_number": None}, Step.ADOPT),
        (SCORED, {"held_number": 4}, Step.START),  # people have adopted a later one
        (SCORED, {"adopted_once": True}, Step.START),  # people have gone back from it
        (SCORED, {"adopted_once": True, "started_at": NOW - timedelta(seconds=59)}, Step.WAIT),
        (SCORED, {"adopted_once": True, "started_at": NOW - timedelta(seconds=60)}, Step.START),
    ],
)
def test_the_next_step(live: Live, changed: dict[str, Any], expected: Step) -> None:
    assert next_step(live._replace(**changed)) is expected
