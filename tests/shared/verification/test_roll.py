"""Anybody with the roll and the seed draws the same people."""

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from subprocess import run

import pytest

from services.shared.file_vocabulary import DrawPer
from services.shared.verification.roll import Lot, Roll, WrongRollError, draw, ticket

SEED = "03 08 11 19 26 33 07"
AT = datetime.fromisoformat("2021-09-05T21:15:00+08:00")
LOTS = [Lot(city, "DOUYIN", f"账号{number}") for city in ("武汉市", "恩施州") for number in range(20)]
ROLL = Roll(DrawPer.CITY, 3, "双色球第 2021101 期开奖号码", AT, LOTS)


def shuffled() -> Roll:
    lots = LOTS.copy()
    Random(7).shuffle(lots)
    return replace(ROLL, lots=lots)


def test_the_order_of_the_people_changes_neither_roll_nor_draw() -> None:
    assert shuffled().text() == ROLL.text()
    assert draw(shuffled(), SEED) == draw(ROLL, SEED)


def test_the_roll_is_read_back_and_its_digest_is_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "roll.txt"
    path.write_text(ROLL.text(), encoding="utf-8")
    printed = run(["sha256sum", str(path)], capture_output=True, text=True, check=True).stdout
    assert printed.split()[0] == ROLL.sha256
    again = Roll.read(path.read_text(encoding="utf-8"))
    assert again.sha256 == ROLL.sha256
    assert draw(again, SEED) == draw(ROLL, SEED)


def test_a_ticket_is_what_the_shell_computes() -> None:
    lot = LOTS[0]
    said = f"printf '%s\\n%s' '{SEED}' '{lot.platform} {lot.handle}' | sha256sum"
    printed = run(["sh", "-c", said], capture_output=True, text=True, check=True).stdout
    assert printed.split()[0] == ticket(SEED, lot)


def test_of_each_group_the_smallest_tickets_are_drawn() -> None:
    drawn = draw(ROLL, SEED)
    for city in ("武汉市", "恩施州"):
        tickets = {
            hashlib.sha256(f"{SEED}\n{lot.account}".encode()).hexdigest(): lot for lot in LOTS if lot.group == city
        }
        assert [each.lot for each in drawn[city]] == [tickets[each] for each in sorted(tickets)[:3]]


def test_a_small_group_is_drawn_whole() -> None:
    assert len(draw(replace(ROLL, people=50), SEED)["武汉市"]) == 20


def test_over_many_seeds_everybody_is_drawn_about_equally_often() -> None:
    times = Counter(each.lot for seed in range(2000) for each in draw(ROLL, str(seed))["武汉市"])
    assert len(times) == 20
    assert all(220 < count < 380 for count in times.values())  # 300 each on average


@pytest.mark.parametrize(
    "change",
    [
        {"people": 4},
        {"per": DrawPer.DIVISION},
        {"seed_source": "双色球第 2021102 期开奖号码"},
        {"seed_at": AT.replace(day=6)},
        {"lots": LOTS[1:]},
    ],
)
def test_whatever_is_changed_after_the_announcement_changes_the_digest(change: dict[str, object]) -> None:
    assert replace(ROLL, **change).sha256 != ROLL.sha256  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "livecup result 1\n", "livecup verification roll 1\n", ROLL.text() + "武汉市\n"])
def test_what_is_no_roll_is_refused(text: str) -> None:
    with pytest.raises(WrongRollError):
        Roll.read(text)
