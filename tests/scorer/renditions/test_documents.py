"""The documents of a revision, read back: all of them say the same, twice made they are the same bytes."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import docx
import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from services.scorer.renditions import child, word
from services.scorer.renditions.child import ChildError
from services.scorer.renditions.lists import as_csv, as_xlsx
from services.scorer.renditions.pdf import as_pdf
from services.scorer.renditions.render import RENDERERS, render
from services.scorer.renditions.tables import Lists, written
from services.scorer.renditions.word import as_docx
from services.shared.beijing import BEIJING
from services.shared.publications.snapshot import NoticeDays, NoticeWindow, Snapshot, digest_of
from services.shared.vocabulary import PublicationStage, RenditionFormat
from services.shared.words import Language
from tests.shared.publications.revisions import a_snapshot, a_standing

MARKUP = "#panic() [x] $y$ *z* \\ <w>&amp;"
CITIES = ("武汉市", "恩施土家族苗族自治州", "襄阳市")


def a_long_one(people: int = 30) -> Snapshot:
    """People of three cities, some with names that a program could take for something else."""
    lines = [replace(a_standing(position), city=CITIES[position % 3]) for position in range(1, people + 1)]
    lines[1] = replace(lines[1], name="=HYPERLINK(1)", account="1234567890123456789")
    lines[2] = replace(lines[2], name=MARKUP)
    lines[3] = replace(lines[3], name="䶮𬱖")
    hour = datetime(2021, 9, 6, 1, 2, 3, 456789, tzinfo=UTC)  # approved, and published at once
    return replace(a_snapshot(), publish_at=hour, standings=tuple(lines))


def rows_of(snapshot: Snapshot) -> list[list[str]]:
    """Everybody's line, as people read it."""
    return [[written(cell) for cell in row] for row in Lists(snapshot, Language.ZH).results().rows]


def pdf_text(document: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)


def squeezed(text: str) -> str:
    """Without the blanks and line breaks that setting a text puts between Chinese and Latin letters."""
    return re.sub(r"\s", "", text)


def docx_text(document: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(document)).paragraphs)


def test_csv_has_a_bom_and_everybodys_line() -> None:
    snapshot = a_long_one()
    document = as_csv(snapshot, Language.ZH)
    assert document.startswith(b"\xef\xbb\xbf")
    head, *lines = csv.reader(io.StringIO(document.decode("utf-8-sig")))
    assert head[0] == "名次"
    inert = rows_of(snapshot)
    inert[1][4] = "'=HYPERLINK(1)"
    assert lines == inert


def test_xlsx_has_everybody_and_computes_nothing() -> None:
    snapshot = a_long_one()
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(snapshot, Language.ZH)))
    assert book.sheet_names == ["成绩名单", "拟推荐决赛选手名单", "拟获奖名单", "参赛队成绩", "说明"]
    _, *lines = book.get_sheet_by_name("成绩名单").to_python()
    given = rows_of(snapshot)
    assert [[str(line[4]), str(line[7])] for line in lines] == [[row[4], row[7]] for row in given]
    assert lines[1][7] == "抖音 1234567890123456789"
    assert [f"{line[10]:.2f}" for line in lines] == [row[10] for row in given]
    text = "".join(str(line[0]) for line in book.get_sheet_by_name("说明").to_python())
    assert digest_of(snapshot.canonical()) in text


def test_docx_has_everybody_city_by_city_below_the_text() -> None:
    snapshot = a_long_one()
    document = docx.Document(io.BytesIO(as_docx(snapshot, Language.ZH)))
    tables = document.tables[-3:]
    found = [[cell.text for cell in row.cells] for table in tables for row in table.rows[1:]]
    without_city = [row[:5] + row[6:] for row in rows_of(snapshot)]
    assert sorted(found) == sorted(without_city)
    assert [table.rows[0].cells[0].text for table in tables] == ["名次"] * 3
    assert len([text for text in docx_text(as_docx(snapshot, Language.ZH)).splitlines() if "10 人" in text]) == 3


def test_a_list_too_long_for_word_says_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "MOST_LINES", 20)
    text = docx_text(as_docx(a_long_one(), Language.ZH))
    assert "本名单共 30 行，不在 Word 文件中列出" in text


def test_pdf_has_everybody_and_takes_no_words_for_markup() -> None:
    snapshot = a_long_one()
    text = squeezed(pdf_text(as_pdf(snapshot, Language.ZH)))
    for row in rows_of(snapshot):
        assert squeezed("".join(row[:5])) in text
    assert squeezed(MARKUP) in text
    assert "䶮𬱖" in text


def test_a_long_list_is_set_in_parts_without_a_line_lost() -> None:
    snapshot = a_long_one()
    document = PdfReader(io.BytesIO(as_pdf(snapshot, Language.ZH, part_lines=7)))
    pages = [squeezed(page.extract_text()) for page in document.pages]
    assert len(pages) > len(PdfReader(io.BytesIO(as_pdf(snapshot, Language.ZH))).pages)
    assert all(f"第{number}页" in page for number, page in enumerate(pages, start=1))
    for row in rows_of(snapshot):
        assert sum(squeezed("".join(row[:5]) + row[6]) in page for page in pages) >= 1


@pytest.mark.parametrize(
    "read", [lambda s: docx_text(as_docx(s, Language.ZH)), lambda s: pdf_text(as_pdf(s, Language.ZH))]
)
def test_a_notice_says_until_when_and_to_whom_one_may_object(read: Callable[[Snapshot], str]) -> None:
    snapshot = a_snapshot()
    text = squeezed(read(snapshot))
    for said in (
        "选手全员赛成绩公示",
        "第2版",
        "公示时间：2021-09-0609:00至2021-09-1224:00（北京时间）。",
        "以实名提出",
        "联系人：大赛组委会办公室，电话027-00000001",
        "监督电话：027-00000002（机关纪委）",
        "更正并取代第1版。更正原因：申诉成立，更正101号选手的成绩",
        "湖北省退役军人事务厅",
        "2021年9月6日",
        digest_of(snapshot.canonical()),
        snapshot.run.digest,
        snapshot.rules.sha256,
        "附件：1.拟推荐决赛选手名单、2.拟获奖名单、3.参赛队成绩、4.成绩名单",
    ):
        assert said in text


def xlsx_text(document: bytes) -> str:
    book = CalamineWorkbook.from_filelike(io.BytesIO(document))
    return str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])


READERS: dict[RenditionFormat, Callable[[bytes], str]] = {
    RenditionFormat.PDF: pdf_text,
    RenditionFormat.DOCX: docx_text,
    RenditionFormat.XLSX: xlsx_text,
    RenditionFormat.CSV: bytes.decode,
}


@pytest.mark.parametrize("document", RenditionFormat)
def test_what_nobody_can_read_is_left_out(document: RenditionFormat) -> None:
    def called(name: str) -> str:
        there = a_snapshot()
        line = replace(there.standings[0], name=name, city=name, account=name)
        items = (replace(there.items[0], title=name), there.items[1])
        snapshot = replace(there, title=name, contest_title=name, round_title=name, standings=(line,), items=items)
        text = READERS[document](RENDERERS[document](snapshot, Language.ZH))
        return text.replace(digest_of(snapshot.canonical()), "the digest")

    text = called("\x1b张\x00\t三\x7f\ufffe")
    assert "张三" in text
    assert text == called("张三")


@pytest.mark.parametrize(
    ("notice", "window"),
    [
        (NoticeDays(5), "自批准发布之时起，至次日起算的第 5 天 24:00"),
        (NoticeWindow(None, datetime(2021, 9, 12, tzinfo=BEIJING)), "批准发布之时 至 2021-09-11 24:00"),
    ],
)
def test_a_draft_says_that_its_hour_comes_with_its_approval(notice: NoticeDays | NoticeWindow, window: str) -> None:
    draft = replace(a_long_one(), publish_at=None, notice=notice)
    for text in (pdf_text(as_pdf(draft, Language.ZH)), docx_text(as_docx(draft, Language.ZH))):
        assert squeezed(window) in squeezed(text)
        assert squeezed(f"待批准稿的 SHA-256 摘要：{digest_of(draft.canonical())}") in squeezed(text)


def test_what_is_final_asks_for_no_objections() -> None:
    final = replace(a_snapshot(), stage=PublicationStage.FINAL, notice=None, corrects=None)
    text = docx_text(as_docx(final, Language.ZH))
    assert "现予公布" in text
    assert "公示时间" not in text
    assert "异议" not in text
    assert "更正" not in text


def test_the_same_revision_in_english() -> None:
    text = docx_text(as_docx(a_snapshot(), Language.EN))
    assert "Notice: from 2021-09-06 09:00 until 2021-09-12 24:00 (Beijing time)." in text


@pytest.mark.parametrize("document", RenditionFormat)
async def test_a_document_is_the_same_bytes_whenever_it_is_made(document: RenditionFormat) -> None:
    snapshot = a_long_one()
    here = RENDERERS[document](snapshot, Language.ZH)
    assert await render(snapshot.canonical(), document, Language.ZH) == here


async def test_what_is_no_snapshot_is_not_rendered() -> None:
    with pytest.raises(ChildError):
        await render(b"{}", RenditionFormat.CSV, Language.ZH)


@pytest.mark.parametrize(("limit", "value"), [("MEMORY", 200 << 20), ("CPU_SECONDS", 1)])
async def test_a_document_that_needs_too_much_costs_itself_alone(
    limit: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, limit, value)
    with pytest.raises(ChildError):
        await render(a_snapshot(20_000).canonical(), RenditionFormat.PDF, Language.ZH)
    monkeypatch.undo()
    assert await render(a_snapshot().canonical(), RenditionFormat.CSV, Language.ZH)
