"""Which contest, round, city or run a command speaks of, from what a person types."""

from typing import Any

from services.cli.client import Client
from services.cli.errors import CommandError


async def chosen_contest(client: Client, slug: str | None) -> dict[str, Any]:
    """The contest of that slug; without one the only contest there is."""
    if slug is None:
        slugs = [contest["slug"] for contest in (await client.query("Contests"))["contests"]["nodes"]]
        if len(slugs) != 1:
            known = "、".join(slugs) or "无 / none"
            raise CommandError(f"请用 --contest 指明赛事:{known}。 / Say which contest with --contest.")
        slug = slugs[0]
    contest: dict[str, Any] | None = (await client.query("Contest", slug=slug))["contest"]
    if contest is None:
        raise CommandError(f"没有赛事 {slug}。 / There is no contest {slug}.")
    return contest


def chosen_round(contest: dict[str, Any], key: str | None) -> dict[str, Any]:
    """The round of that key; without one the first."""
    return _one(contest["rounds"], "key", key if key is not None else contest["rounds"][0]["key"], "轮次 / round")


async def chosen_run(client: Client, round_id: str, named: str | None) -> str:
    """The id of a run by its number or id; without one the round's last that was scored."""
    if named is not None and not named.isdecimal():
        return named
    async for run in client.pages("ScoringRuns", "scoringRuns", roundId=round_id):
        if run["state"] == "SCORED" if named is None else run["number"] == int(named):
            run_id: str = run["id"]
            return run_id
    if named is None:
        raise CommandError("这一轮还没有完成的核算，请先运行 score。 / No run has been scored yet: run score first.")
    raise CommandError(f"没有第 {named} 次核算。 / There is no run {named}.")


def chosen_city(contest: dict[str, Any], name: str | None) -> str | None:
    """The id of a city by its name; 武汉 finds 武汉市."""
    if name is None:
        return None
    found = [city for city in contest["cities"] if city["name"].startswith(name)]
    city_id: str = (found[0] if len(found) == 1 else _one(contest["cities"], "name", name, "市州 / city"))["id"]
    return city_id


def chosen_division(contest: dict[str, Any], key: str | None) -> str | None:
    """The id of a division by its key."""
    if key is None:
        return None
    division_id: str = _one(contest["divisions"], "key", key, "组别 / division")["id"]
    return division_id


def _one(things: list[dict[str, Any]], by: str, wanted: str, what: str) -> dict[str, Any]:
    for thing in things:
        if thing[by] == wanted:
            return thing
    raise CommandError(f"{what}: {wanted}? {'、'.join(thing[by] for thing in things)}")
