"""A csv is read piece by piece: wherever it is cut, it says the same."""

from pathlib import Path

import pytest

from services.scorer.uploads import text
from services.scorer.uploads.parse import ParsedFile
from tests.scorer.uploads.files import WORKS, csv_bytes, parsed

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


def said(found: ParsedFile) -> tuple[object, ...]:
    rows = None if found.frame is None else found.frame.rows()
    return found.kind, rows, found.problems, found.content_digest, found.rows, found.refused_rows


def test_large_pieces_end_where_a_record_ends() -> None:
    assert text._last_record_end(b'a,"b\n') == 0
    assert text._last_record_end(b'a,b\nc,"d\ne') == 4
    assert text._last_record_end(b'a,"b\nc"\nd') == 8
