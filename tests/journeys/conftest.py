"""A running Livecup on the test's own database: both services as processes, spoken to over HTTP."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.progress import Progress

from services.cli.bind_uids import Binding, bind
from services.cli.client import Client
from services.cli.contest import contest_input
from services.cli.instance import Instance, free_port
from services.cli.roster import import_rosters
from services.cli.score import adopt_run, start_run, watch_run
from services.cli.transfer import Parcel
from services.cli.upload import UploadProgress, upload_all
from services.shared.settings import Settings
from tests.journeys.reviews import approve_everybody


@dataclass
class Organiser:
    """An organiser at work, in the steps of the README's walk."""

    client: Client
    contest: dict[str, Any]

    @property
    def round_id(self) -> str:
        found: str = self.contest["rounds"][0]["id"]
        return found

    async def import_rosters(self, files: list[Path]) -> list[dict[str, Any]]:
        """What became of each roster; whoever it brought is approved."""
        done = await import_rosters(self.client, self.contest["id"], files, lambda _: None)
        await approve_everybody(self.client, self.contest)
        return [one.answer for one in done]

    async def bind_uids(self, uids: Sequence[Binding]) -> None:
        await bind(self.client, self.contest["id"], uids)

    async def upload(self, *parcels: Parcel) -> dict[str, Any]:
        with Progress(disable=True) as unseen:
            return await upload_all(self.client, self.contest["id"], list(parcels), UploadProgress(unseen))

    async def score(self) -> dict[str, Any]:
        """A run that has been scored and adopted."""
        run = await start_run(self.client, self.round_id, "测试")
        await watch_run(self.client, run["id"], lambda _: None)
        return await adopt_run(self.client, run["id"], "测试")

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data of a query written in the test."""
        answer = await self.client._http.post(  # the command line has no need of operations without a name
            f"{self.client.server}/graphql", json={"query": query, "variables": variables}
        )
        assert answer.status_code == httpx.codes.OK, answer.text
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]


@pytest.fixture
async def instance(settings: Settings) -> AsyncIterator[Instance]:
    """Both services, running."""
    async with Instance(settings.model_copy(update={"port": free_port()})) as running:
        yield running


@asynccontextmanager
async def organise(instance: Instance, contest_file: Path) -> AsyncIterator[Organiser]:
    """Signs the first organiser in and makes the contest of a file."""
    first = instance.organiser
    assert first is not None
    async with Client(instance.url) as visitor:
        signed = await visitor.mutate("SignIn", login=first.login, password=first.password)
    async with Client(instance.url, signed["token"]) as client:
        document = contest_input(contest_file)
        await client.mutate("CreateContest", **document)
        yield Organiser(client, (await client.query("Contest", slug=document["slug"]))["contest"])
