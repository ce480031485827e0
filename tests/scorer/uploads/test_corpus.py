"""The corpus: every kind in every container and encoding with every thing that surrounds tables in real files."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from services.scorer.uploads.parse import ParsedFile
from services.shared.file_vocabulary import UploadKind
from tests.scorer.uploads.files import ENCODINGS, KINDS, Table, codes, csv_bytes, parsed, xlsx_bytes

Rows = list[list[object]]
CONTAINERS: dict[str, Callable[[Table], bytes]] = {
    "xlsx": xlsx_bytes,
    "xlsx beginning at B5": lambda table: xlsx_bytes([[None, *row] for row in table], first_row=4),
    **{encoding: lambda table, encoding=encoding: csv_bytes(table, encoding) for encoding in ENCODINGS},  # type: ignore[misc]
    "tabs": lambda table: csv_bytes(table, "utf-16", "\t"),
    "semicolons": lambda table: csv_bytes(table, "gb18030", ";"),
}


def rows(table: Table) -> Rows:
    return [list(row) for row in table]


def as_it_is(table: Table) -> Rows:
    return rows(table)


def title_above(table: Table) -> Rows:
    return [["数据导出（单位：次）"], ["导出人：某"], [], *rows(table)]


def headings_again(table: Table) -> Rows:
    return [*rows(table[:2]), *rows(table[:1]), *rows(table[2:])]


def empty_lines(table: Table) -> Rows:
    return [*rows(table[:2]), [], ["", "  "], *rows(table[2:]), []]


def total_below(table: Table) -> Rows:
    return [*rows(table), ["合计", *["-"] * (len(table[0]) - 1)]]


def columns_turned(table: Table) -> Rows:
    return [list(reversed(row)) for row in table]


def new_columns(table: Table) -> Rows:
    return [[*row, "以后的新列" if number == 0 else "x"] for number, row in enumerate(table)]


def drifted(table: Table) -> Rows:
    names = [f" {str(name)[:2]} {str(name)[2:]}\n".replace("(", "（").replace(")", "）") for name in table[0]]
    return [[f"\ufeff{names[0]}", *names[1:]], *rows(table[1:])]


def padded(table: Table) -> Rows:
    return [rows(table)[0], *([f"\t{cell} \u3000" if cell else cell for cell in row] for row in table[1:])]


SURROUNDINGS = (
    as_it_is,
    title_above,
    headings_again,
    empty_lines,
    total_below,
    columns_turned,
    new_columns,
    drifted,
    padded,
)


@pytest.mark.parametrize("surround", SURROUNDINGS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_reads_the_same_whatever_surrounds_it(
    kind: UploadKind, surround: Callable[[Table], Rows], tmp_path: Path
) -> None:
    clean = parsed(tmp_path, csv_bytes(KINDS[kind]))
    assert (clean.kind, clean.problems) == (kind, [])
    for container, write in CONTAINERS.items():
        found = parsed(tmp_path, write(surround(KINDS[kind])))
        assert (found.kind, found.problems) == (kind, []), container
        assert (found.content_digest, found.rows) == (clean.content_digest, clean.rows), container
        assert found.unknown_columns == (["以后的新列"] if surround is new_columns else []), container


NUMBERS = {"count", "signed_count", "money", "signed_money", "seconds", "minutes", "fraction"}


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_and_dates_as_cells_are_what_they_are_as_text(kind: UploadKind, tmp_path: Path) -> None:
    clean = parsed(tmp_path, csv_bytes(KINDS[kind]))
    assert clean.format is not None
    styles = {name: column.style for column in clean.format.columns for name in [column.heading, *column.also]}
    table = KINDS[kind]
    typed = [
        [_typed(cell, styles.get(str(name), "")) for name, cell in zip(table[0], row, strict=True)] for row in table[1:]
    ]
    assert any(not isinstance(cell, str) for row in typed for cell in row)
    found = parsed(tmp_path, xlsx_bytes([table[0], *typed]))
    assert (found.problems, found.content_digest) == ([], clean.content_digest)


def _typed(cell: object, style: str) -> object:
    text = str(cell)
    if style in NUMBERS and text.replace(".", "", 1).removeprefix("-").isdigit():
        return float(text)
    if style in {"time", "date"} and text[:4].isdigit() and len(text) in {10, 16, 19}:
        return datetime.fromisoformat(text.replace("/", "-"))
    return cell


def merged(table: Table, first: tuple[int, int], last: tuple[int, int]) -> bytes:
    """The table with the cells from `first` to `last` (row, column) merged, as hand-made sheets have them."""
    return xlsx_bytes(table, merged=(*first, *last))


def found_in(found: ParsedFile, column: str) -> list[object]:
    assert found.frame is not None, found.problems
    return found.frame[column].to_list()


TEMPLATE: Rows = [
    ["平台", "账号", "日期", "播放量", "净增粉丝"],
    ["快手", "lisi", "2026-08-01", "12", "-3"],
    ["快手", "lisi", "2026-08-02", "13", "4"],
]


def test_a_merged_cell_is_the_cell_of_each_of_its_rows(tmp_path: Path) -> None:
    plain = parsed(tmp_path, xlsx_bytes(TEMPLATE))
    assert parsed(tmp_path, merged(TEMPLATE, (1, 1), (2, 1))).content_digest == plain.content_digest
    lower: Rows = [["某市数据"], *TEMPLATE]
    assert parsed(tmp_path, merged(lower, (0, 0), (0, 4))).content_digest == plain.content_digest


def test_headings_of_two_lines_are_read_by_the_lower(tmp_path: Path) -> None:
    upper: list[object] = ["平台", "账号", "日期", "数据", None]
    table: Rows = [upper, [None, "账号", "日期", *TEMPLATE[0][3:]], *TEMPLATE[1:]]
    assert (
        parsed(tmp_path, merged(table, (0, 0), (1, 0))).content_digest
        == parsed(tmp_path, xlsx_bytes(TEMPLATE)).content_digest
    )


def test_a_figure_over_several_rows_is_nobodys(tmp_path: Path) -> None:
    found = parsed(tmp_path, merged(TEMPLATE, (1, 3), (2, 3)))
    assert codes(found) == [("CELLS_MERGED", 2, "播放量"), ("CELLS_MERGED", 3, "播放量")]


def test_a_merged_cell_may_reach_below_the_table(tmp_path: Path) -> None:
    plain = parsed(tmp_path, xlsx_bytes(TEMPLATE))
    assert parsed(tmp_path, merged(TEMPLATE, (2, 1), (9, 1))).content_digest == plain.content_digest
    assert parsed(tmp_path, merged(TEMPLATE, (5, 1), (9, 1))).content_digest == plain.content_digest


@pytest.mark.parametrize("epoch", [1900, 1904])
def test_dates_do_not_move_with_the_epoch_or_the_zone(epoch: int, tmp_path: Path) -> None:
    table: Rows = [["日期", "净增粉丝"], [datetime(2026, 8, 1), 3], [datetime(2026, 8, 2), 4]]  # noqa: DTZ001
    found = parsed(tmp_path, xlsx_bytes(table, epoch=epoch))
    assert found_in(found, "day") == [date(2026, 8, 1), date(2026, 8, 2)]
