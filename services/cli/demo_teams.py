"""The demo's teams: finalists are selected, one is replaced, leaders fill up their teams and most confirm them."""

from collections.abc import Iterator
from typing import Any

from services.cli.client import Client
from services.cli.demo_cast import Cast, Official
from services.cli.selection import replace_finalist, select_finalists
from services.cli.transfer import each
from services.sample.story import Beside

MINIMUM = 4  # streamers of a team; fewer must be said
_TIED, _MEETING = "并列，按直播时长由高到低", "组委会会议决定（演示）"


async def make_teams(
    cast: Cast, contest: dict[str, Any], round_: dict[str, Any], cities: list[dict[str, Any]], beside: Beside
) -> tuple[str | None, list[dict[str, Any]]]:
    """`cities` are the proposals of the round's adopted run; answers in which city a streamer was replaced, and the
    teams that are confirmed.
    """
    host = cast.organisers["HOST"].client
    selected = await select_finalists(host, contest, round_, list(ties_decided(cities)), _MEETING)
    replaced = await _replace_one(host, contest, round_, selected, beside.replaced)
    waiting = [one for name, one in cast.leaders.items() if name not in beside.without_officials]
    teams = await each(enumerate(waiting, start=1), lambda one: _fill_up(*one))
    confirmed = []
    for leader, team in zip(waiting, teams, strict=True):
        city = team["city"]
        if city["name"] not in beside.unconfirmed and team["status"]["complete"]:
            seen = [one["contestant"]["id"] for one in team["streamers"]]
            given = {"cityId": city["id"], "expectedStreamers": seen}
            confirmed.append((await leader.client.mutate("ConfirmTeam", **given))["team"])
    return replaced, confirmed


def ties_decided(cities: list[dict[str, Any]]) -> Iterator[tuple[int, str, str]]:
    """Number, place and reason: a tie is for people to decide, here the first fill up the team, others are reserves."""
    for one in cities:
        open_places = MINIMUM - len(one["streamers"])
        for place, line in enumerate(one["tied"]):
            number = line["standing"]["contestant"]["number"]
            yield number, "STREAMER" if place < open_places else "RESERVE", _TIED


async def _replace_one(
    host: Client, contest: dict[str, Any], round_: dict[str, Any], selected: list[dict[str, Any]], reason: str
) -> str | None:
    """The last streamer of the first city that has a reserve leaves; answers the city."""
    for one in selected:
        streamers = [line for line in one["selected"] if line["place"] == "STREAMER"]
        reserves = [line for line in one["selected"] if line["place"] == "RESERVE"]
        city: str = one["city"]["name"]
        if streamers and reserves:
            leaving = streamers[-1]["contestant"]["number"]
            await replace_finalist(host, contest, round_, (leaving, None), reason)
            return city
    return None


async def _fill_up(number: int, leader: Official) -> dict[str, Any]:
    """The team, with its leader and an assistant."""
    assert leader.city is not None  # noqa: S101  leaders are of a city
    assistant = {"assistantName": "助理（演示）", "assistantPhone": f"1990000{9500 + number}"}
    given = {"cityId": leader.city["id"], "leaderId": leader.user_id, **assistant}
    team: dict[str, Any] = (await leader.client.mutate("SetTeamOfficials", **given))["team"]
    return team
