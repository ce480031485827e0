"""What is kept of a file whose headings nobody knows yet, so that an organiser can say what they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class SeenColumn:
    """A column as it was seen: how its cells are written, not what they say."""

    heading: str
    known: bool  # to the kind that the file looks like
    style: str
    filled: bool  # whether every row that was looked at has a value


@dataclass(frozen=True, slots=True)
class Waiting:
    """`looks_like` is a format's name, `missing` the needed headings of it that the file does not have."""

    looks_like: str
    missing: Sequence[str]
    columns: Sequence[SeenColumn]

    @property
    def unknown(self) -> list[str]:
        return [column.heading for column in self.columns if not column.known]

    @property
    def named(self) -> str:
        """The unknown ones in a sentence."""
        return "、".join(self.unknown[:_MOST_NAMED]) + ("…" if len(self.unknown) > _MOST_NAMED else "")

    @property
    def headings(self) -> list[str]:
        return [column.heading for column in self.columns]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        return cls(**{**said, "columns": [SeenColumn(**column) for column in said["columns"]]})
