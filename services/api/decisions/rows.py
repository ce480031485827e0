"""Which rows of a type exist for a viewer."""

from collections.abc import Mapping

from services.api.access import Decision
from services.api.decisions.viewers import (
    CITY_STAFF,
    EVERYONE,
    OFFICIALS,
    ORGANISERS,
    OVERSEERS,
    OWN,
    PEOPLE,
    PERSONAL,
    RESULTS,
)

ROWS: Mapping[str, Decision] = {
    "Contest": EVERYONE,
    "City": EVERYONE,
    "Division": EVERYONE,
    "Round": EVERYONE,
    "Rules": EVERYONE,  # announced with the contest
    "Contestant": PEOPLE,
    "User": OVERSEERS,  # whoever holds a right there; and everybody themselves
    "Account": PEOPLE,
    "AccountAlias": PEOPLE,
    "DoubleEntry": {**OVERSEERS, **CITY_STAFF},
    "Upload": PEOPLE,  # and whoever made one sees it
    "UnclaimedUid": {**OVERSEERS, **CITY_STAFF},  # of a city: in its own files
    "UidClaim": {**OVERSEERS, **CITY_STAFF},
    "RosterImport": {**OVERSEERS, **CITY_STAFF},
    "GivenList": OVERSEERS,
    "Submission": {**OVERSEERS, **CITY_STAFF},
    "Invitation": {**OVERSEERS, **CITY_STAFF},
    "Document": PERSONAL,
    "ScoringRun": RESULTS,
    "Comparison": ORGANISERS,  # some of them of rules that are only tried
    "Standing": RESULTS,
    "Finalist": RESULTS,
    "Penalty": PEOPLE,  # whom it concerns reads it once it is in force
    # And whoever filed it, and who is to decide it. Of an objection neither whom it is about nor their city learns.
    "Appeal": PERSONAL,
    # And everybody those that are public. Auditors read those that wait too, with names as they are to be published;
    # of what a freeze keeps back nothing is prepared.
    "Publication": OVERSEERS,
    "Score": OWN,  # of what is published; of a run: whoever sees its standings
    "Archive": OVERSEERS,
    "Certificate": PEOPLE,  # and whoever has its code is told that it holds
    "Product": EVERYONE,
    "JuryPanel": OFFICIALS,
    "JuryMark": OVERSEERS,  # and a judge their own; all of a panel once its marking is closed
    "Link": PEOPLE,
    "VerificationDraw": EVERYONE,  # announced before its seed, so that everybody can hold us to it
    "Verification": RESULTS,
    "Flag": OFFICIALS,  # what is only noticed is no reproach: neither the city nor the contestant reads it
    "Notice": EVERYONE,
    "Message": OVERSEERS,  # and whoever was told reads it in the inbox
    "Team": RESULTS,
    "WaitingMatter": OVERSEERS,
    "WaitingHeading": OVERSEERS,
    "CityStatus": {**OVERSEERS, **CITY_STAFF},  # of the cities they look after
    "Coverage": PERSONAL,  # everybody what they lack themselves
    "AuditEntry": OVERSEERS,  # what concerns the whole installation: only who oversees all of it
}
