"""The table of who sees what. A field or mutation that is not here keeps the schema from being built.

`ROWS`        which rows of a type exist for a viewer
`FIELDS`      which fields of a row that exists are readable: by everyone who sees the row, or as far as a decision goes
`MUTATIONS`   who may change what

Queries and subscriptions are open to everyone: each finds the rows that exist for the viewer.
"""

from collections.abc import Mapping

from services.api.access import Decision, Reach, seen
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
    "Standing": RESULTS,
    "Finalist": RESULTS,
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

FIELDS: Mapping[str, Mapping[str, Decision | None]] = {
    # What carries other things
    "*Connection": seen("edges nodes pageInfo totalCount"),
    "*Edge": seen("cursor node"),
    "PageInfo": seen("hasNextPage hasPreviousPage startCursor endCursor"),
    "Parameter": seen("name value"),
    # Who asks
    "Viewer": seen("user grants sessions tokens identities secondFactor recoveryCodesLeft messages unreadMessages"),
    "User": seen("id login name disabled secondFactor grants"),  # the last three by their own queries
    "Grant": seen("id role hostRole contest city contestant"),
    # The contest
    "Contest": seen(
        "id slug title hosts ownerlessOrders originals sequence cities divisions quotas rounds round contestantCount"
        " entryWindows consent eligibilityCounts teamsUntil evidenceUntil verificationBlocksPublication waiting"
    ),
    "Host": seen("name role"),
    "City": seen(
        "id name aliases quotas contestantCount contestants team submissions submission eligibilityCounts status"
    ),
    "DemandedEvidence": seen("key title kind required"),
    "Division": seen("id key name cap entryWays evidence taken"),
    "Quota": seen("city division places taken"),
    "Round": seen(
        "id key title opensAt closesAt exportedFrom exportedUntil uploadsUntil exportsDueDays contest rules adoptedRun"
        " draws verification"
    ),
    "Rules": seen("id version document sha256 reason createdAt"),
    # People
    "Contestant": seen(
        "id number name city division entryWay eligibility account followersClaimed experience remark standing uploads"
        " reviewStep erasedAt"
        " approvedAt withdrawnAt withdrawnReason trainedOn links"
    )
    | {"idNumber": PERSONAL, "phone": PERSONAL, "reviews": PERSONAL, "evidence": PERSONAL, "openFlags": OFFICIALS},
    "Account": seen("id platform handle uid contestant aliases"),
    "Team": seen(
        "id city selected leader leaders assistant members streamers tied reserves shortage size minimumSize"
        " maximumSize confirmedAt confirmedBy reopenedAt reopenedReason status"
    )
    | {"assistantPhone": {**OVERSEERS, **CITY_STAFF}},
    # Files
    "Upload": seen(
        "id name size sha256 state kind account exportedAt exportedAtStated publishedAt policy origin attestedBy"
        " typingReason markedCopies contentDigest duplicateOf parent children"
        " sequence withdrawnReason periodFrom periodTo rows files unknownColumns problems createdAt endedAt"
        " typingReason contentDigest duplicateOf parent children"
        " formatKey formatVersion waiting sequence withdrawnReason periodFrom periodTo rows files unknownColumns"
        " problems createdAt endedAt"
    ),
    "UnclaimedUid": seen("platform uid lines paid files claim"),
    "UnclaimedFile": seen("upload lines paid"),
    "UidClaim": seen("id platform uid reason state account askedAt decidedAt decidedReason"),
    "MarkedCopy": seen("language state createdAt"),  # each person's own
    "Format": seen("key kind own title version source platform columns mappings document"),
    "FormatColumn": seen("heading aliases field style unit needed filled"),
    "HeadingMapping": seen("heading field version reason createdAt"),
    "WaitingHeading": seen("heading looksLike style uploads sample"),
    "WaitingFile": seen("looksLike unknown missing draft"),
    "RowCounts": seen("read new replaced unchanged refused outside unclaimed"),
    "FileCounts": seen("total done accepted refused duplicate"),
    "Problem": seen("severity code message sheet line column value parameters"),
    "RosterImport": seen("id state dryRun policy city division lines changes problems upload createdAt endedAt"),
    "LineCounts": seen("read new updated unchanged refused duplicate overQuota"),
    "RosterChange": seen("line number fields"),
    # Results
    "ScoringRun": seen(
        "id number state round sequence rules digest contestantCount error reason createdAt endedAt adopted stage"
        " progress"
    ),
    "Standing": seen("id position rank cityRank divisionRank contestant score total items verification"),
    "ItemPoints": seen("item title points"),
    "Score": seen("total items"),
    "ItemScore": seen("item title points weight countedShare metrics"),
    "MetricScore": seen("metric title unit value points full scale field missing leftOut inputs sentence"),
    "CityFinalists": seen("city streamers tied reserves shortage selected verification"),
    "Finalist": seen("id place position standing reason"),
    "Reason": seen("code message parameters"),
    "Link": seen("id kind title url addedAt"),
    # Verification
    "VerificationDraw": seen(
        "id number round per people seedSource seedAt rollSha256 population reason announcedAt seed drawnAt drawnCount"
        " drawn cancelledAt cancelledReason"
    )
    | {"roll": OFFICIALS},  # names everybody's account
    "DrawnContestant": seen("position ticket contestant"),
    "Verification": seen("number contestant drawn finalist state checks"),
    "VerificationCheck": seen("outcome method upload figures lower note checkedBy checkedAt"),
    "ComparedFigure": seen("item metric title counted seen"),
    "LowerFigure": seen("source at figure counted fresh sheet line"),
    "VerificationCounts": seen("required open agrees differs"),
    # Flags
    "Flag": seen(
        "id code state value threshold message parameters rows rowsCount contestant other round reason raisedBy"
        " raisedAt conclusion concludedBy concludedAt"
    ),
    "FlagRow": seen("upload sheet line"),
    "FlagThresholdSetting": seen("name value usual least most"),
    # Accounts: users, tokens, invitations
    "Invitation": seen(
        "id state role hostRole name contest city contestant invitedBy acceptedBy createdAt expiresAt acceptedAt"
        " revokedAt"
    ),
    "ActivationCode": seen("contestant code link qr"),
    "LinkedIdentity": seen("issuer linkedAt"),
    "Session": seen("createdAt expiresAt address current"),
    "ApiToken": seen("id name scope createdAt expiresAt revokedAt lastUsedOn"),
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
    "GivenList": seen("id key title state people problems createdAt"),
    # Eligibility: reviews, evidence, documents
    "EligibilityReview": seen("step decision reason at") | {"by": REVIEWERS},
    "WaitingMatter": seen("city what count since reason"),
    "EligibilityCount": seen("city division pendingAtCity pendingAtOrganiser approved returned rejected withdrawn"),
    "Document": seen("id purpose evidenceKey title state mediaType size sha256 createdAt deletedAt problem"),
    "Evidence": seen("key title kind required given documents"),
    # Notices and messages
    "Notice": seen("id number title body timetable contacts publishedAt withdrawnAt attachments")
    | {"withdrawnReason": OFFICIALS},
    "TimetableEntry": seen("title from to toBeAnnounced"),
    "NoticeContact": seen("name phone role"),  # of an office, published with the notice
    "NoticeAttachment": seen("title url mediaType size"),
    "Message": seen("id code text createdAt readAt city contestant readings files"),
    "MessageReading": seen("name readAt"),  # what `messages` finds, or none
    "MessageFile": seen("id reason madeAt"),
    # Teams and the state of a city
    "SelectedFinalist": seen(
        "contestant place position proposedPlace proposal reason changedAt eligible standing replacedBy"
    ),
    "CityStatus": seen(
        "city asOf round divisions returned incomplete submitted submission exports training standings team deadlines"
        " nextSteps verification"
    ),
    "DivisionStatus": seen(
        "division pendingAtCity pendingAtOrganiser approved returned rejected withdrawn places placesLeft"
    ),
    "StatusPerson": seen("number name division reason lacks contestant"),
    "Coverage": seen("round weeks sources have late missing notYet peopleMissing people"),
    "ExportWeek": seen("number begins ends dueAt"),
    "ExportCell": seen("week state lacks exportedAt handedInAt origin upload"),
    "ExportLine": seen("number name sources contestant"),
    "ExportSource": seen("source weeks cells"),
    "TrainingStatus": seen("approved trained lacking"),
    "StatusStanding": seen("number name rank cityRank divisionRank total"),
    "Deadline": seen("what opensAt at passed"),
    "TeamMember": seen("part name contestant"),
    "TeamLeader": seen("userId name"),
    "TeamStatus": seen("complete confirmed missing deadline nextStep"),
    "Statement": seen("code message parameters"),
    # Audit
    "AuditEntry": seen(
        "id at login name address action words subjectType subjectWords subjectId subjectUser contestant city changes"
        " reason position digest"
    ),
    "AuditChange": seen("field before after words"),
    "AuditHead": seen("position digest sealedAt waiting"),
    # What mutations answer: readable by whoever was let make them, as far as the rows inside are
    "SignInPayload": seen("token expiresAt user"),
    "SignOutPayload": seen("signedOut"),
    "SignOutEverywherePayload": seen("sessions tokens"),
    "ChangePasswordPayload": seen("sessions"),
    "BeginTotpPayload": seen("secret uri"),
    "ConfirmTotpPayload": seen("recoveryCodes"),
    "DisableTotpPayload": seen("user"),
    "CreateTokenPayload": seen("token apiToken"),
    "RevokeTokenPayload": seen("apiToken"),
    "CreateUserPayload": seen("user"),
    "DisableUserPayload": seen("user"),
    "EnableUserPayload": seen("user"),
    "ResetTotpPayload": seen("user"),
    "GrantRolePayload": seen("user"),
    "RevokeGrantPayload": seen("user"),
    "InviteUserPayload": seen("invitation invitationCode link"),
    "RevokeInvitationPayload": seen("invitation"),
    "IssueActivationCodesPayload": seen("codes expiresAt sheet"),
    "AcceptInvitationPayload": seen("user token expiresAt"),
    "LinkIdentityPayload": seen("url"),
    "UnlinkIdentityPayload": seen("identities"),
    "RenewAccessPayload": seen("invitation invitationCode link expiresAt"),
    "CreateContestPayload": seen("contest"),
    "UpdateContestDatesPayload": seen("contest"),
    "UpdateOriginalsPayload": seen("contest"),
    "UpdateQuotasPayload": seen("contest"),
    "UpdateDivisionPayload": seen("division"),
    "UpdateConsentPayload": seen("contest"),
    "SetEntryWindowPayload": seen("contest"),
    "UpdateRulesPayload": seen("rules"),
    "RegisterContestantPayload": seen("number"),
    "EnterContestantPayload": seen("contestant"),
    "MendContestantPayload": seen("contestant changed"),
    "WithdrawContestantPayload": seen("contestant"),
    "TransferContestantPayload": seen("contestant"),
    "RecordTrainingPayload": seen("contestants"),
    "DecideDoubleEntryPayload": seen("doubleEntry"),
    "AskAliasPayload": seen("alias"),
    "DecideAliasPayload": seen("alias"),
    "BindUidsPayload": seen("accounts"),
    "ClaimUidPayload": seen("claim"),
    "DecideUidClaimPayload": seen("claim"),
    "CreateUploadPayload": seen("upload putUrl putToken"),
    "CompleteUploadPayload": seen("upload"),
    "WithdrawUploadPayload": seen("upload"),
    "TypeFiguresPayload": seen("upload"),
    "MarkUploadPayload": seen("upload url expiresAt"),
    "MapHeadingPayload": seen("format readAgain"),
    "RemoveMappingPayload": seen("format"),
    "AddFormatPayload": seen("format readAgain"),
    "RemoveFormatPayload": seen("formats"),
    "ReadUploadAgainPayload": seen("upload"),
    "ImportRosterPayload": seen("rosterImport"),
    "SubmitCityListPayload": seen("submission"),
    "AskListChangePayload": seen("submission"),
    "ReopenCityListPayload": seen("submission"),
    "AttachSignedListPayload": seen("submission"),
    "ExportCityListPayload": seen("url expiresAt people"),
    "ImportGivenListPayload": seen("givenList"),
    "ReviewEligibilityPayload": seen("contestants"),
    "CreateDocumentPayload": seen("document putUrl putToken"),
    "ViewDocumentPayload": seen("url expiresAt"),
    "DeleteDocumentPayload": seen("document"),
    "RevealPersonalDataPayload": seen("contestant idNumber phone"),
    "EraseContestantPayload": seen("contestant documents files"),
    "StartScoringRunPayload": seen("scoringRun"),
    "CancelScoringRunPayload": seen("scoringRun"),
    "AdoptRunPayload": seen("round scoringRun"),
    "SelectFinalistsPayload": seen("cities"),
    "ReplaceFinalistPayload": seen("team replaced"),
    "SetTeamOfficialsPayload": seen("team"),
    "ConfirmTeamPayload": seen("team"),
    "ReopenTeamPayload": seen("team"),
    "AddLinkPayload": seen("link"),
    "RemoveLinkPayload": seen("contestant"),
    "AnnounceDrawPayload": seen("draw"),
    "MakeDrawPayload": seen("draw"),
    "CancelDrawPayload": seen("draw"),
    "RecordVerificationPayload": seen("check"),
    "RequireVerificationPayload": seen("contest"),
    "RaiseFlagPayload": seen("flag"),
    "ResolveFlagPayload": seen("flag"),
    "SetFlagThresholdPayload": seen("thresholds"),
    "PublishNoticePayload": seen("notice"),
    "WithdrawNoticePayload": seen("notice"),
    "ExportMessagesPayload": seen("fileId messages url expiresAt"),
    "MarkReadPayload": seen("unread"),
    # What they answer instead
    "NotFound": seen("code message"),
    "NotAllowed": seen("code message"),
    "InvalidInput": seen("code message field"),
    "Conflict": seen("code message"),
    "InvalidRules": seen("code message problems"),
    "InvalidFormat": seen("code message problems"),
    "LineProblem": seen("line code message"),
    "SignInRefused": seen("code message"),
    "TooManyAttempts": seen("code message retryAt"),
}

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
    "viewDocument": UPLOADERS,  # auditors see that there is one, never its bytes
    "deleteDocument": UPLOADERS,
    # Personal data
    "revealPersonalData": {**ORGANISERS, **CITY_STAFF, **OWN},
    "eraseContestant": ORGANISERS,
    # Results
    "startScoringRun": ORGANISERS,
    "cancelScoringRun": ORGANISERS,
    "adoptRun": ORGANISERS,
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
