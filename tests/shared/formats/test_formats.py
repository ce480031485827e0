"""formats.toml against the vocabulary: what its words turn into is what the tables take."""

from enum import StrEnum

import pytest

from services.scorer.uploads.canonical import SCHEMAS
from services.scorer.uploads.columns import STYLES
from services.shared.file_vocabulary import AccountMeasure, AfterSale, Source, Visibility
from services.shared.formats.catalogue import Format, catalogue
from services.shared.formats.fields import fields_of
from services.shared.formats.section import Column
from services.shared.vocabulary import Platform

STATES: dict[str, type[StrEnum]] = {"after_sale": AfterSale, "visibility": Visibility, "platform": Platform}
UNKNOWN = {"after_sale": AfterSale.OPEN, "visibility": Visibility.PRIVATE}
COLUMNS = [
    pytest.param(column, id=f"{each.kind}-{column.heading}")
    for each in catalogue().taken
    for column in each.columns
    if column.style == "word"
]


@pytest.mark.parametrize("column", COLUMNS)
def test_words_turn_into_states_of_the_vocabulary(column: Column) -> None:
    states = {*column.words.values(), column.other, column.missing} - {None}
    assert states <= {state.value for state in STATES[column.to]}


@pytest.mark.parametrize("column", COLUMNS)
def test_an_unknown_word_is_read_with_caution(column: Column) -> None:
    """An unknown after-sale state is an open one, a work not said to be public a private one; a platform is known."""
    assert column.other == UNKNOWN.get(column.to)


def test_the_fields_are_those_of_the_canonical_frames() -> None:
    for source, schema in SCHEMAS.items():
        expected = {*schema} - {"ordinal", "measure", "value"}
        if source is Source.ACCOUNT_DAYS:
            expected |= {*AccountMeasure}
        assert {*fields_of(source)} == expected, source


@pytest.mark.parametrize("each", catalogue().taken, ids=lambda each: each.name)
def test_what_is_built_in_reads_each_field_by_a_style_that_suits_it(each: Format) -> None:
    fields = fields_of(each.source, days_of_one_work=each.days_of_one_work)
    unfit = [(column.to, column.style) for column in each.columns if column.style not in fields[column.to]]
    assert unfit == []


def test_every_style_of_a_field_can_be_read() -> None:
    styles = {style for source in Source for allowed in fields_of(source).values() for style in allowed}
    assert styles == STYLES.keys() | {"text", "word"}
