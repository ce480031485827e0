"""Which contest, round, city, run or award a command speaks of, from what a person types."""

from collections.abc import Sequence
from typing import Any

from services.cli.client import Client, signed_in
from services.cli.errors import CommandError


async def chosen_contest(client: Client, slug: str | None) -> dict[str, Any]:
    """The contest of that slug; without one the only contest there is."""
    if slug is None:
        slugs = [contest["slug"] for contest in (await client.query("Contests"))["contests"]["nodes"]]
        if len(slugs) != 1:
            known = "、".join(slugs) or "无 / none"
            raise CommandError(f"请用 --contest 指明赛事：{known}。 / Say which contest with --contest.")
        slug = slugs[0]
    contest: dict[str, Any] | None = (await client.query("Contest", slug=slug))["contest"]
    if contest is None:
        raise CommandError(f"没有赛事 {slug}。 / There is no contest {slug}.")
    return contest


async def change_contest(server: str | None, slug: str | None, mutation: str, /, **given: Any) -> dict[str, Any]:
    """What a mutation of the contest of that slug answers; raises RefusedError."""
    async with signed_in(server) as client:
        contest = await chosen_contest(client, slug)
        return await client.mutate(mutation, contestId=contest["id"], **given)


def chosen_round(contest: dict[str, Any], key: str | None) -> dict[str, Any]:
    """The round of that key or title; without one the first."""
    rounds: list[dict[str, Any]] = contest["rounds"]
    return rounds[0] if key is None else _one(rounds, ("key", "title"), key, "轮次", "round")


async def chosen_run(client: Client, round_id: str, named: str | None) -> str:
    """The id of a run by its number (`2`, `#2`) or id; without one the round's last that was scored."""
    named = named.removeprefix("#") if named is not None else None
    if named is not None and not named.isdecimal():
        if (await client.query("ScoringRun", id=named))["scoringRun"] is None:
            raise CommandError(f"没有核算 {named}，或您无权查看。 / There is no such run, or it is not yours to see.")
        return named
    async for run in client.pages("ScoringRuns", "scoringRuns", roundId=round_id):
        if run["state"] == "SCORED" if named is None else run["number"] == int(named):
            run_id: str = run["id"]
            return run_id
    if named is None:
        raise CommandError("这一轮还没有完成的核算，请先运行 score。 / No run has been scored yet: run score first.")
    raise CommandError(f"没有第 {named} 次核算。 / There is no run {named}.")


async def shown_run(client: Client, chosen: dict[str, Any], named: str | None) -> str:
    """The id of the run that is named, else of the round's adopted one; raises CommandError when there is none."""
    if named is not None:
        return await chosen_run(client, chosen["id"], named)
    if chosen["adoptedRun"] is None:
        raise CommandError(
            f"{chosen['title']}还没有采用成绩（或您无权查看）：先 ./livecup adopt，或用 --run 指明第几次核算。"
            " / The round has no adopted run: adopt one, or name one with --run."
        )
    run_id: str = chosen["adoptedRun"]["id"]
    return run_id


def chosen_city(contest: dict[str, Any], name: str | None) -> str | None:
    """The id of a city by its name or an alias; 武汉 finds 武汉市."""
    if name is None:
        return None
    cities = contest["cities"]
    found = [city for city in cities if name in (city["name"], *city["aliases"])]
    found = found or [city for city in cities if city["name"].startswith(name)]
    city_id: str = (found[0] if len(found) == 1 else _one(cities, ("name",), name, "市州", "city"))["id"]
    return city_id


async def chosen_contestants(client: Client, contest_id: str, numbers: Sequence[int]) -> dict[int, str]:
    """The ids of contestants by their numbers, in that order; raises CommandError that names all who are not there."""
    found: dict[int, str] = {}
    async for one in client.pages("Contestants", "contestants", contestId=contest_id):
        if one["number"] in numbers:
            found[one["number"]] = one["id"]
    missing = [str(number) for number in numbers if number not in found]
    if missing:
        raise CommandError(f"没有编号为 {'、'.join(missing)} 的选手。 / There is no contestant of that number.")
    return {number: found[number] for number in numbers}


def chosen_division(contest: dict[str, Any], named: str | None) -> str | None:
    """The id of a division by its name or key."""
    if named is None:
        return None
    division_id: str = _one(contest["divisions"], ("name", "key"), named, "组别", "division")["id"]
    return division_id


def chosen_award(awards: list[dict[str, Any]], named: str) -> dict[str, Any]:
    """The award of that key or title."""
    return _one(awards, ("key", "title"), named, "奖项", "award")


def _one(things: list[dict[str, Any]], by: Sequence[str], wanted: str, what: str, english: str) -> dict[str, Any]:
    """The thing that has that word in one of these fields; raises CommandError that names all things."""
    for thing in things:
        if wanted in (thing[field] for field in by):
            return thing
    known = "、".join("/".join(thing[field] for field in by) for thing in things)
    raise CommandError(f"没有{what}“{wanted}”，可选：{known}。 / There is no such {english}.")
