"""What a contest has added to the built-in formats, as one text that names it wherever files are read.

The same additions always give the same text, so whoever reads many files by them looks at it once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple, Self

import orjson


class Alias(NamedTuple):
    """In files of a kind, or of an own format by its key, this heading means the column `to`."""

    kind: str
    heading: str
    to: str


@dataclass(frozen=True, slots=True)
class OwnFormat:
    """`section` has the keys and values of a section of formats.toml; it was checked when it was saved."""

    title: str
    section: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Own:
    """What a contest has added; `formats` by their keys."""

    aliases: Sequence[Alias] = ()
    formats: Mapping[str, OwnFormat] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """As `catalogue` takes it; empty when nothing was added."""
        if not self.aliases and not self.formats:
            return ""
        said = {
            "aliases": sorted(map(list, self.aliases)),
            "formats": {key: asdict(each) for key, each in self.formats.items()},
        }
        return orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()

    @classmethod
    def read(cls, text: str) -> Self:
        said = orjson.loads(text)
        formats = {key: OwnFormat(each["title"], each["section"]) for key, each in said["formats"].items()}
        return cls([Alias(*each) for each in said["aliases"]], formats)
