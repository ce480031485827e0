"""Every way TOML has of writing a table, and the line it stands on."""

import tomllib
from typing import Any

from services.shared.rules.lines import Path, line_numbers, line_of

DOCUMENT = '''# a comment = 1
title = "with ] and # and \\" inside"   # comment
text = """several
[not.a.table]
lines"""
literal = \'\'\'x = 1
y\'\'\'
when = 2021-09-10 00:00:00+08:00
"quoted key".inner = 1

[one]
list = [ 1, # first
  2,
  { a = "}", b = [3, 4] },
]
[one.two]
deep.er = -1.5e3
[[rows]]
name = 'a'
[rows.part]
x = 1
[[rows]]
name = 'b'
[[rows.inner]]
y = 2
'''


def test_lines() -> None:
    lines = line_numbers(DOCUMENT)
    expected: dict[Path, int] = {
        ("title",): 2,
        ("text",): 3,
        ("literal",): 6,
        ("when",): 8,
        ("quoted key", "inner"): 9,
        ("one",): 11,
        ("one", "list"): 12,
        ("one", "list", 1): 13,
        ("one", "list", 2, "a"): 14,
        ("one", "list", 2, "b", 1): 14,
        ("one", "two"): 16,
        ("one", "two", "deep", "er"): 17,
        ("rows", 0): 18,
        ("rows", 0, "part", "x"): 21,
        ("rows", 1): 22,
        ("rows", 1, "name"): 23,
        ("rows", 1, "inner", 0, "y"): 25,
    }
    assert {path: lines.get(path) for path in expected} == expected


def paths_of(value: Any, path: Path = ()) -> set[Path]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path}.union(*(paths_of(child, (*path, key)) for key, child in children))


def test_every_key_has_a_line_and_no_other() -> None:
    assert line_numbers(DOCUMENT).keys() == paths_of(tomllib.loads(DOCUMENT)) - {()}


def test_a_path_that_does_not_stand_there_has_the_line_of_what_is_around_it() -> None:
    lines = line_numbers(DOCUMENT)
    assert line_of(("rows", 1, "missing", "key"), lines) == 22
    assert line_of(("nowhere",), lines) == 1
