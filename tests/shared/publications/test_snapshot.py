"""A revision's canonical bytes: one form, whoever writes them, and the way back."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from services.shared.beijing import BEIJING
from services.shared.publications.snapshot import NoticeDays, NoticeWindow, digest_of, read_snapshot
from services.shared.vocabulary import PublicationStage
from tests.shared.publications.revisions import a_snapshot, a_standing


def test_the_bytes_lead_back_to_the_snapshot() -> None:
    snapshot = a_snapshot()
    assert read_snapshot(snapshot.canonical()) == snapshot


def test_keys_are_sorted_moments_are_beijing_time_and_points_are_text() -> None:
    snapshot = replace(
        a_snapshot(),
        publish_at=datetime(2021, 9, 5, 16, tzinfo=UTC),
        standings=(replace(a_standing(), total=Decimal("1E+2"), points=(Decimal("70.10"), Decimal("29.90"))),),
    )
    text = snapshot.canonical().decode()
    assert text.startswith('{"awards":[')
    assert text.endswith("}\n")
    assert '"publish_at":"2021-09-06T00:00:00+08:00"' in text
    assert '"points":["70.10","29.90"]' in text
    assert '"total":"100"' in text
    assert "张**" in text


HOUR = datetime(2021, 9, 6, 9, 30, tzinfo=BEIJING)
LAST = datetime(2021, 9, 12, tzinfo=BEIJING)  # 24:00 of the 11th


@pytest.mark.parametrize(
    ("notice", "window"),
    [
        (NoticeDays(5), NoticeWindow(HOUR, LAST)),  # five days from the 7th on
        (NoticeWindow(None, LAST), NoticeWindow(HOUR, LAST)),
        (NoticeWindow(LAST.replace(day=10), LAST), NoticeWindow(LAST.replace(day=10), LAST)),
    ],
)
def test_a_draft_gets_hour_and_window_and_nothing_else(notice: NoticeDays | NoticeWindow, window: NoticeWindow) -> None:
    draft = replace(a_snapshot(), publish_at=None, notice=notice)
    assert read_snapshot(draft.canonical()) == draft
    assert draft.at(HOUR) == replace(draft, publish_at=HOUR, notice=window)


def test_any_change_gives_another_digest() -> None:
    before = a_snapshot()
    changes = (
        {"stage": PublicationStage.FINAL},
        {"revision": before.revision + 1},
        {"publish_at": datetime(2021, 9, 6, 9, 0, 1, tzinfo=BEIJING)},
        {"standings": (replace(before.standings[0], total=before.standings[0].total + 1), *before.standings[1:])},
    )
    digests = {digest_of(replace(before, **change).canonical()) for change in ({}, *changes)}
    assert len(digests) == 1 + len(changes)


def test_other_bytes_are_no_snapshot() -> None:
    for other in (b"", b"{}", b"[]", b'{"contest":"hubei-2021"}'):
        with pytest.raises(ValueError, match="validation error"):
            read_snapshot(other)
