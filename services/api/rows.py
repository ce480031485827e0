"""What `of` constructors take: a row of a query, or a dictionary with the same names."""

from typing import Any, Protocol


class Row(Protocol):
    """Values by the name of their column."""

    def __getitem__(self, name: str, /) -> Any: ...


class RowWithGaps(Row, Protocol):
    """Not every value has to be there."""

    def get(self, name: str, /) -> Any: ...
