"""A revision as PDF. Pure, the same bytes each time.

It is set in parts of so many lines, which are joined: one table of all lines takes time and memory out of proportion.
"""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pypdf import PdfReader, PdfWriter

from services.scorer.renditions.paper import NO_HOUR, Paper, compose
from services.scorer.renditions.tables import Cell, Column, legible, written
from services.scorer.renditions.typeset import typeset
from services.shared.publications.snapshot import Snapshot
from services.shared.words import Language, sentences

PART_LINES = 500
_LETTER = ("title", "revision", "paragraphs", "signed", "proof_title", "proof")
_TEMPLATE = Path(__file__).with_name("paper.typ")


def as_pdf(snapshot: Snapshot, language: Language, part_lines: int = PART_LINES) -> bytes:
    paper, pages = compose(snapshot, language), PdfWriter()
    always = {
        "title": paper.title,
        "footer": f"{legible(snapshot.contest_title)}　{paper.title}　{paper.revision}",
        "page": sentences(language)["PAPER_PAGE"],
    }
    letter: dict[str, Any] | None = {name: getattr(paper, name) for name in _LETTER}
    for annexes in _parts(paper, part_lines):
        given = always | {"letter": letter, "annexes": annexes, "first_page": len(pages.pages) + 1}
        pages.append(PdfReader(io.BytesIO(typeset(_TEMPLATE, given, snapshot.publish_at or NO_HOUR))))
        letter = None
    pages.metadata = {"/Title": paper.title}
    file = io.BytesIO()
    pages.write(file)
    return file.getvalue()


def _parts(paper: Paper, most: int) -> Iterator[list[dict[str, Any]]]:
    """The annexes, cut so that no part has more lines than `most`."""
    part: list[dict[str, Any]] = []
    room = most
    for annex in paper.annexes:
        part.append({"place": annex.place, "title": annex.title, "begins": True, "lists": []})
        for table in annex.tables:
            title, rows = "" if table.title == annex.title else table.title, table.rows
            while rows:
                if room == 0:
                    yield part
                    part, room = [{**part[-1], "begins": False, "lists": []}], most
                part[-1]["lists"].append(_list(title, table.columns, rows[:room]))
                title, rows, room = "", rows[room:], max(0, room - len(rows))
    yield part


def _list(title: str, columns: Sequence[Column], rows: Sequence[tuple[Cell, ...]]) -> dict[str, Any]:
    return {
        "title": title,
        "headings": [column.heading for column in columns],
        "kinds": [column.kind.value for column in columns],
        "rows": [[written(cell) for cell in row] for row in rows],
    }
