"""What log lines may never hold."""

import logging
from collections.abc import Iterator
from typing import Literal

import pytest

from services.shared.log import configure_logs


@pytest.fixture
def root_handlers() -> Iterator[None]:
    """Gives pytest its own handlers back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.mark.usefixtures("root_handlers")
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_traceback_shows_no_variables(
    log_format: Literal["text", "json"], capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs(log_format)
    try:
        id_number = "4201061990" + "01010011"
        raise RuntimeError("reading failed", len(id_number))
    except RuntimeError:
        logging.getLogger("livecup").exception("job failed")
    written = capsys.readouterr().err
    assert "reading failed" in written
    assert "420106199001010011" not in written
