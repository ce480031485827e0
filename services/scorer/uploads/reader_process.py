"""The processes behind `children.ParserPool`: a warm one that only forks, and its forks, which read files.

Run as `python -m services.scorer.uploads.reader_process <descriptor>`. The warm process has everything imported,
touches no file, and forks a reader for each socket it is sent (10 ms; a new interpreter takes 20 times that). A reader
answers requests on its socket under limits it cannot lift. All of them end with the process that started them.
"""

import io
import os
import resource
import socket
import struct
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from services.scorer.documents.check import check_document
from services.scorer.given_lists.parse import parse_given_list
from services.scorer.marked_copies.mark import mark
from services.scorer.rosters.parse import parse_roster
from services.scorer.uploads.child_answers import as_problem
from services.scorer.uploads.parse import parse
from services.scorer.uploads.refused import Refused
from services.scorer.uploads.unpack import unpack
from services.shared.file_vocabulary import UploadKind
from services.shared.formats.catalogue import catalogue
from services.shared.processes import die_with_parent
from services.shared.storage.seal import unseal
from services.shared.vocabulary import ImportPolicy
from services.shared.words import Language

FORK, WAIT = 0, 1
REQUEST = struct.Struct("!Bi")  # FORK, 0 with a socket attached; or WAIT, pid
REPLY = struct.Struct("!i")  # the pid; or the exit status as os.waitstatus_to_exitcode gives it
LENGTH = struct.Struct("!I")

_MOST_ATTACHED = 1 << 20  # bytes of rows
_ROOM_TO_GO_ON = 1 << 30  # bytes of address space; a reader that has grown beyond retires


def serve_forks(control: socket.socket) -> None:
    """Forks a reader for each socket that arrives and buries those it is asked about, until the other end closes."""
    catalogue()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, REQUEST.size, 1)
        if len(message) < REQUEST.size:
            return
        order, number = REQUEST.unpack(message)
        if order == WAIT:
            _, status = os.waitpid(number, 0)
            control.sendall(REPLY.pack(os.waitstatus_to_exitcode(status)))
            continue
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            control.close()
            _become_reader(parent)
            with socket.socket(fileno=descriptors[0]) as pipe:
                answer_requests(pipe)
            os._exit(0)
        os.close(descriptors[0])
        control.sendall(REPLY.pack(pid))


def _become_reader(parent: int) -> None:
    die_with_parent()
    if os.getppid() != parent:
        os._exit(1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):  # what Rust prints before it aborts is no line for our log
        os.dup2(nowhere, descriptor)


def answer_requests(pipe: socket.socket) -> None:
    """One JSON request, one JSON answer with as many bytes behind it as it says are attached, until the other end
    closes or memory is no longer what it was."""
    with pipe.makefile("rwb") as stream:
        while head := stream.read(LENGTH.size):
            answer, attached = _answer(orjson.loads(stream.read(LENGTH.unpack(head)[0])))
            body = orjson.dumps(answer | {"attached": len(attached)})
            stream.write(LENGTH.pack(len(body)) + body + attached)
            stream.flush()
            if answer["retires"]:
                return


def _answer(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        _limit(request["memory"], request["cpu_seconds"])
        value, attached = _TASKS[request["task"]](request)
        return {"value": value, "retires": _address_space() > _ROOM_TO_GO_ON}, attached
    except Refused as refused:
        return {"refused": asdict(refused.problem), "retires": False}, b""
    except MemoryError:
        return {"broken": "memory", "retires": True}, b""
    except BaseException as error:  # also the panics of Rust code, which are no Exception
        return {"broken": "reader", "detail": _where(error), "retires": True}, b""


def _where(error: BaseException) -> str:
    """Where it failed, without its message: libraries repeat the cell that they stumble over."""
    return "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__


def _limit(memory: int | None, cpu_seconds: int | None) -> None:
    """Sets this file's limits; only the soft ones, so that the next file can have its own."""
    if memory is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (memory, hard))
    if cpu_seconds is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + cpu_seconds, hard))


def _address_space() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:  # no /proc: retire by what was resident at most
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return pages * resource.getpagesize()


def _parse(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Few rows are attached, as an Arrow IPC stream; many go through a file, Arrow IPC, which the worker maps."""
    stated = UploadKind(request["kind_stated"]) if request["kind_stated"] else None
    exported_at = datetime.fromisoformat(request["exported_at"])
    policy = ImportPolicy(request["policy"])
    published_at = datetime.fromisoformat(request["published_at"]) if request["published_at"] else None
    parsed = parse(
        Path(request["path"]),
        request["name"],
        exported_at,
        stated,
        request["own"],
        policy=policy,
        published_at=published_at,
    )
    attached = io.BytesIO()
    if parsed.frame is not None and parsed.frame.estimated_size() <= _MOST_ATTACHED:
        parsed.frame.write_ipc_stream(attached)
    elif parsed.frame is not None:
        parsed.frame.write_ipc(request["frame"])
    value = {
        "format": parsed.format and parsed.format.name,
        "frame": parsed.frame is not None,
        "problems": [asdict(problem) for problem in parsed.problems],
        "unknown_columns": parsed.unknown_columns,
        "content_digest": parsed.content_digest,
        "rows": parsed.rows,
        "refused_rows": parsed.refused_rows,
        "measures": parsed.measures,
        "waiting": parsed.waiting and parsed.waiting.as_json(),
        "period": [moment.isoformat() for moment in parsed.period] if parsed.period else None,
    }
    return value, attached.getvalue()


def _unpack(request: dict[str, Any]) -> tuple[list[dict[str, Any]], bytes]:
    members = unpack(Path(request["path"]), Path(request["into"]))
    return [{**asdict(member), "path": str(member.path)} for member in members], b""


def _parse_roster(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    return asdict(parse_roster(Path(request["path"]), request["name"])), b""


def _parse_given_list(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    return asdict(parse_given_list(Path(request["path"]), request["name"])), b""


def _check_document(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    sealed = Path(request["path"]).read_bytes()
    content = unseal(sealed, bytes.fromhex(request["key"]), UUID(request["row"]))
    return {"media_type": check_document(content)}, b""


def _mark(request: dict[str, Any]) -> tuple[None, bytes]:
    stated = UploadKind(request["kind_stated"]) if request["kind_stated"] else None
    problems = list(map(as_problem, request["problems"]))
    return None, mark(Path(request["path"]), problems, Language(request["language"]), stated, request["own"])


_TASKS: dict[str, Callable[[dict[str, Any]], tuple[Any, bytes]]] = {
    "parse": _parse,
    "mark": _mark,
    "unpack": _unpack,
    "parse_roster": _parse_roster,
    "parse_given_list": _parse_given_list,
    "check_document": _check_document,
}

if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as control_socket:
        serve_forks(control_socket)
