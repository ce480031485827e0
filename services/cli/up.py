"""`./livecup up`: both services on kept data, until Ctrl-C."""

import asyncio
import signal
from typing import Annotated

import typer
from rich.console import Console

from services.cli.instance import Instance
from services.cli.migrate import announce_organiser
from services.shared.settings import Settings

console = Console(stderr=True, highlight=False)


def up(
    host: Annotated[str | None, typer.Option("--host", help="监听地址 / address to listen on")] = None,
    port: Annotated[int | None, typer.Option("--port", help="端口 / port")] = None,
) -> None:
    """启动服务，数据保留在 .livecup（或 DATABASE_URL）。 / Run the services on kept data."""
    changes = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    asyncio.run(_serve(Settings.read().model_copy(update=changes)))


async def _serve(settings: Settings) -> None:
    async with Instance(settings) as instance:
        announce(instance)
        await until_stopped(instance)
    console.print("已停止。 / Stopped.")


def announce(instance: Instance) -> None:
    """Says where the services are and, once, how to sign in."""
    console.print(f"Livecup 已启动，用浏览器打开 / is running, open in a browser: [bold]{instance.url}/[/bold]")
    console.print(f"接口 / API: {instance.url}/graphql")
    servers = instance.servers
    if servers is not None:
        console.print(f"数据 / data: {servers.folder}")
        if servers.user is not None:
            console.print(
                f"PostgreSQL 以用户 {servers.user.pw_name} 运行（不能用 root）。 / It runs as that user, not root."
            )
    if instance.organiser is not None:
        announce_organiser(instance.organiser)
        console.print(f"登录 / sign in: ./livecup sign-in --server {instance.url} {instance.organiser.login}")
    console.print("按 Ctrl-C 停止。 / Ctrl-C stops it.")


async def until_stopped(instance: Instance) -> None:
    """Waits for Ctrl-C or SIGTERM, keeping the services alive."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    watching = asyncio.create_task(instance.watch())
    waiting = asyncio.create_task(stopped.wait())
    done, _ = await asyncio.wait({watching, waiting}, return_when=asyncio.FIRST_COMPLETED)
    for task in (watching, waiting):
        task.cancel()
    if watching in done:
        watching.result()
