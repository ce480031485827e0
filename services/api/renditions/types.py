"""The documents of a revision, and where they are."""

from collections.abc import Mapping
from typing import Self

import strawberry

from services.api.rows import Row
from services.shared.vocabulary import RenditionFormat
from services.shared.words import Language

TAGS: Mapping[Language, str] = {Language.ZH: "zh-CN", Language.EN: "en"}


def name_of(language: Language, document: RenditionFormat) -> str:
    """The last part of its address: `zh-CN.pdf`."""
    return f"{TAGS[language]}.{document.lower()}"


@strawberry.type(description="A document of a revision, made from its snapshot alone. (公示、公布的文件)")
class PublicationDocument:
    language: Language = strawberry.field(description="Of its text; names are as published. (语言)")
    format: RenditionFormat = strawberry.field(description="What it is for. (格式)")
    url: str = strawberry.field(description="GET it here; relative to the API. (下载地址)")
    sha256: str = strawberry.field(description="Of its bytes. (摘要)")
    size: int = strawberry.field(description="In bytes. (字节数)")

    @classmethod
    def of(cls, row: Row) -> Self:
        language, document = Language(row["language"]), RenditionFormat(row["format"])
        url = f"/publications/{row['slug']}/{row['revision']}/{name_of(language, document)}"
        return cls(language=language, format=document, url=url, sha256=row["sha256"], size=row["size"])
