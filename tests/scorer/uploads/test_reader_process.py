"""What a child says of a reading that failed."""

from typing import Any

import pytest

from services.scorer.uploads import reader_process


def test_the_log_learns_where_a_reading_failed_but_not_on_what(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages of libraries repeat the cell that they stumble over, a buyer's number perhaps."""
    cell = str(13812341234)

    def stumble(_: dict[str, Any]) -> tuple[Any, bytes]:
        try:
            raise ValueError(f"could not parse {cell}")
        except ValueError as error:
            raise RuntimeError(cell) from error

    monkeypatch.setitem(reader_process._TASKS, "parse", stumble)
    answer, _ = reader_process._answer({"task": "parse", "memory": None, "cpu_seconds": None})
    assert cell not in answer["detail"]
    assert "RuntimeError" in answer["detail"]
    assert "in stumble" in answer["detail"]
