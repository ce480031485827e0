"""From figures to signs: what is flagged, and above all what is not."""

from decimal import Decimal
from typing import Any

import pytest

from services.scorer.flags.detect import detect
from services.scorer.flags.figures import Counts, OrderSums, Place, SameWork, Seen, Session, ViewersStep, WorkStep
from services.shared.file_vocabulary import FlagCode, FlagThreshold
from services.shared.flags.thresholds import USUAL, thresholds
from services.shared.words import Language, put
from tests.scorer.contestants import an_id, at

LIMITS = thresholds({})
SOMEBODY, OTHER = an_id("somebody"), an_id("other")


def place(line: int = 2, upload: object = "upload") -> Place:
    return Place(an_id(upload), "Sheet1", line)


def counts(plays: int, engaged: int | None, *, week: int = 1) -> Counts:
    """A work with so many plays and, equally among the four kinds, so many engagements."""
    each = None if engaged is None else engaged // 4
    return Counts(at(7 * week), plays, each, each, each, each, place(week + 1, f"week {week}"))


def step(before: Counts | None, after: Counts) -> WorkStep:
    return WorkStep(SOMEBODY, at(1), 0, "", before, after)


def session(viewers: int, orders: int) -> Session:
    return Session(SOMEBODY, at(2), viewers, orders, place())


def sums(**given: Any) -> OrderSums:
    usual: dict[str, Any] = {"lines": 100, "refunded": 0, "amount": "1000", "refunded_amount": "0"}
    told = {**usual, "comparable": 0, "outside": 0, **given}
    money = {name: Decimal(told[name]) for name in ("amount", "refunded_amount")}
    return OrderSums(contestant_id=SOMEBODY, **{**told, **money})


def same(number: int, mine: object = SOMEBODY, other: object = OTHER) -> list[SameWork]:
    return [
        SameWork(mine, other, at(day), (place(day + 2, "mine"), place(day + 2, "theirs")))  # type: ignore[arg-type]
        for day in range(number)
    ]


def viewers(before: int, after: int) -> ViewersStep:
    return ViewersStep(SOMEBODY, at(2), before, after, at(7), at(14), (place(2, "a"), place(2, "b")))


FLAGGED = [
    ("plays without engagement", Seen(work_rises=[step(counts(1000, 40), counts(51_000, 80, week=2))]), "50000"),
    ("from the first export on", Seen(work_rises=[step(None, counts(10_000, 8))]), "10000"),
    ("orders without viewers", Seen(sessions=[session(50, 20)]), "0.4000"),
    ("nobody watched", Seen(sessions=[session(0, 20)]), "20.0000"),
    ("refunds", Seen(order_sums=[sums(refunded=70, refunded_amount="700")]), "0.7000"),
    ("same rows", Seen(same_works=same(3)), "3"),
    ("plays fell", Seen(work_falls=[step(counts(10_000, 0), counts(9000, 0, week=2))]), "0.1000"),
    ("viewers fell", Seen(viewers_steps=[viewers(10_000, 5000)]), "0.5000"),
    ("outside", Seen(order_sums=[sums(comparable=30, outside=20)]), "0.6667"),
]


@pytest.mark.parametrize(("seen", "value"), [case[1:] for case in FLAGGED], ids=[case[0] for case in FLAGGED])
def test_what_stands_out_is_flagged_with_value_threshold_and_rows(seen: Seen, value: str) -> None:
    (sign,) = detect(seen, LIMITS)
    assert sign.value == Decimal(value)
    assert sign.threshold in {usual.value for usual in USUAL.values()}
    assert sign.rows_count > 0
    assert sign.contestant_id == SOMEBODY


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("seen", [case[1] for case in FLAGGED], ids=[case[0] for case in FLAGGED])
def test_every_sign_is_said_whole_and_never_as_a_verdict(seen: Seen, language: Language) -> None:
    (sign,) = detect(seen, LIMITS)
    sentence = put(sign.code, sign.parameters, language)
    assert "{" not in sentence
    assert not any(word in sentence for word in ("违规", "作弊", "造假", "刷", "cheat", "fraud", "fake"))


def test_every_code_of_figures_has_a_case() -> None:
    found = {sign.code for _, seen, _ in FLAGGED for sign in detect(seen, LIMITS)}
    assert found == set(FlagCode) - {FlagCode.RAISED_BY_A_PERSON}


INNOCENT = [
    ("a work that people like", Seen(work_rises=[step(counts(1000, 40), counts(51_000, 2000, week=2))])),
    ("unknown engagement", Seen(work_rises=[step(None, counts(500_000, None))])),
    ("engagement unknown before", Seen(work_rises=[step(counts(1000, None), counts(51_000, 80, week=2))])),
    ("exactly at the line", Seen(work_rises=[step(None, counts(40_000, 40))])),
    ("few orders", Seen(sessions=[session(0, 19)])),
    ("orders at the line", Seen(sessions=[session(100, 30)])),
    ("few refunded orders", Seen(order_sums=[sums(lines=29, refunded=29, refunded_amount="1000")])),
    ("refunds at the line", Seen(order_sums=[sums(refunded=60, refunded_amount="600")])),
    ("orders of nothing", Seen(order_sums=[sums(amount="0")])),
    ("two joint works", Seen(same_works=same(2))),
    ("three joint works with two others", Seen(same_works=[*same(2), *same(1, other=an_id("third"))])),
    ("a small clean-up", Seen(work_falls=[step(counts(100_000, 0), counts(99_000, 0, week=2))])),
    ("few plays fell", Seen(work_falls=[step(counts(400, 0), counts(0, 0, week=2))])),
    ("no export before", Seen(work_falls=[step(None, counts(0, 0))])),
    ("half of them outside", Seen(order_sums=[sums(comparable=40, outside=20)])),
    ("nothing to compare with", Seen(order_sums=[sums()])),
]


@pytest.mark.parametrize("seen", [case[1] for case in INNOCENT], ids=[case[0] for case in INNOCENT])
def test_what_is_usual_or_unknown_is_left_alone(seen: Seen) -> None:
    assert detect(seen, LIMITS) == []


def test_both_sides_of_identical_rows_are_flagged_and_name_each_other() -> None:
    signs = detect(Seen(same_works=[*same(3), *same(3, OTHER, SOMEBODY)]), LIMITS)
    assert {(sign.contestant_id, sign.other_id) for sign in signs} == {(SOMEBODY, OTHER), (OTHER, SOMEBODY)}


def test_a_contest_sets_its_own_threshold() -> None:
    seen = Seen(order_sums=[sums(refunded=60, refunded_amount="600")])
    (sign,) = detect(seen, thresholds({FlagThreshold.REFUND_SHARE: "0.5"}))
    assert (sign.code, sign.threshold) == (FlagCode.REFUND_SHARE_HIGH, Decimal("0.5"))


def test_a_flag_is_the_same_one_when_its_figures_grow() -> None:
    def about(after: Counts) -> str:
        (sign,) = detect(Seen(work_rises=[step(counts(1000, 40), after)]), LIMITS)
        return sign.about

    assert about(counts(51_000, 80, week=2)) == about(counts(90_000, 80, week=3))


def test_the_usual_thresholds_lie_in_their_bounds() -> None:
    assert all(usual.least <= usual.value <= usual.most for usual in USUAL.values())
    assert USUAL.keys() == set(FlagThreshold)
