"""What a round's ranking leads to: the score of teams, and prizes by place."""

import re
from typing import Any, Literal

from pydantic import field_validator
from pydantic_core import PydanticCustomError

from services.shared.rules.admission import Percent
from services.shared.rules.measurement import Key, People, Text
from services.shared.rules.scales import Strict

TieAtCut = Literal["all in", "none", "person decides"]


class TeamScoring(Strict):
    """How the totals of a city's people become its team's score.

    score:  the sum or the mean of them
    best_n: only of the n best; of everybody when not said
    """

    score: Literal["sum", "mean"]
    best_n: People | None = None


class Award(Strict):
    """Prizes of one kind; awards that stand below each other for the same ranking go on where the one above ended.

    by:       what decides: `total`, or `item SALES`
    division: only for people of this division
    places:   how many prizes, or …
    percent:  … for how many percent of those who have a result (rounded up)
    tie_at_cut: what happens to equals of whom only some fit
    """

    key: Key
    title: Text
    of: Literal["person", "team"]
    by: Text = "total"
    division: Text | None = None
    places: People | None = None
    percent: Percent | None = None
    tie_at_cut: TieAtCut

    @field_validator("by", mode="after")
    @classmethod
    def _known(cls, text: Any) -> Any:
        if text != "total" and not re.fullmatch(r"item \w+", text):
            raise PydanticCustomError("RULES_AWARD_BY_UNKNOWN", "total or item KEY", {"text": text[:100]})
        return text

    @property
    def item(self) -> str | None:
        """The item that decides; none = the total."""
        return None if self.by == "total" else self.by.removeprefix("item ")

    @property
    def ranking(self) -> tuple[str, str, str | None]:
        """The same for awards that share out one ranking."""
        return self.of, self.by, self.division
