"""Groups of viewers, as decisions name them."""

from services.api.access import Decision, Reach
from services.shared.vocabulary import Role

EVERYONE: Decision = {Role.PUBLIC: Reach.EVERYWHERE}
ORGANISERS: Decision = {Role.ORGANISER: Reach.CONTEST}
OVERSEERS: Decision = {**ORGANISERS, Role.AUDITOR: Reach.CONTEST}  # to read: auditors change nothing
OFFICIALS: Decision = {**OVERSEERS, Role.JUDGE: Reach.CONTEST}
CITY_STAFF: Decision = {Role.CITY_CLERK: Reach.CITY, Role.CITY_LEADER: Reach.CITY}
OWN: Decision = {Role.CONTESTANT: Reach.SELF}

PEOPLE: Decision = {**OFFICIALS, **CITY_STAFF, **OWN}
PERSONAL: Decision = {**OVERSEERS, **CITY_STAFF, **OWN}  # masked; judges need none of it
# Before publication nothing of a run reaches contestants or the public, not even their own standing.
RESULTS: Decision = {**OFFICIALS, **CITY_STAFF}
REVIEWERS: Decision = {**OVERSEERS, **CITY_STAFF}  # see who reviewed whom
JUDGES: Decision = {**ORGANISERS, Role.JUDGE: Reach.CONTEST}  # judge figures
UPLOADERS: Decision = {**ORGANISERS, **CITY_STAFF, **OWN}
