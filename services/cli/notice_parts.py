"""What a notice consists of besides its text, as somebody types it: timetable, contacts, attachments."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from services.cli.errors import CommandError, cause
from services.cli.moments import end_of, moment

TO_BE_ANNOUNCED = frozenset({"待定", "另行通知", "tba"})
_KEYS = {"title", "from", "to", "to_be_announced"}
_TIMES: Mapping[str, Callable[[str | None], str | None]] = {"from": moment, "to": end_of}
_EXAMPLE = "推荐上报=2021-06-01/2021-07-07，自主报名=待定"


def read_timetable(path: Path) -> list[dict[str, Any]]:
    """The tables [[timetable]] of a TOML file: title, and from, to or to_be_announced = true.

    A time without an offset is Beijing's; a day alone lasts to its end. Raises CommandError.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"读不了 {path}（{cause(error)}）。 / The file cannot be read.") from None
    except tomllib.TOMLDecodeError as error:
        raise CommandError(f"{path} 不是 TOML（{error}）。 / It is not TOML.") from None
    entries = found.get("timetable")
    if found.keys() != {"timetable"} or not isinstance(entries, list):
        raise CommandError(f"{path} 里应当只有 [[timetable]]。 / It holds [[timetable]] and nothing else.")
    return [_entry(path, number, entry) for number, entry in enumerate(entries, 1)]


def _entry(path: Path, number: int, entry: object) -> dict[str, Any]:
    if not isinstance(entry, dict) or not isinstance(entry.get("title"), str) or not entry.keys() <= _KEYS:
        known = "、".join(sorted(_KEYS))
        raise CommandError(f"{path} 第 {number} 项日程要有 title，可用 {known}。 / An entry has these keys alone.")
    times = {name: _of_toml(path, number, name, entry.get(name)) for name in _TIMES}
    return {"title": entry["title"], **times, "toBeAnnounced": entry.get("to_be_announced") is True}


def _of_toml(path: Path, number: int, name: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, date):  # a datetime is one
        raise CommandError(f"{path} 第 {number} 项日程的时间要写成 2021-06-01T08:00:00。 / That is no time.")
    return _TIMES[name](value.isoformat())


def read_line(text: str) -> dict[str, Any]:
    """A line of a timetable: `推荐上报=2021-06-01/2021-07-07` (either may be empty), or `自主报名=待定`."""
    title, equals, times = text.replace("＝", "=").partition("=")
    title, times = title.strip(), times.strip()
    if not equals or not title or not times:
        raise CommandError(f"看不懂日程“{text}”，请写成 {_EXAMPLE}。 / Say what=from/to.")
    if times.lower() in TO_BE_ANNOUNCED:
        return {"title": title, "from": None, "to": None, "toBeAnnounced": True}
    start, _, end = times.partition("/")
    return {"title": title, "from": moment(start.strip() or None), "to": end_of(end.strip() or None),
            "toBeAnnounced": False}  # fmt: skip


def read_contact(text: str, role: str) -> dict[str, Any]:
    """`张老师:027-87654321`, or a name alone."""
    name, _, phone = text.replace("：", ":").partition(":")
    return {"name": name.strip(), "phone": phone.strip() or None, "role": role}


def read_attachment(text: str) -> tuple[str, Path]:
    """Title and file of `附件一=a.pdf`; without a title the file's name without its ending."""
    if Path(text).is_file():
        return Path(text).stem, Path(text)
    title, equals, name = text.partition("=")
    path = Path(name)
    if not equals or not title.strip() or not path.is_file():
        raise CommandError(f"没有文件 {name or text}。 / There is no such file.")
    return title.strip(), path
