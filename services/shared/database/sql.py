"""The one loader of `.sql` files.

A file holds named queries; each has one sentence that says what it does:

    -- name: find_session
    -- The user of a session that has not expired.
    select …

`load(path)` gives them as attributes, so a misspelt name is an error at once and not on the first call.
"""

import re
from pathlib import Path

HEADING = re.compile(r"^-- name: (?P<name>[a-z][a-z0-9_]*)\n-- (?P<summary>\S.*)$", re.MULTILINE)


class Queries:
    """The named queries of one file: `queries.find_session` is SQL text."""

    def __init__(self, path: Path, texts: dict[str, str]) -> None:
        self.path = path
        self.texts = texts

    def __getattr__(self, name: str) -> str:
        try:
            return self.texts[name]
        except KeyError:
            raise AttributeError(f"{self.path} has no query named {name}") from None


def load(path: Path) -> Queries:
    """Reads a `.sql` file. Raises ValueError when it holds a query without a name or summary, or a name twice."""
    text = path.read_text(encoding="utf-8")
    headings = list(HEADING.finditer(text))
    if text.count("-- name:") != len(headings):
        raise ValueError(f"{path}: each query needs `-- name: …` and, on the next line, one sentence after `-- `")
    texts: dict[str, str] = {}
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        name = heading["name"]
        if name in texts:
            raise ValueError(f"{path}: two queries are named {name}")
        texts[name] = text[heading.end() : following.start() if following else None].strip().removesuffix(";")
    return Queries(path, texts)
