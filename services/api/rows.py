"""What `of` constructors take: a row of a query, or a dictionary with the same names."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

Key = TypeVar("Key")
Made = TypeVar("Made")


class Row(Protocol):
    """Values by the name of their column."""

    def __getitem__(self, name: str, /) -> Any: ...


class RowWithGaps(Row, Protocol):
    """Not every value has to be there."""

    def get(self, name: str, /) -> Any: ...


def in_order(
    keys: Sequence[Key], rows: Iterable[Row], make: Callable[[Any], Made], *, by: str = "id"
) -> list[Made | None]:
    """What is made of the row of each key, None where there is no row; `by` names the column with the key."""
    found = {row[by]: row for row in rows}
    return [make(found[key]) if key in found else None for key in keys]


def paged(number: int, rows: Sequence[Any], key: str) -> list[tuple[list[Any], int]]:
    """Rows of several pages at once → the rows of each and how many its whole list has.

    `asked` says which page a row is of, from 1, `total` how many there are; a row without a `key` is of an empty page.
    """
    found: list[tuple[list[Any], int]] = [([], 0) for _ in range(number)]
    for row in rows:
        there, _ = found[row["asked"] - 1]
        if row[key] is not None:
            there.append(row)
        found[row["asked"] - 1] = there, row["total"]
    return found
