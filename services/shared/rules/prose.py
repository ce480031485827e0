"""Rules as prose: what an official reads aloud, recognises as the notice, and signs.

Everything that the document states is said, in the document's order; nothing is said that it does not state but what
holds for every round (`docs/rules.md`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from services.shared.exact import plain
from services.shared.rules.admission import Gate
from services.shared.rules.awards import Award, TeamScoring
from services.shared.rules.jury import Panel
from services.shared.rules.metric_prose import measured, metric_line, title_of
from services.shared.rules.model import FinalistPolicy, Item, Rules, TieKey
from services.shared.words import LIST_MARKS, Language, put

_NUMERALS = "一二三四五六七八九十"
_CLAUSE = {Language.ZH: "；", Language.EN: "; "}
_GAP = {Language.ZH: "", Language.EN: " "}


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and what stands below it, a paragraph each."""

    heading: str
    paragraphs: tuple[str, ...]


def parts_of(rules: Rules, language: Language, names: Mapping[str, str] = MappingProxyType({})) -> list[Part]:
    """The whole document, part by part. `names`: titles of the contest's rounds and divisions by their keys."""
    return [Part(heading, tuple(paragraphs)) for heading, paragraphs in _Writer(rules, language, names).parts()]


def prose(rules: Rules, language: Language = Language.ZH, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """The whole document as one text: the title, then numbered parts with numbered paragraphs."""
    lines = [rules.title]
    for number, part in enumerate(parts_of(rules, language, names), start=1):
        mark = f"{_numeral(number)}、" if language is Language.ZH else f"{number}. "
        lines += ["", mark + part.heading]
        before = "" if language is Language.ZH else f"{number}."
        lines += (f"{before}{index}. {text}" for index, text in enumerate(part.paragraphs, start=1))
    return "\n".join(lines) + "\n"


def _numeral(number: int) -> str:
    """一 … 十, 十一 … 九十九."""
    tens, ones = divmod(number, 10)
    ten = "" if tens == 0 else ("" if tens == 1 else _NUMERALS[tens - 1]) + "十"
    return ten + (_NUMERALS[ones - 1] if ones else "")


class _Writer:
    """Says one document in one language."""

    def __init__(self, rules: Rules, language: Language, names: Mapping[str, str]) -> None:
        self.rules = rules
        self.language = language
        self.names = names

    def say(self, code: str, **values: str | int | Decimal) -> str:
        told = {name: plain(value) if isinstance(value, Decimal) else value for name, value in values.items()}
        return put(code, told, self.language)

    def listed(self, parts: Iterator[str]) -> str:
        return LIST_MARKS[self.language].join(parts)

    def named(self, key: str) -> str:
        return self.names.get(key, key)

    def title(self, item: str) -> str:
        return self.rules.items[item].title or item

    def parts(self) -> Iterator[tuple[str, Iterator[str]]]:
        rules = self.rules
        yield self.say("PROSE_GENERAL"), self.general()
        for key, item in rules.items.items():
            yield self.say("PROSE_ITEM", title=item.title or key, weight=item.weight), self.item(key, item)
        if rules.jury:
            yield self.say("PROSE_JURY"), (self.panel(panel) for panel in rules.jury.values())
        if rules.gates:
            yield self.say("PROSE_GATES"), (self.gate(gate) for gate in rules.gates)
        penalties = (self.say("PROSE_PENALTY_ORDER"), self.say("PROSE_DISQUALIFIED"))
        yield self.say("PROSE_PENALTIES"), iter(penalties)
        yield self.say("PROSE_RANKING"), self.ranking()
        if rules.finalists is not None:
            yield self.say("PROSE_FINALISTS"), self.finalists(rules.finalists)
        if rules.teams is not None:
            yield self.say("PROSE_TEAMS"), self.teams(rules.teams)
        if rules.awards:
            yield self.say("PROSE_AWARDS"), self.awards()

    def general(self) -> Iterator[str]:
        rules, places = self.rules, self.rules.places
        items = (
            self.say("PROSE_ITEM_SHARE", title=item.title or key, weight=item.weight)
            for key, item in rules.items.items()
        )
        yield self.say("PROSE_FULL", round=self.named(rules.round), full=rules.full, items=self.listed(items))
        yield self.entry()
        yield self.say("PROSE_WINDOW")
        yield self.say("PROSE_ROUNDING", metric=places.metric, item=places.item, total=places.total)

    def entry(self) -> str:
        entry = self.rules.entry
        if entry is None:
            return self.say("PROSE_EVERYBODY")
        if entry.finalists_of is not None:
            return self.say("PROSE_ENTRY_FINALISTS", of_round=self.named(entry.finalists_of))
        if entry.best is not None:
            return self.say("PROSE_ENTRY_BEST", of_round=self.named(entry.earlier_round), best=entry.best)
        of_round = self.named(entry.earlier_round)
        return self.say("PROSE_ENTRY_BEST_PERCENT", of_round=of_round, best=entry.best_percent or 0)

    def item(self, key: str, item: Item) -> Iterator[str]:
        start = next(index for index, placed in enumerate(self.rules.metrics) if placed.item == key)
        for placed in self.rules.metrics[start : start + len(item.metrics)]:
            yield metric_line(placed, self.rules, self.language, self.names)

    def panel(self, panel: Panel) -> str:
        criteria = (
            self.say("PROSE_CRITERION", title=one.title, at_least=one.at_least, at_most=one.at_most)
            for one in panel.criteria
        )
        sentences = [
            self.say(
                "PROSE_PANEL_JUDGES",
                title=panel.title,
                judges=panel.judges,
                criteria=self.listed(criteria),
                decimals=panel.decimals,
            )
        ]
        if panel.drop_highest or panel.drop_lowest:
            sentences.append(self.say("PROSE_DROP", highest=panel.drop_highest, lowest=panel.drop_lowest))
        else:
            sentences.append(self.say("PROSE_MEAN"))
        if panel.missing_judge == "block":
            sentences.append(self.say("PROSE_MISSING_BLOCK"))
        else:
            is_mean = panel.missing_judge == "mean of the others"
            sentences.append(self.say("PROSE_MISSING_MEAN" if is_mean else "PROSE_MISSING_LOWEST"))
            sentences.append(self.say("PROSE_MINIMUM_MARKS", minimum=panel.minimum))
        return _GAP[self.language].join(sentences)

    def gate(self, gate: Gate) -> str:
        if gate.measurement is None:
            figure, detail = self.say("PROSE_ITEM_POINTS", title=self.title(gate.item or "")), []
        else:
            figure = title_of(gate.measurement, self.language)
            detail = list(measured(gate.measurement, self.rules, self.language, self.names))
        effect = self.say("PROSE_VOID")
        if gate.items is not None:
            effect = self.say("PROSE_NOT_SCORED", items=self.listed(self.title(key) for key in gate.items))
        missing = {None: "", "pass": self.say("PROSE_MISSING_PASS"), "fail": self.say("PROSE_MISSING_FAIL")}
        said = self.say(
            "PROSE_GATE",
            title=gate.title,
            condition=self.condition(gate, figure),
            missing=missing[gate.missing],
            effect=effect,
        )
        return _GAP[self.language].join([said, *detail])

    def condition(self, gate: Gate, figure: str) -> str:
        if gate.at_least is not None:
            return self.say("PROSE_AT_LEAST", figure=figure, value=gate.at_least)
        if gate.at_most is not None:
            return self.say("PROSE_AT_MOST", figure=figure, value=gate.at_most)
        if gate.best is not None:
            return self.say("PROSE_BEST", figure=figure, value=gate.best)
        return self.say("PROSE_BEST_PERCENT", figure=figure, value=gate.best_percent or 0)

    def ranking(self) -> Iterator[str]:
        yield self.say("PROSE_BY_TOTAL")
        if self.rules.ties:
            keys = _CLAUSE[self.language].join(self.tie(key) for key in self.rules.ties)
            yield self.say("PROSE_TIES", keys=keys)
        else:
            yield self.say("PROSE_NO_TIES")
        yield self.say("PROSE_WITHOUT_DATA")

    def tie(self, key: TieKey) -> str:
        match key.by:
            case "item":
                return self.say("PROSE_TIE_ITEM", title=self.title(key.item or ""))
            case "metric":
                rule = self.rules.metrics[self.rules.metric_index(key)].rule
                code = "PROSE_TIE_METRIC_LOWER" if rule.lower_is_better else "PROSE_TIE_METRIC"
                return self.say(code, title=title_of(rule, self.language))
            case _:
                return self.say("PROSE_TIE_APPROVAL")

    def finalists(self, policy: FinalistPolicy) -> Iterator[str]:
        yield self.say("PROSE_PLACES", places=policy.places, minimum=policy.minimum)
        if policy.prefer:
            preferred = (
                self.say("PROSE_PREFERRED", division=self.named(one.division), places=one.places)
                for one in policy.prefer
            )
            yield self.say("PROSE_PREFER", prefer=self.listed(preferred))
        else:
            yield self.say("PROSE_BY_CITY_RANK")
        if policy.minimum_score is not None:
            yield self.say("PROSE_MINIMUM_SCORE", score=policy.minimum_score)
        if policy.minimum_data is not None:
            yield self.say("PROSE_MINIMUM_DATA", percent=policy.minimum_data)
        tied = {"all in": "PROSE_TIED_ALL_IN", "none": "PROSE_TIED_NONE", "person decides": "PROSE_TIED_PERSON"}
        yield self.say(tied[policy.tie_at_cut], most=policy.most)
        if policy.reserves is None:
            yield self.say("PROSE_ALL_RESERVES")
        else:
            yield self.say("PROSE_RESERVES", reserves=policy.reserves)
        if policy.team.leader or policy.team.assistant:
            yield self.say("PROSE_TEAM_PLACES", leader=policy.team.leader, assistant=policy.team.assistant)

    def teams(self, teams: TeamScoring) -> Iterator[str]:
        if teams.best_n is None:
            yield self.say("PROSE_TEAM_SUM" if teams.score == "sum" else "PROSE_TEAM_MEAN")
        else:
            code = "PROSE_TEAM_BEST_SUM" if teams.score == "sum" else "PROSE_TEAM_BEST_MEAN"
            yield self.say(code, n=teams.best_n)
        yield self.say("PROSE_TEAM_RANK")

    def awards(self) -> Iterator[str]:
        for award in self.rules.awards:
            yield self.award(award)
        yield self.say("PROSE_AWARD_ORDER")
        if self.rules.one_award_per_person:
            yield self.say("PROSE_ONE_AWARD")

    def award(self, award: Award) -> str:
        if award.of == "team":
            who = self.say("PROSE_BY_TEAM")
        elif award.item is None:
            who = self.say("PROSE_BY_TOTAL_OF_PEOPLE")
        else:
            who = self.say("PROSE_BY_ITEM_OF_PEOPLE", title=self.title(award.item))
        if award.division is not None:
            who = self.say("PROSE_IN_DIVISION", division=self.named(award.division), by=who)
        tied = {"all in": "PROSE_AWARD_ALL_IN", "none": "PROSE_AWARD_NONE", "person decides": "PROSE_AWARD_PERSON"}
        told = {"title": award.title, "who": who, "tied": self.say(tied[award.tie_at_cut])}
        if award.places is not None:
            return self.say("PROSE_AWARD_PLACES", places=award.places, **told)
        return self.say("PROSE_AWARD_PERCENT", percent=award.percent or 0, **told)
