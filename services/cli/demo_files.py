"""The demo's files on disk, made by a few processes at once: they depend on the seed alone, not on who makes them."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from services.sample.generate import Export, Sample, sample
from services.shared.processes import die_with_parent


@dataclass(frozen=True, slots=True)
class Packed:
    """An archive of exports, with the moment they were exported."""

    path: Path
    exported_at: datetime


@dataclass(frozen=True, slots=True)
class DemoFiles:
    folder: Path
    sample: Sample
    rosters: list[Path]
    archives: list[Packed]
    certificate: Path
    screenshot: Path


def write_files(
    contest_file: Path, folder: Path, seed: int, *, full: bool, heard: Callable[[int, int], None]
) -> DemoFiles:
    """Writes rosters/, exports/, papers/ and uids.csv; `heard` is told how many of how many cities are done."""
    from services.sample import papers  # noqa: PLC0415  drawing takes long to load, and no other command draws

    made = sample(contest_file, seed, full=full)
    _write(folder / "uids.csv", uids_file(made).encode("utf-8-sig"))
    cities = [city.name for city in made.contest.cities]
    rosters = [_write(folder / "rosters" / file.path, file.content) for file in made.rosters()]
    archives: list[Packed] = []
    # spawn: a child forked from a process with threads could hang, and a forkserver would outlive us.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), _end_with, (os.getpid(),)) as pool:
        work = partial(_write_city, contest_file, folder / "exports", seed, full)
        for done, packed in enumerate(pool.map(work, cities), start=1):
            archives += packed
            heard(done, len(cities))
    certificate = _write(folder / "papers" / "certificate.png", papers.certificate())
    screenshot = _write(folder / "papers" / "screenshot.pdf", papers.screenshot())
    return DemoFiles(folder, made, rosters, archives, certificate, screenshot)


def _end_with(parent: int) -> None:
    """For a child that takes a while to start: its parent may be gone before it can ask to end with it."""
    die_with_parent(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def uids_file(made: Sample) -> str:
    """What `./livecup bind-uids` takes: whose number on the platform is whose."""
    lines = [f"{one.platform.value},{one.handle},{one.uid}" for one in made.people]
    return "\r\n".join(["平台,账号,达人ID", *lines, ""])


def _write_city(contest_file: Path, folder: Path, seed: int, full: bool, city: str) -> list[Packed]:
    made = sample(contest_file, seed, full=full)
    return [write_archive(folder, export) for export in made.exports_of(city)]


def write_archive(folder: Path, export: Export) -> Packed:
    return Packed(_write(folder / export.archive.path, export.archive.content), export.exported_at)


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
