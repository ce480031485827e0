"""What is measured and how it becomes points, in sentences."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import assert_never

from services.shared.beijing import said
from services.shared.exact import plain
from services.shared.file_vocabulary import Source
from services.shared.rules.measurement import Measurement
from services.shared.rules.model import PlacedMetric, Rules
from services.shared.rules.scales import AsIs, Bands, Log, MinMax, OutOf, Percentile, PointsPerN, Ratio, StepDown
from services.shared.words import LIST_MARKS, Language, put

_MISSING = {"zero": "PROSE_ZERO", "exclude": "PROSE_EXCLUDE", "block": "PROSE_BLOCK"}


def title_of(measurement: Measurement, language: Language) -> str:
    """The metric's name."""
    return measurement.of.title.zh if language is Language.ZH else measurement.of.title.en


def measured(measurement: Measurement, rules: Rules, language: Language, names: Mapping[str, str]) -> Iterator[str]:
    """Where the figure comes from and what limits what counts of it."""
    yield from _taken_from(measurement, rules, language, names)
    yield from _of_it(measurement, language)


def _taken_from(measurement: Measurement, rules: Rules, language: Language, names: Mapping[str, str]) -> Iterator[str]:
    if measurement.sources:
        yield put("PROSE_SOURCE", {"sources": ",".join(measurement.sources)}, language)
    if measurement.of_round is not None:
        yield put("PROSE_OF_ROUND", {"round": names.get(measurement.of_round, measurement.of_round)}, language)
    if measurement.panel is not None:
        yield put("PROSE_PANEL", {"panel": rules.jury[measurement.panel].title}, language)
    if measurement.counts:
        counts = (
            put("PROSE_COUNT", {"name": name, "weight": plain(weight)}, language)
            for name, weight in measurement.counts.items()
        )
        yield put("PROSE_COUNTS", {"counts": LIST_MARKS[language].join(counts)}, language)
    if measurement.sales is not None:
        yield put("PROSE_SALES", {"sales": measurement.sales}, language)


def _of_it(measurement: Measurement, language: Language) -> Iterator[str]:
    """What counts of the figure."""
    if measurement.refunds_until is not None:
        yield put("PROSE_REFUNDS", {"until": said(measurement.refunds_until)}, language)
    if measurement.featured_factor is not None:
        yield put("PROSE_FEATURED", {"factor": plain(measurement.featured_factor)}, language)
    if measurement.best_n is not None:
        code = "PROSE_BEST_WORKS" if Source.WORKS in measurement.sources else "PROSE_BEST_SESSIONS"
        yield put(code, {"n": measurement.best_n}, language)
    if measurement.cap_per_day is not None:
        yield put("PROSE_CAP_PER_DAY", {"amount": _amount(measurement.cap_per_day, measurement, language)}, language)
    if measurement.places != measurement.of.decimals:
        yield put("PROSE_DECIMALS", {"decimals": measurement.places}, language)


def metric_line(placed: PlacedMetric, rules: Rules, language: Language, names: Mapping[str, str]) -> str:
    """One metric of an item from its source to its points."""
    rule = placed.rule
    sentences = list(measured(rule, rules, language, names))
    if rule.cap is not None:
        sentences.append(put("PROSE_CAP", {"amount": _amount(rule.cap, rule, language)}, language))
    if rule.lower_is_better:
        sentences.append(put("PROSE_LOWER", {}, language))
    sentences += [_scaled(placed, language), put(_MISSING[rule.missing], {}, language)]
    gap = "" if language is Language.ZH else " "
    told = {"title": title_of(rule, language), "full": plain(placed.full.normalize()), "said": gap.join(sentences)}
    return put("PROSE_METRIC", told, language)


def _scaled(placed: PlacedMetric, language: Language) -> str:
    """The scale's formula with its numbers."""
    rule, scale = placed.rule, placed.rule.scale
    full = plain(placed.full.normalize())
    numbers = {"full": full, "field": f"FIELD_{(rule.field or 'round').upper()}"}
    match scale:
        case Ratio():
            code = "PROSE_RATIO"
        case Log():
            code = "PROSE_LOG"
        case Percentile():
            code = "PROSE_PERCENTILE"
        case MinMax():
            code = "PROSE_MIN_MAX_LOWER" if rule.lower_is_better else "PROSE_MIN_MAX"
        case StepDown():
            code = "PROSE_STEP_DOWN"
            numbers |= {"step": plain(scale.step), "floor": plain(scale.floor)}
        case PointsPerN():
            code = "PROSE_POINTS_PER_N"
            amount = _amount(scale.per, rule, language)
            numbers |= {"amount": amount, "points": plain(scale.points), "most": _most(scale.max_points, full)}
        case Bands():
            code = "PROSE_BANDS"
            bands = [
                put("PROSE_BAND", {"at_least": plain(band.at_least), "points": plain(band.points)}, language)
                for band in scale.bands
            ]
            numbers["bands"] = LIST_MARKS[language].join(bands)
        case AsIs():
            code = "PROSE_AS_IS"
            numbers["most"] = _most(scale.max_points, full)
        case OutOf():
            code = "PROSE_OUT_OF"
            numbers["of"] = plain(scale.of)
        case _:
            assert_never(scale)
    return put(code, numbers, language)


def _amount(value: Decimal, measurement: Measurement, language: Language) -> str:
    """A number of the metric's unit."""
    unit = measurement.of.unit.zh if language is Language.ZH else measurement.of.unit.en
    return f"{plain(value)} {unit}".rstrip()


def _most(stated: Decimal | None, full: str) -> str:
    return full if stated is None else plain(stated)
