"""Everybody who waits is approved, by a clerk of each city and then by the organiser, each through the API."""

from typing import Any

from services.cli.client import Client
from services.cli.review import people_there
from services.cli.transfer import each
from services.shared.passwords import new_password
from services.shared.vocabulary import ReviewStep


async def approve_everybody(organiser: Client, contest: dict[str, Any]) -> None:
    """Makes a clerk for every city, who reviews it; then the organiser does."""
    await each(contest["cities"], lambda city: _city_reviews(organiser, contest["id"], city))
    for city in contest["cities"]:
        await _approve(organiser, contest["id"], city["id"], ReviewStep.ORGANISER)


async def _city_reviews(organiser: Client, contest_id: str, city: dict[str, Any]) -> None:
    login, password = f"clerk-{new_password()}", new_password()
    given = {"login": login, "password": password, "name": f"{city['name']}经办人", "role": "CITY_CLERK"}
    await organiser.mutate("CreateUser", **given, contestId=contest_id, cityId=city["id"])
    async with Client(organiser.server) as visitor:
        signed = await visitor.mutate("SignIn", login=login, password=password)
    async with Client(organiser.server, signed["token"]) as clerk:
        await _approve(clerk, contest_id, city["id"], ReviewStep.CITY)


async def _approve(reviewer: Client, contest_id: str, city_id: str, step: ReviewStep) -> None:
    waiting = await people_there(reviewer, contest_id, {"cityId": city_id, "waitingAt": step})
    if waiting:
        await reviewer.mutate("ReviewPeople", cityId=city_id, expectedPeople=len(waiting), decision="APPROVED")
