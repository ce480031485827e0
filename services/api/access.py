"""Who sees what: the one place that decides it. `decisions` holds the table, this file what it means.

A decision names for each role how far it reaches. Reach over rows goes into SQL as a `Scope`, so that what lies
outside it is to the viewer as if it did not exist: in lists, filters, counts, nested edges and by id alike.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from services.shared.vocabulary import HostRole, Role, TokenScope


class Reach(Enum):
    """How far a role's right goes."""

    EVERYWHERE = "everywhere"  # whoever asks, signed in or not
    CONTEST = "contest"  # everything in the contest of the grant
    INSTALLATION = "installation"  # only a grant that is not bound to one contest
    CITY = "city"  # the grant's city; of results, only those of an adopted run
    SELF = "self"  # the grant's contestant; of results, only those of an adopted run


Decision = Mapping[Role, Reach]

SEEN = None  # readable by everyone who sees the row


def seen(names: str) -> dict[str, Decision | None]:
    """Fields that need no decision of their own."""
    return dict.fromkeys(names.split(), SEEN)


class Scope(NamedTuple):
    """A viewer's reach as parameters for SQL, in this order: $1 everywhere, $2 contests, $3 cities, $4 contestants."""

    everywhere: bool
    contests: tuple[UUID, ...]
    cities: tuple[UUID, ...]
    contestants: tuple[UUID, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.everywhere or self.contests or self.cities or self.contestants)

    def covers(self, contest: UUID, city: UUID | None = None, contestant: UUID | None = None) -> bool:
        """The same question as in SQL, for a row that has been read."""
        return self.everywhere or contest in self.contests or city in self.cities or contestant in self.contestants


class RunScope(NamedTuple):
    """A viewer's reach over results, and over what a freeze keeps back: everything, or contests they organise."""

    rows: Scope
    organised: tuple[bool, tuple[UUID, ...]]


@dataclass(frozen=True, slots=True)
class GrantHeld:
    """One right of a user: a role in a contest (in every contest when none is named), a city, or as a contestant."""

    role: Role
    contest_id: UUID | None = None
    city_id: UUID | None = None
    contestant_id: UUID | None = None
    host_role: HostRole | None = None  # of an organiser: on which side; none = on both
    id: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Viewer:
    """Who asks. Without a user this is the public."""

    user_id: UUID | None = None
    login: str = ""
    name: str = ""
    grants: tuple[GrantHeld, ...] = ()
    token_scope: TokenScope | None = None  # of a personal token; none = a session
    _scopes: dict[int, Scope] = field(default_factory=dict, compare=False, repr=False)

    @property
    def key(self) -> list[tuple[Role, UUID | None, UUID | None, UUID | None]]:
        """Equal for viewers who see the same."""
        return [(each.role, each.contest_id, each.city_id, each.contestant_id) for each in self.grants]

    def scope(self, decision: Decision) -> Scope:
        """How far this viewer reaches under a decision."""
        known = self._scopes.get(id(decision))  # decisions live as long as the program
        if known is None:
            known = self._scopes[id(decision)] = _scope_of(self.grants, decision)
        return known


PUBLIC = Viewer()


def _scope_of(grants: Iterable[GrantHeld], decision: Decision) -> Scope:
    everywhere = decision.get(Role.PUBLIC) is Reach.EVERYWHERE
    contests: set[UUID] = set()
    cities: set[UUID] = set()
    contestants: set[UUID] = set()
    for grant in grants:
        match decision.get(grant.role):
            case Reach.EVERYWHERE:
                everywhere = True
            case Reach.CONTEST | Reach.INSTALLATION if grant.contest_id is None:
                everywhere = True
            case Reach.CONTEST if grant.contest_id:
                contests.add(grant.contest_id)
            case Reach.CITY if grant.city_id:
                cities.add(grant.city_id)
            case Reach.SELF if grant.contestant_id:
                contestants.add(grant.contestant_id)
    return Scope(everywhere, tuple(sorted(contests)), tuple(sorted(cities)), tuple(sorted(contestants)))
