"""What a format says: a section of `formats.toml`, or the document of a contest's own format (docs/formats.md)."""

import re
import unicodedata
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.shared.file_vocabulary import Source
from services.shared.vocabulary import Platform

_INVISIBLE = re.compile(r"[\s\ufeff\u200b-\u200f\u2060*]+")
_YUAN = re.compile(r"\(元\)$")
_SECONDS = re.compile(r"(?<=\d)秒")
_SAME = {
    "点赞": "点赞量",
    "点赞数": "点赞量",
    "评论": "评论量",
    "评论数": "评论量",
    "分享": "分享量",
    "分享数": "分享量",
    "收藏": "收藏量",
    "收藏数": "收藏量",
    "涨粉": "粉丝增量",
    "涨粉量": "粉丝增量",
    "涨粉数": "粉丝增量",
}  # what means the same in every file

LONGEST_HEADING = 100
Heading = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_HEADING)]
Text = Annotated[str, StringConstraints(max_length=200)]
Words = Annotated[str, StringConstraints(max_length=10_000)]


def normalise(heading: str | None) -> str:
    """The heading as compared: ` 订单应付金额（元）` = `订单应付金额`, `5秒完播率` = `5S完播率`, `点赞` = `点赞量`."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", heading or "")).lower()
    plain = _YUAN.sub("", _SECONDS.sub("s", text))
    return _SAME.get(plain, plain)


class _Strict(BaseModel):
    """Nothing unknown in it, and nothing in it ever changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Column(_Strict):
    """One column that is read: `to` in the canonical frame, from any of `names`. The head of formats.toml explains."""

    heading: Heading
    also: list[Heading] = Field(default=[], max_length=50)
    to: Text
    style: Text
    needed: bool = False
    filled: bool = False
    words: dict[Text, Text] = Field(default={}, max_length=200)
    other: Text | None = None
    missing: Text | None = None
    none: list[Text] = Field(default=[], max_length=50)
    help: Text = ""

    @cached_property
    def names(self) -> frozenset[str]:
        """All its headings, normalised."""
        return frozenset(map(normalise, [self.heading, *self.also]))


class Section(_Strict):
    """One kind of file as it is written down."""

    source: Annotated[Source, Field(strict=False)]
    platform: Annotated[Platform | None, Field(strict=False)] = None
    without: list[Heading] = Field(default=[], max_length=200)
    key: list[Text] = Field(default=[], max_length=10)
    known: Words = ""
    personal: Words = ""
    to_the_minute: bool = False
    days_of_one_work: bool = False
    columns: list[Column] = Field(min_length=1, max_length=200)

    @cached_property
    def personal_names(self) -> frozenset[str]:
        """Headings of personal data, normalised."""
        return _names(self.personal)

    @cached_property
    def known_names(self) -> frozenset[str]:
        """Every normalised heading that is no surprise, read or not."""
        read = (column.names for column in self.columns)
        return (_names(self.known) | self.personal_names).union(*read)


def _names(text: str) -> frozenset[str]:
    return frozenset(normalise(part) for part in text.split(",") if part.strip())
