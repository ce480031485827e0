"""The one word for each thing about export files, and about how their figures are looked after and checked."""

from enum import StrEnum


class OwnerlessOrders(StrEnum):
    """What happens to orders whose file says that nobody sold them."""

    UNCLAIMED = "UNCLAIMED"  # they count for nobody
    FOLDER_ACCOUNT = "FOLDER_ACCOUNT"  # for the account of the folder or upload


class Originals(StrEnum):
    """What becomes of export files once they are read."""

    KEEP_ENCRYPTED = "KEEP_ENCRYPTED"
    DROP_AFTER_INGEST = "DROP_AFTER_INGEST"  # unless lines of theirs wait for their contestants


class ClaimState(StrEnum):
    """Whether a platform number is the account's it is said to be."""

    ASKED = "ASKED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


class Source(StrEnum):
    """What a file tells of; also the table its rows go to, in lower case."""

    WORKS = "WORKS"
    ACCOUNT_DAYS = "ACCOUNT_DAYS"
    LIVE_SESSIONS = "LIVE_SESSIONS"
    ORDERS = "ORDERS"


class ExportState(StrEnum):
    """Whether a week's export of a contestant is there; services/api/coverage/weeks.py says when."""

    HAVE = "HAVE"
    LATE = "LATE"  # there, but handed in after it was due
    MISSING = "MISSING"
    NOT_YET = "NOT_YET"


class UploadKind(StrEnum):
    """What an uploaded file is; the kinds with a source are described in shared/formats/formats.toml."""

    DOUYIN_WORKS = "DOUYIN_WORKS"  # 作品列表
    DOUYIN_WORKS_SHORT = "DOUYIN_WORKS_SHORT"  # 投稿分析
    DOUYIN_ACCOUNT_DAYS = "DOUYIN_ACCOUNT_DAYS"  # 数据表现
    DOUYIN_LIVE_SESSIONS = "DOUYIN_LIVE_SESSIONS"  # 直播间列表
    DOUYIN_ORDERS = "DOUYIN_ORDERS"  # 抖店订单
    KUAISHOU_WORK_DAYS = "KUAISHOU_WORK_DAYS"  # 作品数据分析明细表
    KUAISHOU_LIVE_SESSIONS = "KUAISHOU_LIVE_SESSIONS"  # 直播历史
    KUAISHOU_ORDERS = "KUAISHOU_ORDERS"  # 快手小店订单
    TEMPLATE_WORKS = "TEMPLATE_WORKS"  # our own template
    TEMPLATE_ACCOUNT_DAYS = "TEMPLATE_ACCOUNT_DAYS"
    TEMPLATE_LIVE_SESSIONS = "TEMPLATE_LIVE_SESSIONS"
    TEMPLATE_ORDERS = "TEMPLATE_ORDERS"
    OWN = "OWN"  # a format that the contest has added
    ROSTER = "ROSTER"  # 推荐表
    GIVEN_LIST = "GIVEN_LIST"  # people that evidence is matched with
    ARCHIVE = "ARCHIVE"  # a zip of other files

    @property
    def is_template(self) -> bool:
        """Whether it is our own template, filled in by somebody."""
        return self.startswith("TEMPLATE_")


class Origin(StrEnum):
    """Where figures come from."""

    PLATFORM = "PLATFORM"  # a file of the platform's
    TEMPLATE = "TEMPLATE"  # our own template, vouched for by whoever sent it
    TYPED = "TYPED"  # typed in by a person, with a reason


class UploadState(StrEnum):
    CREATED = "CREATED"  # waits for its bytes
    QUEUED = "QUEUED"
    READING = "READING"
    ACCEPTED = "ACCEPTED"
    WAITING = "WAITING"  # nothing of it counts until an organiser says what its headings mean
    REFUSED = "REFUSED"  # nothing of it counts; its problems say why
    DUPLICATE = "DUPLICATE"  # the same content already counts
    WITHDRAWN = "WITHDRAWN"
    FAILED = "FAILED"  # our fault, after several tries

    @property
    def ended(self) -> bool:
        """Whether it stays so until a person acts."""
        return self not in (UploadState.CREATED, UploadState.QUEUED, UploadState.READING)


class MarkedCopyState(StrEnum):
    QUEUED = "QUEUED"
    DONE = "DONE"
    FAILED = "FAILED"  # our fault; it can be asked for again


class AccountMeasure(StrEnum):
    """What an account-day row can say; flows of the day but for TOTAL_FOLLOWERS, a stock, and two ratios."""

    PLAYS = "PLAYS"
    LIKES = "LIKES"
    COMMENTS = "COMMENTS"
    SHARES = "SHARES"
    COVER_CLICK_RATE = "COVER_CLICK_RATE"
    NET_FOLLOWERS = "NET_FOLLOWERS"
    LOST_FOLLOWERS = "LOST_FOLLOWERS"
    TOTAL_FOLLOWERS = "TOTAL_FOLLOWERS"
    PROFILE_VISITS = "PROFILE_VISITS"
    SOUND_WAVES = "SOUND_WAVES"  # 音浪
    WORKS = "WORKS"
    COMPLETION_RATE_5S = "COMPLETION_RATE_5S"
    BOUNCE_RATE_2S = "BOUNCE_RATE_2S"
    AVERAGE_PLAY_SECONDS = "AVERAGE_PLAY_SECONDS"


class AfterSale(StrEnum):
    """The words that formats.toml reads states of an order into."""

    NONE = "NONE"
    OPEN = "OPEN"  # asked for, not decided: still counts, shown as open
    REFUNDED = "REFUNDED"  # the whole line


class Visibility(StrEnum):
    """The words that formats.toml reads who may see a work into."""

    PUBLIC = "PUBLIC"  # 公开
    PRIVATE = "PRIVATE"  # 自见: its zeros are not real zeros, it never counts


class FlagCode(StrEnum):
    """A sign that figures deserve a look (提示); never a verdict, and never a change of a score."""

    PLAYS_JUMP_WITHOUT_ENGAGEMENT = "PLAYS_JUMP_WITHOUT_ENGAGEMENT"
    SALES_WITHOUT_VIEWERS = "SALES_WITHOUT_VIEWERS"
    REFUND_SHARE_HIGH = "REFUND_SHARE_HIGH"
    SAME_ROWS_AS_ANOTHER = "SAME_ROWS_AS_ANOTHER"
    FIGURES_WENT_DOWN = "FIGURES_WENT_DOWN"
    ORDERS_OUTSIDE_LIVE = "ORDERS_OUTSIDE_LIVE"
    RAISED_BY_A_PERSON = "RAISED_BY_A_PERSON"


class FlagState(StrEnum):
    OPEN = "OPEN"
    EXPLAINED = "EXPLAINED"  # a person has looked: there is a good reason
    REFERRED = "REFERRED"  # a person has looked: handed to the organising body
    GONE = "GONE"  # the figures no longer show it


class FlagConclusion(StrEnum):
    """What somebody who has looked makes of a flag: states that only a person gives."""

    EXPLAINED = FlagState.EXPLAINED.value
    REFERRED = FlagState.REFERRED.value


class FlagThreshold(StrEnum):
    """From where on figures are flagged; data of the contest, shared/flags/thresholds.py holds the usual ones."""

    JUMP_PLAYS = "JUMP_PLAYS"
    JUMP_ENGAGEMENT = "JUMP_ENGAGEMENT"
    SESSION_ORDERS = "SESSION_ORDERS"
    ORDERS_PER_VIEWER = "ORDERS_PER_VIEWER"
    REFUND_ORDERS = "REFUND_ORDERS"
    REFUND_SHARE = "REFUND_SHARE"
    SAME_ROWS = "SAME_ROWS"
    SAME_ROWS_PLAYS = "SAME_ROWS_PLAYS"
    FALL_COUNT = "FALL_COUNT"
    FALL_SHARE = "FALL_SHARE"
    OUTSIDE_ORDERS = "OUTSIDE_ORDERS"
    OUTSIDE_SHARE = "OUTSIDE_SHARE"
    OUTSIDE_MINUTES = "OUTSIDE_MINUTES"


class LinkKind(StrEnum):
    """What the address of a link shows."""

    WORK = "WORK"
    REPLAY = "REPLAY"  # of a live session


class DrawPer(StrEnum):
    """Of what a verification draw takes so many people each."""

    CITY = "CITY"
    DIVISION = "DIVISION"


class VerificationState(StrEnum):
    OPEN = "OPEN"  # not compared yet, or files came or went since
    AGREES = "AGREES"
    DIFFERS = "DIFFERS"


class VerificationOutcome(StrEnum):
    """What comparing found: states that only a person gives."""

    AGREES = VerificationState.AGREES.value
    DIFFERS = VerificationState.DIFFERS.value


class VerificationMethod(StrEnum):
    SCREEN = "SCREEN"  # the platform's own page, looked at together
    FRESH_EXPORT = "FRESH_EXPORT"  # exported anew before witnesses
