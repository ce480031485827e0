"""The table of who sees what. A field or mutation that is not here keeps the schema from being built.

`ROWS`        which rows of a type exist for a viewer
`FIELDS`      which fields of a row that exists are readable: by everyone who sees the row, or as far as a decision goes
`MUTATIONS`   who may change what

Queries and subscriptions are open to everyone: each finds the rows that exist for the viewer.
"""

from collections.abc import Mapping

from services.api.access import Decision, Reach, seen
from services.api.decisions_on_answers import ANSWERS
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
UPLOADERS: Decision = {**ORGANISERS, **CITY_STAFF, **OWN}

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
    "RosterImport": {**OVERSEERS, **CITY_STAFF},
    "GivenList": OVERSEERS,
    "Submission": {**OVERSEERS, **CITY_STAFF},
    "Invitation": {**OVERSEERS, **CITY_STAFF},
    "Document": PERSONAL,
    "ScoringRun": RESULTS,
    "Standing": RESULTS,
    "Finalist": RESULTS,
    "Notice": EVERYONE,
    "Message": OVERSEERS,  # and whoever was told reads it in the inbox
    "Team": RESULTS,
    "CityStatus": {**OVERSEERS, **CITY_STAFF},  # of the cities they look after
    "AuditEntry": OVERSEERS,  # what concerns the whole installation: only who oversees all of it
}

FIELDS: Mapping[str, Mapping[str, Decision | None]] = {
    # What carries other things
    "*Connection": seen("edges nodes pageInfo totalCount"),
    "*Edge": seen("cursor node"),
    "PageInfo": seen("hasNextPage hasPreviousPage startCursor endCursor"),
    "Parameter": seen("name value"),
    # Who asks
    "Viewer": seen("user grants sessions tokens secondFactor recoveryCodesLeft messages unreadMessages"),
    "User": seen("id login name disabled secondFactor grants"),  # the last three by their own queries
    "Grant": seen("id role hostRole contest city contestant"),
    # The contest
    "Contest": seen(
        "id slug title hosts ownerlessOrders sequence cities divisions quotas rounds round contestantCount"
        " entryWindows consent eligibilityCounts teamsUntil evidenceUntil"
    ),
    "Host": seen("name role"),
    "City": seen(
        "id name aliases quotas contestantCount contestants team submissions submission eligibilityCounts status"
    ),
    "DemandedEvidence": seen("key title kind required"),
    "Division": seen("id key name cap entryWays evidence taken"),
    "Quota": seen("city division places taken"),
    "Round": seen("id key title opensAt closesAt exportedFrom exportedUntil uploadsUntil contest rules adoptedRun"),
    "Rules": seen("id version document sha256 reason createdAt"),
    # People
    "Contestant": seen(
        "id number name city division entryWay eligibility account followersClaimed experience remark standing uploads"
        " reviewStep erasedAt"
        " approvedAt withdrawnAt withdrawnReason trainedOn"
    )
    | {"idNumber": PERSONAL, "phone": PERSONAL, "reviews": PERSONAL, "evidence": PERSONAL},
    "Account": seen("id platform handle uid contestant aliases"),
    "Team": seen(
        "id city selected leader leaders assistant members streamers tied reserves shortage size minimumSize"
        " maximumSize confirmedAt confirmedBy reopenedAt reopenedReason status"
    )
    | {"assistantPhone": {**OVERSEERS, **CITY_STAFF}},
    # Files
    "Upload": seen(
        "id name size sha256 state kind account exportedAt exportedAtStated contentDigest duplicateOf parent children"
        " sequence withdrawnReason periodFrom periodTo rows files unknownColumns problems createdAt endedAt"
    ),
    "RowCounts": seen("read new replaced unchanged refused outside unclaimed"),
    "FileCounts": seen("total done accepted refused duplicate"),
    "Problem": seen("severity code message sheet line column parameters"),
    "RosterImport": seen("id state dryRun policy city division lines changes problems upload createdAt endedAt"),
    "LineCounts": seen("read new updated unchanged refused duplicate overQuota"),
    "RosterChange": seen("line number fields"),
    # Results
    "ScoringRun": seen(
        "id number state round sequence rules digest contestantCount error reason createdAt endedAt adopted stage"
        " progress"
    ),
    "Standing": seen("id position rank cityRank divisionRank contestant score total items"),
    "ItemPoints": seen("item title points"),
    "Score": seen("total items"),
    "ItemScore": seen("item title points weight countedShare metrics"),
    "MetricScore": seen("metric title unit value points full scale field missing leftOut inputs sentence"),
    "CityFinalists": seen("city streamers tied reserves shortage selected"),
    "Finalist": seen("id place position standing reason"),
    "Reason": seen("code message parameters"),
    # Accounts: users, tokens, invitations
    "Invitation": seen(
        "id state role hostRole name contest city contestant invitedBy acceptedBy createdAt expiresAt acceptedAt"
        " revokedAt"
    ),
    "InviteUserPayload": seen("invitation invitationCode link"),
    "RevokeInvitationPayload": seen("invitation"),
    "IssueActivationCodesPayload": seen("codes expiresAt sheet"),
    "ActivationCode": seen("contestant code link qr"),
    "AcceptInvitationPayload": seen("user token expiresAt"),
    "LinkIdentityPayload": seen("url"),
    "RenewAccessPayload": seen("invitation invitationCode link expiresAt"),
    "Session": seen("createdAt expiresAt address current"),
    "ApiToken": seen("id name scope createdAt expiresAt revokedAt lastUsedOn"),
    "SignOutEverywherePayload": seen("sessions tokens"),
    "ChangePasswordPayload": seen("sessions"),
    "BeginTotpPayload": seen("secret uri"),
    "ConfirmTotpPayload": seen("recoveryCodes"),
    "DisableTotpPayload": seen("user"),
    "CreateTokenPayload": seen("token apiToken"),
    "RevokeTokenPayload": seen("apiToken"),
    "DisableUserPayload": seen("user"),
    "EnableUserPayload": seen("user"),
    "ResetTotpPayload": seen("user"),
    "GrantRolePayload": seen("user"),
    "RevokeGrantPayload": seen("user"),
    # Registration: entry windows, double entries, aliases
    "EntryWindow": seen("entryWay opensAt closesAt"),
    "Consent": seen("version text"),
    "DoubleEntry": seen("id contestant city division entryWay createdAt decision reason decidedAt"),
    "AccountAlias": seen("id account platform handle documentId reason state askedAt decidedAt decidedReason"),
    # Submissions and given lists
    "Submission": seen(
        "id city number state sha256 people submittedAt changeAskedAt changeReason reopenedAt reopenedReason lines"
        " signedList"
    ),
    "SubmissionLine": seen("position division contestant"),
    "SubmitCityListPayload": seen("submission"),
    "AskListChangePayload": seen("submission"),
    "ReopenCityListPayload": seen("submission"),
    "AttachSignedListPayload": seen("submission"),
    "ExportCityListPayload": seen("url expiresAt people"),
    # Eligibility: reviews, evidence, documents
    "EligibilityReview": seen("step decision reason at") | {"by": REVIEWERS},
    "EligibilityCount": seen("city division pendingAtCity pendingAtOrganiser approved returned rejected withdrawn"),
    "ReviewEligibilityPayload": seen("contestants"),
    # Personal data
    "RevealPersonalDataPayload": seen("contestant idNumber phone"),
    "EraseContestantPayload": seen("contestant documents files"),
    "Document": seen("id purpose evidenceKey title state mediaType size sha256 createdAt deletedAt problem"),
    "Evidence": seen("key title kind required given documents"),
    "CreateDocumentPayload": seen("document putUrl putToken"),
    "ViewDocumentPayload": seen("url expiresAt"),
    "DeleteDocumentPayload": seen("document"),
    "UpdateContestDatesPayload": seen("contest"),
    # Notices and messages
    "Notice": seen("id number title body timetable contacts publishedAt withdrawnAt attachments")
    | {"withdrawnReason": OFFICIALS},
    "TimetableEntry": seen("title from to toBeAnnounced"),
    "NoticeContact": seen("name phone role"),  # of an office, published with the notice
    "NoticeAttachment": seen("title url mediaType size"),
    "PublishNoticePayload": seen("notice"),
    "WithdrawNoticePayload": seen("notice"),
    "Message": seen("id code text createdAt readAt city contestant readings files"),
    "MessageReading": seen("name readAt"),  # what `messages` finds, or none
    "MessageFile": seen("id reason madeAt"),
    "MarkReadPayload": seen("unread"),
    "ExportMessagesPayload": seen("fileId messages url expiresAt"),
    # Teams and the state of a city
    "TeamFinalist": seen(
        "contestant place position proposedPlace proposal reason changedAt eligible standing replacedBy"
    ),
    "CityStatus": seen(
        "city asOf round divisions returned incomplete submitted submission exports training standings team deadlines"
        " nextSteps"
    ),
    "DivisionStatus": seen(
        "division pendingAtCity pendingAtOrganiser approved returned rejected withdrawn places placesLeft"
    ),
    "StatusPerson": seen("number name division reason lacks contestant"),
    "ExportStatus": seen("weeks sources have missing notYet peopleMissing people"),
    "ExportWeek": seen("number begins ends"),
    "ExportLine": seen("number name sources contestant"),
    "ExportSource": seen("source weeks"),
    "TrainingStatus": seen("approved trained lacking"),
    "StatusStanding": seen("number name rank cityRank divisionRank total"),
    "Deadline": seen("what opensAt at passed"),
    "TeamMember": seen("part name contestant"),
    "TeamLeader": seen("userId name"),
    "TeamStatus": seen("complete confirmed missing deadline nextStep"),
    "Statement": seen("code message parameters"),
    "SelectFinalistsPayload": seen("cities"),
    "ReplaceFinalistPayload": seen("team replaced"),
    "SetTeamOfficialsPayload": seen("team"),
    "ConfirmTeamPayload": seen("team"),
    "ReopenTeamPayload": seen("team"),
    # Audit
    "AuditEntry": seen("id at login name address action words subjectType subjectId changes reason position digest"),
    "AuditChange": seen("field before after"),
    "AuditHead": seen("position digest sealedAt waiting"),
    "GivenList": seen("id key title state people problems createdAt"),
    **ANSWERS,
}

MUTATIONS: Mapping[str, Decision] = {
    # Accounts: users, tokens, invitations
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
    "renewAccess": {**ORGANISERS, Role.CITY_LEADER: Reach.CITY},
    "createContest": {Role.ORGANISER: Reach.INSTALLATION},
    "updateRules": ORGANISERS,
    "bindUids": ORGANISERS,
    "createUpload": UPLOADERS,
    "completeUpload": UPLOADERS,
    "withdrawUpload": UPLOADERS,
    "importRoster": {**ORGANISERS, **CITY_STAFF},
    "startScoringRun": ORGANISERS,
    "cancelScoringRun": ORGANISERS,
    "adoptRun": ORGANISERS,
    # Registration: entry windows, double entries, aliases
    "setEntryWindow": ORGANISERS,
    "registerContestant": EVERYONE,
    "enterContestant": {**ORGANISERS, **CITY_STAFF},
    "mendContestant": {**ORGANISERS, **CITY_STAFF, **OWN},
    "withdrawContestant": {**ORGANISERS, **CITY_STAFF, **OWN},
    "transferContestant": ORGANISERS,
    "recordTraining": ORGANISERS,
    "decideDoubleEntry": ORGANISERS,
    "askAlias": {**ORGANISERS, **CITY_STAFF, **OWN},
    "decideAlias": ORGANISERS,
    # Submissions and given lists
    "submitCityList": CITY_STAFF,
    "askListChange": CITY_STAFF,
    "reopenCityList": ORGANISERS,
    "importGivenList": ORGANISERS,
    "exportCityList": {**ORGANISERS, **CITY_STAFF},
    "attachSignedList": {**ORGANISERS, **CITY_STAFF},
    # Eligibility: reviews, evidence, documents
    "reviewEligibility": {**ORGANISERS, **CITY_STAFF},
    # Personal data
    "revealPersonalData": {**ORGANISERS, **CITY_STAFF, **OWN},
    "eraseContestant": ORGANISERS,
    "createDocument": UPLOADERS,
    "viewDocument": UPLOADERS,  # auditors see that there is one, never its bytes
    "deleteDocument": UPLOADERS,
    "updateContestDates": ORGANISERS,
    # Notices and messages
    "publishNotice": ORGANISERS,
    "withdrawNotice": ORGANISERS,
    "exportMessages": ORGANISERS,
    "markRead": EVERYONE,  # of one's own inbox
    # Finalists and teams
    "selectFinalists": ORGANISERS,
    "replaceFinalist": ORGANISERS,
    "setTeamOfficials": {**ORGANISERS, Role.CITY_LEADER: Reach.CITY},
    "confirmTeam": {Role.CITY_LEADER: Reach.CITY},  # by the one who leads it
    "reopenTeam": ORGANISERS,
    # Audit
}

# Mutations that change nothing worth recording. All others record what they did, or `decided.py` finds them out.
UNRECORDED: frozenset[str] = frozenset({"markRead"})
