"""`./livecup demo`: the reference contest from rosters to proposed finalists, on an instance of its own."""

import asyncio
import shutil
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from services.cli.client import Client
from services.cli.credentials import Credentials, keep
from services.cli.demo_cast import DemoUser
from services.cli.demo_files import DemoFiles, write_files
from services.cli.demo_shown import say_how_to_go_on, show
from services.cli.demo_story import Story, tell
from services.cli.errors import CommandError
from services.cli.instance import Instance, free_port, require_free_port
from services.cli.output import Json, notes
from services.cli.up import until_stopped
from services.sample.contest import HUBEI_2021
from services.shared.folder_lock import FolderInUseError, take_lock
from services.shared.settings import Settings


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="演示完即停止 / stop when it is done")] = False,
    full: Annotated[bool, typer.Option("--full", help="全部 3000 人 / all 3 000 people")] = False,
    seed: Annotated[int, typer.Option("--seed", help="同一种子，同样的文件 / same seed, same files")] = 2021,
    shuffle: Annotated[int | None, typer.Option("--shuffle", help="打乱上传顺序 / another order of uploads")] = None,
    port: Annotated[int | None, typer.Option("--port", help="端口 / port")] = None,
    as_json: Json = False,
) -> None:
    """演示湖北“战友杯”直播大赛：从推荐表到拟推荐名单。 / The reference contest, from rosters to finalists."""
    settings = _settings(port, once=once)
    empty(settings.home)
    story = asyncio.run(_demo(settings, seed, full=full, once=once, shuffle=shuffle, as_json=as_json))
    if story.wrong:
        raise CommandError("\n  ".join(["演示没有完成。 / The demo did not succeed:", *story.wrong]))


def _settings(port: int | None, *, once: bool) -> Settings:
    """The demo's own folder, on servers of its own; the usual port when nobody else has it."""
    settings = Settings.read()
    chosen = port or (free_port() if once else settings.port)
    try:
        require_free_port(settings.host, chosen)
    except CommandError:
        if port is not None:
            raise
        chosen = free_port()
    own = {
        "home": settings.home / "demo",
        "port": chosen,
        "database_url": "",
        "owner_database_url": "",
        "redis_url": "",
    }
    return settings.model_copy(update=own)


def empty(folder: Path) -> None:
    """Removes what an earlier demo left; raises CommandError while that one still runs."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        lock = take_lock(folder)  # the embedded servers hold the same one
    except FolderInUseError as error:
        raise CommandError(str(error)) from None
    with lock:
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name not in {"lock", "sockets"}:  # `sockets` names a folder that the servers' start clears away
                path.unlink()


async def _demo(settings: Settings, seed: int, *, full: bool, once: bool, shuffle: int | None, as_json: bool) -> Story:
    story, begun = Story(), time.perf_counter()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[shown]}"))
    progress = Progress(*columns, TimeElapsedColumn(), console=notes, transient=True)
    async with AsyncExitStack() as stack:
        with progress:
            writing = asyncio.create_task(_write(story, settings.home, progress, seed, full=full))
            with story.stage("start", "数据库、队列、两个服务 / database, queue, both services"):
                instance = await stack.enter_async_context(Instance(settings, durable=False))
            files = await writing
            client = await stack.enter_async_context(await _organiser(story, instance))
            await _alive(instance, tell(story, client, files, progress, shuffle))
        story.seconds["total"] = round(time.perf_counter() - begun, 2)
        show(story, as_json=as_json)
        if not once and not story.wrong:
            say_how_to_go_on(story, instance, as_json=as_json)
            await until_stopped(instance)
    return story


async def _alive(instance: Instance, telling: Coroutine[Any, Any, None]) -> None:
    """Does something while the services are watched: one that ends is started again, and not for ever."""
    told, watching = asyncio.create_task(telling), asyncio.create_task(instance.watch())
    try:
        await asyncio.wait({told, watching}, return_when=asyncio.FIRST_COMPLETED)
        await (told if told.done() else watching)
    finally:
        for task in (told, watching):
            task.cancel()
        await asyncio.gather(told, watching, return_exceptions=True)


async def _write(story: Story, home: Path, progress: Progress, seed: int, *, full: bool) -> DemoFiles:
    task = progress.add_task("写出平台文件 / writing files", total=None, shown="")

    def heard(done: int, of: int) -> None:
        progress.update(task, completed=done, total=of, shown=f"{done}/{of}")

    with story.stage("files", f"推荐表和平台导出文件，种子 {seed} / rosters and exports"):
        files = await asyncio.to_thread(write_files, HUBEI_2021, home / "sample", seed, full=full, heard=heard)
    progress.remove_task(task)
    return files


async def _organiser(story: Story, instance: Instance) -> Client:
    """A client signed in as the first organiser; the token is kept in the demo's folder for other commands."""
    organiser = instance.organiser
    if organiser is None:
        raise CommandError("演示的数据库不是新的。 / The demo's database is not fresh.")
    story.users.append(DemoUser("ORGANISER", "平台管理", organiser.login, organiser.password))
    async with Client(instance.url) as visitor:
        answer = await visitor.mutate("SignIn", login=organiser.login, password=organiser.password)
    kept = Credentials(instance.url, organiser.login, answer["token"], answer["expiresAt"])
    keep(kept, instance.settings.home)
    return Client(instance.url, kept.token)
