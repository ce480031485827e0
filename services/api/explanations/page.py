"""Everything about somebody's points on one page of text: total, items, metrics, and the files down to the line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Any
from uuid import UUID

from services.api.explanations.facts import Fact, FilePlace
from services.api.explanations.store import ExplainedRun
from services.shared.exact import plain
from services.shared.file_vocabulary import Origin
from services.shared.problems import Parameters
from services.shared.rules.measurement import Measurement
from services.shared.rules.sentence import remarks, sentence
from services.shared.words import LIST_MARKS, Language, put

_SPANS = 12  # of lines that are named for a file; the rest is "…"


@dataclass(frozen=True, slots=True)
class FileSaid:
    """How a file is named; without a name it is none of the reader's."""

    name: str | None
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Explained:
    """What a page tells. `rows`: of each of the rules' measurements; `person` and `ranks` fill its first lines."""

    run: ExplainedRun
    person: Parameters
    ranks: Parameters
    explanation: Mapping[str, Any]
    rows: Sequence[Sequence[Fact]]
    files: Mapping[UUID, FileSaid]


def page(told: Explained, language: Language) -> str:
    """The page in a language; lines end with `\\n`."""
    return "\n".join(_Page(told, language).lines()) + "\n"


class _Page:
    def __init__(self, told: Explained, language: Language) -> None:
        self.told, self.language = told, language

    def lines(self) -> Iterator[str]:
        told, run = self.told, self.told.run
        yield self._put("PAGE_TITLE", told.person)
        named: Parameters = {"round": run.round, "number": run.number, "digest": run.digest, "title": run.rules.title}
        yield self._put("PAGE_RUN", named)
        yield self._put("PAGE_TOTAL", told.ranks)
        if told.explanation.get("void"):
            yield self._put("PAGE_VOID", {})
        yield from self._remarks()
        rows = iter(told.rows)
        for item in told.explanation["items"]:
            yield ""
            yield self._put("PAGE_ITEM", {name: item[name] for name in ("title", "points", "weight")})
            if item["counted_share"] not in ("100", "0"):
                yield "  " + self._put("PAGE_RAISED", {"share": item["counted_share"]})
            rules = run.rules.items[item["item"]].metrics
            for metric, rule in zip(item["metrics"], rules, strict=True):
                yield f"  · {sentence(metric, self.language)}"
                if rule.cap is not None:
                    yield "    " + self._put("PAGE_CAP", {"most": plain(rule.cap)})
                yield from (f"    {line}" for line in self._source(rule, next(rows)))

    def _remarks(self) -> Iterator[str]:
        """What gates and penalties did, the gates first, each with what it looked at."""
        rules = self.told.run.rules
        measured = [gate for gate in rules.gates if gate.measurement is not None]
        rows = dict(zip((gate.title for gate in measured), self.told.rows[len(rules.metrics) :], strict=True))
        rule_of = {gate.title: gate.measurement for gate in measured}
        gates = [gate["title"] for gate in self.told.explanation.get("gates", ())]
        for remark, title in zip_longest(remarks(self.told.explanation, self.language), gates):
            yield remark
            if (rule := rule_of.get(title)) is not None:
                yield from (f"  {line}" for line in self._source(rule, rows[title]))

    def _source(self, rule: Measurement, facts: Sequence[Fact]) -> Iterator[str]:
        """What limits a measurement, then the rows it was counted from."""
        if rule.best_n is not None:
            yield self._put("PAGE_BEST", {"count": rule.best_n})
        if rule.cap_per_day is not None:
            yield self._put("PAGE_CAP_PER_DAY", {"most": plain(rule.cap_per_day)})
        if facts:
            yield self._put("PAGE_ROWS", {"count": len(facts)})
            places = sorted({place for fact in facts for place in fact.places})
            for (upload, sheet), found in groupby(places, key=lambda place: place[:2]):
                yield "  " + self._file(upload, sheet, found)

    def _file(self, upload: UUID, sheet: str, places: Iterable[FilePlace]) -> str:
        file = self.told.files[upload]
        values: Parameters = {
            "name": file.name or self._put("PAGE_HIDDEN_FILE", {}),
            "sheet": sheet,
            "lines": LIST_MARKS[self.language].join(spans([place.line for place in places])),
            "origin": f"ORIGIN_{file.origin or Origin.PLATFORM}",
        }
        return self._put("PAGE_FILE" if sheet else "PAGE_FILE_WITHOUT_SHEET", values)

    def _put(self, code: str, values: Parameters) -> str:
        return put(code, values, self.language)


def spans(lines: Sequence[int]) -> list[str]:
    """`[2, 3, 4, 9]` → `["2-4", "9"]`; of very many the first, then `…`."""
    found = []
    for _, run in groupby(enumerate(sorted(set(lines))), key=lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in run]
        found.append(f"{numbers[0]}-{numbers[-1]}" if len(numbers) > 1 else str(numbers[0]))
    return found if len(found) <= _SPANS else [*found[:_SPANS], "…"]
