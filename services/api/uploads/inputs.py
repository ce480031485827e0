"""What the upload mutations take, and what must be true of it."""

from datetime import datetime

import strawberry

from services.api.checks import check_sha256, check_text
from services.api.errors import InvalidInputError
from services.api.scalars import Long
from services.shared.fetching import Allowed
from services.shared.file_vocabulary import UploadKind
from services.shared.handles import handle_key, read_account
from services.shared.vocabulary import ImportPolicy, Platform

LONGEST_NAME, LONGEST_URL = 400, 4000
OF_PEOPLE = frozenset({UploadKind.ROSTER, UploadKind.GIVEN_LIST})  # these hold ID numbers


@strawberry.input(description="A file to be uploaded. (待上传文件)")
class CreateUploadInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    kind: UploadKind | None = strawberry.field(default=None, description="What it is; recognised when left out. (类型)")
    account_id: strawberry.ID | None = strawberry.field(default=None, description="The account it is of. (所属账号)")
    account_hint: str | None = strawberry.field(
        default=None, description="The same as text, such as `抖音-zhangsan`. (账号名称)"
    )
    exported_at: datetime | None = strawberry.field(
        default=None, description="When the platform made it; decides which of two exports counts. (导出时间)"
    )
    policy: ImportPolicy = strawberry.field(
        default=ImportPolicy.ALL_OR_NOTHING, description="What one refused line means for the others. (导入方式)"
    )
    attested: bool = strawberry.field(
        default=False, description="The sender vouches for the figures; asked for our own templates. (承诺数据属实)"
    )
    published_at: datetime | None = strawberry.field(
        default=None, description="Of a file about one work that does not say it. (作品发布时间)"
    )
    url: str | None = strawberry.field(
        default=None, description="Fetch it from this https address instead of waiting for its bytes. (文件网址)"
    )
    sha256: str | None = strawberry.field(
        default=None, description="SHA-256 of the bytes, 64 hex digits; needed without `url`. (文件哈希)"
    )
    size: Long | None = strawberry.field(default=None, description="Bytes; needed without `url`. (大小)")
    name: str = strawberry.field(description="File name. (文件名)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key finds the same upload. (幂等键)"
    )


@strawberry.input(description="An upload whose bytes have been put. (完成上传)")
class CompleteUploadInput:
    upload_id: strawberry.ID = strawberry.field(description="The upload. (上传文件)")


@strawberry.input(description="An upload that is no longer to count. (撤回上传)")
class WithdrawUploadInput:
    upload_id: strawberry.ID = strawberry.field(description="The upload. (上传文件)")
    reason: str = strawberry.field(description="Why. (原因)")


def check_upload(upload: CreateUploadInput, now: datetime, limit: int, allowed: Allowed) -> None:
    """Raises InvalidInputError for the first thing that is wrong; `limit` in bytes."""
    check_text("name", upload.name, LONGEST_NAME)
    if upload.url is not None:
        _check_url(upload, upload.url, allowed)
    if upload.url is None or upload.sha256 is not None:
        check_sha256("sha256", upload.sha256 or "")
    if upload.url is None and not 0 <= (-1 if upload.size is None else upload.size) <= limit:
        raise InvalidInputError("UPLOAD_TOO_LARGE", field="size", most=limit // 2**20)
    if upload.exported_at is not None and upload.exported_at > now:
        raise InvalidInputError("EXPORTED_IN_FUTURE", field="exportedAt")
    if upload.published_at is not None and upload.published_at > (upload.exported_at or now):
        raise InvalidInputError("PUBLISHED_AFTER_EXPORT", field="publishedAt")


def _check_url(upload: CreateUploadInput, url: str, allowed: Allowed) -> None:
    if upload.kind in OF_PEOPLE:
        raise InvalidInputError("FETCH_NOT_OF_PEOPLE", field="url")
    refusal = "FETCH_ADDRESS_INVALID" if len(url) > LONGEST_URL else allowed.refusal(url)
    if refusal is not None:
        raise InvalidInputError(refusal, field="url")


def read_hint(hint: str) -> tuple[Platform | None, str]:
    """Platform, when named, and handle key of a hint such as `抖音-zhangsan` or `zhangsan`."""
    account = read_account(hint)
    if account is None:
        return None, handle_key(hint)
    platform, handle = account
    return platform, handle_key(handle)
