"""The one word for each thing: the enumerations that table, code and GraphQL share.

Those of export files and of what is made of them stand in `file_vocabulary.py`. Divisions, cities, rounds and items are
data of a contest and therefore not here.
"""

from enum import StrEnum


class HostRole(StrEnum):
    HOST = "HOST"  # 主办
    UNDERTAKER = "UNDERTAKER"  # 承办


class Role(StrEnum):
    ORGANISER = "ORGANISER"  # 主办、承办
    CITY_CLERK = "CITY_CLERK"  # 经办人
    CITY_LEADER = "CITY_LEADER"  # 领队
    JUDGE = "JUDGE"  # 评委
    CONTESTANT = "CONTESTANT"  # 选手
    AUDITOR = "AUDITOR"  # 审计、纪检: reads everything masked, changes nothing
    PUBLIC = "PUBLIC"  # whoever has not signed in; never stored


class Platform(StrEnum):
    DOUYIN = "DOUYIN"  # 抖音
    KUAISHOU = "KUAISHOU"  # 快手


class EntryWay(StrEnum):
    RECOMMENDED = "RECOMMENDED"
    SELF_REGISTERED = "SELF_REGISTERED"


class Eligibility(StrEnum):
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"


class ReviewStep(StrEnum):
    """Whose turn an eligibility review is: the city first, then the organiser."""

    CITY = "CITY"
    ORGANISER = "ORGANISER"


class ReviewDecision(StrEnum):
    APPROVED = "APPROVED"  # by the city: handed on to the organiser; by the organiser: may compete
    RETURNED = "RETURNED"  # to be mended, with a reason
    REJECTED = "REJECTED"  # with a reason
    SENT_AGAIN = "SENT_AGAIN"  # a returned one was mended
    REOPENED = "REOPENED"  # a rejected one waits again


class EvidenceKind(StrEnum):
    DOCUMENT = "DOCUMENT"  # a picture or PDF of it
    GIVEN_LIST = "GIVEN_LIST"  # the person is found in a list that the contest was given


class DocumentPurpose(StrEnum):
    EVIDENCE = "EVIDENCE"  # of a contestant's eligibility
    SIGNED_LIST = "SIGNED_LIST"  # the signed copy of a city's list
    ALIAS = "ALIAS"  # shows that an account was renamed
    NOTICE = "NOTICE"  # attached to a notice; public
    PENALTY = "PENALTY"  # evidence of a penalty
    APPEAL = "APPEAL"  # evidence of an appeal or objection


class DocumentState(StrEnum):
    CREATED = "CREATED"  # waits for its bytes
    CHECKING = "CHECKING"
    READY = "READY"
    REFUSED = "REFUSED"
    DELETED = "DELETED"


class DoubleEntryDecision(StrEnum):
    KEPT = "KEPT"  # stays where they were entered first
    TRANSFERRED = "TRANSFERRED"


class ContactRole(StrEnum):
    """For what a notice names somebody."""

    CONTACT = "CONTACT"  # to be asked
    SUPERVISION = "SUPERVISION"  # to be told of wrongs


class AliasState(StrEnum):
    ASKED = "ASKED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


class SubmissionState(StrEnum):
    SUBMITTED = "SUBMITTED"  # the list is locked
    REOPENED = "REOPENED"


class ImportPolicy(StrEnum):
    """What one refused line of a roster or an export means for the others."""

    ALL_OR_NOTHING = "ALL_OR_NOTHING"  # one refused line, and nothing is written
    GOOD_ROWS = "GOOD_ROWS"  # the good lines are written, the others named


class SelectedPlace(StrEnum):
    """Where a person's decision puts somebody who was proposed, or a replacement."""

    STREAMER = "STREAMER"  # confirmed finalist
    RESERVE = "RESERVE"
    OUT = "OUT"  # passed over, or left, with a reason


class TeamPart(StrEnum):
    """What somebody is in a city's team."""

    LEADER = "LEADER"  # 领队, of the bureau
    ASSISTANT = "ASSISTANT"  # 助理
    STREAMER = "STREAMER"  # 主播


class InvitationState(StrEnum):
    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


class TokenScope(StrEnum):
    """What a personal token may do of what its holder may."""

    READ = "READ"
    UPLOAD = "UPLOAD"  # read, and send files
    FULL = "FULL"  # everything but managing accounts and seeing personal data whole


class RosterImportState(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    REFUSED = "REFUSED"
    FAILED = "FAILED"

    @property
    def ended(self) -> bool:
        """Whether it stays so for good."""
        return self not in (RosterImportState.QUEUED, RosterImportState.RUNNING)


class RunState(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SCORED = "SCORED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def ended(self) -> bool:
        """Whether it stays so for good."""
        return self not in (RunState.QUEUED, RunState.RUNNING)


class RunStage(StrEnum):
    """What a running run is at, in this order (`scorer/scoring_runs/outcome.py`); told as it happens, never stored."""

    LOAD = "LOAD"
    MEASURE = "MEASURE"
    NORMALISE = "NORMALISE"
    SCORE = "SCORE"
    RANK = "RANK"
    PICK = "PICK"
    WRITE = "WRITE"  # explanations, the result file, the rows


class Place(StrEnum):
    """Where the policy puts somebody in a city's proposal."""

    STREAMER = "STREAMER"  # proposed finalist
    TIED = "TIED"  # equal at the cut: a person decides
    RESERVE = "RESERVE"


class PublicationStage(StrEnum):
    PROPOSED = "PROPOSED"  # 公示: objections may be raised until its notice ends
    FINAL = "FINAL"  # 公布


class PublicationState(StrEnum):
    PREPARING = "PREPARING"  # waits for the scorer, which puts the revision together
    PREPARED = "PREPARED"  # waits for another person's approval
    APPROVED = "APPROVED"  # published from its hour on
    DECLINED = "DECLINED"  # by the person who was to approve it
    FAILED = "FAILED"


class RenditionFormat(StrEnum):
    """The documents of a publication, each the whole of its lists."""

    PDF = "PDF"
    DOCX = "DOCX"  # to be put on the office's own letterhead
    XLSX = "XLSX"
    CSV = "CSV"


class NamePolicy(StrEnum):
    """How a contest publishes names."""

    FULL = "FULL"
    SURNAME = "SURNAME"  # 张**


class ComparisonState(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    READY = "READY"
    FAILED = "FAILED"


class ArchiveState(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    READY = "READY"
    FAILED = "FAILED"
    DELETED = "DELETED"  # a week later, or because somebody in it was erased


class Side(StrEnum):
    """Of a comparison."""

    BASE = "BASE"  # what is compared with
    OTHER = "OTHER"  # what would hold in its place


class FinalistChange(StrEnum):
    """What a comparison finds of somebody's place among the proposed finalists."""

    ENTERS = "ENTERS"
    LEAVES = "LEAVES"


class ChangeCause(StrEnum):
    """Why somebody's points differ in a metric."""

    RULE = "RULE"  # the metric's rule differs
    FIGURES = "FIGURES"  # the measured value differs
    OTHERS = "OTHERS"  # the value is the same: figures of others in the field differ
    GATE = "GATE"  # a gate that they fail on one side only
    PENALTY = "PENALTY"  # other penalties


class PenaltyKind(StrEnum):
    """What a penalty does to points: all that halve first, then those that take off; one that makes them 0 wins."""

    HALVE = "HALVE"  # 减半
    SUBTRACT = "SUBTRACT"  # 扣分
    ZERO = "ZERO"  # 计 0 分
    DISQUALIFY = "DISQUALIFY"  # 取消成绩: the whole result is void


class MarkState(StrEnum):
    HOLDS = "HOLDS"
    WAITING = "WAITING"  # typed, for a second person to confirm


class PenaltyState(StrEnum):
    PROPOSED = "PROPOSED"  # waits for a second person
    IN_FORCE = "IN_FORCE"
    REVOKED = "REVOKED"  # or declined before it was in force


class Severity(StrEnum):
    ERROR = "ERROR"
    WARNING = "WARNING"
