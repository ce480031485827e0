"""Which fields of a row that exists are readable: by everyone who sees the row, or as far as a decision goes."""

from collections.abc import Mapping

from services.api.access import Decision, seen
from services.api.decisions.answers import ANSWERS
from services.api.decisions.viewers import CITY_STAFF, OFFICIALS, ORGANISERS, OVERSEERS, PERSONAL, REVIEWERS

FIELDS: Mapping[str, Mapping[str, Decision | None]] = {
    **ANSWERS,
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
        " entryWindows consent eligibilityCounts teamsUntil evidenceUntil verificationBlocksPublication"
        " penaltiesNeedTwo typingNeedsTwo appealsNeedTwo appealsBlockPublication linkHosts waiting"
        " masking notices notice publications"
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
        " frozenFrom rulesVersions draws verification"
    )
    | {"adoptions": OFFICIALS, "liveRefresh": ORGANISERS},
    "LiveRefresh": seen("everySeconds until problem"),
    "Adoption": seen("run replaced reason adoptedBy adoptedAt"),
    "Rules": seen("id version document sha256 reason createdAt prose changes"),
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
    "UnclaimedUid": seen("platform uid lines paid files claim account bound"),
    "UnclaimedFile": seen("upload lines paid"),
    "UidClaim": seen("id platform uid reason state account elsewhere askedAt decidedAt decidedReason"),
    "MarkedCopy": seen("language state createdAt"),  # each person's own
    "Format": seen("key kind own title version source platform columns mappings") | {"document": OVERSEERS},
    "FormatColumn": seen("heading aliases field style unit needed filled"),
    "HeadingMapping": seen("heading field version createdAt") | {"reason": OVERSEERS},
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
    "Comparison": seen("id state round base other rulesDocument summary error createdAt endedAt rows"),
    "ComparisonSummary": seen(
        "people changed up down enter leave onlyBase onlyOther mostRanks mostPoints uploadsAdded uploadsGone rules"
        " teams awardsChanged awards"
    ),
    "TeamChange": seen("city base other"),
    "ComparedTeam": seen("rank total"),
    "AwardChange": seen("award title side city contestant"),
    "RuleChange": seen("place base other"),
    "ComparisonRow": seen("contestant base other ranksUp pointsUp finalistChange items causes uploads"),
    "ComparedStanding": seen("total rank cityRank divisionRank place"),
    "ItemChange": seen("item title base other"),
    "Cause": seen("cause side item metric title baseValue otherValue basePoints otherPoints"),
    "UploadChange": seen("side upload"),
    "Standing": seen(
        "id position rank cityRank divisionRank number name city division platform account contestant finalist void"
        " score total items verification explanationText"
    ),
    "ItemPoints": seen("item title points"),
    "Score": seen("total items void remarks"),
    "ItemScore": seen("item title points weight countedShare metrics"),
    "MetricScore": seen("metric title unit value points full scale field missing leftOut inputs sentence rows"),
    "TeamStanding": seen("position rank city total counted members"),
    "Award": seen("key title winners tied seats"),
    "AwardWinner": seen("place city standing"),
    "CityFinalists": seen("city streamers tied reserves shortage selected verification"),
    "Finalist": seen("id place position standing reason"),
    "Reason": seen("code message parameters"),
    "CountedRow": seen("source at label figures places"),
    "FileLine": seen("sheet line upload"),
    "Archive": seen("id withOriginals state partsDone partsTotal size sha256 error createdAt endedAt askedBy"),
    "Certificate": seen("id title named code printed issuedAt city contestant"),
    "CertificateCheck": seen("code valid named city award contest round issuedAt revision"),
    "Link": seen("id kind title url addedAt"),
    "Product": seen("id platform productId title city addedAt removedAt removedReason"),
    # Juries
    "JuryPanel": seen("id round key title criteria decimals judges recusals closesAt closedAt marks"),
    "JuryCriterion": seen("key title atLeast atMost"),
    "JurySeat": seen("judgeId login name city marked"),
    "Recusal": seen("judgeId name city contestant reason recusedAt"),
    "JuryMark": seen("judgeId judge contestant criteria points state reason givenBy givenAt"),
    "CriterionPoints": seen("criterion points"),
    # Penalties
    "Penalty": seen(
        "id contestant round kind item points state reason documents upload proposedAt confirmedAt revokedAt"
        " revokedReason"
    )
    | dict.fromkeys(
        ("proposedBy", "confirmedBy", "revokedBy", "revokingBy", "revokingAt", "revokingReason"), OFFICIALS
    ),
    # Appeals and objections
    "Appeal": seen(
        "id number kind state contestantNumber filedAt assignedAt endedAt text verdict reason round contestant"
        " publication documents outcome"
    )
    | dict.fromkeys(("filer", "proposal", "assignedTo", "decidedBy", "confirmedBy"), OFFICIALS),
    "AppealFiler": seen("name unit phone"),
    "AppealOutcome": seen("kind subject addedAt"),
    "AppealProposal": seen("verdict reason"),
    # Publications
    "Publication": seen(
        "id revision stage state public title publishAt noticeFrom noticeUntil noticeDays reason digest signature"
        " publicKey withdrawnAt withdrawnReason contestTitle hosts contacts run rules items finalistsConfirmed teams"
        " awards standings standing canonical documents round corrects replacedBy scoringRun"
    )
    | dict.fromkeys(("preparedBy", "preparedAt", "decidedBy", "decidedAt", "decidedReason"), OVERSEERS),
    "PublicationDocument": seen("language format url sha256 size"),
    "PublishedRun": seen("number digest"),
    "PublishedRules": seen("title version sha256"),
    "PublishedItem": seen("key title"),
    "PublishedTeam": seen("position rank city total members awards"),
    "PublishedWinner": seen("place city number name"),
    "PublishedAward": seen("key title winners"),
    "PublishedMasking": seen("names divisions accounts"),
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
}
