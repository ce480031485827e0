"""What the mutations of documents take, and what must be true of it."""

import strawberry

from services.api.checks import check_sha256, check_text
from services.api.errors import InvalidInputError
from services.shared.vocabulary import DocumentPurpose

LARGEST = 20 << 20  # bytes


@strawberry.input(description="A document to send. (待上传材料)")
class CreateDocumentInput:
    purpose: DocumentPurpose = strawberry.field(description="What it is for. (用途)")
    contestant_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whose it is: of EVIDENCE and ALIAS. (选手)"
    )
    city_id: strawberry.ID | None = strawberry.field(default=None, description="Of SIGNED_LIST. (市州)")
    contest_id: strawberry.ID | None = strawberry.field(default=None, description="Of NOTICE and PENALTY. (赛事)")
    evidence_key: str | None = strawberry.field(
        default=None, description="Of EVIDENCE: which piece the division asks for. (材料代号)"
    )
    title: str | None = strawberry.field(
        default=None, description="Of NOTICE and PENALTY; other documents are called for what they are. (名称)"
    )
    size: int = strawberry.field(description="Bytes, at most 20 MiB. (字节数)")
    sha256: str = strawberry.field(description="SHA-256 of the bytes, 64 hex digits. (校验值)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating a request with the same key makes nothing new. (幂等键)"
    )


@strawberry.input(description="A document to look at. (查看材料)")
class ViewDocumentInput:
    id: strawberry.ID = strawberry.field(description="Which. (材料)")
    reason: str = strawberry.field(default="", description="Why; it is recorded. (原因)")


@strawberry.input(description="A document to delete. (删除材料)")
class DeleteDocumentInput:
    id: strawberry.ID = strawberry.field(description="Which. (材料)")
    reason: str = strawberry.field(description="Why. (原因)")


def check_document(new: CreateDocumentInput) -> None:
    """Raises InvalidInputError for the first thing that is wrong."""
    if not 0 < new.size <= LARGEST:
        raise InvalidInputError("UPLOAD_TOO_LARGE", field="size", most=LARGEST >> 20)
    check_sha256("sha256", new.sha256)
    if new.purpose in (DocumentPurpose.NOTICE, DocumentPurpose.PENALTY):
        check_text("title", new.title or "")
    elif new.title is not None:
        raise InvalidInputError("DOCUMENT_TITLE_FIXED", field="title")
    if (new.purpose is DocumentPurpose.EVIDENCE) != (new.evidence_key is not None):
        raise InvalidInputError("DOCUMENT_EVIDENCE_KEY", field="evidenceKey")
