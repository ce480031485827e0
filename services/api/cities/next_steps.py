"""What a city has to do, the most urgent first. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.shared.beijing import said
from services.shared.problems import Coded


@dataclass(frozen=True, slots=True)
class Situation:
    """What is open in a city, and until when; no time means that it is to be announced.

    recommended:      recommended people who hold a place
    exports_missing:  approved people who lack an export of a week that is over
    team:             what to do next for the team, once finalists are selected
    """

    now: datetime
    returned: int
    incomplete: int
    pending_at_city: int
    recommended: int
    submitted: bool
    list_until: datetime | None
    exports_missing: int
    uploads_until: datetime | None
    untrained: int
    team: Coded | None
    teams_until: datetime | None


def next_steps(city: Situation) -> list[Coded]:
    """In the order of their deadlines, one whose time has passed first; those without a deadline last."""
    steps = list(_open(city))
    steps.sort(key=lambda step: (step[0] is None, step[0].timestamp() if step[0] else 0))
    return [step for _, step in steps] or [Coded("CITY_NOTHING_TO_DO")]


def _open(city: Situation) -> Iterator[tuple[datetime | None, Coded]]:
    review_until = None if city.submitted else city.list_until
    if city.returned:
        yield review_until, Coded("CITY_TO_MEND", {"count": city.returned})
    if city.incomplete:
        yield review_until, Coded("CITY_EVIDENCE_MISSING", {"count": city.incomplete})
    if city.pending_at_city:
        yield review_until, Coded("CITY_TO_REVIEW", {"count": city.pending_at_city})
    if city.recommended and not city.submitted:
        yield city.list_until, _list_step(city)
    if city.exports_missing:
        late = city.uploads_until is not None and city.now >= city.uploads_until
        yield (
            city.uploads_until,
            Coded(
                "CITY_EXPORTS_LATE" if late else "CITY_EXPORTS_MISSING",
                {"count": city.exports_missing, "until": said(city.uploads_until)},
            ),
        )
    if city.team is not None:
        yield city.teams_until, city.team
    if city.untrained:
        yield None, Coded("CITY_UNTRAINED", {"count": city.untrained})


def _list_step(city: Situation) -> Coded:
    if city.list_until is None:
        return Coded("CITY_LIST_NOT_OPEN", {"count": city.recommended})
    code = "CITY_LIST_LATE" if city.now >= city.list_until else "CITY_LIST_TO_SUBMIT"
    return Coded(code, {"count": city.recommended, "until": said(city.list_until)})
