"""Files are read in child processes: a hostile one costs its child, never the worker and never another file.

`ParserPool` keeps a few warm children, one socket each. Memory and CPU are limited by the kernel inside the child, the
wall clock from here. A child that dies is replaced in about 10 ms, and the file that killed it gets a typed problem.
Children end with the pool, and with this process however it ends. See `reader.py` for their side.
"""

import asyncio
import io
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import orjson
import polars as pl
import structlog

import services
from services.scorer.given_lists.parse import GivenLine, ParsedGivenList
from services.scorer.rosters.parse import ParsedRoster, RosterLine
from services.scorer.uploads.child_answers import as_member, as_parsed_file, as_problem, as_refusal
from services.scorer.uploads.parse import ParsedFile
from services.scorer.uploads.reader_process import FORK, LENGTH, REPLY, REQUEST, WAIT
from services.scorer.uploads.refused import Refused
from services.scorer.uploads.unpack import Member
from services.shared.file_vocabulary import UploadKind
from services.shared.problems import Problem
from services.shared.processes import as_child
from services.shared.vocabulary import ImportPolicy, Platform
from services.shared.words import Language

_log = structlog.get_logger()
_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. Address space is `memory` plus the file's own size (measured: always enough for what
    is honest); None lifts a limit, for tests that show what it is there for."""

    memory: int | None = 2048 * _MEGABYTE
    cpu_seconds: int | None = 60
    wall_seconds: float = 120


class ChildDiedError(Exception):
    """The child ended without an answer; `exit_code` is negative for a signal."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


@dataclass(slots=True)
class _Child:
    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, request: bytes) -> dict[str, Any]:
        self.writer.write(LENGTH.pack(len(request)) + request)
        await self.writer.drain()
        length = LENGTH.unpack(await self.reader.readexactly(LENGTH.size))[0]
        answer: dict[str, Any] = orjson.loads(await self.reader.readexactly(length))
        answer["attached"] = await self.reader.readexactly(answer["attached"])
        return answer

    def kill(self) -> None:
        """Safe against a reused pid: the warm process has not yet waited for it."""
        self.writer.close()
        os.kill(self.pid, signal.SIGKILL)


class _Nursery:
    """The warm process that forks children. Restarted if it was killed."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None

    async def fork(self) -> _Child:
        ours, theirs = socket.socketpair()
        with theirs:
            pid = await self._order(FORK, 0, theirs)
        ours.setblocking(False)
        return _Child(pid, *await asyncio.open_connection(sock=ours))

    async def bury(self, child: _Child) -> int:
        """Waits for a dead or dying child and gives its exit code."""
        return await self._order(WAIT, child.pid)

    async def _order(self, order: int, number: int, attached: socket.socket | None = None) -> int:
        async with self._turn:
            try:
                return await self._send(order, number, attached)
            except (ConnectionError, EOFError):
                await self.close()
                if order == WAIT:  # its children died with it
                    return -signal.SIGKILL
                return await self._send(order, number, attached)

    async def _send(self, order: int, number: int, attached: socket.socket | None) -> int:
        control = self._control or await self._start()
        socket.send_fds(control, [REQUEST.pack(order, number)], [attached.fileno()] if attached else [])
        reply = await asyncio.get_running_loop().sock_recv(control, REPLY.size)
        if not reply:
            raise EOFError
        number_back: int = REPLY.unpack(reply)[0]
        return number_back

    async def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        root = str(Path(services.__file__).parents[1])
        environment = {**os.environ, "PYTHONPATH": root, "POLARS_MAX_THREADS": str(self._threads)}
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "services.scorer.uploads.reader_process",
                str(theirs.fileno()),
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                env=environment,
                preexec_fn=as_child(signal.SIGKILL),
            )
        ours.setblocking(False)
        self._control = ours
        return ours

    async def close(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            if self._process.returncode is None:
                self._process.kill()
            await self._process.wait()
            self._process = None


class ParserPool:
    """`async with ParserPool() as pool: parsed = await pool.parse(…)`. Never more files at once than `children`."""

    def __init__(self, children: int = 2, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._children = children
        self._places = asyncio.Semaphore(children)
        self._idle: list[_Child] = []
        self._nursery = _Nursery(threads=min(4, os.cpu_count() or 1))
        self._numbers = count()
        self._folder = tempfile.TemporaryDirectory(prefix="livecup-rows-")

    async def __aenter__(self) -> Self:
        self._idle = [await self._nursery.fork() for _ in range(self._children)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends all children at once; whatever they were reading gets a cancelled answer from its own task."""
        for child in self._idle:
            child.kill()
        self._idle.clear()
        await self._nursery.close()
        self._folder.cleanup()

    async def parse(
        self,
        path: Path,
        name: str,
        exported_at: datetime,
        kind_stated: UploadKind | None = None,
        own: str = "",
        *,
        policy: ImportPolicy = ImportPolicy.ALL_OR_NOTHING,
        published_at: datetime | None = None,
    ) -> ParsedFile:
        """`parse.parse` in a child; what stops the child becomes a problem of the file."""
        frame = Path(self._folder.name) / f"{next(self._numbers)}.arrow"
        stated = {"kind_stated": kind_stated, "policy": policy, "published_at": published_at}
        said = {"name": name, "exported_at": exported_at, "own": own, **stated}
        try:
            told, attached = await self._ask("parse", path, {**said, "frame": str(frame)})
            if attached:
                return as_parsed_file(told, own, pl.read_ipc_stream(io.BytesIO(attached)))
            return as_parsed_file(told, own, await asyncio.to_thread(pl.read_ipc, frame) if told["frame"] else None)
        except Refused as refused:
            return ParsedFile(problems=[refused.problem])
        finally:
            frame.unlink(missing_ok=True)

    async def mark(
        self, path: Path, problems: Sequence[Problem], language: Language, kind_stated: UploadKind | None, own: str = ""
    ) -> bytes:
        """`marked_copies.mark` in a child. Raises Refused for what stops the child."""
        said = {"problems": list(map(asdict, problems)), "language": language, "kind_stated": kind_stated, "own": own}
        return (await self._ask("mark", path, said))[1]

    async def unpack(self, archive: Path, into: Path) -> list[Member]:
        """`unpack.unpack` in a child. Raises Refused."""
        told, _ = await self._ask("unpack", archive, {"into": str(into)})
        return [as_member(each) for each in told]

    async def parse_roster(self, path: Path, name: str) -> ParsedRoster:
        """`rosters.parse.parse_roster` in a child; what stops the child becomes a problem of the roster."""
        try:
            told, _ = await self._ask("parse_roster", path, {"name": name})
        except Refused as refused:
            return ParsedRoster(problems=[refused.problem])
        lines = [RosterLine(**{**line, "platform": Platform(line["platform"])}) for line in told["lines"]]
        return ParsedRoster(**{**told, "lines": lines, "problems": list(map(as_problem, told["problems"]))})

    async def parse_given_list(self, path: Path, name: str) -> ParsedGivenList:
        """`given_lists.parse.parse_given_list` in a child; what stops the child becomes a problem of the list."""
        try:
            told, _ = await self._ask("parse_given_list", path, {"name": name})
        except Refused as refused:
            return ParsedGivenList(problems=[refused.problem])
        lines = [GivenLine(**line) for line in told["lines"]]
        return ParsedGivenList(lines, told["refused"], list(map(as_problem, told["problems"])))

    async def check_document(self, path: Path, row: UUID, key: bytes) -> str:
        """`documents.check` in a child that opens the sealed bytes in its memory: the media type. Raises Refused."""
        told, _ = await self._ask("check_document", path, {"row": str(row), "key": key.hex()})
        media_type: str = told["media_type"]
        return media_type

    async def _ask(self, task: str, path: Path, request: dict[str, Any]) -> tuple[Any, bytes]:
        """The task's answer and what is attached; raises Refused for what it refuses and for whatever stopped it."""
        memory = None if self.limits.memory is None else self.limits.memory + os.stat(path).st_size  # noqa: PTH116 (local disk)
        limits = {"memory": memory, "cpu_seconds": self.limits.cpu_seconds}
        body = orjson.dumps({"task": task, "path": str(path), **limits, **request})
        try:
            answer = await self._answer(body)
        except TimeoutError:
            raise Refused("READING_TOOK_TOO_LONG", {"limit": int(self.limits.wall_seconds)}) from None
        except ChildDiedError as died:
            raise self._cause(died.exit_code) from None
        if "refused" in answer:
            raise as_refusal(answer["refused"])
        if "broken" in answer:
            if answer["broken"] == "memory":
                raise self._cause(-signal.SIGABRT)
            _log.error("a reader failed", task=task, detail=answer["detail"])
            raise Refused("FILE_BREAKS_READER")
        return answer["value"], answer["attached"]

    async def _answer(self, body: bytes) -> dict[str, Any]:
        async with self._places:
            child = self._idle.pop() if self._idle else await self._nursery.fork()
            try:
                async with asyncio.timeout(self.limits.wall_seconds):
                    answer = await child.ask(body)
            except (EOFError, ConnectionError):
                child.writer.close()
                raise ChildDiedError(await asyncio.shield(self._nursery.bury(child))) from None
            except BaseException:  # too long, or cancelled
                child.kill()
                await asyncio.shield(self._nursery.bury(child))
                raise
            if answer["retires"]:
                child.kill()
                await self._nursery.bury(child)
            else:
                self._idle.append(child)
            return answer

    def _cause(self, exit_code: int) -> Refused:
        """Out of memory, Rust code aborts; out of CPU time, the kernel sends SIGXCPU."""
        if exit_code == -signal.SIGXCPU:
            return Refused("READING_TOOK_TOO_LONG", {"limit": self.limits.cpu_seconds or 0})
        if exit_code in (-signal.SIGABRT, -signal.SIGKILL):
            return Refused("FILE_TOO_LARGE", {"limit": (self.limits.memory or 0) // _MEGABYTE})
        return Refused("FILE_BREAKS_READER")
