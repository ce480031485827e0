"""What can be recorded, each named once. The words for people are in the section [audit] of `words/`."""

from enum import StrEnum


class Action(StrEnum):
    """What somebody did; the GraphQL mutation of the same name where there is one."""

    SIGN_IN = "SIGN_IN"
    SIGN_OUT = "SIGN_OUT"
    CREATE_USER = "CREATE_USER"

    CREATE_CONTEST = "CREATE_CONTEST"
    UPDATE_RULES = "UPDATE_RULES"
    BIND_UID = "BIND_UID"

    CREATE_UPLOAD = "CREATE_UPLOAD"
    COMPLETE_UPLOAD = "COMPLETE_UPLOAD"
    WITHDRAW_UPLOAD = "WITHDRAW_UPLOAD"
    UPLOAD_ACCEPTED = "UPLOAD_ACCEPTED"
    UPLOAD_WITHDRAWN = "UPLOAD_WITHDRAWN"
    IMPORT_ROSTER = "IMPORT_ROSTER"

    START_SCORING_RUN = "START_SCORING_RUN"
    CANCEL_SCORING_RUN = "CANCEL_SCORING_RUN"
    ADOPT_RUN = "ADOPT_RUN"
