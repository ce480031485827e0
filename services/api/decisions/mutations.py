"""Who may change what."""

from collections.abc import Mapping

from services.api.access import Decision, Reach
from services.api.decisions.viewers import CITY_STAFF, EVERYONE, JUDGES, ORGANISERS, OVERSEERS, OWN, UPLOADERS
from services.shared.vocabulary import Role

MUTATIONS: Mapping[str, Decision] = {
    # Accounts: users, rights, tokens, invitations
    "signIn": EVERYONE,
    "signOut": EVERYONE,
    "signOutEverywhere": EVERYONE,  # of whoever is signed in, as all below that are open to everyone
    "changePassword": EVERYONE,
    "beginTotp": EVERYONE,
    "confirmTotp": EVERYONE,
    "disableTotp": EVERYONE,
    "createToken": EVERYONE,
    "revokeToken": EVERYONE,
    "createUser": ORGANISERS,
    "disableUser": ORGANISERS,
    "enableUser": ORGANISERS,
    "resetTotp": ORGANISERS,
    "grantRole": ORGANISERS,
    "revokeGrant": ORGANISERS,
    "inviteUser": {**ORGANISERS, Role.CITY_LEADER: Reach.CITY},
    "revokeInvitation": {**ORGANISERS, **CITY_STAFF},
    "issueActivationCodes": {**ORGANISERS, **CITY_STAFF},
    "acceptInvitation": EVERYONE,
    "linkIdentity": EVERYONE,
    "unlinkIdentity": EVERYONE,
    "renewAccess": {**ORGANISERS, Role.CITY_LEADER: Reach.CITY},
    # The contest
    "createContest": {Role.ORGANISER: Reach.INSTALLATION},
    "updateContestDates": ORGANISERS,
    "updateOriginals": ORGANISERS,
    "updateQuotas": ORGANISERS,
    "updateDivision": ORGANISERS,
    "updateRound": ORGANISERS,
    "updateLinkHosts": ORGANISERS,
    "updateConsent": ORGANISERS,
    "setEntryWindow": ORGANISERS,
    "updateRules": ORGANISERS,
    # People: registration, aliases, double entries, training
    "registerContestant": EVERYONE,
    "enterContestant": {**ORGANISERS, **CITY_STAFF},
    "mendContestant": {**ORGANISERS, **CITY_STAFF, **OWN},
    "withdrawContestant": {**ORGANISERS, **CITY_STAFF, **OWN},
    "transferContestant": ORGANISERS,
    "recordTraining": ORGANISERS,
    "decideDoubleEntry": ORGANISERS,
    "askAlias": {**ORGANISERS, **CITY_STAFF, **OWN},
    "decideAlias": ORGANISERS,
    "bindUids": ORGANISERS,
    "claimUid": CITY_STAFF,  # organisers bind
    "decideUidClaim": ORGANISERS,
    # Files
    "createUpload": UPLOADERS,
    "completeUpload": UPLOADERS,
    "withdrawUpload": UPLOADERS,
    "markUpload": UPLOADERS,
    "typeFigures": {**ORGANISERS, **CITY_STAFF},  # nobody types their own
    "mapHeading": ORGANISERS,
    "removeMapping": ORGANISERS,
    "addFormat": ORGANISERS,
    "removeFormat": ORGANISERS,
    "readUploadAgain": ORGANISERS,
    "importRoster": {**ORGANISERS, **CITY_STAFF},
    # Submissions and given lists
    "submitCityList": CITY_STAFF,
    "askListChange": CITY_STAFF,
    "reopenCityList": ORGANISERS,
    "attachSignedList": {**ORGANISERS, **CITY_STAFF},
    "exportCityList": {**ORGANISERS, **CITY_STAFF},
    "importGivenList": ORGANISERS,
    # Eligibility: reviews, evidence, documents
    "reviewEligibility": {**ORGANISERS, **CITY_STAFF},
    "createDocument": UPLOADERS,
    "viewDocument": {**UPLOADERS, **JUDGES},  # judges of appeals; auditors see that there is one, never its bytes
    "deleteDocument": UPLOADERS,
    # Personal data
    "revealPersonalData": {**ORGANISERS, **CITY_STAFF, **OWN},
    "eraseContestant": ORGANISERS,
    # Results
    "startScoringRun": ORGANISERS,
    "cancelScoringRun": ORGANISERS,
    "adoptRun": ORGANISERS,
    "applyPenalty": JUDGES,
    "confirmPenalty": ORGANISERS,  # another than who proposed it
    "revokePenalty": JUDGES,  # a judge only what they have proposed
    "confirmRevocation": ORGANISERS,  # another than who wants it
    "declineRevocation": ORGANISERS,
    "requirePenaltyConfirmation": ORGANISERS,
    "fileAppeal": EVERYONE,  # about oneself or one's people; during the notice about anybody
    "assignAppeal": ORGANISERS,
    "decideAppeal": JUDGES,  # whom it was assigned to, never anybody concerned
    "confirmAppeal": ORGANISERS,  # another than who decided, likewise
    "withdrawAppeal": EVERYONE,  # whoever filed it
    "linkAppeal": ORGANISERS,
    "revealFiler": JUDGES,
    "tellOfInquiry": ORGANISERS,
    "updateAppealSettings": ORGANISERS,
    "compareRuns": ORGANISERS,
    "publishRun": ORGANISERS,
    "approvePublication": ORGANISERS,  # of the host's side, and never by who prepared it
    "declinePublication": ORGANISERS,
    "withdrawPublication": ORGANISERS,
    "updateMasking": ORGANISERS,
    "issueCertificates": ORGANISERS,
    "fetchCertificate": UPLOADERS,
    "archiveContest": ORGANISERS,
    "fetchArchive": OVERSEERS,  # but nobody who stands on a side: it tells of objections
    "addProducts": ORGANISERS,
    "removeProducts": ORGANISERS,
    "seatJury": ORGANISERS,
    "recuse": JUDGES,  # judges for themselves
    "giveMark": {Role.JUDGE: Reach.CONTEST},  # for themselves
    "typeMark": ORGANISERS,
    "confirmMark": JUDGES,  # another than who typed it; judges their own
    "declineMark": JUDGES,
    "closeMarking": ORGANISERS,
    "addLink": UPLOADERS,
    "removeLink": UPLOADERS,
    # Verification
    "announceDraw": ORGANISERS,
    "makeDraw": ORGANISERS,
    "cancelDraw": ORGANISERS,
    "recordVerification": JUDGES,  # never the city whose people they are
    "requireVerification": ORGANISERS,
    # Flags
    "raiseFlag": JUDGES,
    "resolveFlag": JUDGES,
    "setFlagThreshold": ORGANISERS,
    # Finalists and teams
    "selectFinalists": ORGANISERS,
    "replaceFinalist": ORGANISERS,
    "decideAward": ORGANISERS,
    "confirmTypedFigures": ORGANISERS,
    "declineTypedFigures": ORGANISERS,
    "requireTypingConfirmation": ORGANISERS,
    "setLiveRefresh": ORGANISERS,
    "freezeRanking": ORGANISERS,
    "unfreezeRanking": ORGANISERS,
    "setTeamOfficials": {**ORGANISERS, Role.CITY_LEADER: Reach.CITY},
    "confirmTeam": {Role.CITY_LEADER: Reach.CITY},  # by the one who leads it
    "reopenTeam": ORGANISERS,
    # Notices and messages
    "publishNotice": ORGANISERS,
    "withdrawNotice": ORGANISERS,
    "exportMessages": ORGANISERS,
    "markRead": EVERYONE,  # of one's own inbox
}

# Mutations that change nothing worth recording. All others record what they did, or `decided.py` finds them out.
UNRECORDED: frozenset[str] = frozenset({"markRead"})
