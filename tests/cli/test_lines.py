"""What goes wrong in everyday use is one clear line, another exit code than 0, and no traceback."""

import json
import stat
import sys
from pathlib import Path

import pytest

from services.cli.credentials import Credentials, keep, kept
from services.cli.main import main

NOBODY = "http://127.0.0.1:9"  # the discard port: nothing answers there


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIVECUP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LIVECUP_PASSWORD", "wrong")
    return tmp_path / "home"


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error of a command."""
    monkeypatch.setattr(sys, "argv", ["livecup", *words])
    with pytest.raises(SystemExit) as exited:
        main()
    code = exited.value.code
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return (code if isinstance(code, int) else 1 if code else 0), out, err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sign-in", "somebody", "--server", NOBODY), NOBODY),
        (("sign-in", "somebody", "--server", "localhost:8000"), "http(s)://"),
        (("sign-in", "somebody", "--password-file", "no-such-file"), "no-such-file"),
        (("rankings",), "sign-in"),
        (("contest", "list"), "sign-in"),
        (("contest", "create", "no-such-file.toml"), "no-such-file.toml"),
        (("upload", "no-such-file.xlsx"), "no-such-file.xlsx"),
        (("upload", "no-such-file.xlsx", "--exported-at", "yesterday"), "yesterday"),
        (("bind-uids", "no-such-file.csv"), "no-such-file.csv"),
    ],
)
def test_a_failure_before_the_server_is_one_line(
    words: tuple[str, ...], said: str, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(monkeypatch, capsys, *words)
    assert code == 1
    assert out == ""
    assert said in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("words", [("rankings",), ("finalists",), ("score",), ("contest", "list")])
def test_a_server_that_is_down_is_one_line(
    words: tuple[str, ...], home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(Credentials(NOBODY, "somebody", "token", "2099-01-01T00:00:00+08:00"), home)
    code, out, err = run(monkeypatch, capsys, *words, "--json")
    assert (code, out) == (1, "")
    assert NOBODY in err
    assert len(err.strip().splitlines()) == 1


def test_the_line_of_a_csv_that_is_wrong_is_named(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "uids.csv"
    file.write_text("平台,账号,达人ID\n抖音,zhangsan,7592255573464597541\n微博,lisi,1\n", encoding="utf-8")
    code, _, err = run(monkeypatch, capsys, "bind-uids", str(file))
    assert code == 1
    assert "第 3 行" in err


def test_the_token_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    path = keep(Credentials(NOBODY, "somebody", "secret", "2099-01-01T00:00:00+08:00"), tmp_path / "home")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["token"] == "secret"
    assert kept(tmp_path / "home").login == "somebody"
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
