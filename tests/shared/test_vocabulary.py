"""States know whether they have ended."""

from services.shared.file_vocabulary import UploadState
from services.shared.vocabulary import RosterImportState, RunState


def test_what_waits_or_works_has_not_ended() -> None:
    assert [state.value for state in UploadState if not state.ended] == ["CREATED", "QUEUED", "READING"]
    assert [state.value for state in RosterImportState if not state.ended] == ["QUEUED", "RUNNING"]
    assert [state.value for state in RunState if not state.ended] == ["QUEUED", "RUNNING"]
