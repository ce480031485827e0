"""What a city has to do, the most urgent first. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.shared.beijing import said
from services.shared.problems import Coded, Parameters


@dataclass(frozen=True, slots=True)
class Situation:
    """What is open in a city, and until when; no time means that it is to be announced.

    recommended:      recommended people who hold a place
    places:           how many the city may recommend; none: as many as it likes
    unsigned:         its list is submitted, and no signed copy is attached
    reopened:         its list was opened again and is not submitted since: no deadline holds for it
    list_opens_at:    people can be recommended from then on; none: to be announced
    exports_missing:  approved people who lack an export of a week that is over
    team:             what to do next for the team, once finalists are selected
    """

    now: datetime
    returned: int
    incomplete: int
    pending_at_city: int
    recommended: int
    places: int | None
    submitted: bool
    unsigned: bool
    reopened: bool
    list_opens_at: datetime | None
    list_until: datetime | None
    exports_missing: int
    exported_until: datetime | None
    uploads_until: datetime | None
    untrained: int
    team: Coded | None
    teams_until: datetime | None


def next_steps(city: Situation) -> list[Coded]:
    """In the order of their deadlines, one whose time has passed first; those without a deadline last.

    What a submitted list still waits for is due at once.
    """
    steps = list(_open(city))
    steps.sort(key=lambda step: (step[0] is None, step[0].timestamp() if step[0] else 0))
    return [step for _, step in steps] or [Coded("CITY_NOTHING_TO_DO")]


def _open(city: Situation) -> Iterator[tuple[datetime | None, Coded]]:
    review_until = city.now if city.submitted else city.list_until
    if city.returned:
        yield review_until, Coded("CITY_TO_MEND", {"count": city.returned})
    if city.incomplete:
        yield review_until, Coded("CITY_EVIDENCE_MISSING", {"count": city.incomplete})
    if city.pending_at_city:
        yield review_until, Coded("CITY_TO_REVIEW", {"count": city.pending_at_city})
    if not city.submitted and (list_step := _list_step(city)) is not None:
        yield city.list_until, list_step
    if city.unsigned:
        yield city.now, Coded("CITY_LIST_UNSIGNED", {"count": city.recommended})
    if city.exports_missing:
        late = city.uploads_until is not None and city.now >= city.uploads_until
        told: Parameters = {"count": city.exports_missing, "until": said(city.uploads_until)}
        if late:
            yield city.uploads_until, Coded("CITY_EXPORTS_LATE", told)
        else:
            told = {**told, "exported_until": said(city.exported_until)}
            yield city.uploads_until, Coded("CITY_EXPORTS_MISSING", told)
    if city.team is not None:
        yield city.teams_until, city.team
    if city.untrained:
        yield None, Coded("CITY_UNTRAINED", {"count": city.untrained})


def _list_step(city: Situation) -> Coded | None:
    """Of a list that is not submitted; none while there is nobody on it and nobody can be recommended."""
    if city.reopened:
        return Coded("CITY_LIST_REOPENED", {"count": city.recommended})
    if city.list_until is None or city.list_opens_at is None or city.now < city.list_opens_at:
        return Coded("CITY_LIST_NOT_OPEN", {"count": city.recommended}) if city.recommended else None
    late, until = city.now >= city.list_until, said(city.list_until)
    if city.recommended:
        return Coded("CITY_LIST_LATE" if late else "CITY_LIST_TO_SUBMIT", {"count": city.recommended, "until": until})
    return _nobody(city.places, until, late=late)


def _nobody(places: int | None, until: str, *, late: bool) -> Coded | None:
    if places == 0:
        return None
    if late:
        return Coded("CITY_RECOMMENDED_NOBODY", {"until": until})
    if places is None:
        return Coded("CITY_TO_RECOMMEND_ANY", {"until": until})
    return Coded("CITY_TO_RECOMMEND", {"places": places, "until": until})
