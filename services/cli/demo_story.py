"""What the demo does, step by step, as a client of the API; and what it checks."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from rich.progress import Progress

from services.cli.bind_uids import Binding, bind
from services.cli.chosen import chosen_round
from services.cli.city_reviews import approve_everybody
from services.cli.client import Client
from services.cli.contest import contest_input
from services.cli.demo_files import DemoFiles
from services.cli.finalists import proposals
from services.cli.output import notes
from services.cli.problems import place
from services.cli.rankings import standings
from services.cli.roster import import_rosters
from services.cli.score import adopt_run, run_line, start_run, watch_run
from services.cli.transfer import Parcel
from services.cli.upload import UploadProgress, upload_all
from services.sample.contest import HUBEI_2021
from services.shared.passwords import new_password

BEST = 10  # standings shown
MINIMUM = 4  # streamers of a team; fewer must be said
_MOST_SAID = 20  # things that went wrong


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Somebody who can sign in."""

    role: str
    who: str
    login: str
    password: str


@dataclass(slots=True)
class Story:
    """What the demo has done so far; `wrong` says what did not go as it should."""

    seconds: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    contest: dict[str, Any] = field(default_factory=dict)
    contestants: int = 0
    uploads: dict[str, Any] = field(default_factory=dict)
    run: dict[str, Any] = field(default_factory=dict)
    best: list[dict[str, Any]] = field(default_factory=list)
    cities: list[dict[str, Any]] = field(default_factory=list)
    users: list[DemoUser] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str, said: str) -> Iterator[None]:
        """Times a step and says when it is done."""
        begun = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - begun, 2)
        notes.print(f"  [green]✓[/green] {said}  [dim]{self.seconds[name]:.1f} s[/dim]")

    def as_json(self) -> dict[str, Any]:
        """The object of --json."""
        return {
            "contest": self.contest.get("slug"),
            "contestants": self.contestants,
            "uploads": {name: self.uploads.get(name, 0) for name in ("loaded", "refused")},
            "rows": self.uploads.get("rows", 0),
            "run": {name: self.run.get(name) for name in ("id", "digest")},
            "cities": [
                {
                    "city": one["city"]["name"],
                    "streamers": len(one["streamers"]),
                    "reserves": len(one["reserves"]),
                    "shortage": one["shortage"],
                }
                for one in self.cities
            ],
            "seconds": self.seconds,
        }


async def tell(story: Story, client: Client, files: DemoFiles, progress: Progress, shuffle: int | None) -> None:
    """Contest, rosters, uids, exports, run, adoption, proposals: stops at the first step that went wrong."""
    with story.stage("contest", "赛事、市州、组别、名额、轮次、规则 / contest"):
        await client.mutate("CreateContest", **_contest(files))
    with story.stage("rosters", f"{len(files.rosters)} 份推荐表 / rosters"):
        await _import(story, client, files, progress)
    if story.wrong:
        return
    with story.stage("reviews", f"{story.contestants} 人资格认定 / reviewed by city and organiser"):
        await approve_everybody(client, story.contest)
    with story.stage("uids", "账号与达人ID绑定 / uids"):
        people = enumerate(files.sample.people, start=2)
        uids = [Binding(line, person.platform, person.handle, person.uid) for line, person in people]
        await bind(client, story.contest["id"], uids)
    with story.stage("uploads", f"{len(files.archives)} 个压缩包上传并读取 / archives sent and read"):
        await _upload(story, client, files, progress, shuffle)
    if story.wrong:
        return
    with story.stage("scoring", "成绩核算 / scoring"):
        await _score(story, client)
    if not story.wrong:
        with story.stage("finalists", "采用成绩，拟推荐名单 / adopted, finalists proposed"):
            await _propose(story, client)
        story.users = await _users(story, client)


def _contest(files: DemoFiles) -> dict[str, Any]:
    """The reference contest. Whoever registers by themselves comes by roster as long as there is no other way, and
    rosters are held to the quotas: those grow by as many places as the full size needs."""
    document = contest_input(HUBEI_2021)
    people = Counter((one.city, one.division) for one in files.sample.people)
    for quota in document["quotas"]:
        quota["places"] = max(quota["places"], people[quota["city"], quota["division"]])
    return document


async def _import(story: Story, client: Client, files: DemoFiles, progress: Progress) -> None:
    slug = files.sample.contest.slug
    contest = (await client.query("Contest", slug=slug))["contest"]
    task = progress.add_task("推荐表 / rosters", total=len(files.rosters), shown="")
    done = await import_rosters(
        client, contest["id"], files.rosters, lambda ended: progress.update(task, completed=ended)
    )
    progress.remove_task(task)
    for one in done:
        story.wrong += [f"{one.name} {place(p)}: {p['message']}" for p in one.answer["problems"][:_MOST_SAID]]
        if not one.good:
            story.wrong.append(f"{one.name}: {one.answer['state']} {one.answer['lines']}")
    story.contest = (await client.query("Contest", slug=slug))["contest"]
    story.contestants = story.contest["contestantCount"]
    if story.contestants != len(files.sample.people):
        story.wrong.append(f"选手 {story.contestants} 人，应为 {len(files.sample.people)} 人。 / people are missing")


async def _upload(story: Story, client: Client, files: DemoFiles, progress: Progress, shuffle: int | None) -> None:
    parcels = [
        Parcel(packed.path, packed.path.name, exported_at=packed.exported_at.isoformat()) for packed in files.archives
    ]
    if shuffle is not None:
        Random(shuffle).shuffle(parcels)  # noqa: S311 - an order, not a secret
    story.uploads = await upload_all(client, story.contest["id"], parcels, UploadProgress(progress))
    for task in progress.task_ids:
        progress.remove_task(task)
    if story.uploads["refused"]:
        problems = story.uploads["problems"][:_MOST_SAID]
        story.wrong += [f"{one['file']} {place(one)}: {one['message']}" for one in problems]
        story.wrong.append(f"{story.uploads['refused']} 个文件未计入。 / files were refused")


async def _score(story: Story, client: Client) -> None:
    round_id = chosen_round(story.contest, None)["id"]
    run = await start_run(client, round_id, "演示 / demo")
    story.run = await watch_run(client, run["id"], lambda _: None)
    if story.run["state"] != "SCORED":
        story.wrong.append(run_line(story.run))


async def _propose(story: Story, client: Client) -> None:
    round_id = chosen_round(story.contest, None)["id"]
    story.run = await adopt_run(client, story.run["id"], "演示 / demo")
    found, story.cities = await asyncio.gather(
        standings(client, round_id, None, {}, BEST), proposals(client, round_id, None)
    )
    story.best = found["standings"]
    if found["totalCount"] != story.contestants:
        story.wrong.append(f"排名 {found['totalCount']} 人，应为 {story.contestants} 人。 / standings are missing")
    proposed = {one["city"]["name"]: one for one in story.cities}
    for city in story.contest["cities"]:
        one = proposed.get(city["name"])
        if one is None:
            story.wrong.append(f"没有{city['name']}的名单。 / This city is missing.")
        elif len(one["streamers"]) + one["shortage"] < MINIMUM:
            story.wrong.append(f"{city['name']}: {len(one['streamers'])} 人，未说明缺额。 / a shortage is not stated")


async def _users(story: Story, client: Client) -> list[DemoUser]:
    """A judge, a city's leader and the best contestant, each able to sign in."""
    best, city = story.best[0]["contestant"], story.contest["cities"][0]
    made = []
    for role, who, login, where in (
        ("JUDGE", "评委", "judge", {}),
        ("CITY_LEADER", f"{city['name']}领队", "leader", {"cityId": city["id"]}),
        ("CONTESTANT", f"选手 {best['number']} {best['name']}", "contestant", {"contestantId": best["id"]}),
    ):
        user = DemoUser(role, who, login, new_password())
        given = {"login": login, "password": user.password, "name": who, "role": role}
        await client.mutate("CreateUser", **given, contestId=story.contest["id"], **where)
        made.append(user)
    return made
