"""The words for appeals and objections, as `vocabulary` has those for the contest."""

from enum import StrEnum


class AppealKind(StrEnum):
    APPEAL = "APPEAL"  # 申诉: a contestant, or their city for them, about their own figures
    OBJECTION = "OBJECTION"  # 异议: anybody under their real name, about anybody on a published list


class AppealState(StrEnum):
    FILED = "FILED"
    ASSIGNED = "ASSIGNED"
    PROPOSED = "PROPOSED"  # decided by one, and waits for a second person
    UPHELD = "UPHELD"
    REJECTED = "REJECTED"
    INADMISSIBLE = "INADMISSIBLE"
    WITHDRAWN = "WITHDRAWN"


OPEN_APPEALS = frozenset({AppealState.FILED, AppealState.ASSIGNED, AppealState.PROPOSED})


class AppealVerdict(StrEnum):
    UPHELD = "UPHELD"  # 成立
    REJECTED = "REJECTED"  # 不成立
    INADMISSIBLE = "INADMISSIBLE"  # 不予受理: too late, or nobody stands behind it


class OutcomeKind(StrEnum):
    """What an appeal that was upheld has led to."""

    UPLOAD = "UPLOAD"
    PENALTY = "PENALTY"
    RUN = "RUN"
    COMPARISON = "COMPARISON"
    PUBLICATION = "PUBLICATION"
