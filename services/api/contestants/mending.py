"""Mending what is told of somebody: who may, what of it, and what follows for the review. Values in, values out."""

from dataclasses import dataclass, fields, replace

from services.api.contestants.person import Person, Told
from services.shared.audit.store import HIDDEN, Value, hidden_of
from services.shared.problems import Problem
from services.shared.vocabulary import Eligibility, EntryWay, ReviewStep


@dataclass(frozen=True, slots=True)
class Mender:
    """Who mends: an organiser is not bound by a submitted list; the contestant's own changes are looked at again."""

    organiser: bool
    themselves: bool


@dataclass(frozen=True, slots=True)
class Mended:
    """What is told from now on, and the review that follows; `sent_again` of somebody who had been returned."""

    told: Told
    eligibility: Eligibility
    step: ReviewStep
    sent_again: bool


def mend(person: Person, told: Told, by: Mender, *, list_locked: bool, as_it_is: bool) -> Mended | Problem:
    """What becomes of somebody, or why nothing does. That ID number and account are free is asked elsewhere.

    `as_it_is`: nothing was to be changed; somebody returned is sent again all the same.
    """
    fixed = _fixed(person, told, by, list_locked=list_locked)
    if fixed is not None:
        return fixed
    if not person.holds_place:
        return Mended(told, person.eligibility, person.step, sent_again=False)
    if person.eligibility is Eligibility.RETURNED and (as_it_is or told != person.told):
        return Mended(told, Eligibility.PENDING, person.step, sent_again=True)
    step = ReviewStep.CITY if by.themselves and _unseen(person, told) else person.step
    return Mended(told, person.eligibility, step, sent_again=False)


def _fixed(person: Person, told: Told, by: Mender, *, list_locked: bool) -> Problem | None:
    """Why what is told of somebody stays."""
    if not person.holds_place and not (by.organiser and _gives_up_account(person, told)):
        return Problem("CONTESTANT_WITHDRAWN" if person.gone else "CONTESTANT_REJECTED", {"number": person.number})
    on_list = list_locked and person.spot.entry_way is EntryWay.RECOMMENDED
    if on_list and person.eligibility is not Eligibility.RETURNED and not by.organiser:
        return Problem("LIST_LOCKED")
    approved = person.eligibility is Eligibility.APPROVED
    if told.id_number != person.told.id_number and (approved or (person.once_approved and not by.organiser)):
        return Problem("ID_NUMBER_FIXED")
    if told.name != person.told.name and approved and not by.organiser:
        return Problem("NAME_FIXED")
    if told.account != person.told.account and person.once_approved:
        return Problem("ACCOUNT_FIXED")
    return None


def _gives_up_account(person: Person, told: Told) -> bool:
    """Whether nothing changes but the account, which its owner may need, of somebody who has no use for it."""
    only_account = replace(person.told, platform=told.platform, handle=told.handle)
    return told == only_account != person.told and not person.once_approved and not person.erased


def _unseen(person: Person, told: Told) -> bool:
    """Whether the city has handed on somebody who then told something else of who they are."""
    same = replace(told, phone="", followers=None, experience="", remark="") == replace(
        person.told, phone="", followers=None, experience="", remark=""
    )
    return person.eligibility is Eligibility.PENDING and person.step is ReviewStep.ORGANISER and not same


def changes_of(person: Person, mended: Mended) -> dict[str, tuple[Value, Value]]:
    """Before and after of what changed, for the record: personal values hidden."""
    changes: dict[str, tuple[Value, Value]] = {}
    hidden = hidden_of("Contestant")
    for field in fields(Told):
        before, after = getattr(person.told, field.name), getattr(mended.told, field.name)
        if before != after:
            changes[field.name] = (HIDDEN, HIDDEN) if field.name in hidden else (before, after)
    if mended.eligibility is not person.eligibility:
        changes["eligibility"] = (person.eligibility.value, mended.eligibility.value)
    if mended.step is not person.step:
        changes["review_step"] = (person.step.value, mended.step.value)
    return changes
