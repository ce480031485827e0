"""Who works at a final, each by a client of their own, and what they read."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.cli.chosen import chosen_round
from services.cli.client import Client, RefusedError
from services.cli.demo_cast import Cast
from services.cli.publish import prepared
from tests.journeys.conftest import Organiser

CONTACTS = [
    {"name": "组委会办公室", "phone": "027-87654321", "role": "CONTACT"},
    {"name": "机关纪委", "phone": "027-87654322", "role": "SUPERVISION"},
]


async def until(what: Callable[[], Awaitable[bool]]) -> None:
    """Waits for what the services do by themselves."""
    async with asyncio.timeout(120):
        while not await what():  # noqa: ASYNC110 (other processes are at work)
            await asyncio.sleep(0.2)


@dataclass
class Final:
    """Who works, and the contest with its two rounds."""

    organiser: Organiser
    cast: Cast
    folder: Path
    started: datetime = field(init=False)  # when the final opened, and everybody went live

    @property
    def contest_id(self) -> str:
        found: str = self.organiser.contest["id"]
        return found

    def round_id(self, key: str) -> str:
        found: str = chosen_round(self.organiser.contest, key)["id"]
        return found

    @property
    def host(self) -> Client:
        return self.cast.organisers["HOST"].client

    @property
    def undertaker(self) -> Client:
        return self.cast.organisers["UNDERTAKER"].client

    @property
    def judge(self) -> Client:
        return self.cast.judges[0].client

    async def standings(self, viewer: Client, key: str = "final") -> list[dict[str, Any]]:
        found = await viewer.query("Rankings", roundId=self.round_id(key), first=50)
        nodes: list[dict[str, Any]] = found["rankings"]["nodes"]
        return nodes

    async def totals(self, viewer: Client, key: str = "final") -> dict[str, str]:
        return {one["contestant"]["name"]: one["total"] for one in await self.standings(viewer, key)}

    async def people(self) -> dict[str, dict[str, Any]]:
        """Everybody by name."""
        found = self.host.pages("Contestants", "contestants", contestId=self.contest_id)
        return {one["name"]: one async for one in found}

    async def notice(self, key: str, within: timedelta) -> dict[str, Any]:
        """A notice that is approved before it is over; where the machine is too busy for that, a longer one."""
        while True:
            ends = (datetime.now(UTC) + within).isoformat()
            given = {"roundId": self.round_id(key), "stage": "PROPOSED", "noticeUntil": ends, "contacts": CONTACTS}
            revision = await prepared(self.undertaker, given)
            named = {"publicationId": revision["id"]}
            with pytest.raises(RefusedError):
                await self.undertaker.mutate("ApprovePublication", **named, digest=revision["digest"])
            try:
                done = await self.host.mutate("ApprovePublication", **named, digest=revision["digest"])
            except RefusedError as refused:
                assert refused.code == "NOTICE_PAST"
                await self.host.mutate("DeclinePublication", **named, reason="公示期已过")
                within *= 4
            else:
                found: dict[str, Any] = done["publication"]
                return found

    async def awarded(self) -> dict[str, list[str]]:
        """Who has which award, by name."""
        found = (await self.judge.query("Awards", roundId=self.round_id("final")))["awards"]
        return {one["key"]: [(who["standing"] or who["city"])["name"] for who in one["winners"]] for one in found}

    async def printed(self) -> list[dict[str, Any]]:
        """All certificates, once their PDFs are there."""
        found: list[dict[str, Any]] = []

        async def all_printed() -> bool:
            found[:] = [one async for one in self.host.pages("Certificates", "certificates", contestId=self.contest_id)]
            return all(one["printed"] for one in found)

        await until(all_printed)
        return found
