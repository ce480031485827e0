"""Who is signed in on this machine: the server and the token, in a file that only its owner can read."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from services.cli.errors import CommandError, cause


@dataclass(frozen=True, slots=True)
class Credentials:
    server: str
    login: str
    token: str
    expires_at: str


def keep(credentials: Credentials, home: Path) -> Path:
    """Writes the file with mode 0600, whole or not at all."""
    path = _path(home)
    partial = path.with_suffix(f".{os.getpid()}")
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(credentials), file)
        partial.replace(path)
    except OSError as error:
        raise CommandError(f"无法保存登录信息（{cause(error)}）：{path}。 / The sign-in cannot be kept.") from error
    return path


def kept(home: Path) -> Credentials:
    """Raises CommandError when nobody is signed in."""
    try:
        return Credentials(**json.loads(_path(home).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise CommandError(
            "还没有登录，请先运行 ./livecup sign-in。 / Not signed in: run ./livecup sign-in first."
        ) from None
    except (OSError, ValueError, TypeError) as error:
        raise CommandError(
            f"登录信息无法读取（{cause(error)}），请重新登录。 / The kept sign-in cannot be read, sign in again."
        ) from None


def forget(home: Path) -> None:
    """Removes the file; nothing when there is none."""
    _path(home).unlink(missing_ok=True)


def _path(home: Path) -> Path:
    return home / "sign-in.json"
