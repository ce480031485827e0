"""A revision as docx, for the office's own letterhead: plain styles, no font. Pure, the same bytes each time."""

import io
import zipfile
from copy import deepcopy

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.shared import Mm, Pt

from services.scorer.renditions.paper import Annex, Paper, compose, hour_of
from services.scorer.renditions.tables import Kind, Table, written
from services.shared.publications.snapshot import Snapshot
from services.shared.words import Language, put

MOST_LINES = 10_000  # of one list; Word is slow with more, and spreadsheets and PDF have them
_A4 = Mm(210), Mm(297)
_INDENT = Pt(24)  # two characters of the text's size
_FONT = "宋体"  # what an office has; the file carries no font
_LETTERS = "Times New Roman"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def as_docx(snapshot: Snapshot, language: Language) -> bytes:
    paper, document = compose(snapshot, language), Document()
    _prepare(document, snapshot, paper)
    _write_text(document, paper)
    for annex in paper.annexes:
        _write_annex(document, annex, language)
    file = io.BytesIO()
    document.save(file)
    return _dateless(file)


def _prepare(document: Docx, snapshot: Snapshot, paper: Paper) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.comments = paper.title, "", ""
    properties.created = properties.modified = hour_of(snapshot)
    section = document.sections[0]
    section.page_width, section.page_height = _A4
    for name, size in (("Normal", Pt(12)), ("Title", Pt(22)), ("Heading 1", Pt(16)), ("Heading 2", Pt(12))):
        style = document.styles[name]
        style.font.name, style.font.size = _LETTERS, size
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "eastAsiaTheme", "hAnsiTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), _FONT)


def _write_text(document: Docx, paper: Paper) -> None:
    document.add_paragraph(paper.title, "Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(paper.revision).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in paper.paragraphs:
        document.add_paragraph(text).paragraph_format.first_line_indent = _INDENT
    for text in paper.signed:
        document.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_heading(paper.proof_title, 2)
    for text in paper.proof:
        document.add_paragraph(text)


def _write_annex(document: Docx, annex: Annex, language: Language) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_height, section.page_width = _A4
    document.add_paragraph(annex.place)
    document.add_heading(annex.title, 1)
    lines = sum(len(table.rows) for table in annex.tables)
    if lines > MOST_LINES:
        document.add_paragraph(put("PAPER_ELSEWHERE", {"lines": lines}, language))
        return
    for table in annex.tables:
        if table.title != annex.title:
            document.add_heading(table.title, 2)
        _write_table(document, table)


def _write_table(document: Docx, table: Table) -> None:
    """Rows are copied as they stand in the file: python-docx counts all cells anew for each that it is asked for."""
    framed = document.add_table(1, len(table.columns), "Table Grid")
    head = framed.rows[0]
    for cell, column in zip(head.cells, table.columns, strict=True):
        cell.text = column.heading
        cell.paragraphs[0].runs[0].bold = True
        if column.kind is not Kind.TEXT:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    pattern: CT_Row = deepcopy(head._tr)
    for bold in list(pattern.iter(qn("w:b"))):
        bold.getparent().remove(bold)
    repeated = head._tr.get_or_add_trPr()
    repeated.append(repeated.makeelement(qn("w:tblHeader")))
    for row in table.rows:
        line = deepcopy(pattern)
        for text, cell in zip(line.iter(qn("w:t")), row, strict=True):
            text.text = written(cell)
        framed._tbl.append(line)


def _dateless(file: io.BytesIO) -> bytes:
    """The same parts without the hour at which they were put together."""
    plain = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            entry = zipfile.ZipInfo(part.filename, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(part))
    return plain.getvalue()
