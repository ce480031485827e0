"""What mutations answer: readable by whoever was let make them, as far as the rows inside are."""

from collections.abc import Mapping

from services.api.access import Decision, seen

ANSWERS: Mapping[str, Mapping[str, Decision | None]] = {
    "SignInPayload": seen("token expiresAt user"),
    "SignOutPayload": seen("signedOut"),
    "CreateUserPayload": seen("user"),
    "CreateContestPayload": seen("contest"),
    "UpdateRulesPayload": seen("rules"),
    "BindUidsPayload": seen("accounts"),
    "CreateUploadPayload": seen("upload putUrl putToken"),
    "CompleteUploadPayload": seen("upload"),
    "WithdrawUploadPayload": seen("upload"),
    "ImportGivenListPayload": seen("givenList"),
    "ImportRosterPayload": seen("rosterImport"),
    "StartScoringRunPayload": seen("scoringRun"),
    "CancelScoringRunPayload": seen("scoringRun"),
    "AdoptRunPayload": seen("round scoringRun"),
    "NotFound": seen("code message"),
    "NotAllowed": seen("code message"),
    "InvalidInput": seen("code message field"),
    "Conflict": seen("code message"),
    "InvalidRules": seen("code message problems"),
    "RulesProblem": seen("line code message"),
    "SignInRefused": seen("code message"),
    "TooManyAttempts": seen("code message retryAt"),
    "SetEntryWindowPayload": seen("contest"),
    "RegisterContestantPayload": seen("number"),
    "EnterContestantPayload": seen("contestant"),
    "MendContestantPayload": seen("contestant"),
    "WithdrawContestantPayload": seen("contestant"),
    "TransferContestantPayload": seen("contestant"),
    "RecordTrainingPayload": seen("contestants"),
    "DecideDoubleEntryPayload": seen("doubleEntry"),
    "AskAliasPayload": seen("alias"),
    "DecideAliasPayload": seen("alias"),
}
