"""A csv is read piece by piece: wherever it is cut, it says the same."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scorer.uploads import text
from services.scorer.uploads.parse import ParsedFile
from services.shared.vocabulary import ImportPolicy
from tests.scorer.uploads.files import ACCOUNT_DAYS_WIDE, ORDERS, WORKS, csv_bytes, parsed

HEADINGS, EXAMPLE = WORKS[0], WORKS[1]


def table(titles: list[str]) -> list[list[object]]:
    """A works list with these titles, a minute apart."""
    rows: list[list[object]] = [
        [
            titles[n] if name == "作品名称" else f"2021-07-21 08:{n:02}:00" if name == "发布时间" else cell
            for name, cell in zip(HEADINGS, EXAMPLE, strict=True)
        ]
        for n in range(len(titles))
    ]
    return [list(HEADINGS), *rows]


PLAIN = csv_bytes(table([f"第{n}集" for n in range(40)]))
BROKEN_LINES = csv_bytes(table([f'第{n}集\n#话题，"引号"\n\n还有, 逗号' for n in range(40)]))
STRAY = PLAIN.replace("第7集".encode(), '5" 屏幕'.encode()).replace("第30集".encode(), '6" 屏幕'.encode())
TOO_LONG = PLAIN.replace("第9集".encode(), "第9集,多出".encode()).replace(
    "第35集".encode(), "第35集,多,出,了,几,格".encode()
)
BAD_CELLS = BROKEN_LINES.replace(b"2021-07-21 08:05:00", b"sometime").replace(b"2021-07-21 08:38:00", b"later")


@pytest.mark.parametrize(
    "content",
    [PLAIN, BROKEN_LINES, STRAY, TOO_LONG, BAD_CELLS, b"\xef\xbb\xbf" + BROKEN_LINES],
    ids=["plain", "line breaks in cells", "stray quotes", "lines too long", "bad cells", "with a BOM"],
)
@pytest.mark.parametrize("piece", [150, 400, 1000, 3000])
def test_a_file_cut_anywhere_says_the_same(
    content: bytes, piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = said(parsed(tmp_path, content))
    monkeypatch.setattr(text, "_PIECE", piece)
    assert said(parsed(tmp_path, content)) == whole


TIMES = ["2021/7/25 10:15", "2021-07-25 10:15:07", "2021-07-25", "sometime", ""]
LONG_IDS = ["6917926768823643751", "6917926768823640000", "6917926768823650000", "6.9E+18", ""]
WORK = [[title, time, *EXAMPLE[2:]] for title in ("甲", '乙,"\n丙') for time in TIMES]
ORDER = [[number, number, *ORDERS[1][2:]] for number in LONG_IDS]
DAY = [[day, plays, *ACCOUNT_DAYS_WIDE[1][2:]] for day in ("2026-07-30", "7月") for plays in ("2", "3", "x")]
OTHER = [
    ["制表：李倩"],
    ["合计", "", "", "", "9"],
    [""],
    ["2021"],
    ["甲", *EXAMPLE[1:], "多出"],
    ['5" 屏', *EXAMPLE[1:]],
]


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, list[int]]:
    """A csv of usual and unusual lines, and sizes of pieces to cut it into."""
    headings, rows = draw(st.sampled_from([(HEADINGS, WORK), (ORDERS[0], ORDER), (ACCOUNT_DAYS_WIDE[0], DAY)]))
    usual = draw(st.lists(st.sampled_from(rows), min_size=1, max_size=2))
    lines = draw(st.lists(st.sampled_from([*usual, *usual, *rows, *OTHER]), max_size=40))
    written = csv_bytes([headings, *lines])
    if draw(st.booleans()):
        written = written.replace('"5"" 屏"'.encode(), '5" 屏'.encode())
    return written, draw(st.lists(st.integers(40, 2000), min_size=1, max_size=3))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=files(), policy=st.sampled_from(ImportPolicy))
def test_any_file_cut_anywhere_says_the_same(
    file: tuple[bytes, list[int]], policy: ImportPolicy, tmp_path: Path
) -> None:
    content, pieces = file
    whole = said(parsed(tmp_path, content, policy=policy))
    for piece in pieces:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(text, "_PIECE", piece)
            assert said(parsed(tmp_path, content, policy=policy)) == whole


def test_many_bad_cells_are_listed_as_if_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = ["甲", "2021-07-25 10:15:07", "图文", "公开", *["?"] * 12]
    content = csv_bytes([HEADINGS, *[bad] * 300])
    whole = parsed(tmp_path, content)
    assert [problem.line for problem in whole.problems[:-1]] == [2 + n // 12 for n in range(200)]
    monkeypatch.setattr(text, "_PIECE", 2000)
    assert said(parsed(tmp_path, content)) == said(whole)


def said(found: ParsedFile) -> tuple[object, ...]:
    rows = None if found.frame is None else found.frame.rows()
    return found.kind, rows, found.problems, found.content_digest, found.rows, found.refused_rows


def test_large_pieces_end_where_a_record_ends() -> None:
    assert text._last_record_end(b'a,"b\n') == 0
    assert text._last_record_end(b'a,b\nc,"d\ne') == 4
    assert text._last_record_end(b'a,"b\nc"\nd') == 8
