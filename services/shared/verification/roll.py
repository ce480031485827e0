"""The roll of a verification draw, and whom a seed draws from it: anybody who has both finds the same people.

The roll is a text file: UTF-8, lines end with `\\n`, cells are parted by one tab, lines sorted by their bytes.

    livecup verification roll 1
    per CITY
    people 2
    seed source 中国福利彩票双色球第 2021101 期开奖号码：红球由小到大、蓝球，两位数，以空格分隔
    seed at 2021-09-05T21:15:00+08:00
    武汉市  DOUYIN  zhangsan                        one line for each person that is drawn from

Its SHA-256 is announced before the seed is known. The ticket of a line is the SHA-256 of the seed, a line feed and the
account (`DOUYIN zhangsan`, one blank between); of each city or division those with the smallest tickets are drawn.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

from services.shared.beijing import BEIJING
from services.shared.file_vocabulary import DrawPer

_TITLE = "livecup verification roll 1"


class WrongRollError(ValueError):
    """The text is no roll."""


class Lot(NamedTuple):
    """Somebody whom the seed may draw: their city or division, and their account."""

    group: str
    platform: str
    handle: str  # normalised

    @property
    def account(self) -> str:
        return f"{self.platform} {self.handle}"


class Drawn(NamedTuple):
    """A lot that was drawn, with its ticket."""

    lot: Lot
    ticket: str


@dataclass(frozen=True, slots=True)
class Roll:
    """Whom a draw is made from, and how: all that is fixed before the seed is known."""

    per: DrawPer
    people: int
    seed_source: str
    seed_at: datetime
    lots: Sequence[Lot]

    def text(self) -> str:
        """The file; the same however the lots were ordered."""
        lines = sorted("\t".join(lot).encode() for lot in self.lots)
        head = (
            _TITLE,
            f"per {self.per}",
            f"people {self.people}",
            f"seed source {self.seed_source}",
            f"seed at {self.seed_at.astimezone(BEIJING).isoformat()}",
        )
        return "\n".join((*head, *(line.decode() for line in lines), ""))

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text().encode()).hexdigest()

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises WrongRollError."""
        lines = text.removesuffix("\n").split("\n")
        names = ("per ", "people ", "seed source ", "seed at ")
        if lines[0] != _TITLE or len(lines) <= len(names):
            raise WrongRollError(lines[0])
        for line, name in zip(lines[1:], names, strict=False):
            if not line.startswith(name):
                raise WrongRollError(line)
        per, people, source, at = (line.removeprefix(name) for line, name in zip(lines[1:], names, strict=False))
        try:
            lots = [Lot(*line.split("\t")) for line in lines[1 + len(names) :]]
            return cls(DrawPer(per), int(people), source, datetime.fromisoformat(at), lots)
        except (TypeError, ValueError) as error:
            raise WrongRollError(text[:80]) from error


def ticket(seed: str, lot: Lot) -> str:
    """What orders the lots: `printf '%s\\n%s' SEED ACCOUNT | sha256sum`."""
    return hashlib.sha256(f"{seed}\n{lot.account}".encode()).hexdigest()


def draw(roll: Roll, seed: str) -> Mapping[str, Sequence[Drawn]]:
    """Of each group, by name, the lots that the seed draws, by their tickets; all where there are fewer."""
    groups: dict[str, list[Drawn]] = defaultdict(list)
    for lot in roll.lots:
        groups[lot.group].append(Drawn(lot, ticket(seed, lot)))
    return {name: sorted(groups[name], key=lambda drawn: drawn.ticket)[: roll.people] for name in sorted(groups)}


def accounts(drawn: Mapping[str, Iterable[Drawn]]) -> list[str]:
    """The accounts of all who were drawn, group by group."""
    return [each.lot.account for group in drawn.values() for each in group]
