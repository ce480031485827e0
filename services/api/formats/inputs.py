"""What the mutations of formats take, and what must be true of it."""

import re

import strawberry

from services.api.checks import check_text
from services.api.errors import InvalidInputError
from services.shared.file_vocabulary import UploadKind
from services.shared.formats.catalogue import Format, Formats, catalogue
from services.shared.formats.own import Alias
from services.shared.formats.section import LONGEST_HEADING, normalise

_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_AGAIN = "Repeating a request with the same key changes nothing. (幂等键)"


@strawberry.input(description="What a heading means in files of a kind from now on. (对应列名)")
class MapHeadingInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    format: str = strawberry.field(description="Key of the format that the files are of. (格式代号)")
    heading: str = strawberry.field(description="As the files write it. (列名)")
    field: str = strawberry.field(description="What it is read into: a field of one of the format's columns. (字段)")
    reason: str = strawberry.field(description="Why; kept. (原因)")
    idempotency_key: str | None = strawberry.field(default=None, description=_AGAIN)


@strawberry.input(description="A heading that is to mean nothing any more. (取消列名对应)")
class RemoveMappingInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    format: str = strawberry.field(description="Key of the format. (格式代号)")
    heading: str = strawberry.field(description="The heading. (列名)")
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.input(description="A format of the contest's own, or a better one in its place. (新增或修改格式)")
class AddFormatInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    key: str = strawberry.field(description="Its short name: capital letters, digits, underscores. (代号)")
    title: str = strawberry.field(description="What people call it. (名称)")
    document: str = strawberry.field(description="The format in TOML; docs/formats.md explains. (格式文档)")
    sample_id: strawberry.ID | None = strawberry.field(
        default=None, description="An upload that waits and has to be recognised by it. (样本文件)"
    )
    reason: str = strawberry.field(description="Why; kept. (原因)")
    idempotency_key: str | None = strawberry.field(default=None, description=_AGAIN)


@strawberry.input(description="A format of the contest's own that is to be taken no longer. (停用格式)")
class RemoveFormatInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    key: str = strawberry.field(description="Its short name. (代号)")
    reason: str = strawberry.field(description="Why; kept. (原因)")


@strawberry.input(description="A file of which nothing counts, to be read once more. (重新读取文件)")
class ReadUploadAgainInput:
    upload_id: strawberry.ID = strawberry.field(description="The upload. (上传文件)")


def check_mapping(formats: Formats, alias: Alias) -> None:
    """Raises InvalidInputError unless the heading is new to the format and the format has the field."""
    check_text("heading", alias.heading, LONGEST_HEADING)
    format_ = find_format(formats, alias.kind)
    fields = list(dict.fromkeys(column.to for column in format_.columns))
    heading = normalise(alias.heading)
    if alias.to not in fields:
        raise InvalidInputError("FORMAT_HAS_NO_FIELD", field="field", name=alias.to, known="、".join(fields))
    if not heading:
        raise InvalidInputError("TEXT_EMPTY", field="heading")
    if heading in formats.personal:
        raise InvalidInputError("HEADING_PERSONAL", field="heading")
    if any(heading in column.names for column in format_.columns):
        raise InvalidInputError("HEADING_KNOWN", field="heading")


def find_format(formats: Formats, key: str) -> Format:
    """Raises InvalidInputError."""
    found = formats.find(key)
    if found is None:
        raise InvalidInputError("FORMAT_UNKNOWN", field="format")
    return found


def check_own(key: str, title: str) -> None:
    """Raises InvalidInputError for a key that is none, or that stands for something else already."""
    taken = {*UploadKind, *(each.name for each in catalogue().not_taken)}
    if not _KEY.fullmatch(key) or key in taken:
        raise InvalidInputError("FORMAT_KEY_WRONG", field="key")
    check_text("title", title)


def check_recognised(formats: Formats, key: str, headings: list[str]) -> None:
    """Raises InvalidInputError unless a file with these headings would be read by the format."""
    found = formats.recognise(headings)
    if isinstance(found, Format) and found.name == key:
        return
    if isinstance(found, Format):
        raise InvalidInputError("FORMAT_READ_AS_ANOTHER", field="document", format=found.called)
    lacking = formats.of(key).missing(frozenset(map(normalise, headings)))
    missing = f"（{'、'.join(lacking)}）" if lacking else ""
    raise InvalidInputError("FORMAT_NOT_RECOGNISED", field="document", missing=missing)
