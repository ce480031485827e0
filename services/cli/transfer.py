"""Files on their way to the API: createUpload, PUT, completeUpload, then waiting until they are read.

The idempotency key is made from what is sent, whatever its name, so sending the same file again finds the upload of
the first time: one that is counted is left alone, one that was interrupted goes on.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.cli.client import Client
from services.cli.errors import CommandError

AT_ONCE = 4
ENDED = frozenset({"ACCEPTED", "REFUSED", "DUPLICATE", "WITHDRAWN", "FAILED"})
BAD = frozenset({"REFUSED", "FAILED"})
_ASK_AT_ONCE = 100  # ids in one question
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Parcel:
    """One file to send, with what its sender states about it; times as ISO 8601."""

    path: Path
    name: str
    kind: str | None = None
    account_hint: str | None = None
    exported_at: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A parcel with its upload as the API last told of it; `before` says that it had ended already."""

    parcel: Parcel
    upload: dict[str, Any]
    before: bool


Heard = Callable[[int], None]


async def send_all(
    client: Client, contest_id: str, parcels: Sequence[Parcel], heard: Heard, *, again: str = ""
) -> list[Sent]:
    """Sends files, a few at once; `heard` is told of bytes that went out or were spared."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(parcel: Parcel) -> Sent:
        async with slots:
            return await send(client, contest_id, parcel, heard, again=again)

    tasks = [asyncio.create_task(one(parcel)) for parcel in parcels]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def send(client: Client, contest_id: str, parcel: Parcel, heard: Heard, *, again: str = "") -> Sent:
    """Sends one file unless it is there already. Another `again` makes it another upload."""
    sha256, size = await asyncio.to_thread(fingerprint, parcel.path)
    given = {
        "contestId": contest_id,
        "sha256": sha256,
        "size": size,
        "kind": parcel.kind,
        "accountHint": parcel.account_hint,
        "exportedAt": parcel.exported_at,
    }
    key = hashlib.sha256(repr((*given.values(), again)).encode()).hexdigest()
    made = await client.mutate("CreateUpload", **given, name=parcel.name, idempotencyKey=key)
    upload: dict[str, Any] = made["upload"]
    if upload["state"] != "CREATED":
        heard(size)
        return Sent(parcel, upload, before=upload["state"] in ENDED)
    await client.put(made["putUrl"], made["putToken"], parcel.path, heard)
    completed = await client.mutate("CompleteUpload", uploadId=upload["id"])
    return Sent(parcel, completed["upload"], before=False)


def fingerprint(path: Path) -> tuple[str, int]:
    """SHA-256 and size in bytes; raises CommandError for a file that cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
    except OSError as error:
        raise CommandError(f"无法读取 {path}。 / It cannot be read: {error.strerror}") from None


async def wait_for(
    client: Client,
    operation: str,
    ids: Iterable[str],
    ended: Callable[[dict[str, Any]], bool],
    heard: Callable[[dict[str, Any]], None],
) -> dict[str, dict[str, Any]]:
    """Asks for nodes by their ids until each has ended; `heard` is told of each one's state each time."""
    waiting, found, pause = set(ids), {}, _FIRST_PAUSE
    while waiting:
        before = len(waiting)
        asked = sorted(waiting)[:_ASK_AT_ONCE]
        for node in (await client.query(operation, ids=asked))["nodes"]:
            if not node:
                raise CommandError("上传记录已看不到。 / An upload cannot be seen any more.")
            heard(node)
            if ended(node):
                found[node["id"]] = node
                waiting.discard(node["id"])
        pause = _FIRST_PAUSE if len(waiting) < before else min(pause * 1.5, _LONGEST_PAUSE)
        if waiting:
            await asyncio.sleep(pause)
    return found


def upload_ended(upload: dict[str, Any]) -> bool:
    return upload["state"] in ENDED
