"""A template is a file of its own kind as it is offered, and once it is filled in."""

from pathlib import Path

import fastexcel
import pytest

from services.scorer.uploads.parse import HELP_SHEET
from services.scorer.uploads.templates import TEMPLATES, csv_template, xlsx_template
from services.shared.file_vocabulary import Source, UploadKind
from services.shared.formats.catalogue import catalogue
from tests.scorer.uploads.files import parsed


@pytest.mark.parametrize("kind", TEMPLATES)
def test_an_empty_template_is_recognised_and_valid(kind: UploadKind, tmp_path: Path) -> None:
    for content in (csv_template(kind), xlsx_template(kind)):
        found = parsed(tmp_path, content)
        codes = [problem.code for problem in found.problems]
        assert (found.kind, found.rows, codes, found.unknown_columns, found.refused) == (
            kind,
            0,
            ["NO_ROWS"],
            [],
            False,
        )


@pytest.mark.parametrize("kind", TEMPLATES)
def test_every_column_has_its_line_of_help(kind: UploadKind) -> None:
    sheets = fastexcel.read_excel(xlsx_template(kind))
    assert sheets.sheet_names == [TEMPLATES[kind], HELP_SHEET]
    told = sheets.load_sheet(1).to_polars()
    assert told["列名"].to_list() == [column.heading for column in catalogue().of(kind).columns]
    assert all(told["怎么填"].to_list())


def test_each_source_has_its_template() -> None:
    assert {catalogue().of(kind).source for kind in TEMPLATES} == set(Source)


def test_platform_kinds_have_no_template() -> None:
    with pytest.raises(ValueError, match="DOUYIN_WORKS"):
        csv_template(UploadKind.DOUYIN_WORKS)
