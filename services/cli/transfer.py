"""Files on their way to the API: createUpload, PUT, completeUpload, then waiting until they are read.

The idempotency key is made from what is sent, in whatever folder, so sending the same file again finds the upload of
the first time: one that is counted is left alone, one that was interrupted goes on. A renamed file is another one: a
name may say when its work was published.
"""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from services.cli.client import Client, RefusedError
from services.cli.errors import CommandError, cause
from services.shared.file_vocabulary import UploadState
from services.shared.vocabulary import ImportPolicy

AT_ONCE = 4
BAD = frozenset({"REFUSED", "WAITING", "FAILED"})
_ASK_AT_ONCE = 100  # ids in one question
_MOST_SAID, _MOST_NAMED = 20, 3  # reasons why files are not taken, and files of each
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 1.0  # seconds
_PAUSES_GROW = 1.25


@dataclass(frozen=True, slots=True)
class Parcel:
    """One file to send, with what its sender states about it; times as ISO 8601."""

    path: Path
    name: str
    kind: str | None = None
    account_hint: str | None = None
    exported_at: str | None = None
    policy: str = ImportPolicy.ALL_OR_NOTHING
    attested: bool = False
    published_at: str | None = None
    url: str | None = None  # from where the server fetches it; then `path` only names it

    @property
    def bytes_to_send(self) -> int:
        return 0 if self.url else self.path.stat().st_size


@dataclass(frozen=True, slots=True)
class Sent:
    """A parcel with its upload as the API last told of it; `before` says that it had ended already."""

    parcel: Parcel
    upload: dict[str, Any]
    before: bool


@dataclass(frozen=True, slots=True)
class Label:
    """A parcel with what createUpload is given, and the key that makes it the same upload each time."""

    parcel: Parcel
    given: dict[str, Any]
    key: str


@dataclass(frozen=True, slots=True)
class Announced:
    """What the API takes, with its answer to createUpload."""

    label: Label
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the API does not take, and why."""

    label: Label
    message: str

    @property
    def name(self) -> str:
        return self.label.parcel.name


Heard = Callable[[int], None]
T = TypeVar("T")
R = TypeVar("R")


class NotSentError(CommandError):
    """Nothing was sent: the API does not take some of the files, each named with its reason."""

    def __init__(self, refused: Sequence[Refusal]) -> None:
        said = "".join(f"\n  {line}" for line in refusal_lines((one.name, one.message) for one in refused))
        super().__init__(f"{len(refused)} 个文件不能接收，全部没有上传。 / Nothing was sent.{said}")


class BrokenOffError(CommandError):
    """Sending or waiting came to an end before its time; `sent` is what had gone out."""

    def __init__(self, message: str, sent: list[Sent]) -> None:
        super().__init__(message)
        self.sent = sent


async def send_all(
    client: Client,
    contest_id: str,
    parcels: Sequence[Parcel],
    heard: Heard,
    *,
    again: str = "",
    refused: Callable[[Refusal], None] | None = None,
) -> list[Sent]:
    """Sends files, a few at once; `heard` is told of bytes that went out or were spared.

    All are announced before the first byte goes out. Those that the API does not take `refused` is told of, and the
    others are sent; without it, or where none is left, nothing is. Raises NotSentError, later BrokenOffError.
    """
    labelled = await each(parcels, lambda parcel: _label(contest_id, parcel, again))
    once = {one.key: one for one in reversed(labelled)}  # the same file in two folders goes out once
    answers = await each(reversed(once.values()), lambda one: _announce(client, one))
    announced = [one for one in answers if isinstance(one, Announced)]
    left_out = {one.label.key: one.message for one in answers if isinstance(one, Refusal)}
    refusals = [Refusal(one, left_out[one.key]) for one in labelled if one.key in left_out]
    if refusals and (refused is None or not announced):
        raise NotSentError(refusals)
    if refused is not None:
        for one in refusals:
            refused(one)
    sent: dict[str, Sent] = {}

    async def deliver(one: Announced) -> None:
        sent[one.label.key] = await _deliver(client, one, heard)

    try:
        await each(announced, deliver)
    except CommandError as error:
        raise BrokenOffError(str(error), list(sent.values())) from None
    return [replace(sent[one.key], parcel=one.parcel) for one in labelled if one.key in sent]


def refusal_lines(refused: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Of (file, why): `抖音-zhangsna：找不到这个账号（3 个文件：…）`, as what is wrong with a folder is said once."""
    alike: dict[str, list[str]] = defaultdict(list)
    for name, message in refused:
        alike[message].append(name)
    for message, names in [*alike.items()][:_MOST_SAID]:
        named = "、".join(names[:_MOST_NAMED]) + ("…" if len(names) > _MOST_NAMED else "")
        yield f"{message}（{len(names)} 个文件：{named}）"
    if len(alike) > _MOST_SAID:
        yield f"…… 还有 {len(alike) - _MOST_SAID} 种原因 / more"


async def each(things: Iterable[T], work: Callable[[T], Awaitable[R]]) -> list[R]:
    """Works on things, AT_ONCE at a time; the first failure ends the rest."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(thing: T) -> R:
        async with slots:
            return await work(thing)

    tasks = [asyncio.create_task(one(thing)) for thing in things]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def send(client: Client, contest_id: str, parcel: Parcel, heard: Heard, *, again: str = "") -> Sent:
    """Sends one file unless it is there already. Another `again` makes it another upload."""
    (sent,) = await send_all(client, contest_id, [parcel], heard, again=again)
    return sent


async def _label(contest_id: str, parcel: Parcel, again: str) -> Label:
    sha256, size = (None, None) if parcel.url else await asyncio.to_thread(fingerprint, parcel.path)
    given = {
        "contestId": contest_id,
        "sha256": sha256,
        "size": size,
        "kind": parcel.kind,
        "accountHint": parcel.account_hint,
        "exportedAt": parcel.exported_at,
        "policy": parcel.policy,
        "attested": parcel.attested,
        "publishedAt": parcel.published_at,
        **({"url": parcel.url} if parcel.url else {}),
    }
    stated = (*given.values(), Path(parcel.name).name, again)
    return Label(parcel, given, hashlib.sha256(repr(stated).encode()).hexdigest())


async def _announce(client: Client, label: Label) -> Announced | Refusal:
    name = label.parcel.name
    try:
        answer = await client.mutate("CreateUpload", **label.given, name=name, idempotencyKey=label.key)
    except RefusedError as error:
        whose = f"{label.parcel.account_hint}：" if label.parcel.account_hint else ""
        return Refusal(label, f"{whose}{error}")
    return Announced(label, answer)


async def _deliver(client: Client, announced: Announced, heard: Heard) -> Sent:
    made, upload, parcel = announced.answer, announced.answer["upload"], announced.label.parcel
    if upload["state"] != "CREATED":
        heard(parcel.bytes_to_send)
        return Sent(parcel, upload, before=upload_ended(upload))
    await client.put(made["putUrl"], made["putToken"], parcel.path, heard)
    completed = await client.mutate("CompleteUpload", uploadId=upload["id"])
    return Sent(parcel, completed["upload"], before=False)


def fingerprint(path: Path) -> tuple[str, int]:
    """SHA-256 and size in bytes; raises CommandError for a file that cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
    except OSError as error:
        raise CommandError(f"无法读取 {path}（{cause(error)}）。 / It cannot be read.") from None


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
        pause = _FIRST_PAUSE if len(waiting) < before else min(pause * _PAUSES_GROW, _LONGEST_PAUSE)
        if waiting:
            await asyncio.sleep(pause)
    return found


def upload_ended(upload: dict[str, Any]) -> bool:
    return UploadState(upload["state"]).ended
