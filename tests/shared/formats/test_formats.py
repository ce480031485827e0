"""formats.toml against the vocabulary: what its words turn into is what the tables take."""

from enum import StrEnum

import pytest

from services.shared.formats.catalogue import catalogue
from services.shared.formats.section import Column
from services.shared.vocabulary import AfterSale, Platform, Visibility

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
