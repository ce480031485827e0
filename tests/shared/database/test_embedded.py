"""The embedded servers: kept data, one program a folder, nothing left behind however the parent dies."""

import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from services.shared.database.embedded import EmbeddedServers, EmbeddedServersError
from services.shared.database.pool import connect
from services.shared.processes import as_child

ROOT = Path(__file__).parents[3]

# A parent that starts the servers, says which processes they are, and then waits to be killed.
PARENT = """
import sys, time
from pathlib import Path
from services.shared.database.embedded import EmbeddedServers
servers = EmbeddedServers(Path(sys.argv[1]), durable=False).start()
print(*(child.pid for child in servers._children), flush=True)
time.sleep(600)
"""


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not yet reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def start_parent(folder: Path, become: Callable[[], None] | None = None) -> tuple[subprocess.Popen[str], list[int]]:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True, preexec_fn=become
    )
    assert parent.stdout is not None
    return parent, [int(pid) for pid in parent.stdout.readline().split()]


def wait_until_gone(pids: list[int]) -> list[int]:
    """The pids that are still alive when two seconds have passed."""
    deadline = time.monotonic() + 2
    while (left := [pid for pid in pids if alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


async def test_data_survive_a_restart_in_a_folder_with_spaces(tmp_path: Path) -> None:
    folder = tmp_path / "a folder 直播"
    for expected in (0, 1):
        with EmbeddedServers(folder, durable=False) as servers:
            connection = await connect(servers.database_url if expected else servers.owner_database_url)
            await connection.execute("create table if not exists kept (line text)")
            assert await connection.fetchval("select count(*) from kept") == expected
            if not expected:
                await connection.execute("insert into kept values ('x')")
                await connection.execute("grant select on kept to livecup; grant create on schema public to livecup")
            await connection.close()


@pytest.mark.parametrize("with_signal", [signal.SIGKILL, signal.SIGTERM])
def test_no_server_outlives_its_parent(tmp_path: Path, with_signal: signal.Signals) -> None:
    parent, pids = start_parent(tmp_path)
    assert [alive(pid) for pid in pids] == [True, True]
    parent.send_signal(with_signal)
    parent.communicate()
    assert wait_until_gone(pids) == []
    with EmbeddedServers(tmp_path, durable=False) as servers:  # the lock is free, the stale pid file does not matter
        assert servers.database_url


def test_the_next_start_waits_until_the_former_servers_are_gone(tmp_path: Path) -> None:
    for _ in range(3):
        parent, pids = start_parent(tmp_path)
        assert len(pids) == 2
        parent.kill()
        parent.communicate()
        with EmbeddedServers(tmp_path, durable=False):
            assert [pid for pid in pids if alive(pid)] == []


def test_a_second_program_on_the_folder_gets_one_line(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path, durable=False):
        with pytest.raises(EmbeddedServersError) as caught:
            EmbeddedServers(tmp_path, durable=False).start()
        assert "\n" not in str(caught.value)
        assert str(tmp_path) in str(caught.value)


def test_a_stale_pid_file_with_a_pid_in_use_does_not_matter(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path, durable=False):
        pass
    (tmp_path / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path}/postgres\n0\n5432\n")
    with EmbeddedServers(tmp_path, durable=False) as servers, socket.socket(socket.AF_UNIX) as redis:
        redis.connect(servers.redis_url.removeprefix("unix://").partition("?")[0])
        redis.sendall(b"PING\r\n")
        assert redis.recv(7) == b"+PONG\r\n"


def test_nothing_of_the_sockets_is_left(tmp_path: Path) -> None:
    parent, _ = start_parent(tmp_path)
    parent.kill()
    parent.communicate()
    left = Path((tmp_path / "sockets").read_text())
    assert left.exists()
    with EmbeddedServers(tmp_path, durable=False):
        assert not left.exists()
    assert not Path((tmp_path / "sockets").read_text()).exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_and_a_plain_user_both_get_servers(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path / "root", durable=False) as servers:
        assert servers.user is not None
        assert (tmp_path / "root" / "postgres").stat().st_uid == servers.user.pw_uid != 0
    home = tmp_path / "plain"
    home.mkdir()
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    parent, pids = start_parent(home, as_child(signal.SIGKILL, nobody))
    assert [alive(pid) for pid in pids] == [True, True]
    parent.kill()
    parent.communicate()
    assert wait_until_gone(pids) == []
    assert (home / "postgres").stat().st_uid == nobody.pw_uid
