"""What becomes of flags when figures are looked at again."""

from decimal import Decimal

from services.scorer.flags.detect import Sign
from services.scorer.flags.reconcile import Changes, Known, key_of, reconcile
from services.shared.file_vocabulary import FlagCode, FlagState
from tests.scorer.contestants import an_id


def a_sign(value: int = 1) -> Sign:
    return Sign(FlagCode.FIGURES_WENT_DOWN, an_id("somebody"), "work", Decimal(value), Decimal(1), {})


def known(state: FlagState) -> Known:
    return Known(an_id("flag"), state, a_sign())


def after(state: FlagState, *found: Sign) -> Changes:
    return reconcile({key_of(a_sign()): known(state)}, found)


def test_a_new_sign_is_opened() -> None:
    assert reconcile({}, [a_sign()]) == Changes([a_sign()], [], [])


def test_an_open_flag_says_what_is_found_by_now() -> None:
    assert after(FlagState.OPEN, a_sign(3)) == Changes([], [(an_id("flag"), a_sign(3))], [])


def test_an_open_flag_without_its_reason_is_gone() -> None:
    assert after(FlagState.OPEN) == Changes([], [], [known(FlagState.OPEN)])


def test_a_conclusion_stands_for_what_was_seen() -> None:
    for state in (FlagState.EXPLAINED, FlagState.REFERRED):
        assert after(state, a_sign()) == Changes([], [], [])
        assert after(state) == Changes([], [], [])


def test_what_grows_beyond_a_conclusion_is_opened_anew() -> None:
    assert after(FlagState.EXPLAINED, a_sign(2)) == Changes([a_sign(2)], [], [])


def test_what_was_gone_and_comes_back_is_opened_anew() -> None:
    assert after(FlagState.GONE, a_sign()) == Changes([a_sign()], [], [])
