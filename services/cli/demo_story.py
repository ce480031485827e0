"""What the demo does, step by step, as a client of the API; and what it checks."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from rich.progress import Progress

from services.cli.bind_uids import Binding, bind
from services.cli.chosen import chosen_round
from services.cli.client import Client
from services.cli.contest import contest_input
from services.cli.demo_cast import DemoUser, activate_contestant, gather_cast
from services.cli.demo_files import DemoFiles
from services.cli.demo_final import final_json, play_final
from services.cli.demo_judging import judge
from services.cli.demo_overview import city_json, look, overview_json
from services.cli.demo_people import Scene, ask_alias, hand_in_evidence, review
from services.cli.demo_publishing import publish
from services.cli.demo_teams import MINIMUM, make_teams
from services.cli.finalists import proposals
from services.cli.output import notes
from services.cli.problems import place
from services.cli.rankings import standings
from services.cli.roster import import_rosters
from services.cli.score import adopt_run, run_line, start_run, watch_run
from services.cli.transfer import Parcel
from services.cli.upload import UploadProgress, upload_all
from services.sample.contest import HUBEI_2021
from services.sample.story import Beside, Fate, load_story

BEST = 10  # standings shown
_MOST_SAID = 20  # things that went wrong
# Where the others are counted at the end.
_FATES = {
    Fate.SELF_REGISTERED: "pendingAtCity",
    Fate.WAITING: "pendingAtOrganiser",
    Fate.RETURNED: "returned",
    Fate.REJECTED: "rejected",
    Fate.WITHDRAWN: "withdrawn",
}


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
    replaced: str | None = None  # in which city
    judged: dict[str, int] = field(default_factory=dict)  # who was drawn and is to be verified
    published: dict[str, Any] = field(default_factory=dict)  # the notice that holds and what led to it
    final: dict[str, Any] = field(default_factory=dict)
    overview: dict[str, Any] = field(default_factory=dict)
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
        stand = {one["name"]: city_json(one) for one in self.overview.get("cities", ())}
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
                    **stand.get(one["city"]["name"], {}),
                }
                for one in self.cities
            ],
            **overview_json(self.overview),
            "replacedIn": self.replaced,
            "judged": {name: self.judged.get(name, 0) for name in ("drawn", "required", "open")},
            "published": self.published,
            "final": final_json(self.final),
            "signIns": [
                {name: value for name, value in asdict(one).items() if name != "shown"}
                for one in self.users
                if one.shown
            ],
            "seconds": self.seconds,
        }


async def tell(story: Story, client: Client, files: DemoFiles, progress: Progress, shuffle: int | None) -> None:
    """Contest, people, uids, exports, run, adoption, teams: stops at the first step that went wrong."""
    beside = load_story(HUBEI_2021.with_name("story.toml"))
    async with AsyncExitStack() as stack:
        with story.stage("contest", "赛事、市州、组别、名额、轮次、规则 / contest"):
            await client.mutate("CreateContest", **_contest(files, beside))
            story.contest = (await client.query("Contest", slug=files.sample.contest.slug))["contest"]
        with story.stage("officials", "邀请各市州经办人、领队，评委，审计；发布通知 / officials come in, a notice"):
            handles = dict(files.sample.plan.handles)
            cast = await gather_cast(client, story.contest, handles, beside.contestant.city, stack)
            story.users += cast.users
            await cast.organisers["HOST"].client.mutate("PublishNotice", **beside.notice, contestId=story.contest["id"])
        with story.stage("rosters", f"{len(files.rosters)} 份推荐表 / rosters"):
            await _import(story, client, files, progress)
        if story.wrong:
            return
        with story.stage("reviews", "市州审核、上报，主办方认定 / reviewed, submitted, approved"):
            scene = Scene(cast, story.contest, files, beside)
            story.users.append(await _people(scene, stack))
        with story.stage("uids", "账号与达人ID绑定 / uids"):
            people = enumerate(files.sample.people, start=2)
            uids = [Binding(line, person.platform, person.handle, person.uid) for line, person in people]
            await bind(client, story.contest["id"], uids)
        await _compete(story, scene, files, progress, shuffle)


async def _compete(story: Story, scene: Scene, files: DemoFiles, progress: Progress, shuffle: int | None) -> None:
    client, cast = scene.cast.first, scene.cast
    with story.stage("uploads", f"{len(files.archives)} 个压缩包上传并读取 / archives sent and read"):
        await _upload(story, client, files, progress, shuffle)
    if story.wrong:
        return
    with story.stage("scoring", "成绩核算 / scoring"):
        await _score(story, client)
    if story.wrong:
        return
    with story.stage("finalists", "采用成绩，拟推荐名单 / adopted, finalists proposed"):
        await _propose(story, client)
    with story.stage("judging", "作品链接、数据提示、核验抽查 / links, flags, a verification draw"):
        story.judged = await judge(scene, chosen_round(story.contest, None)["id"])
    with story.stage("publishing", "公示、异议、扣分、再核算、对比、更正 / a notice, an objection, a correction"):
        story.published = await publish(scene, chosen_round(story.contest, None)["id"])
    with story.stage("teams", "决赛人选、递补、领队与助理、确认参赛队 / finalists selected, teams"):
        story.contest = (await client.query("Contest", slug=story.contest["slug"]))["contest"]
        qualifier = chosen_round(story.contest, None)
        proposed = await proposals(client, qualifier["id"], None)
        story.replaced, teams = await make_teams(cast, story.contest, qualifier, proposed, scene.beside)
        story.cities = await proposals(client, qualifier["id"], None)
        story.best = (await standings(client, qualifier["id"], None, {}, BEST))["standings"]
    with story.stage("final", "总决赛：现场录入、封榜、核算、奖项、公布、证书 / the final, to its certificates"):
        story.final = await play_final(scene, teams, progress)
    with story.stage("overview", "市州一览，操作记录封存 / where everybody stands"):
        story.overview = await look(client, story.contest)
        _check_states(story, scene.beside)


async def _people(scene: Scene, stack: AsyncExitStack) -> DemoUser:
    """Everybody is reviewed; one contestant comes in, and is answered as somebody who can sign in."""
    told = scene.beside.contestant
    who = await _contestant_of(scene)
    user, contestant = await activate_contestant(scene.cast.clerks[told.city], who, stack)
    await hand_in_evidence(scene, contestant, who)
    await review(scene)
    await ask_alias(scene, contestant, who)
    return user


async def _contestant_of(scene: Scene) -> dict[str, Any]:
    """The first of the sample in the city and division that story.toml names, as the API tells of them."""
    told = scene.beside.contestant
    handle = next(
        one.handle for one in scene.files.sample.people if (one.city, one.division) == (told.city, told.division)
    )
    async for one in scene.cast.first.pages("Contestants", "contestants", contestId=scene.contest["id"]):
        if one["account"]["handle"] == handle:
            return one
    raise LookupError(handle)


def _contest(files: DemoFiles, beside: Beside) -> dict[str, Any]:
    """The reference contest, with room for everybody: in the full size those who would register themselves come by
    roster too, and the others come on top. The exports of the first week are due before today: they come late.
    """
    document = contest_input(HUBEI_2021)
    everybody = [(one.city, one.division) for one in files.sample.people]
    everybody += [(one.city, one.division) for one in beside.others]
    places, divisions = Counter(everybody), Counter(division for _, division in everybody)
    for quota in document["quotas"]:
        quota["places"] = max(quota["places"], places[quota["city"], quota["division"]])
    for division in document["divisions"]:
        division["cap"] = max(division["cap"], divisions[division["key"]])
    qualifier = document["rounds"][0]
    opens = datetime.fromisoformat(qualifier["opensAt"])
    qualifier["exportsDueDays"] = (datetime.now(opens.tzinfo) - opens).days - 7 + opens.weekday()
    return document


def _check_states(story: Story, beside: Beside) -> None:
    """Everybody must have ended where they should."""
    expected = Counter(_FATES[other.fate] for other in beside.others)
    expected["approved"] = story.contestants
    found = {state: n for state, n in overview_json(story.overview)["states"].items() if n}
    if found != dict(expected):
        story.wrong.append(f"选手状态 {found}，应为 {dict(expected)}。 / people are not where they should be")


async def _import(story: Story, client: Client, files: DemoFiles, progress: Progress) -> None:
    slug = files.sample.contest.slug
    task = progress.add_task("推荐表 / rosters", total=len(files.rosters), shown="")
    done = await import_rosters(
        client, story.contest["id"], files.rosters, lambda ended: progress.update(task, completed=ended)
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
        Parcel(packed.path, packed.path.name, exported_at=packed.exported_at.isoformat(), attested=True)
        for packed in files.archives
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
