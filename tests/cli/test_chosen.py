"""What a person types for a city, a division, a round, a run; and what is said when there is none of it."""

from collections.abc import Callable
from typing import Any

import pytest

from services.cli.chosen import chosen_city, chosen_division, chosen_round, shown_run
from services.cli.client import Client
from services.cli.errors import CommandError

CONTEST: dict[str, Any] = {
    "cities": [
        {"id": "wuhan", "name": "武汉市", "aliases": []},
        {"id": "enshi", "name": "恩施州", "aliases": ["恩施土家族苗族自治州"]},
    ],
    "divisions": [
        {"id": "trainees", "key": "trainee", "name": "全媒体运营师学员"},
        {"id": "families", "key": "family", "name": "军属"},
    ],
    "rounds": [
        {"id": "first", "key": "qualifier", "title": "选手全员赛", "adoptedRun": {"id": "run", "number": 2}},
        {"id": "second", "key": "final", "title": "总决赛", "adoptedRun": None},
    ],
}


@pytest.mark.parametrize(
    ("choose", "named", "found"),
    [
        (chosen_city, "武汉市", "wuhan"),
        (chosen_city, "武汉", "wuhan"),
        (chosen_city, "恩施土家族苗族自治州", "enshi"),
        (chosen_city, None, None),
        (chosen_division, "军属", "families"),
        (chosen_division, "trainee", "trainees"),
        (chosen_division, None, None),
    ],
)
def test_cities_and_divisions_are_found_by_what_people_call_them(
    choose: Callable[[dict[str, Any], str | None], str | None], named: str | None, found: str | None
) -> None:
    assert choose(CONTEST, named) == found


@pytest.mark.parametrize(
    ("choose", "named", "said"),
    [
        (chosen_city, "武韩", "没有市州“武韩”，可选：武汉市、恩施州。"),
        (chosen_division, "家属", "没有组别“家属”，可选：全媒体运营师学员/trainee、军属/family。"),
        (chosen_round, "finals", "没有轮次“finals”，可选：qualifier/选手全员赛、final/总决赛。"),
    ],
)
def test_a_name_that_is_not_there_is_answered_with_those_that_are(
    choose: Callable[[dict[str, Any], str | None], object], named: str, said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        choose(CONTEST, named)


async def test_the_adopted_run_is_shown_unless_another_is_named() -> None:
    client = Client("http://livecup.test")
    assert await shown_run(client, chosen_round(CONTEST, None), None) == "run"
    with pytest.raises(CommandError, match="总决赛还没有采用成绩"):
        await shown_run(client, chosen_round(CONTEST, "总决赛"), None)
