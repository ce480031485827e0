"""What a selection or replacement leaves in the record, and who is told. Pure; people by number, never by name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.api.finalists.select import Selected, Successor
from services.shared.audit.actions import Action
from services.shared.audit.store import Entry
from services.shared.messages.store import Message
from services.shared.vocabulary import SelectedPlace

Before = Mapping[UUID, tuple[UUID, int, str]]  # contestant → city, number, place

_TOLD = {
    SelectedPlace.STREAMER: "FINALIST_SELECTED",
    SelectedPlace.RESERVE: "FINALIST_RESERVE",
    SelectedPlace.OUT: "FINALIST_OUT",
}


def selection_entries(
    contest_id: UUID, round_id: UUID, before: Before, selected: Iterable[Selected], reason: str
) -> list[Entry]:
    """One for the round, one for each city - who was and is in which place -, and one for each departure."""
    after = list(selected)
    whole = Entry(Action.SELECT_FINALISTS, "Round", round_id, contest_id=contest_id, reason=reason)
    lists: dict[UUID, dict[SelectedPlace, tuple[list[str], list[str]]]] = defaultdict(
        lambda: {place: ([], []) for place in SelectedPlace}
    )
    for city_id, number, place in before.values():
        lists[city_id][SelectedPlace(place)][0].append(str(number))
    for one in after:
        lists[one.candidate.city_id][one.place][1].append(str(one.candidate.number))
    entries = [
        Entry(
            Action.SELECT_FINALISTS,
            "City",
            city_id,
            contest_id=contest_id,
            city_id=city_id,
            changes={place.lower(): pair for place, pair in places.items() if pair[0] != pair[1]},
            reason=reason,
        )
        for city_id, places in lists.items()
    ]
    departures = [
        Entry.of_contestant(
            Action.SELECT_FINALISTS,
            one.candidate.contestant_id,
            contest_id,
            one.candidate.city_id,
            {"place": (one.candidate.proposed, one.place)},
            one.reason,
        )
        for one in after
        if one.reason
    ]
    return [whole, *entries, *departures]


def selection_messages(contest_id: UUID, event: str, before: Before, selected: Iterable[Selected]) -> list[Message]:
    """To everybody whose place changes, and to each city where one does, or new people are out, how many it has."""
    after = {one.candidate.contestant_id: one for one in selected}
    messages = []
    counts: dict[UUID, dict[SelectedPlace, int]] = defaultdict(lambda: dict.fromkeys(SelectedPlace, 0))
    changed = {city_id for contestant_id, (city_id, _, _) in before.items() if contestant_id not in after}
    for contestant_id, one in after.items():
        counts[one.candidate.city_id][one.place] += 1
        was = before[contestant_id][2] if contestant_id in before else SelectedPlace.OUT
        if contestant_id not in before or one.place != was:
            changed.add(one.candidate.city_id)
        if one.place != was:
            messages.append(Message(_TOLD[one.place], contest_id, event, contestant_id=contestant_id))
    for contestant_id, (_, _, place) in before.items():
        if contestant_id not in after and place != SelectedPlace.OUT:
            messages.append(Message("FINALIST_OUT", contest_id, event, contestant_id=contestant_id))
    for city_id in (city_id for city_id in {**counts, **dict.fromkeys(changed)} if city_id in changed):
        count = counts[city_id]
        parameters: dict[str, str | int] = {
            "streamers": count[SelectedPlace.STREAMER],
            "reserves": count[SelectedPlace.RESERVE],
        }
        messages.append(Message("TEAM_SELECTED", contest_id, event, parameters, city_id=city_id))
    return messages


@dataclass(frozen=True, slots=True)
class Exchanged:
    """Who left as a streamer of a city, by id and number (none: a place was free), and who moved up, if anybody."""

    contest_id: UUID
    city_id: UUID
    leaving: tuple[UUID, int] | None
    coming: tuple[Successor, int] | None


def replacement_entries(exchanged: Exchanged, reason: str) -> list[Entry]:
    """One for each person whose place changes."""
    changes: list[tuple[UUID, str | None, str]] = []
    if exchanged.leaving is not None:
        changes.append((exchanged.leaving[0], SelectedPlace.STREAMER, SelectedPlace.OUT))
    if exchanged.coming is not None:
        changes.append((exchanged.coming[0].contestant_id, exchanged.coming[0].place, SelectedPlace.STREAMER))
    place = exchanged.contest_id, exchanged.city_id
    return [
        Entry.of_contestant(Action.REPLACE_FINALIST, contestant_id, *place, {"place": (before, after)}, reason)
        for contestant_id, before, after in changes
    ]


def replacement_messages(exchanged: Exchanged, event: str) -> list[Message]:
    """To whoever leaves, whoever moves up, and their city."""
    contest_id, city_id = exchanged.contest_id, exchanged.city_id
    messages: list[Message] = []
    words: dict[str, int] = {}
    if exchanged.leaving is not None:
        leaving, words["number"] = exchanged.leaving
        messages.append(Message("FINALIST_OUT", contest_id, event, contestant_id=leaving))
    if exchanged.coming is None:
        return [*messages, Message("STREAMER_LEFT", contest_id, event, {**words}, city_id=city_id)]
    coming, words["replacement"] = exchanged.coming
    code = "STREAMER_REPLACED" if exchanged.leaving is not None else "STREAMER_ADDED"
    return [
        *messages,
        Message("FINALIST_MOVED_UP", contest_id, event, contestant_id=coming.contestant_id),
        Message(code, contest_id, event, {**words}, city_id=city_id),
    ]
