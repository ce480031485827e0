"""Where the demo's contest stands at its end: people by state, lists, teams, what is open, and the record's head."""

import asyncio
from typing import Any

from services.cli.client import Client
from services.cli.transfer import each

STATES = ("approved", "pendingAtCity", "pendingAtOrganiser", "returned", "rejected", "withdrawn")
_PAUSE = 0.2  # seconds; the record is sealed a moment after it was written


async def look(client: Client, contest: dict[str, Any]) -> dict[str, Any]:
    """Cities with their status and lists, how many exports are there, what waits, and the head once all is sealed."""
    qualifier = contest["rounds"][0]["id"]
    answer, covered, matters, lists = await asyncio.gather(
        client.query("CityStatuses", slug=contest["slug"], roundId=qualifier),
        client.query("CoverageCounts", roundId=qualifier),
        client.query("OpenMatters", contestId=contest["id"]),
        each(contest["cities"], lambda city: _submissions(client, city)),
    )
    return {
        "cities": [
            {**one, "submissions": submitted} for one, submitted in zip(answer["contest"]["cities"], lists, strict=True)
        ],
        "coverage": covered["coverage"],
        "matters": {name: found["totalCount"] for name, found in matters.items()},
        "head": await _sealed(client),
    }


async def _submissions(client: Client, city: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.query("CitySubmissions", id=city["id"]))["node"]["submissions"]
    return found


async def _sealed(client: Client) -> dict[str, Any]:
    while True:
        head = (await client.query("AuditHead"))["auditHead"]
        if not head["waiting"]:
            return {"position": head["position"], "digest": head["digest"]}
        await asyncio.sleep(_PAUSE)


def count(city: dict[str, Any], state: str) -> int:
    """How many people of a city are in a state, one of STATES."""
    return sum(division[state] for division in city["status"]["divisions"])


def is_confirmed(city: dict[str, Any]) -> bool:
    team = city["status"]["team"]
    return team is not None and bool(team["status"]["confirmed"])


def overview_json(found: dict[str, Any]) -> dict[str, Any]:
    """What --json tells of it; of nothing when the demo stopped early."""
    cities, matters = found.get("cities", []), found.get("matters", {})
    return {
        "states": {state: sum(count(city, state) for city in cities) for state in STATES},
        "teamsConfirmed": sum(map(is_confirmed, cities)),
        "open": {name: matters.get(name, 0) for name in ("doubleEntries", "aliases", "flags")},
        "exports": {name: found.get("coverage", {}).get(name, 0) for name in ("have", "late", "missing", "notYet")},
        "notices": matters.get("notices", 0),
        "messages": matters.get("messages", 0),
        "auditHead": found.get("head"),
    }


def city_json(city: dict[str, Any]) -> dict[str, Any]:
    """A city's lists, and its team with what it lacks."""
    team = city["status"]["team"]
    lacks = [one["message"] for one in team["status"]["missing"]] if team else []
    return {
        "submissions": [{name: one[name] for name in ("number", "state", "people")} for one in city["submissions"]],
        "team": {"confirmed": is_confirmed(city), "lacks": lacks},
    }
