"""Who may let whom in: pure, from the rights that somebody holds to the right that is to be given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.api.access import GrantHeld
from services.shared.vocabulary import HostRole, Role

ANYBODY = frozenset(Role) - {Role.PUBLIC}

# What each role may give inside its own place. A city's staff is made by organisers, its clerks by its leader as well.
GIVES: Mapping[Role, frozenset[Role]] = {
    Role.ORGANISER: ANYBODY,
    Role.CITY_LEADER: frozenset({Role.CITY_CLERK, Role.CONTESTANT}),
    Role.CITY_CLERK: frozenset({Role.CONTESTANT}),
}


@dataclass(frozen=True, slots=True)
class Right:
    """A right that somebody has or is to get; `city_id` of a contestant is the contestant's city."""

    role: Role
    contest_id: UUID | None
    city_id: UUID | None = None
    host_role: HostRole | None = None


def may_give(held: Iterable[GrantHeld], right: Right) -> bool:
    """Whether somebody with these rights may give that one.

    An organiser who works for the undertaker alone cannot make a host, nor somebody who is both, because preparing and
    approving are for two people.
    """
    return any(_gives(grant, right) and _holds_over(grant, right) for grant in held)


def _gives(grant: GrantHeld, right: Right) -> bool:
    if right.role is Role.ORGANISER and grant.host_role is not None and grant.host_role is not right.host_role:
        return False
    return right.role in GIVES.get(grant.role, ())


def _holds_over(grant: GrantHeld, right: Right) -> bool:
    if grant.role is Role.ORGANISER:
        return grant.contest_id is None or grant.contest_id == right.contest_id
    return grant.city_id is not None and grant.city_id == right.city_id
