"""A running Livecup: both services as child processes, on given servers or on embedded ones."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import httpx

from services.cli.errors import CommandError
from services.cli.migrate import SignIn, prepare_database
from services.shared.database.embedded import EmbeddedServers, EmbeddedServersError
from services.shared.processes import as_child
from services.shared.settings import Settings

READY_SECONDS = 60
RESTARTS, RESTART_WINDOW_SECONDS = 5, 60


class Instance:
    """An async context manager: inside it the API answers at `url` and the scorer works.

    `durable=False` is for instances that are thrown away. Everything it started ends with it, however it ends.
    """

    def __init__(self, settings: Settings, *, durable: bool = True) -> None:
        self.settings = settings
        self.durable = durable
        self.url = f"http://{settings.host}:{settings.port}"
        self.organiser: SignIn | None = None
        self.servers: EmbeddedServers | None = None
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._environment: dict[str, str] = {}
        self._restarts: list[float] = []

    async def __aenter__(self) -> Self:
        require_free_port(self.settings.host, self.settings.port)
        try:
            await self._start()
        except EmbeddedServersError as error:
            await self.stop()
            raise CommandError(str(error)) from error
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def watch(self) -> None:
        """Runs until cancelled; starts a service again that ended by itself.

        Raises CommandError when one ends again and again.
        """
        while True:
            await asyncio.sleep(0.5)
            for name, child in list(self._children.items()):
                if child.poll() is None:
                    continue
                now = time.monotonic()
                self._restarts = [moment for moment in self._restarts if now - moment < RESTART_WINDOW_SECONDS]
                self._restarts.append(now)
                if len(self._restarts) > RESTARTS:
                    raise CommandError(f"{name} 反复退出，请看日志。 / {name} keeps ending; see {self._log(name)}")
                self._run(name)

    async def stop(self) -> None:
        """Stops the services, then the servers."""
        for child in self._children.values():
            child.send_signal(signal.SIGTERM)
        for child in self._children.values():
            await asyncio.to_thread(_end, child)
        self._children.clear()
        if self.servers is not None:
            await asyncio.to_thread(self.servers.stop)

    async def _start(self) -> None:
        settings = self.settings
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings.home.chmod(0o700)  # uploaded rosters lie in it as they came
        database_url, owner_url, redis_url = settings.database_url, settings.owner_database_url, settings.redis_url
        if not database_url or not redis_url:
            self.servers = EmbeddedServers(settings.home, durable=self.durable).start()
            if not database_url:
                database_url, owner_url = self.servers.database_url, self.servers.owner_database_url
            redis_url = redis_url or self.servers.redis_url
        self.organiser = await prepare_database(owner_url or database_url, database_url)
        self._environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "LIVECUP_HOME": str(settings.home.resolve()),
            "LIVECUP_ENV": settings.env,
            "LIVECUP_HOST": settings.host,
            "LIVECUP_PORT": str(settings.port),
            "LIVECUP_DIE_WITH_PARENT": "1",
            "LIVECUP_THROWAWAY": "1" if not self.durable and settings.env != "production" else "0",
        }
        for name in ("api", "scorer"):
            self._run(name)
        await self._wait_until_ready()

    def _log(self, name: str) -> Path:
        return self.settings.home / f"{name}.log"

    def _run(self, name: str) -> None:
        with self._log(name).open("ab") as log:
            self._children[name] = subprocess.Popen(
                _command(name, self.settings),
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=as_child(signal.SIGKILL),  # noqa: PLW1509  it only calls the kernel
            )

    async def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        async with httpx.AsyncClient(trust_env=False) as client:
            while True:
                for name, child in self._children.items():
                    if child.poll() is not None or time.monotonic() > deadline:
                        last = self._log(name).read_text(errors="replace").strip().splitlines()[-1:]
                        raise CommandError(f"{name} 没有启动。 / {name} did not start: {''.join(last)}")
                try:
                    if (await client.get(f"{self.url}/readyz")).status_code == httpx.codes.OK:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.05)


def require_free_port(host: str, port: int) -> None:
    """Raises CommandError when something else listens there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"端口 {port} 已被占用，请用 --port 换一个。 / Port {port} is in use; choose another with --port."
            ) from error


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def _command(name: str, settings: Settings) -> list[str]:
    if name == "scorer":
        return [sys.executable, "-m", "services.scorer.worker"]
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--no-access-log"]
    command += ["--host", settings.host, "--port", str(settings.port), "--log-level", "warning"]
    # Without a time-out granian waits for ever for an open event stream.
    command += ["--workers-kill-timeout", "5", "--loop", "uvloop"]
    return [*command, "services.api.app:create"]


def _end(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(timeout=15)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
