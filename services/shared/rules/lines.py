"""Where each key of a TOML document stands, so that a problem can name its line.

Python's own TOML reader forgets positions. This walks the tokens of a document that reader has already taken, so it
need not judge anything: it only follows tables, keys, arrays and inline tables.
"""

import ast
import re
import tomllib
from decimal import Decimal
from typing import Any

Path = tuple[str | int, ...]

_MOST_PARTS = 20  # of a dotted key: reading one takes time, and memory here, by the square of its parts
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|'
    r"'''.*?'{3,5}|"
    r'"(?:\\.|[^"\\\n])*"|'
    r"'[^'\n]*'|"
    r"\#[^\n]*|\n|[\[\]{}=,.]|[^\s\[\]{}=,.\"'\#]+",
    re.DOTALL,
)
_ENDS_KEY = frozenset("\n[]{}=,")


class NotToml(Exception):  # noqa: N818 (it reads as the sentence it is)
    """The document cannot be read from this place on."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}")
        self.line, self.column = line, column


def read_toml(document: str) -> dict[str, Any]:
    """The document's tables, numbers exact. Raises NotToml."""
    _refuse_long_keys(document)
    try:
        return tomllib.loads(document, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+), column (\d+)", str(error))
        line = int(place[1]) if place else document.count("\n") + 1
        raise NotToml(line, int(place[2]) if place else 1) from None
    except (RecursionError, ArithmeticError, ValueError):
        raise NotToml(1, 1) from None


def _refuse_long_keys(document: str) -> None:
    line, parts = 1, 0
    for found in _TOKEN.finditer(document):
        text = found[0]
        parts = 0 if text in _ENDS_KEY else parts + (text == ".")
        if parts > _MOST_PARTS:
            raise NotToml(line, found.start() - document.rfind("\n", 0, found.start()))
        line += text.count("\n")


def line_numbers(document: str) -> dict[Path, int]:
    """The line, from 1, of each table and key by its path, e.g. `("items", "SALES", "metrics", 0, "share")`."""
    return _Walk(document).lines


def line_of(path: Path, lines: dict[Path, int]) -> int:
    """The line of the path, or of the nearest thing around it that stands in the document."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Walk:
    def __init__(self, document: str) -> None:
        self.tokens: list[tuple[str, int]] = []
        line = 1
        for found in _TOKEN.finditer(document):
            if not found[0].startswith("#"):
                self.tokens.append((found[0], line))
            line += found[0].count("\n")
        self.tokens.append(("\n", line))
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.arrays: dict[Path, int] = {}  # arrays of tables: the index of the last table
        self._document()

    def _take(self) -> tuple[str, int]:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def _sees(self, text: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at][0] == text

    def _skip_newlines(self) -> None:
        while self._sees("\n"):
            self.at += 1

    def _document(self) -> None:
        table: Path = ()
        self._skip_newlines()
        while self.at < len(self.tokens):
            if self._sees("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip_newlines()

    def _header(self) -> Path:
        self._take()
        is_array = self._sees("[")
        if is_array:
            self._take()
        line, keys = self._keys("]")
        if is_array:
            self._take()
        path: Path = ()
        for key in keys:
            if path in self.arrays:
                path += (self.arrays[path],)
            path += (key,)
            self.lines.setdefault(path, line)
        if is_array:
            self.arrays[path] = self.arrays.get(path, -1) + 1
            path += (self.arrays[path],)
        elif path in self.arrays:
            path += (self.arrays[path],)
        self.lines.setdefault(path, line)
        return path

    def _keys(self, end: str) -> tuple[int, list[str]]:
        """A dotted key up to and with the token that ends it."""
        line, keys = self.tokens[self.at][1], []
        while (text := self._take()[0]) != end:
            if text != ".":
                keys.append(str(ast.literal_eval(text)) if text[0] in "\"'" else text)
        return line, keys

    def _pair(self, table: Path) -> None:
        line, keys = self._keys("=")
        for length in range(1, len(keys) + 1):
            self.lines.setdefault(table + tuple(keys[:length]), line)
        self._value(table + tuple(keys))

    def _value(self, path: Path) -> None:
        if self._sees("["):
            self._array(path)
        elif self._sees("{"):
            self._inline_table(path)
        else:
            while self.tokens[self.at][0] not in (",", "]", "}", "\n"):
                self.at += 1

    def _array(self, path: Path) -> None:
        self._take()
        index = 0
        self._skip_newlines()
        while not self._sees("]"):
            self.lines[(*path, index)] = self.tokens[self.at][1]
            self._value((*path, index))
            index += 1
            self._skip_newlines()
            if self._sees(","):
                self._take()
            self._skip_newlines()
        self._take()

    def _inline_table(self, path: Path) -> None:
        self._take()
        self._skip_newlines()
        while not self._sees("}"):
            self._pair(path)
            self._skip_newlines()
            if self._sees(","):
                self._take()
            self._skip_newlines()
        self._take()
